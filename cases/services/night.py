"""What is done every night for the histories: check all, write down where they stand, tell who answers for them."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Notification, OutboxEmail, User
from cases.models import HistoryCheckpoint
from cases.services.checkpoints import make_checkpoint
from cases.services.reads import forget_old_reads
from cases.services.verifying import verify
from core.dates import day, local_day

MOST_KEPT = 100
ANSWER_FOR_IT = (Role.DATA_PROTECTION, Role.ADMIN)


def check_histories(*, now: datetime) -> HistoryCheckpoint:
    """Check every history and make the checkpoint of the day; a second run on the same day does nothing."""
    last = HistoryCheckpoint.objects.order_by("-number").first()
    if last and local_day(last.made_at) == local_day(now):
        return last
    report = verify()
    with transaction.atomic():
        checkpoint = make_checkpoint(now=now, problems=report.problems[:MOST_KEPT])
        forget_old_reads(now=now)
        _tell(checkpoint, len(report.problems))
    return checkpoint


def _tell(checkpoint: HistoryCheckpoint, problems: int) -> None:
    """Send the root out of the database every night, and raise the alarm where a history is broken."""
    people = list(User.objects.people().filter(role__in=ANSWER_FOR_IT))
    leads = [person for person in people if person.role == Role.DATA_PROTECTION]
    key, when, url = f"history:{checkpoint.number}", checkpoint.made_at, reverse("cases:access_log")
    broken = f"{problems} histor{'y is' if problems == 1 else 'ies are'} broken"
    if problems:
        text = f"{broken}: something was changed from outside. Read which, and compare with a backup."
        Notification.objects.bulk_create(
            [
                Notification(recipient=each, kind="history.broken", text=text, url=url, dedupe_key=key, created_at=when)
                for each in leads
            ],
            ignore_conflicts=True,
        )
    state = f"{broken}. See {settings.SITE_URL}{url}" if problems else "Every history is complete."
    OutboxEmail.objects.bulk_create(
        [
            OutboxEmail(
                to=each.email,
                recipient=each,
                subject=f"History checkpoint {checkpoint.number}{': ' + broken if problems else ''}",
                body=(
                    f"Checkpoint {checkpoint.number} of {day(when)}: {checkpoint.events:,} events. {state}\n\n"
                    f"Root: {checkpoint.root}\n\nKeep this message: against it a table that was written again shows.\n"
                ),
                dedupe_key=f"{key}:{each.pk}",
                send_after=when,
                created_at=when,
            )
            for each in (people if problems else leads)
        ],
        ignore_conflicts=True,
    )
