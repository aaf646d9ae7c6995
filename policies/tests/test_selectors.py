from datetime import date
from decimal import Decimal

import pytest

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from policies import selectors
from policies.choices import CaseKind, Priority
from policies.models import AuthorityLimit, PriorityRule
from policies.tests.factories import CategoryFactory, ChecklistTemplateFactory, TriggerFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)


def test_the_matrix_of_the_day_decides_the_priority() -> None:
    PriorityRule.objects.create(impact=2, urgency=3, priority=3, valid_from=date(2026, 1, 1), valid_to=DAY)
    PriorityRule.objects.create(impact=2, urgency=3, priority=2, valid_from=DAY)

    priority, reason = selectors.priority_with_reason(impact=2, urgency=3, day=DAY)

    assert priority == Priority.P2
    assert reason == "P2 High, because impact is 2 of 4 and urgency is 3 of 3."


def test_a_trigger_sets_a_minimum() -> None:
    PriorityRule.objects.create(impact=1, urgency=1, priority=4, valid_from=DAY)
    triggers = [TriggerFactory.create(priority_floor=3), TriggerFactory.create(label="Risk of harm", priority_floor=1)]

    priority, reason = selectors.priority_with_reason(impact=1, urgency=1, day=DAY, triggers=triggers)

    assert priority == Priority.P1
    assert reason.endswith("“Risk of harm” sets a minimum of P1 Critical.")


def test_a_minimum_below_the_matrix_changes_nothing() -> None:
    PriorityRule.objects.create(impact=4, urgency=3, priority=1, valid_from=DAY)

    priority, reason = selectors.priority_with_reason(
        impact=4, urgency=3, day=DAY, triggers=[TriggerFactory.create(priority_floor=2)]
    )

    assert priority == Priority.P1
    assert "minimum" not in reason


def test_a_gap_in_the_matrix_is_said_aloud() -> None:
    priority, reason = selectors.priority_with_reason(impact=1, urgency=1, day=DAY)

    assert priority == Priority.P3
    assert reason == "No rule covers impact 1 and urgency 1, so it is P3 Medium."


def test_a_persons_own_limit_goes_before_their_roles() -> None:
    leader = UserFactory.create(role=Role.TEAM_LEADER)
    AuthorityLimit.objects.create(role=Role.TEAM_LEADER, amount=500, valid_from=date(2026, 1, 1))
    AuthorityLimit.objects.create(person=leader, amount=200, valid_from=date(2026, 1, 1))

    assert selectors.authority_limit(leader, day=DAY) == Decimal(200)


def test_nobody_has_authority_that_was_not_given() -> None:
    assert selectors.authority_limit(UserFactory.create(), day=DAY) == 0


def test_a_case_gets_the_general_its_categorys_and_its_triggers_checklists() -> None:
    billing, other = CategoryFactory.create(), CategoryFactory.create()
    harm = TriggerFactory.create()
    general = ChecklistTemplateFactory.create()
    by_category = ChecklistTemplateFactory.create(category=billing)
    by_trigger = ChecklistTemplateFactory.create(trigger=harm)
    ChecklistTemplateFactory.create(category=other)
    ChecklistTemplateFactory.create(valid_from=date(2027, 1, 1))
    ChecklistTemplateFactory.create(kind=CaseKind.INCIDENT)

    found = selectors.checklist_templates(kind=CaseKind.COMPLAINT, category=billing, triggers=[harm], day=DAY)

    assert set(found) == {general, by_category, by_trigger}
