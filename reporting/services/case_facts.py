"""Read out of the case files what the measures need to know: one fact for each case, and the spells of complaints."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from cases.choices import ApprovalState, Direction
from cases.models import Approval, Case, CaseEvent, Contact, NamedColleague, RootCauseAnalysis
from complaints.choices import Finding, Outcome
from complaints.lifecycle import outcome_of
from complaints.models import Complaint, Confirmation, OmbudsmanReferral, RedressItem
from core.dates import local_day
from policies.choices import CaseKind
from policies.models import RootCause
from reporting.choices import ClockResult
from reporting.measures.business_days import BusinessDays
from reporting.measures.lives import TURNS, Spell, Step, Turn, band_of, first_closing, reopening_of, spells_of
from reporting.models import CaseFact, CaseSpell, Theme, ThemeMembership
from reporting.selectors.business_calendars import business_days_by_version
from reporting.services.missed import Missed, missed_deadlines
from sla.choices import OPEN_STATES, ClockState, SatisfiedBy
from sla.models import Clock

ANSWERS = (SatisfiedBy.FINAL_RESPONSE, SatisfiedBy.RESOLVED)
REPEAT_WITHIN = timedelta(days=90)
MOST = 32_767  # what a small whole number holds; a case with more contacts than that is counted as having this many
WEEKDAYS_ONLY = BusinessDays()


@dataclass(frozen=True)
class Deadline:
    """When an answer was due, how that ended, and on which calendar its days are counted."""

    due: date | None = None
    result: ClockResult = ClockResult.NONE
    reached: date | None = None
    calendar: BusinessDays = WEEKDAYS_ONLY

    def days_since(self, received: date) -> int | None:
        return None if self.reached is None else min(MOST, self.calendar.between(received, self.reached))


@dataclass
class Papers:
    """Everything about some cases that their facts are made of, by case."""

    complaints: dict[int, dict[str, Any]]
    causes: dict[int, dict[str, Any]]
    areas: dict[int | None, int]
    named: set[int]
    themes: dict[int, int]
    acknowledged: dict[int, Deadline]
    answered: dict[int, Deadline]
    missed: dict[int, Missed]
    steps: dict[int, list[Step]]
    redress: dict[int, int]
    talk: dict[int, dict[str, Any]]
    confirmations: dict[int, dict[str, Any]]
    referrals: dict[int, dict[str, Any]]
    repeats: set[int]
    earlier_answers: dict[int, list["Answer"]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What one round of sign-off decided: the outcome of the findings, and all redress so far."""

    day: date
    outcome: str
    pence: int


def read_facts(case_ids: list[int]) -> tuple[list[CaseFact], list[CaseSpell]]:
    """Return the facts of the cases, and the spells of those that are complaints.

    A duplicate that was merged into another case has none: the complaint counts once.
    """
    counted = Case.objects.filter(pk__in=case_ids).exclude(complaint__outcome=Outcome.DUPLICATE)
    cases = list(counted.select_related("customer").order_by("pk"))
    papers = _collect(cases)
    facts, spells = [], []
    for case in cases:
        lives = _spells(case, papers)
        facts.append(_fact(case, lives[-1] if lives else None, papers))
        spells += lives
    return facts, spells


def _collect(cases: list[Case]) -> Papers:
    ids = [case.pk for case in cases]
    calendars = business_days_by_version()
    steps = _steps(ids)
    complaints = _by_case(Complaint.objects.filter(case__in=ids), "outcome", "stage", "decision_sent_at")
    causes = _by_case(RootCauseAnalysis.objects.filter(case__in=ids), "root_cause_id", "certainty")
    twice = [case for case, turns in steps.items() if any(step.turn is Turn.REOPENED for step in turns)]
    return Papers(
        complaints=complaints,
        causes=causes,
        areas=cause_areas(),
        named=set(NamedColleague.objects.filter(case__in=ids).values_list("case_id", flat=True)),
        themes=themes_of(ids),
        acknowledged=_deadlines(ids, (SatisfiedBy.ACKNOWLEDGED,), calendars),
        answered=_deadlines(ids, ANSWERS, calendars),
        missed=missed_deadlines(ids),
        steps=steps,
        redress=_redress(ids),
        talk=_talk(ids),
        confirmations=_confirmations(ids),
        referrals=_by_case(OmbudsmanReferral.objects.filter(case__in=ids), "decision", "decided_on"),
        repeats=_repeats(cases),
        earlier_answers=_answers(twice),
    )


