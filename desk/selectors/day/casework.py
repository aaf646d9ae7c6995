"""What an agent does next on their own cases, in the order of the rules; each row says which rule put it there."""

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from django.db.models import Case as When_
from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases.choices import CaseStatus, ContactPurpose, Direction, PromiseKind, PromiseState
from cases.models import Case, CaseDraft, Contact, Promise
from cases.querysets import WAITS_FOR_CUSTOMER, CaseQuerySet
from core import dates
from desk.selectors.day.parts import MOST_ROWS, Box, Day, Line, Number, Task, Todo, passed_over, queue_url
from desk.selectors.queue.system_views import end_of_today
from sla.selectors import Badge, badges_of

CALL_SOON: Final = timedelta(hours=2)
WEEK: Final = timedelta(days=7)
MOST_PROMISES: Final = 30


class Rule(IntEnum):
    """In this order. Between them the list shows what cannot wait before what can."""

    CALL_BACK = 1
    LATE = 2
    DUE_TODAY = 3
    RETURNED = 4
    REPLY = 5
    FOLLOW_UP = 6
    NOT_ACKNOWLEDGED = 7


WHAT: Final = {
    Rule.LATE: ("Send a holding update", "Write update"),
    Rule.DUE_TODAY: ("Finish what is due today", "Open case"),
    Rule.RETURNED: ("Read what to change", "Open return"),
    Rule.REPLY: ("Read and answer the reply", "Read reply"),
    Rule.NOT_ACKNOWLEDGED: ("Send the acknowledgement", "Acknowledge"),
}
ORDER: Final = "In rule order: call-backs, late, due today, returned, replies, follow-ups, new"


def agents_day(user: User, *, now: datetime) -> Day:
    mine = Case.objects.visible_to(user).open().owned_by(user)
    promises = _promises(user, now)
    figures = _figures(mine, now)
    return Day(
        tasks=_tasks(user),
        numbers=_numbers(user, figures),
        todos=_todos(user, mine, promises, now),
        order=ORDER,
        nothing=_nothing(figures),
        nothing_link=("See my cases", queue_url(user, "view=my-open")),
        boxes=[Box(title="Coming up this week", lines=_coming(mine, promises, now))],
    )


def _tasks(user: User) -> list[Task]:
    drafts = CaseDraft.objects.visible_to(user).unfinished().exclude(version=0).count()
    tasks = []
    if drafts:
        words = f"Continue draft ({drafts})"
        tasks.append(Task(label=words, url=reverse("desk:drafts"), icon="file-earmark-text"))
    tasks.append(Task(label="Start next case", url=reverse("desk:next_case"), icon="play-fill", is_primary=True))
    return tasks


def _figures(mine: CaseQuerySet, now: datetime) -> dict[str, int | datetime | None]:
    today = Q(next_due_at__gte=now, next_due_at__lte=end_of_today(now))
    late = Q(next_due_at__lt=now)
    figures: dict[str, int | datetime | None] = mine.aggregate(
        open=Count("pk"),
        today=Count("pk", filter=today),
        first=Min("next_due_at", filter=today),
        late=Count("pk", filter=late),
        longest_late=Min("next_due_at", filter=late),
        waiting=Count("pk", filter=WAITS_FOR_CUSTOMER),
        next=Min("next_due_at", filter=Q(next_due_at__gte=now)),
    )
    return figures


def _numbers(user: User, figures: dict[str, int | datetime | None]) -> list[Number]:
    first, longest = figures["first"], figures["longest_late"]
    return [
        Number(label="My open cases", figure=str(figures["open"]), url=queue_url(user, "view=my-open")),
        Number(
            label="Due today",
            figure=str(figures["today"]),
            url=queue_url(user, "view=my-open&due=today"),
            say=f"First at {dates.clock_time(first)}" if isinstance(first, datetime) else "",
            tone="warn",
        ),
        Number(
            label="Late",
            figure=str(figures["late"]),
            url=queue_url(user, "view=my-open&due=late"),
            say=f"Oldest since {dates.day(longest)}" if isinstance(longest, datetime) else "Nothing is late",
            tone="bad" if longest else "good",
        ),
        Number(
            label="Waiting on customer",
            figure=str(figures["waiting"]),
            url=queue_url(user, "view=my-open&waiting=CUSTOMER"),
        ),
    ]


def _nothing(figures: dict[str, int | datetime | None]) -> str:
    count, due = figures["open"], figures["next"]
    if not count:
        return "Nothing is due today. You have no open cases."
    cases = "1 open case" if count == 1 else f"{count} open cases"
    when = f", the next is due on {dates.full_day(due)}" if isinstance(due, datetime) else ""
    return f"Nothing is due today. You have {cases}{when}."


def _promises(user: User, now: datetime) -> list[Promise]:
    """Return what the person promised and is due within a week, or overdue."""
    open_ones = Promise.objects.visible_to(user).filter(owner=user, state=PromiseState.OPEN)
    due = open_ones.filter(due_at__lt=now + WEEK).select_related("case__customer").defer("case__story")
    return list(due.order_by("due_at", "pk")[:MOST_PROMISES])


