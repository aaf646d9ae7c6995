from datetime import datetime

from accounts.choices import Role
from accounts.models import User
from desk.selectors.day.casework import agents_day
from desk.selectors.day.coaching import with_coaching
from desk.selectors.day.leading import leaders_day
from desk.selectors.day.overseeing import admins_day, data_protection_day, managers_day
from desk.selectors.day.parts import Day

__all__ = ["Day", "day_of"]


def day_of(user: User, *, now: datetime) -> Day:
    match user.role:
        case Role.TEAM_LEADER:
            return with_coaching(leaders_day(user, now=now), user, now=now)
        case Role.MANAGER:
            return managers_day(user, now=now)
        case Role.ADMIN:
            return admins_day(user, now=now)
        case Role.DATA_PROTECTION:
            return data_protection_day(user, now=now)
        case _:
            return with_coaching(agents_day(user, now=now), user, now=now)
