"""Complaints in the states that tests start from. Every step goes through the services, as people would take it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import factory

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import Certainty, Decision
from cases.models import Approval, Case, RootCauseAnalysis
from cases.tests.factories import NOW, CaseFactory
from complaints.choices import Answer, Finding, GivesWanted
from complaints.models import ComplaintPoint, Delegation, Forwarding, Merge, Proposal, ProposedAction, RedressItem
from complaints.services.deciding import Verdict, decide
from complaints.services.finishing import CustomerAnswer, record_confirmation, send_decision
from complaints.services.opening import open_complaint, start_investigation
from complaints.services.points import PointAnswer, save_point
from complaints.services.proposing import (
    ActionOffer,
    RedressOffer,
    ResolutionText,
    add_action,
    add_redress,
    save_resolution,
    submit_for_sign_off,
)
from policies.choices import RedressType
from policies.models import AuthorityLimit
from policies.tests.factories import ClauseFactory, RootCauseFactory


class ApprovalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Approval

    case = factory.SubFactory(CaseFactory)
    round = 1
    content_hash = "0" * 64
    requested_by = factory.SelfAttribute("case.owner")
    requested_at = NOW


class ProposalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Proposal

    approval = factory.SubFactory(ApprovalFactory)
    content = factory.LazyFunction(lambda: {"points": []})


class DelegationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delegation

    giver = factory.SubFactory(UserFactory, role=Role.MANAGER)
    receiver = factory.SubFactory(UserFactory, role=Role.TEAM_LEADER)
    first_day = NOW.date()
    last_day = NOW.date()
    reason = "On leave"


class ForwardingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Forwarding

    case = factory.SubFactory(CaseFactory)
    is_whole = True
    organisation = "Network North"
    contact = "0800 000 000"
    reason = "The cable is theirs"
    forwarded_on = NOW.date()
    made_by = factory.SelfAttribute("case.owner")


class MergeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Merge

    case = factory.SubFactory(CaseFactory)
    into = factory.SubFactory(CaseFactory)
    reason = "Logged twice"
    made_by = factory.SelfAttribute("case.owner")
    made_at = NOW


class RedressItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RedressItem

    case = factory.SubFactory(CaseFactory)
    redress_type = RedressType.GOODWILL
    amount = Decimal("25.00")
    added_by = factory.SelfAttribute("case.owner")


class ProposedActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProposedAction

    case = factory.SubFactory(CaseFactory)
    text = "Release the refund"
    owner = factory.SelfAttribute("case.owner")
    due_date = date(2026, 11, 24)


LATER = NOW + timedelta(hours=1)
WAY_ON = {"plan": "Ask Billing again", "contact_on": LATER.date() + timedelta(days=1)}
LETTER = "Dear Ann Lee,\n\nPoint 1. You were right: the refund promised on 3 November was not paid. I am sorry."
LIMITS = {Role.AGENT: Decimal(100), Role.TEAM_LEADER: Decimal(500), Role.MANAGER: Decimal(2500)}


def set_limits() -> None:
    for role, amount in LIMITS.items():
        AuthorityLimit.objects.get_or_create(role=role, defaults={"amount": amount, "valid_from": date(2026, 1, 1)})


@dataclass
class World:
    """A case, its owner, the leader of its team, and a manager."""

    case: Case
    agent: User
    leader: User
    manager: User

    @property
    def approval(self) -> Approval:
        return Approval.objects.filter(case=self.case).order_by("-round").first()

    @property
    def point(self) -> ComplaintPoint:
        return ComplaintPoint.objects.get(case=self.case, number=1)

    def reload(self) -> Case:
        self.case = Case.objects.get(pk=self.case.pk)
        return self.case


def logged(**values: object) -> World:
    set_limits()
    case = CaseFactory.create(**values)
    open_complaint(case, actor=case.logged_by, now=NOW)
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=case.team, full_name="Sam Okafor")
    manager = UserFactory.create(role=Role.MANAGER, full_name="Mira Castell")
    return World(case, case.owner, leader, manager)


def investigating(**values: object) -> World:
    world = logged(**values)
    start_investigation(case_id=world.case.pk, actor=world.agent, now=NOW)
    return world


def answer_point(world: World, **values: object) -> None:
    answer = {
        "text": world.point.text,
        "finding": Finding.UPHELD,
        "reason": "The payment was never released.",
        "clause_id": ClauseFactory.create().pk,
        **values,
    }
    save_point(
        point_id=world.point.pk, version=world.point.version, answer=PointAnswer(**answer), actor=world.agent, now=NOW
    )


def write_resolution(world: World, letter: str = LETTER, version: int = 0) -> None:
    text = ResolutionText(has_apology=True, apology="I am sorry.", gives_wanted=GivesWanted.YES, letter=letter)
    save_resolution(case_id=world.case.pk, version=version, text=text, actor=world.agent, now=NOW)


def offer(world: World, amount: str) -> None:
    add_redress(
        case_id=world.case.pk,
        offer=RedressOffer(redress_type=RedressType.DISTRESS, amount=Decimal(amount)),
        actor=world.agent,
        now=NOW,
    )


def ready(amount: str = "", **values: object) -> World:
    """Everything that sign-off asks for is there, and nothing has been sent for it."""
    world = investigating(**values)
    RootCauseAnalysis.objects.create(
        case=world.case, root_cause=RootCauseFactory.create(), certainty=Certainty.CONFIRMED
    )
    answer_point(world)
    write_resolution(world)
    action = ActionOffer(text="Release the refund", owner_id=world.agent.pk, due_date=date(2026, 11, 24))
    add_action(case_id=world.case.pk, offer=action, actor=world.agent, now=NOW)
    if amount:
        offer(world, amount)
    return world


def submitted(amount: str = "250.00", **values: object) -> World:
    world = ready(amount, **values)
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)
    return world


def verdict(world: World, decision: Decision = Decision.APPROVE, **values: object) -> Verdict:
    return Verdict(decision=decision, **{"content_hash": world.approval.content_hash, **values})


def approved(amount: str = "250.00", **values: object) -> World:
    world = submitted(amount, **values)
    decide(approval_id=world.approval.pk, verdict=verdict(world), actor=world.leader, now=LATER)
    return world


def sent(amount: str = "250.00", **values: object) -> World:
    world = approved(amount, **values)
    send_decision(case_id=world.case.pk, channel="LETTER", actor=world.agent, now=LATER)
    return world


def confirmed(amount: str = "250.00", **values: object) -> World:
    world = sent(amount, **values)
    said = CustomerAnswer(answer=Answer.SORTED, said_by="Ann Lee")
    record_confirmation(case_id=world.case.pk, said=said, actor=world.agent, now=LATER)
    return world
