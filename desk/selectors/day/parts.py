"""What the page is made of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from desk.models import Skip
from sla.selectors import Badge

MOST_ROWS: Final = 7


@dataclass(frozen=True, kw_only=True)
class Task:
    """One of the buttons at the top; the page has at most three, and at most one of them is the primary one."""

    label: str
    url: str
    icon: str
    is_primary: bool = False


@dataclass(frozen=True, kw_only=True)
class Number:
    label: str
    figure: str
    url: str = ""
    say: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Todo:
    """One row of "Do next": what to do, on which case, why now, by when."""

    text: str
    reference: str
    summary: str
    url: str
    button: str
    badge: Badge | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a list at the side."""

    text: str
    url: str
    below: str = ""
    when: str = ""
    icon: str = "flag"


@dataclass(frozen=True, kw_only=True)
class Box:
    title: str
    lines: list[Line]


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much one colleague has open."""

    person: str
    url: str
    open: int
    due_today: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Day:
    tasks: list[Task]
    numbers: list[Number]
    todos: list[Todo]
    order: str
    nothing: str
    nothing_link: tuple[str, str] | None = None
    boxes: list[Box] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(todo.badge is not None and todo.badge.state == "late" for todo in self.todos)

    @property
    def in_words(self) -> str:
        """Return "6 things to do, 1 is late."; what is beyond the list is not counted."""
        count = len(self.todos)
        if not count:
            return ""
        things = "1 thing to do" if count == 1 else f"{count}{'' if count < MOST_ROWS else ' or more'} things to do"
        return f"{things}." if not self.late else f"{things}, {self.late} {'is' if self.late == 1 else 'are'} late."


def passed_over(user: User, now: datetime, case: str = "pk") -> Exists:
    """Tell which rows the person skipped today; `case` is where the row holds its case."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return Exists(Skip.objects.filter(person=user, case=OuterRef(case), skipped_at__gte=midnight))


def queue_url(user: User, query: str) -> str:
    return f"{reverse('desk:queue')}?{query}"


def url_if_any(name: str, *args: object) -> str:
    """Return the address of a page that another app may not have."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def link_task(label: str, url_name: str, icon: str, *, is_primary: bool = False) -> list[Task]:
    url = url_if_any(url_name)
    return [Task(label=label, url=url, icon=icon, is_primary=is_primary)] if url else []
