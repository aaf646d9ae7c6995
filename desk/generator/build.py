"""Invented cases by the hundred or the hundred thousand: the same seed and day give the same cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from accounts.models import User
from cases.choices import CaseStatus, Channel, DesiredOutcome, IdentityCheck
from cases.models import ApprovalDecision, Case, Customer, NamedColleague, NumberSeries, Referral, TriageDecision
from cases.services.intake import case_year, summary_of
from desk.generator.arrivals import Arrival, arrivals
from desk.generator.casefile import CaseFile
from desk.generator.clerk import Clerk
from desk.generator.clocks import ClockRoom
from desk.generator.complaint_life import ComplaintLife
from desk.generator.incident_life import IncidentLife
from desk.generator.investigation import Investigation
from desk.generator.organisation import Organisation
from desk.generator.people import invent_person
from desk.generator.reference import Reference, read_reference
from desk.generator.rows import RowWriter
from desk.generator.stories import fill, tell
from desk.generator.words import common
from policies.choices import NAMES_A_COLLEAGUE, CaseKind, Priority, TriggerEffect
from policies.models import Trigger

T = TypeVar("T")

BATCH = 2_000
CHANNELS = {Channel.PHONE: 58, Channel.EMAIL: 22, Channel.WEB: 9, Channel.CHAT: 6, Channel.LETTER: 5}
TRIGGERS = {
    "repeat-contact": 44,
    "broken-promise": 22,
    "asked-for-manager": 12,
    "support-need": 7,
    "regulator-or-legal": 6,
    "loss-above-limit": 4,
    "offer-refused": 3,
    "media": 2,
}
IDENTITY = {IdentityCheck.PASSED: 85, IdentityCheck.REPRESENTATIVE: 5, IdentityCheck.NOT_CHECKED: 10}
IMPACTS = {1: 62, 2: 28, 3: 8, 4: 2}
URGENCIES = {1: 66, 2: 26, 3: 8}
RETURNING_SHARE = 0.18
UNOWNED_SHARE = 0.3


@dataclass
class Generator:
    """Draws one case after another.

    `open_share` leaves that share of them open, whatever their age; `brief_share` have but the steps of their life, their
    contacts and notes, and no working papers.
    """

    organisation: Organisation
    as_of: datetime
    seed: int
    open_share: float | None = None
    brief_share: float = 0.0
    rows: RowWriter = field(default_factory=lambda: RowWriter(first=[ApprovalDecision]))
    customers: list[Customer] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.reference: Reference = read_reference(self.organisation)
        self.clocks = ClockRoom()
        self.numbers = dict(NumberSeries.objects.values_list("year", "last"))

    def generate(self, count: int, *, progress: Callable[[int], None] = lambda done: None) -> None:
        with Clerk() as clerk:
            for done, arrival in enumerate(arrivals(self.rng, count=count, as_of=self.as_of), start=1):
                self._make_case(arrival)
                if done % BATCH == 0 or done == count:
                    clerk.write(self.rows.take())
                    progress(done)
        self.rows.reset_keys()
        for year, last in self.numbers.items():
            NumberSeries.objects.update_or_create(year=year, defaults={"last": last})

    def _make_case(self, arrival: Arrival) -> None:
        file, trigger = self._open_file(arrival)
        papers = Investigation(file, trigger)
        if file.case.kind == CaseKind.INCIDENT:
            IncidentLife(file, papers).live()
        else:
            legal = trigger.effect == TriggerEffect.LEGAL
            needs_manager = legal or file.case.priority == Priority.P1 or bool(file.case.customer.support_need)
            ComplaintLife(file, papers, needs_manager=needs_manager).live()
        if file.case.status == CaseStatus.LOGGED and self.rng.random() < UNOWNED_SHARE:
            file.case.owner_id = None
        file.finish(next_due_at=self.clocks.wind(file))

    def _open_file(self, arrival: Arrival) -> tuple[CaseFile, Trigger]:
        rng, customer = self.rng, self._customer(arrival)
        trigger = self._trigger(arrival)
        owner = self._owner(arrival.subject.team)
        case = self._case(arrival, customer, trigger, owner)
        file = CaseFile(
            rng=rng,
            rows=self.rows,
            reference=self.reference,
            arrival=arrival,
            case=case,
            owner=owner,
            leader=self.organisation.leaders[arrival.subject.team],
            now=case.logged_at,
            as_of=self.as_of,
            stop_at=self._stop_at(arrival),
            is_brief=rng.random() < self.brief_share,
        )
        file.happened("case.logged", changes={"kind": ("", case.kind)})
        self._refer(file, trigger)
        return file, trigger

    def _owner(self, team: str) -> User:
        """Return who takes the case; the first agent takes three turns, so that whoever signs in as them has a full day."""
        agents = self.organisation.agents[team]
        return self.rng.choice([agents[0], agents[0], *agents])

    def _stop_at(self, arrival: Arrival) -> datetime:
        if self.open_share is None or self.rng.random() >= self.open_share:
            return self.as_of
        return min(self.as_of, arrival.received_at + timedelta(days=12 * self.rng.random()))

    def _customer(self, arrival: Arrival) -> Customer:
        """Return somebody new, or somebody who complained before: the same few come back most."""
        if self.customers and self.rng.random() < RETURNING_SHARE:
            return self.customers[int(len(self.customers) * self.rng.random() ** 2)]
        person = invent_person(self.rng)
        digits = "".join(filter(str.isdigit, person.phone))
        values = {**vars(person), "phone_digits": digits}
        key = self.rows.add(Customer, created_at=arrival.received_at, **values)
        self.customers.append(Customer(pk=key, **values))
        return self.customers[-1]

    def _trigger(self, arrival: Arrival) -> Trigger:
        return self.reference.triggers[arrival.issue.trigger or draw(self.rng, TRIGGERS)]

    def _case(self, arrival: Arrival, customer: Customer, trigger: Trigger, owner: User) -> Case:
        rng, subject = self.rng, arrival.subject
        logged_at = min(arrival.received_at + timedelta(minutes=rng.choice((2, 4, 7, 12, 90))), self.as_of)
        story = tell(rng, arrival.issue, arrival.received_at.date())
        is_incident = arrival.issue.is_incident and rng.random() < 0.8
        impact = draw(rng, IMPACTS)
        urgency = draw(rng, URGENCIES)
        return Case(
            pk=self.rows.reserve(Case),
            number=self._number(logged_at),
            kind=CaseKind.INCIDENT if is_incident else CaseKind.COMPLAINT,
            summary=summary_of(story),
            story=story,
            desired_outcome=rng.choice(DesiredOutcome.values),
            customer=customer,
            identity_check=draw(rng, IDENTITY),
            channel=draw(rng, CHANNELS),
            category_id=self.reference.categories[subject.category].pk,
            product_id=rng.choice(self.reference.products),
            journey_stage_id=self.reference.stages[subject.stage],
            impact=impact,
            urgency=urgency,
            **self._priority(impact, urgency, trigger),
            owner=owner,
            team=self.organisation.teams[subject.team],
            logged_by=owner,
            received_at=arrival.received_at,
            logged_at=logged_at,
        )

    def _priority(self, impact: int, urgency: int, trigger: Trigger) -> dict[str, Any]:
        priority = Priority(self.reference.priorities[impact, urgency])
        reason = f"{priority.label}, because impact is {impact} of 4 and urgency is {urgency} of 3."
        if trigger.priority_floor and trigger.priority_floor < priority:
            priority = Priority(trigger.priority_floor)
            reason += f" “{trigger.label}” sets a minimum of {priority.label}."
        return {"priority": priority, "priority_reason": reason}

    def _number(self, logged_at: datetime) -> str:
        year = case_year(logged_at)
        self.numbers[year] = self.numbers.get(year, 0) + 1
        return f"{year}-{self.numbers[year]:06d}"

    def _refer(self, file: CaseFile, trigger: Trigger) -> None:
        """Write why the case is not a first contact, and why it is the kind it is."""
        case = file.case
        self.rows.add(
            Referral,
            case_id=case.pk,
            main_trigger_id=trigger.pk,
            referred_by="First line",
            already_tried=fill(self.rng, self.rng.choice(common.ALREADY_TRIED), case.received_at.date()),
        )
        self.rows.add(
            TriageDecision,
            case_id=case.pk,
            **self.reference.triage[CaseKind(case.kind)],
            decided_by_id=file.owner.pk,
            decided_at=case.logged_at,
        )
        if trigger.effect in NAMES_A_COLLEAGUE:
            others = [each for each in self.organisation.agents[file.arrival.subject.team] if each != file.owner]
            self.rows.add(NamedColleague, case_id=case.pk, colleague_id=self.rng.choice(others).pk)


def draw(rng: Random, weights: Mapping[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]
