"""An e-mail whose reason has vanished while it waited is withdrawn, not sent."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.choices import EmailState
from accounts.models import OutboxEmail
from sla.choices import OPEN_STATES
from sla.models import Reminder


def withdraw_stale(*, now: datetime) -> int:
    """Withdraw the e-mails that are due and whose clocks have all ended meanwhile; return how many.

    It looks at what is due to be sent alone: what waits for tomorrow morning is asked about tomorrow morning.
    """
    reminders = Reminder.objects.filter(email=OuterRef("pk"))
    due: QuerySet[OutboxEmail] = OutboxEmail.objects.filter(
        state=EmailState.PENDING, is_news=True, attempts=0, send_after__lte=now
    )
    stale = due.filter(Exists(reminders)).exclude(Exists(reminders.filter(clock__state__in=OPEN_STATES)))
    return stale.update(state=EmailState.WITHDRAWN, failure="The deadline was met or stopped before it was sent.")
