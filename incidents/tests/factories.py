from datetime import timedelta

import factory

from cases.tests.factories import NOW, CaseFactory
from incidents.choices import JobState, LinkSource, RecoveryKind
from incidents.models import HandOff, Incident, LinkRun, Listener, Mailing, RecoveryAction, ReviewAction
from policies.choices import CaseKind


class IncidentCaseFactory(CaseFactory):
    """A case of kind incident with its extension, just logged."""

    class Meta:
        skip_postgeneration_save = True

    kind = CaseKind.INCIDENT
    summary = "Online payments fail at the last step"
    story = "Online payments fail at the last step since this morning. Several customers have called."

    @factory.post_generation
    def incident_row(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create:
            Incident.objects.create(case=self, affected="Online payments", started_at=NOW - timedelta(hours=3))


class HandOffFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HandOff

    case = factory.SubFactory(IncidentCaseFactory)
    resolver = "Networks"
    asked = "Find the cause"
    handed_by = factory.SelfAttribute("case.owner")
    handed_at = NOW


class RecoveryActionFactory(factory.django.DjangoModelFactory):
    """A proposal of £100 that needs somebody's agreement."""

    class Meta:
        model = RecoveryAction

    case = factory.SubFactory(IncidentCaseFactory)
    customer_group = "Customers whose payment failed"
    kind = RecoveryKind.GOODWILL
    text = "Credit to the account"
    cost = 100
    proposed_by = factory.SelfAttribute("case.owner")
    proposed_at = NOW


class LinkRunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LinkRun

    case = factory.SubFactory(IncidentCaseFactory)
    asked_by = factory.SelfAttribute("case.owner")
    asked_at = NOW
    source = LinkSource.FILE
    words = "cases.csv"


class MailingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mailing

    case = factory.SubFactory(IncidentCaseFactory)
    asked_by = factory.SelfAttribute("case.owner")
    asked_at = NOW
    state = JobState.DONE
    subject = "We are working on it"
    body = "Dear {{ customer_name }}, we are working on it."


class ReviewActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReviewAction

    case = factory.SubFactory(IncidentCaseFactory)
    text = "Test the alarm of the payment queue"
    owner = factory.SelfAttribute("case.owner")
    due_date = NOW.date()
    made_by = factory.SelfAttribute("case.owner")
    made_at = NOW


class ListenerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Listener

    case = factory.SubFactory(IncidentCaseFactory)
    name = "Network operator"
    email = factory.Sequence(lambda n: f"partner{n}@example.com")
    added_by = factory.SelfAttribute("case.owner")
