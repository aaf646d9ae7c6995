from datetime import UTC, datetime, timedelta

import factory

from accounts.tests.factories import TeamFactory, UserFactory
from cases.choices import (
    CauseVerdict,
    Channel,
    Direction,
    EvidenceType,
    FishboneBranch,
    LinkKind,
    PromiseKind,
    StakeholderRole,
)
from cases.models import (
    Case,
    CaseDraft,
    CaseLink,
    ChecklistItem,
    Contact,
    Contribution,
    Customer,
    Evidence,
    FishboneCause,
    NamedColleague,
    Promise,
    RootCauseAnalysis,
    Stakeholder,
)
from policies.choices import CaseKind

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # a Friday, 4:00pm in London


class CustomerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"Customer {n}")
    phone = "07700 900123"
    phone_digits = "07700900123"
    postcode = "YO24 1AA"


class CaseFactory(factory.django.DjangoModelFactory):
    """A complaint just logged, owned by an agent of its team. Steps beyond that go through the services."""

    class Meta:
        model = Case

    number = factory.Sequence(lambda n: f"2026-{n + 1:06d}")
    kind = CaseKind.COMPLAINT
    summary = "Refund promised on 3 November has not arrived"
    story = "Refund promised on 3 November has not arrived. This is the third call."
    customer = factory.SubFactory(CustomerFactory)
    team = factory.SubFactory(TeamFactory)
    owner = factory.SubFactory(UserFactory, team=factory.SelfAttribute("..team"))
    logged_by = factory.SelfAttribute("owner")
    received_at = NOW
    logged_at = NOW


class ContactFactory(factory.django.DjangoModelFactory):
    """A call from the customer that nobody has read yet."""

    class Meta:
        model = Contact

    case = factory.SubFactory(CaseFactory)
    direction = Direction.IN
    channel = Channel.PHONE
    body = "The refund has still not arrived."
    happened_at = NOW
    is_read = False


class CaseLinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CaseLink

    source = factory.SubFactory(CaseFactory)
    target = factory.SubFactory(CaseFactory)
    kind = LinkKind.RELATED
    made_by = factory.SelfAttribute("source.owner")
    made_at = NOW


class NamedColleagueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NamedColleague

    case = factory.SubFactory(CaseFactory)
    colleague = factory.SubFactory(UserFactory)


class CaseDraftFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CaseDraft

    number = factory.Sequence(lambda n: f"2027-{n + 1:06d}")
    author = factory.SubFactory(UserFactory)
    opened_at = NOW


class ChecklistItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChecklistItem

    case = factory.SubFactory(CaseFactory)
    text = factory.Sequence(lambda n: f"Find out {n}")


class StakeholderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stakeholder

    case = factory.SubFactory(CaseFactory)
    name = "Payments"
    role = StakeholderRole.TEAM


class ContributionFactory(factory.django.DjangoModelFactory):
    """A question to a team, due in two days."""

    class Meta:
        model = Contribution

    stakeholder = factory.SubFactory(StakeholderFactory)
    case = factory.SelfAttribute("stakeholder.case")
    question = "When was the refund released?"
    asked_by = factory.SelfAttribute("case.owner")
    asked_at = NOW
    due_at = NOW + timedelta(days=2)


class EvidenceFactory(factory.django.DjangoModelFactory):
    """What somebody said; a file comes in through the service alone."""

    class Meta:
        model = Evidence

    case = factory.SubFactory(CaseFactory)
    title = factory.Sequence(lambda n: f"Statement {n}")
    evidence_type = EvidenceType.STATEMENT
    shows = "The bank rejected the refund on 5 November"
    obtained_by = factory.SelfAttribute("case.owner")
    obtained_at = NOW


class PromiseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Promise

    case = factory.SubFactory(CaseFactory)
    kind = PromiseKind.CALL_BACK
    text = "Call back with the date of the refund"
    due_at = NOW + timedelta(days=3)
    owner = factory.SelfAttribute("case.owner")
    made_by = factory.SelfAttribute("case.owner")
    made_at = NOW


class RootCauseAnalysisFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RootCauseAnalysis

    case = factory.SubFactory(CaseFactory)


class FishboneCauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FishboneCause

    analysis = factory.SubFactory(RootCauseAnalysisFactory)
    branch = FishboneBranch.PROCESS
    text = "Nobody reads the rejection report"
    verdict = CauseVerdict.OPEN
