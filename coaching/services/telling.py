"""What the two hear: that there is something to read, never what it says. The words stay behind the sign-in."""

from datetime import datetime

from django.conf import settings

from accounts.models import Notification, OutboxEmail, User

KIND = "coaching"


def tell(person: User, *, text: str, url: str, key: str, now: datetime, reason: str = "") -> None:
    """Put one line into the person's inbox and one e-mail into the outbox; the same news arrives once."""
    Notification.objects.bulk_create(
        [Notification(recipient=person, kind=KIND, text=text, reason=reason, url=url, dedupe_key=key, created_at=now)],
        ignore_conflicts=True,
    )
    OutboxEmail.objects.bulk_create(
        [
            OutboxEmail(
                to=person.email,
                recipient=person,
                subject=text[:200],
                body=f"{text}.\n\nSign in to read it: {settings.SITE_URL}{url}\n",
                dedupe_key=f"{key}:{person.pk}",
                send_after=now,
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )
