"""The daily summary: one e-mail of everything that a person asked to hear of once a day."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import Notification, OutboxEmail, User

LISTED = 50


def send_digests(*, now: datetime, limit: int = 500) -> int:
    """Write the summaries that are due, one person after another, and return how many."""
    due = Notification.objects.awaiting_digest(now=now)
    people = due.order_by("recipient").values_list("recipient", flat=True).distinct()[:limit]
    return sum(_send_digest(person, now=now) for person in list(people))


@transaction.atomic
def _send_digest(person_id: int, *, now: datetime) -> bool:
    """Put what still waits into one e-mail. The lock on the person makes a second run find nothing."""
    person = User.objects.get_queryset().select_for_update(of=("self",)).get(pk=person_id)
    waiting = Notification.objects.awaiting_digest(now=now).filter(recipient=person)
    lines = list(waiting.order_by("created_at", "pk"))
    unread = [line for line in lines if line.read_at is None]
    if not lines or not unread or not person.is_active:
        waiting.update(digest_at=None)
        return False
    email = OutboxEmail.objects.create(
        to=person.email,
        recipient=person,
        subject=f"Your summary: {len(unread)} line{'' if len(unread) == 1 else 's'}",
        body=_body(unread),
        is_news=True,
        dedupe_key=f"digest:{person.pk}:{lines[-1].pk}",
        send_after=now,
        created_at=now,
    )
    Notification.objects.filter(pk__in=[line.pk for line in lines]).update(digest_email=email)
    return True


def _body(lines: list[Notification]) -> str:
    listed = [f"- {line.text}\n  {settings.SITE_URL}{line.url}" for line in lines[:LISTED]]
    more = f"\n\nAnd {len(lines) - LISTED} more in the app." if len(lines) > LISTED else ""
    inbox, choose = (f"{settings.SITE_URL}{reverse(f'accounts:{name}')}" for name in ("notifications", "preferences"))
    return (
        "\n".join(listed)
        + more
        + f"\n\nAll of them: {inbox}\n\nWhy you get this: you asked for a daily summary, or your team has had its "
        f"emails for the hour.\nChoose what you are told: {choose}\n"
    )
