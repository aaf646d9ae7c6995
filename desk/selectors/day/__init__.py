"""My day: the same page for every role, with what that role comes to do."""

from desk.selectors.day.page import Day, day_of

__all__ = ["Day", "day_of"]
