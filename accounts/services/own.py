"""What people change about themselves."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.choices import ColourTheme, Delivery, Density
from accounts.models import NewsPreference, Notification, User


@transaction.atomic
def save_preferences(*, actor: User, theme: ColourTheme, density: Density, time_zone: str) -> User:
    """Keep how this person wants to see every page."""
    person = User.objects.select_for_update().get(pk=actor.pk)
    person.theme, person.density, person.time_zone = theme, density, time_zone
    person.full_clean(exclude=["password", "email"])
    person.save(update_fields=["theme", "density", "time_zone", "updated_at"])
    return person


@transaction.atomic
def save_news_preferences(*, actor: User, chosen: Mapping[str, str]) -> None:
    """Keep how this person wants to hear of each kind of news."""
    for kind, delivery in chosen.items():
        NewsPreference.objects.update_or_create(person=actor, kind=kind, defaults={"delivery": Delivery(delivery)})


def read_notification(*, notification_id: int, actor: User, now: datetime) -> Notification:
    """Mark one line of the person's own inbox as read; the first reading counts."""
    mine = Notification.objects.visible_to(actor)
    mine.unread().filter(pk=notification_id).update(read_at=now)
    return mine.get(pk=notification_id)


def read_all_notifications(*, actor: User, now: datetime) -> int:
    """Mark the person's whole inbox as read and return how many lines were new."""
    return Notification.objects.visible_to(actor).unread().update(read_at=now)
