"""What a team leader does next: decide, then what is late, then what nobody has, then what came back."""

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from django.db.models import Case as When_
from django.db.models import Count, IntegerField, Q, Value, When
from django.urls import reverse

from accounts.models import User
from cases.choices import CaseStatus
from cases.models import Approval, Case
from cases.querysets import CaseQuerySet
from complaints.selectors.inbox import waiting_for
from core import dates
from desk.selectors.day.parts import MOST_ROWS, Box, Day, Line, Load, Number, Task, Todo, passed_over, queue_url
from desk.selectors.queue.system_views import end_of_today, soon
from policies.choices import Priority
from sla.selectors import Badge, badges_of
from sla.selectors.risk import at_risk

MOST_PEOPLE: Final = 12
MOST_RISKS: Final = 3
LONG_WAIT: Final = timedelta(days=2)


class Rule(IntEnum):
    LATE = 2
    UNASSIGNED = 3
    RETURNED = 4


WHAT: Final = {
    Rule.LATE: ("Look at what is late", "Open case"),
    Rule.UNASSIGNED: ("Assign an owner", "Assign"),
    Rule.RETURNED: ("See what became of the return", "Open case"),
}


def leaders_day(user: User, *, now: datetime) -> Day:
    cases = Case.objects.visible_to(user).open()
    waiting = waiting_for(user, now=now).exclude(passed_over(user, now, "case"))
    oldest = list(
        waiting.select_related("case", "requested_by").defer("case__story").order_by("requested_at", "pk")[:MOST_ROWS]
    )
    count = len(oldest) if len(oldest) < MOST_ROWS else waiting.count()
    return Day(
        tasks=_tasks(count),
        numbers=_numbers(user, cases, count, now),
        todos=[
            *sign_offs(oldest, now),
            *_case_todos(cases.exclude(passed_over(user, now)), now, room=MOST_ROWS - len(oldest)),
        ],
        order="In rule order: sign-off, late, unassigned, returned",
        nothing="Nothing waits for you. No case of your teams is late or without an owner.",
        nothing_link=("See the team's cases", queue_url(user, "view=all-open")),
        loads=_loads(user, cases, now),
        boxes=_risks(user, now),
    )


def _risks(user: User, now: datetime) -> list[Box]:
    """Return the deadlines that are likely to be missed, the worst of them by name."""
    found = at_risk(user, now=now)
    if not found:
        return []
    lines = [
        Line(
            text=f"{risk.clock.case.reference}: {risk.clock.target}",
            url=reverse("sla:deadlines", args=[risk.clock.case.reference]),
            below=risk.why,
            icon="hourglass-split",
        )
        for risk in found[:MOST_RISKS]
    ]
    all_of_them = Line(
        text=f"See all {len(found)} and why others were missed", url=reverse("sla:risks"), icon="list-ul"
    )
    return [Box(title="Likely to be late", lines=[*lines, all_of_them])]


def _tasks(waiting: int) -> list[Task]:
    label = f"Sign-off ({waiting})" if waiting else "Sign-off"
    return [
        Task(label="Team queue", url=f"{reverse('desk:queue')}?view=all-open", icon="list-ul"),
        Task(label=label, url=reverse("complaints:inbox"), icon="check2-circle", is_primary=True),
    ]


def _numbers(user: User, cases: CaseQuerySet, waiting: int, now: datetime) -> list[Number]:
    figures = cases.aggregate(
        late=Count("pk", filter=Q(next_due_at__lt=now)),
        soon=Count("pk", filter=Q(next_due_at__gte=now, next_due_at__lte=soon(now))),
        unassigned=Count("pk", filter=Q(owner=None)),
    )
    late, unassigned = figures["late"], figures["unassigned"]
    return [
        Number(label="Awaiting my sign-off", figure=str(waiting), url=reverse("complaints:inbox")),
        Number(
            label="Team late",
            figure=f"{late:,}",
            url=queue_url(user, "view=late"),
            say="" if late else "Nothing is late",
            tone="bad" if late else "good",
        ),
        Number(label="Due in 2 working days", figure=f"{figures['soon']:,}", url=queue_url(user, "view=due-soon")),
        Number(
            label="Unassigned",
            figure=f"{unassigned:,}",
            url=queue_url(user, "view=unassigned"),
            say="" if unassigned else "Every case has an owner",
            tone="warn" if unassigned else "good",
        ),
    ]


def sign_offs(approvals: list[Approval], now: datetime) -> list[Todo]:
    """Return the rounds that wait for the person's decision, the longest waiting first."""
    return [
        Todo(
            text=f"Decide what {approval.requested_by.full_name} proposes",
            reference=approval.case.reference,
            summary=approval.case.summary,
            url=reverse("complaints:sign_off", args=[approval.case.reference]),
            button="Decide",
            badge=Badge(
                state="soon" if now - approval.requested_at > LONG_WAIT else "ok",
                when=f"Since {dates.day(approval.requested_at)}",
                words="Waits for your sign-off",
            ),
        )
        for approval in approvals
    ]


def _case_todos(cases: CaseQuerySet, now: datetime, *, room: int) -> list[Todo]:
    if room <= 0:
        return []
    rule = When_(
        When(next_due_at__lt=now, then=Value(Rule.LATE)),
        When(owner=None, priority__lte=Priority.P2, then=Value(Rule.UNASSIGNED)),
        When(status=CaseStatus.RETURNED, then=Value(Rule.RETURNED)),
        default=None,
        output_field=IntegerField(),
    )
    shown = cases.annotate(rule=rule).filter(rule__isnull=False).select_related("owner").defer("story")
    found = list(shown.order_by("rule", "next_due_at", "pk")[:room])
    badges = badges_of(found, now=now) if found else {}
    return [_todo(case, badges.get(case.pk)) for case in found]


def _todo(case: Case, badge: Badge | None) -> Todo:
    rule = Rule(case.rule)  # type: ignore[attr-defined]
    text, button = WHAT[rule]
    url = reverse("cases:owner", args=[case.reference]) if rule == Rule.UNASSIGNED else case.get_absolute_url()
    who = f"With {case.owner.full_name}. " if case.owner else ""
    return Todo(
        text=text,
        reference=case.reference,
        summary=f"{who}{case.summary}",
        url=url,
        button=button,
        badge=badge,
    )


def _loads(user: User, cases: CaseQuerySet, now: datetime) -> list[Load]:
    today = Q(next_due_at__gte=now, next_due_at__lte=end_of_today(now))
    rows = (
        cases.exclude(owner=None)
        .order_by()
        .values("owner", "owner__full_name")
        .annotate(
            open=Count("pk"), due_today=Count("pk", filter=today), late=Count("pk", filter=Q(next_due_at__lt=now))
        )
        .order_by("-late", "-open", "owner__full_name")
    )
    return [
        Load(
            person=row["owner__full_name"],
            url=queue_url(user, f"view=all-open&owner={row['owner']}"),
            open=row["open"],
            due_today=row["due_today"],
            late=row["late"],
        )
        for row in rows[:MOST_PEOPLE]
    ]