def _fact(case: Case, last: CaseSpell | None, papers: Papers) -> CaseFact:
    complaint = papers.complaints.get(case.pk, {})
    cause = papers.causes.get(case.pk, {})
    acknowledged = papers.acknowledged.get(case.pk, Deadline())
    answered = papers.answered.get(case.pk, Deadline())
    missed = papers.missed.get(case.pk, Missed())
    confirmed = papers.confirmations.get(case.pk, {})
    received, closed = local_day(case.received_at), local_day(case.closed_at) if case.closed_at else None
    first_closed, reopened = first_closing(papers.steps.get(case.pk, []))
    first_closed = first_closed or closed
    talk = papers.talk.get(case.pk, {}) if closed else {}
    referral = papers.referrals.get(case.pk, {})
    is_complaint = case.kind == CaseKind.COMPLAINT
    return CaseFact(
        case_id=case.pk,
        team_id=case.team_id,
        owner_id=case.owner_id,
        kind=case.kind,
        channel=case.channel,
        category_id=case.category_id,
        product_id=case.product_id,
        journey_stage_id=case.journey_stage_id,
        root_cause_id=cause.get("root_cause_id"),
        cause_area_id=papers.areas.get(cause.get("root_cause_id")),
        certainty=cause.get("certainty") or "" if cause.get("root_cause_id") else "",
        theme_id=papers.themes.get(case.pk),
        outcome=complaint.get("outcome", ""),
        stage=complaint.get("stage") if is_complaint else None,
        needs_support=bool(case.customer.support_need),
        is_repeat=case.pk in papers.repeats if is_complaint else None,
        received_day=received,
        logged_day=local_day(case.logged_at),
        closed_day=closed,
        first_closed_day=first_closed,
        reopened_day=reopened,
        reopening=reopening_of(first_closed, reopened),
        settled_day=last.settled_day if last else None,
        band=last.band if last else "",
        redress_pence=papers.redress.get(case.pk) if last and last.settled_day else None,
        acknowledge_due_day=acknowledged.due,
        acknowledged=acknowledged.result,
        acknowledged_day=acknowledged.reached,
        acknowledge_days=acknowledged.days_since(received),
        answer_due_day=answered.due,
        answered=answered.result,
        answered_day=answered.reached,
        answer_days=answered.days_since(received),
        missed_day=missed.day,
        missed_cause=missed.cause,
        customer_contacts=min(MOST, talk.get("heard", 0)) if closed else None,
        handled_seconds=talk.get("seconds") or None,
        confirmed_day=local_day(confirmed["recorded_at"]) if confirmed else None,
        confirmed=confirmed.get("answer", ""),
        satisfaction=confirmed.get("feedback__satisfaction"),
        ease=confirmed.get("feedback__ease"),
        recommend=confirmed.get("feedback__recommend"),
        is_referred=bool(referral) if last and last.settled_day and complaint.get("decision_sent_at") else None,
        ombudsman=referral.get("decision", ""),
        ombudsman_day=referral.get("decided_on"),
        is_walled=case.is_restricted or case.pk in papers.named,
    )


def _spells(case: Case, papers: Papers) -> list[CaseSpell]:
    """Return the spells of a complaint. A settled one that was loaded without its history counts by its dates."""
    if case.kind != CaseKind.COMPLAINT:
        return []
    complaint = papers.complaints.get(case.pk, {})
    received = local_day(case.received_at)
    spells = spells_of(received, papers.steps.get(case.pk, []))
    sent = complaint.get("decision_sent_at") or case.closed_at
    if len(spells) == 1 and spells[0].settled is None and sent:
        spells = [Spell(received, local_day(sent), Turn.ANSWERED)]
    calendar = papers.answered.get(case.pk, Deadline()).calendar
    rows, paid = [], 0
    for number, spell in enumerate(spells, start=1):
        is_last = number == len(spells)
        outcome, total = _found(case, spell, papers, is_last=is_last)
        rows.append(
            CaseSpell(
                case_id=case.pk,
                number=number,
                opened_day=spell.opened,
                settled_day=spell.settled,
                outcome=outcome,
                band=band_of(received, spell.settled, calendar) if spell.settled else "",
                redress_pence=max(0, total - paid),
            )
        )
        paid = max(paid, total)
    return rows


def _found(case: Case, spell: Spell, papers: Papers, *, is_last: bool) -> tuple[str, int]:
    """Return the outcome with which a spell was settled, and all redress on the case up to then, in pence."""
    if spell.settled is None:
        return "", 0
    if is_last:
        return papers.complaints.get(case.pk, {}).get("outcome", ""), papers.redress.get(case.pk, 0)
    if spell.how is Turn.WITHDRAWN:
        return Outcome.WITHDRAWN, 0
    answers = [one for one in papers.earlier_answers.get(case.pk, []) if one.day <= spell.settled]
    return (answers[-1].outcome, answers[-1].pence) if answers and spell.how is Turn.ANSWERED else ("", 0)


def cause_areas() -> dict[int | None, int]:
    """Return the top of the list that each root cause belongs to."""
    parents = dict(RootCause.objects.values_list("pk", "parent_id"))
    areas: dict[int | None, int] = {}
    for cause in parents:
        top = cause
        while (above := parents[top]) is not None:
            top = above
        areas[cause] = top
    return areas


