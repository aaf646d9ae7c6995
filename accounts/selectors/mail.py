"""What became of the e-mails: how many wait, failed, are stuck or may have arrived twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from accounts.choices import EmailState
from accounts.models import MailStop, Notification, OutboxEmail, User
from accounts.querysets import STUCK_AFTER, OutboxEmailQuerySet

RECENT = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class MailFigures:
    """Counts of the outbox. `sent`, `maybe_twice` and `over_budget` are of the last 24 hours."""

    waiting: int
    failed: int
    stuck: int
    sent: int
    maybe_twice: int
    over_budget: int
    stop: MailStop | None


def mail_figures(user: User, *, now: datetime) -> MailFigures:
    since = now - RECENT
    overdue = Q(state=EmailState.PENDING, send_after__lte=now - STUCK_AFTER)
    abandoned = Q(state=EmailState.SENDING, leased_until__lte=now)
    recent = Q(sent_at__gte=since)
    counts = OutboxEmail.objects.visible_to(user).aggregate(
        waiting=Count("pk", filter=Q(state=EmailState.PENDING)),
        failed=Count("pk", filter=Q(state=EmailState.FAILED)),
        stuck=Count("pk", filter=overdue | abandoned),
        sent=Count("pk", filter=recent),
        maybe_twice=Count("pk", filter=Q(maybe_duplicate=True) & (recent | Q(sent_at=None))),
    )
    return MailFigures(
        **counts,
        over_budget=Notification.objects.filter(is_over_budget=True, created_at__gte=since).count(),
        stop=MailStop.objects.in_force().select_related("stopped_by").first(),
    )


def emails_shown(user: User, show: str, *, now: datetime) -> OutboxEmailQuerySet:
    """Return the rows of one view of the page, the oldest first; an unknown view shows what failed."""
    rows = OutboxEmail.objects.visible_to(user).select_related("recipient")
    match show:
        case "stuck":
            rows = rows.stuck(now=now)
        case "twice":
            rows = rows.maybe_twice()
        case "waiting":
            rows = rows.waiting()
        case _:
            rows = rows.failed()
    return rows.defer("body", "headers").order_by("send_after", "pk")
