from datetime import date

import factory

from policies.choices import CaseKind, ChecklistGroup, VersionState
from policies.models import (
    Category,
    ChecklistTemplate,
    ChecklistTemplateItem,
    Clause,
    PolicyDocument,
    PolicyVersion,
    Product,
    RootCause,
    TriageTree,
    Trigger,
)
from policies.triage import as_data, shipped_tree


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    name = factory.Sequence(lambda n: f"Product {n}")


class TriggerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Trigger

    code = factory.Sequence(lambda n: f"trigger-{n}")
    label = factory.Sequence(lambda n: f"Trigger {n}")


class PolicyDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PolicyDocument

    title = factory.Sequence(lambda n: f"Policy {n}")
    slug = factory.Sequence(lambda n: f"policy-{n}")


class PolicyVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PolicyVersion

    document = factory.SubFactory(PolicyDocumentFactory)
    number = 1
    state = VersionState.PUBLISHED
    effective_from = date(2026, 1, 1)


class ClauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Clause

    version = factory.SubFactory(PolicyVersionFactory)
    number = factory.Sequence(lambda n: f"4.{n}")
    heading = "Refunds"
    text = "We pay a refund within five working days."


class ChecklistTemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChecklistTemplate

    name = factory.Sequence(lambda n: f"Checklist {n}")
    kind = CaseKind.COMPLAINT
    valid_from = date(2026, 1, 1)


class ChecklistTemplateItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChecklistTemplateItem

    template = factory.SubFactory(ChecklistTemplateFactory)
    group = ChecklistGroup.FACTS
    text = factory.Sequence(lambda n: f"Find out {n}")


class RootCauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RootCause

    code = factory.Sequence(lambda n: f"cause-{n}")
    label = factory.Sequence(lambda n: f"Cause {n}")


class TriageDraftFactory(factory.django.DjangoModelFactory):
    """The one draft of the triage questions."""

    class Meta:
        model = TriageTree
        django_get_or_create = ("state",)

    number = 7
    state = VersionState.DRAFT
    questions = factory.LazyFunction(lambda: as_data(shipped_tree().questions))