def themes_of(case_ids: list[int]) -> dict[int, int]:
    """Return the theme of each case that is in one which is still a theme."""
    live = ThemeMembership.objects.filter(case__in=case_ids, theme__in=Theme.objects.live())
    return dict(live.values_list("case_id", "theme_id"))


def _by_case(rows: Any, *names: str) -> dict[int, dict[str, Any]]:
    return {row.pop("case_id"): row for row in rows.values("case_id", *names)}


def _steps(ids: list[int]) -> dict[int, list[Step]]:
    """Return the turns in the history of each case, in their order."""
    found: dict[int, list[Step]] = defaultdict(list)
    rows = CaseEvent.objects.filter(case__in=ids, action__in=list(TURNS)).order_by("case_id", "seq")
    for case_id, action, happened_at in rows.values_list("case_id", "action", "happened_at"):
        found[case_id].append(Step(TURNS[action], local_day(happened_at)))
    return found


def _redress(ids: list[int]) -> dict[int, int]:
    rows = RedressItem.objects.filter(case__in=ids).order_by().values_list("case_id").annotate(total=Sum("amount"))
    return {case_id: pence(total) for case_id, total in rows}


def pence(amount: Decimal) -> int:
    return int(amount * 100)


def _talk(ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return how often the customer got in touch after the case was logged, and how long colleagues dealt with them."""
    rows: Any = Contact.objects.filter(case__in=ids).order_by().values("case_id")
    heard = Count("pk", filter=Q(direction=Direction.IN, happened_at__gt=F("case__logged_at")))
    return {row.pop("case_id"): row for row in rows.annotate(heard=heard, seconds=Sum("handled_seconds"))}


def _confirmations(ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return the last thing each customer said about the outcome."""
    rows = Confirmation.objects.filter(case__in=ids).order_by("recorded_at", "pk")
    return _by_case(rows, "answer", "recorded_at", "feedback__satisfaction", "feedback__ease", "feedback__recommend")


def _repeats(cases: list[Case]) -> set[int]:
    """Return the complaints of customers who complained of the same kind of thing in the 90 days before."""
    ours = [case for case in cases if case.kind == CaseKind.COMPLAINT and not case.customer.is_anonymous]
    if not ours:
        return set()
    earliest = min(case.received_at for case in ours) - REPEAT_WITHIN
    rows = Case.objects.filter(
        customer__in={case.customer_id for case in ours}, kind=CaseKind.COMPLAINT, received_at__gte=earliest
    )
    told: dict[tuple[int, int | None], list[datetime]] = defaultdict(list)
    for customer, category, received_at in rows.order_by().values_list("customer_id", "category_id", "received_at"):
        told[customer, category].append(received_at)
    return {
        case.pk
        for case in ours
        if any(
            case.received_at - REPEAT_WITHIN <= before < case.received_at
            for before in told[case.customer_id, case.category_id]
        )
    }


def _answers(ids: list[int]) -> dict[int, list[Answer]]:
    """Return what each approved round of sign-off said, of cases that were opened again."""
    found: dict[int, list[Answer]] = defaultdict(list)
    rows = Approval.objects.filter(
        case__in=ids, state=ApprovalState.APPROVED, decided_at__isnull=False, proposal__isnull=False
    )
    for row in rows.select_related("proposal").order_by("case_id", "round"):
        if row.decided_at is None:
            continue
        findings = [Finding(point["finding"]) for point in row.proposal.content.get("points", []) if point["finding"]]
        found[row.case_id].append(Answer(local_day(row.decided_at), outcome_of(findings), pence(row.amount)))
    return found


def _deadlines(
    ids: list[int], satisfied_by: Iterable[SatisfiedBy], calendars: dict[int, BusinessDays]
) -> dict[int, Deadline]:
    """Return, by case, when the deadline falls and how it ended: of the last cycle, the customer's before our own.

    A clock that was stopped before its time is no deadline any more. Where several are left, the earliest counts.
    """
    rows = (
        Clock.objects.filter(case__in=ids, target__satisfied_by__in=list(satisfied_by))
        .exclude(state=ClockState.CANCELLED, breached_at=None)
        .order_by("case_id", "cycle", "target__is_customer_clock", F("due_at").desc())
        .values_list("case_id", "due_at", "satisfied_at", "state", "calendar_version_id")
    )
    return {
        case_id: Deadline(
            local_day(due),
            _result(due, satisfied, state),
            local_day(satisfied) if satisfied else None,
            calendars.get(version, WEEKDAYS_ONLY),
        )
        for case_id, due, satisfied, state, version in rows
    }


def _result(due_at: datetime, satisfied_at: datetime | None, state: str) -> ClockResult:
    if state in OPEN_STATES:
        return ClockResult.OPEN
    return ClockResult.MET if satisfied_at and satisfied_at <= due_at else ClockResult.LATE
