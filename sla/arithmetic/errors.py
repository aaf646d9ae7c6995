from core.errors import UserFacingError


class CalendarError(UserFacingError):
    """The calendar's hours contradict themselves, or there are none."""


class DurationError(UserFacingError):
    """The duration is negative, empty or beyond any promise that a person would keep."""


class NeverFinishesError(UserFacingError):
    """The calendar opens too rarely for the duration ever to pass."""
