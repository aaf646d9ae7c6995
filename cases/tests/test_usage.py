"""What the pages of rules know about the cases that use them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.tests.factories import CaseFactory, ChecklistItemFactory
from policies.tests.factories import CategoryFactory, ChecklistTemplateFactory, ChecklistTemplateItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    client.force_login(admin)
    return admin


def test_how_many_open_cases_use_a_row(client: Client, admin: User) -> None:
    category = CategoryFactory.create(name="Billing")
    CaseFactory.create_batch(2, category=category)
    CaseFactory.create(category=category, closed_at=timezone.now())

    lines = client.get("/policies/rules/categories/").context["lines"]

    assert [(line["row"], line["open_cases"]) for line in lines] == [(category, 2)]


def test_steps_that_a_case_has_taken_are_not_taken_away(client: Client, admin: User) -> None:
    today = timezone.localdate()
    template = ChecklistTemplateFactory.create(name="Every complaint", valid_from=today)
    item = ChecklistTemplateItemFactory.create(template=template, text="Read the account")
    ChecklistItemFactory.create(template_item=item)

    response = client.post(
        f"/settings/rules/checklists/{template.pk}/", changed_to("Read it all") | {"valid_from": today}
    )

    assert response.status_code == 422
    assert "Let the change hold from tomorrow" in response.content.decode()
    assert template.items.get() == item


def changed_to(step: str) -> dict[str, Any]:
    return {
        "kind": "COMPLAINT",
        "items-TOTAL_FORMS": 1,
        "items-INITIAL_FORMS": 0,
        "items-0-text": step,
        "items-0-group": "FACTS",
        "items-0-due_working_days": 2,
    }
