"""The panel "What will happen", from the answers so far."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from cases.choices import IdentityCheck
from cases.models import PREFIXES, Case, CaseDraft
from coaching.models import Practice
from coaching.selectors.practice import suggested
from core.dates import local_day
from desk.selectors.answers import Answers
from desk.selectors.duplicates import CustomerCases, cases_of
from desk.selectors.outlook import Outlook, open_incidents, outlook
from policies.choices import CaseKind
from sla.arithmetic import AccountLine, words
from sla.choices import SatisfiedBy
from sla.selectors.planning import PlannedClock
from sla.services.clocks import preview_deadlines

WE_REACH_THEM = frozenset({SatisfiedBy.ACKNOWLEDGED, SatisfiedBy.FIRST_RESPONSE, SatisfiedBy.UPDATE_SENT})


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """One deadline in words, with the ledger that explains it."""

    key: str
    name: str
    when: str
    spoken: str
    is_contact: bool
    account: tuple[AccountLine, ...]


@dataclass(frozen=True, kw_only=True)
class Panel:
    outlook: Outlook
    customer_cases: CustomerCases | None
    incidents: list[Case]
    reference: str
    spoken_reference: str
    answers: Answers
    deadlines: list[DueLine]
    practices: list[Practice]

    @property
    def contact_by(self) -> str:
        """Return the day and time before which the customer hears from us, as it is said on the phone."""
        return next((line.spoken for line in self.deadlines if line.is_contact), "")

    @property
    def duplicate(self) -> Case | None:
        return self.customer_cases.duplicate if self.customer_cases else None

    @property
    def hides_details(self) -> bool:
        return self.answers.identity_check == IdentityCheck.NOT_CHECKED


def panel(answers: Answers, *, draft: CaseDraft, user: User, now: datetime) -> Panel:
    ahead = outlook(answers, actor=user, now=now)
    kind = ahead.kind
    customer = answers.customer
    return Panel(
        outlook=ahead,
        customer_cases=cases_of(customer, user=user, now=now, answers=answers) if customer else None,
        incidents=list(open_incidents(user)) if kind and kind.asks_for_incident else [],
        reference=f"{PREFIXES[kind.kind]}-{draft.number}" if kind else draft.number,
        spoken_reference=spoken(draft.number, kind.kind if kind else None),
        answers=answers,
        deadlines=_deadlines(answers, ahead, now=now),
        practices=_practices(answers, user=user, now=now),
    )


def _practices(answers: Answers, *, user: User, now: datetime) -> list[Practice]:
    """Return what helped others with this trigger or category, once one of them is chosen."""
    triggers = {each.pk for each in (answers.main_trigger, *answers.other_triggers) if each}
    category = answers.category.pk if answers.category else None
    if not triggers and category is None:
        return []
    return suggested(user, today=local_day(now), category=category, triggers=triggers, channel=answers.channel)


def _deadlines(answers: Answers, ahead: Outlook, *, now: datetime) -> list[DueLine]:
    if ahead.kind is None or ahead.priority is None or ahead.kind.is_request:
        return []
    clocks = preview_deadlines(
        kind=ahead.kind.kind,
        priority=ahead.priority.priority,
        category=answers.category,
        team=ahead.route.team,
        channel=answers.channel,
        received_at=ahead.received_at,
        now=now,
        triggers=answers.triggers,
    )
    return [_line(clock) for clock in clocks]


def _line(clock: PlannedClock) -> DueLine:
    target, due = clock.allowance.target, clock.deadline.due
    is_end_of_day = (due.hour, due.minute) == (23, 59)
    return DueLine(
        key=target.code,
        name=target.name,
        when=words.long_day(due) if is_end_of_day else f"{words.long_day(due)}, {words.time_of(due)}",
        spoken=f"{due:%A} {due.day} {due:%B}" + ("" if is_end_of_day else f" at {words.time_of(due)}"),
        is_contact=target.satisfied_by in WE_REACH_THEM,
        account=clock.deadline.account,
    )


def spoken(number: str, kind: CaseKind | None) -> str:
    """Return a reference as it is read out: "C M P, 2026, 4211"."""
    year, _, count = number.partition("-")
    letters = f"{' '.join(PREFIXES[kind])}, " if kind else ""
    return f"{letters}{year}, {int(count)}"
