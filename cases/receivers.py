"""What the case file does when accounts change."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.signals import leaders_changed
from cases.services.wall import follow_leaders


@receiver(leaders_changed)
def hide_from_new_leaders(*, team_ids: Collection[int], now: datetime, **_: Any) -> None:
    follow_leaders(team_ids, now=now)