def _todos(user: User, mine: CaseQuerySet, promises: list[Promise], now: datetime) -> list[Todo]:
    cases = _cases_to_do(user, mine, now)
    badges = badges_of(cases, now=now) if cases else {}
    rows = [
        (rule, promise.due_at, _promise_todo(promise, now)) for promise in promises if (rule := _rule(promise, now))
    ]
    far = now + timedelta(days=36500)
    rows += [
        (Rule(case.rule), case.next_due_at or far, _case_todo(case, badges.get(case.pk)))  # type: ignore[attr-defined]
        for case in cases
    ]
    return [todo for _, _, todo in sorted(rows, key=lambda row: row[:2])][:MOST_ROWS]


def _cases_to_do(user: User, mine: CaseQuerySet, now: datetime) -> list[Case]:
    unread = Contact.objects.filter(case=OuterRef("pk"), direction=Direction.IN, is_read=False)
    written = Contact.objects.filter(case=OuterRef("pk"), direction=Direction.OUT)
    rule = When_(
        When(next_due_at__lt=now, then=Value(Rule.LATE)),
        When(next_due_at__lte=end_of_today(now), then=Value(Rule.DUE_TODAY)),
        When(status=CaseStatus.RETURNED, then=Value(Rule.RETURNED)),
        When(Exists(unread), then=Value(Rule.REPLY)),
        When(Q(status=CaseStatus.LOGGED) & ~Exists(written), then=Value(Rule.NOT_ACKNOWLEDGED)),
        default=None,
        output_field=IntegerField(),
    )
    found = mine.annotate(rule=rule).filter(rule__isnull=False).exclude(passed_over(user, now))
    return list(found.defer("story").order_by("rule", "next_due_at", "pk")[:MOST_ROWS])


def _rule(promise: Promise, now: datetime) -> Rule | None:
    if promise.kind == PromiseKind.CALL_BACK and promise.due_at <= now + CALL_SOON:
        return Rule.CALL_BACK
    return Rule.FOLLOW_UP if promise.due_at <= end_of_today(now) else None


def _promise_todo(promise: Promise, now: datetime) -> Todo:
    case, is_call = promise.case, promise.kind == PromiseKind.CALL_BACK
    is_late = promise.due_at < now
    when = (
        f"Today, {dates.clock_time(promise.due_at)}" if _is_today(promise.due_at, now) else dates.moment(promise.due_at)
    )
    words = "You promised this call" if is_call else "Follow-up promised" if is_late else "Follow-up due today"
    return Todo(
        text=f"Call {case.customer.name} back" if is_call else promise.text,
        reference=case.reference,
        summary=case.summary,
        url=reverse("cases:log_contact" if is_call else "cases:follow_up", args=[case.reference]),
        button="Call back" if is_call else "Follow up",
        badge=Badge(
            state="late" if is_late else "soon", when=when, words=f"{words}, and it is late" if is_late else words
        ),
    )


def _case_todo(case: Case, badge: Badge | None) -> Todo:
    rule = Rule(case.rule)  # type: ignore[attr-defined]
    text, button = WHAT[rule]
    return Todo(
        text=text, reference=case.reference, summary=case.summary, url=_url(case, rule), button=button, badge=badge
    )


def _url(case: Case, rule: Rule) -> str:
    match rule:
        case Rule.LATE:
            return f"{reverse('cases:write', args=[case.reference])}?purpose={ContactPurpose.HOLDING}"
        case Rule.NOT_ACKNOWLEDGED:
            return f"{reverse('cases:write', args=[case.reference])}?purpose={ContactPurpose.ACKNOWLEDGEMENT}"
        case Rule.REPLY:
            return f"{reverse('cases:timeline', args=[case.reference])}?show=customer"
        case _:
            return case.get_absolute_url()


def _coming(mine: CaseQuerySet, promises: list[Promise], now: datetime) -> list[Line]:
    later = end_of_today(now)
    lines = [(promise.due_at, _promise_line(promise)) for promise in promises if promise.due_at > later]
    soon = mine.filter(next_due_at__gt=later, next_due_at__lt=now + WEEK).defer("story")
    lines += [
        (case.next_due_at, _deadline_line(case))
        for case in soon.order_by("next_due_at", "pk")[:MOST_ROWS]
        if case.next_due_at
    ]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])][:MOST_ROWS]


def _promise_line(promise: Promise) -> Line:
    is_call = promise.kind == PromiseKind.CALL_BACK
    return Line(
        text=f"Call {promise.case.customer.name}" if is_call else promise.text,
        url=promise.case.get_absolute_url(),
        below=promise.case.reference,
        when=_short(promise.due_at),
        icon="telephone" if is_call else "check2-square",
    )


def _deadline_line(case: Case) -> Line:
    when = _short(case.next_due_at) if case.next_due_at else ""
    return Line(text=case.summary, url=case.get_absolute_url(), below=case.reference, when=when)


def _short(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%a}, {dates.clock_time(moment)}"


def _is_today(moment: datetime, now: datetime) -> bool:
    return timezone.localtime(moment).date() == timezone.localtime(now).date()
