from datetime import timedelta

import factory

from cases.models import TriageDecision
from cases.tests.factories import NOW, CaseFactory
from coaching.choices.triage import TriageClaim
from coaching.models import TriageDraw, TriageReview
from policies.choices import CaseKind, TriageOutcome


class TriageDecisionFactory(factory.django.DjangoModelFactory):
    """A routine request that somebody else than the leaders sorted yesterday."""

    class Meta:
        model = TriageDecision

    case = factory.SubFactory(CaseFactory, kind=CaseKind.SERVICE_REQUEST)
    kind = factory.SelfAttribute("case.kind")
    outcome = TriageOutcome.SERVICE_REQUEST
    reason = "This is a routine request, so it does not need escalating."
    decided_by = factory.SelfAttribute("case.owner")
    decided_at = NOW - timedelta(days=1)


class TriageDrawFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TriageDraw

    seed = 123_456
    percent = 10
    since = factory.LazyAttribute(lambda draw: draw.until - timedelta(days=1))
    until = factory.Sequence(lambda n: NOW - timedelta(days=n))
    population = 10
    drawn_at = factory.SelfAttribute("until")


class TriageReviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TriageReview

    draw = factory.SubFactory(TriageDrawFactory)
    decision = factory.SubFactory(TriageDecisionFactory)
    claim = TriageClaim.NOT_COMPLAINT
