"""Dates, times and amounts as a person would say them."""

from datetime import date, datetime, timedelta

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MINUTES_PER_DAY = 24 * 60


def short_day(day: date) -> str:
    """Return "Thu 20 Nov"."""
    return f"{day:%a} {day.day} {day:%b}"


def long_day(day: date) -> str:
    """Return "Thursday 20 November 2025"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def clock_time(minute: int) -> str:
    """Return "5:30pm" for the minutes since midnight; the end of the day is "midnight"."""
    if minute == MINUTES_PER_DAY:
        return "midnight"
    hour, rest = divmod(minute, 60)
    return f"{hour % 12 or 12}:{rest:02}{'am' if hour < 12 else 'pm'}"


def time_of(moment: datetime) -> str:
    return clock_time(moment.hour * 60 + moment.minute)


def moment_words(moment: datetime) -> str:
    """Return "Thursday 20 November 2025 at 4:00pm"; the last second of a day is "the end of" it."""
    if (moment.hour, moment.minute, moment.second) == (23, 59, 59):
        return f"the end of {long_day(moment)}"
    return f"{long_day(moment)} at {time_of(moment)}"


def amount(count: int, noun: str) -> str:
    """Return "1 working day" or "3 working days"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def hours(time: timedelta) -> str:
    """Return "1.5 hours", "1 hour" or, where quarters do not fit, "1 hour 20 minutes"."""
    if not time:
        return "0"
    minutes = round(time / timedelta(minutes=1))
    if minutes >= 60 and minutes % 15 == 0:
        number = f"{minutes / 60:,g}" if minutes < 60_000_000 else f"{minutes // 60:,}"
        return f"{number} {'hour' if minutes == 60 else 'hours'}"
    whole, rest = divmod(minutes, 60)
    parts = [amount(whole, "hour")] if whole else []
    parts += [amount(rest, "minute")] if rest or not whole else []
    return " ".join(parts)
