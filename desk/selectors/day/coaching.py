"""What of coaching belongs to the day: beside the cases, and only when there is something."""

from dataclasses import replace
from datetime import datetime

from accounts.models import User
from coaching.selectors.waiting import Waiting, waiting_for
from core import dates
from desk.selectors.day.parts import Box, Day, Line


def with_coaching(day: Day, user: User, *, now: datetime) -> Day:
    """Add the notes to read and the agreed actions that are near, if there are any."""
    waiting = waiting_for(user, today=dates.local_day(now))
    if not waiting:
        return day
    return replace(day, boxes=[*day.boxes, Box(title="Coaching", lines=[_line(each) for each in waiting])])


def _line(each: Waiting) -> Line:
    when = dates.day(each.due) if each.due else ""
    return Line(text=each.text, url=each.url, below=f"With {each.other}", when=when, icon="chat-square-text")
