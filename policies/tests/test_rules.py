"""The tables of rules, through their pages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from accounts.models import SettingsChange, User
from accounts.tests.factories import TeamFactory, UserFactory
from policies.choices import RedressType
from policies.forms.rules import FORMS
from policies.models import (
    AuthorityLimit,
    Category,
    ChecklistTemplate,
    LetterTemplate,
    PriorityRule,
    RedressRange,
    RootCause,
    Trigger,
)
from policies.services.packs import load_pack
from policies.tests.factories import (
    CategoryFactory,
    ChecklistTemplateFactory,
    ChecklistTemplateItemFactory,
    RootCauseFactory,
    TriggerFactory,
)

pytestmark = pytest.mark.django_db

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def admin(client: Client) -> User:
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    client.force_login(admin)
    return admin


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def post(client: Client, path: str, **data: Any) -> Any:
    return client.post(f"/settings/rules/{path}", data)


@pytest.fixture
def house() -> None:
    load_pack("house", actor=User.objects.system(), now=timezone.now())


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_everybody_reads_every_table(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))

    pages = {table: client.get(f"/policies/rules/{table}/").content.decode() for table in FORMS}

    offered = {table for table, page in pages.items() if f"Add {FORMS[table].noun}" in page}
    assert offered == (set(FORMS) if role == Role.ADMIN else set())


@pytest.mark.usefixtures("house")
def test_every_form_opens_empty_and_filled(client: Client, admin: User) -> None:
    for table, form in FORMS.items():
        row = form._meta.model.objects.first()

        assert client.get(f"/settings/rules/{table}/add/").status_code == 200
        assert client.get(f"/settings/rules/{table}/{row.pk}/").status_code == 200


@pytest.mark.parametrize("table", FORMS)
def test_an_empty_form_is_refused_in_our_words(client: Client, admin: User, table: str) -> None:
    response = post(client, f"{table}/add/", **{"items-TOTAL_FORMS": 0, "items-INITIAL_FORMS": 0})

    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert "This field is required" not in response.content.decode()


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.MANAGER, Role.DATA_PROTECTION])
def test_only_an_admin_changes_rules(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))

    assert post(client, "products/add/", name="Heat network", is_active="on").status_code == 403


def test_an_unknown_table_is_not_found(client: Client, admin: User) -> None:
    assert client.get("/policies/rules/secrets/").status_code == 404
    assert client.get("/settings/rules/categories/999/").status_code == 404


def test_a_category_is_changed_for_everybody_and_written_down(client: Client, admin: User) -> None:
    category, team = CategoryFactory.create(name="Billing"), TeamFactory.create(name="Billing team")

    post(client, f"categories/{category.pk}/", name="Billing", team=team.pk, is_active="on")

    category.refresh_from_db()
    assert category.team == team
    change = SettingsChange.objects.get()
    assert (change.subject, change.actor, change.changes) == ("Billing", admin, {"team": ["", "Billing team"]})


def test_a_change_on_an_old_page_is_refused(client: Client, admin: User) -> None:
    category = CategoryFactory.create(name="Billing")
    seen = client.get(f"/settings/rules/categories/{category.pk}/").context["form"]["seen"].initial
    Category.objects.filter(pk=category.pk).update(description="Changed meanwhile")

    response = post(client, f"categories/{category.pk}/", name="Bills", is_active="on", seen=seen)

    assert response.status_code == 422
    assert "Somebody changed this rule" in response.content.decode()
    category.refresh_from_db()
    assert category.name == "Billing"


def test_two_categories_of_one_name_are_refused(client: Client, admin: User) -> None:
    CategoryFactory.create(name="Billing")

    response = post(client, "categories/add/", name="Billing", is_active="on")

    assert response.status_code == 422
    assert Category.objects.count() == 1


def test_a_new_trigger_gets_a_code_and_keeps_it(client: Client, admin: User) -> None:
    post(client, "triggers/add/", label="Asked for the director", effect="NONE", order=11, is_active="on")
    trigger = Trigger.objects.get()
    post(client, f"triggers/{trigger.pk}/", label="Wants the director", effect="NONE", order=11, is_active="on")

    trigger.refresh_from_db()
    assert (trigger.code, trigger.label) == ("asked-for-the-director", "Wants the director")


def test_a_cell_of_the_matrix_changes_from_a_day_on(client: Client, admin: User, today: date) -> None:
    cell = PriorityRule.objects.create(impact=1, urgency=1, priority=4, valid_from=LONG_AGO)

    post(client, f"priority-matrix/{cell.pk}/", priority=3, valid_from=today)

    rows = PriorityRule.objects.order_by("valid_from").values_list("priority", "valid_from", "valid_to")
    assert list(rows) == [(4, LONG_AGO, today), (3, today, None)]


def test_a_correction_on_the_same_day_replaces_nothing(client: Client, admin: User, today: date) -> None:
    cell = PriorityRule.objects.create(impact=1, urgency=1, priority=4, valid_from=today)

    post(client, f"priority-matrix/{cell.pk}/", priority=3, valid_from=today)

    assert PriorityRule.objects.get().priority == 3


def test_the_past_is_not_changed(client: Client, admin: User, today: date) -> None:
    cell = PriorityRule.objects.create(impact=1, urgency=1, priority=4, valid_from=LONG_AGO)

    response = post(client, f"priority-matrix/{cell.pk}/", priority=3, valid_from=today - timedelta(days=1))

    assert response.status_code == 422
    assert "must be today or later" in response.content.decode()
    assert PriorityRule.objects.get().priority == 4


def test_a_second_rule_for_the_same_cell_is_refused(client: Client, admin: User, today: date) -> None:
    PriorityRule.objects.create(impact=1, urgency=1, priority=4, valid_from=LONG_AGO)

    response = post(client, "priority-matrix/add/", impact=1, urgency=1, priority=3, valid_from=today)

    assert response.status_code == 422
    assert "There is a rule for this already" in response.content.decode()


@pytest.mark.parametrize("who", [{}, {"role": "AGENT", "person": "self"}])
def test_a_limit_is_for_a_role_or_a_person(client: Client, admin: User, today: date, who: dict[str, str]) -> None:
    data = {name: str(admin.pk) if value == "self" else value for name, value in who.items()}

    response = post(client, "authority-limits/add/", amount="75", valid_from=today, **data)

    assert response.status_code == 422
    assert not AuthorityLimit.objects.exists()


def test_a_range_runs_upwards(client: Client, admin: User, today: date) -> None:
    data = {"redress_type": RedressType.GOODWILL, "level": "Gesture", "minimum": "30", "maximum": "10"}

    response = post(client, "redress-ranges/add/", valid_from=today, **data)

    assert response.status_code == 422
    assert not RedressRange.objects.exists()


def test_a_letter_with_an_unknown_merge_field_is_refused(client: Client, admin: User) -> None:
    data = {"name": "Note", "purpose": "GENERAL", "subject": "Hello", "is_active": "on"}

    response = post(client, "letters/add/", body="Dear {{ first_name }}", **data)
    post(client, "letters/add/", body="Dear {{ customer_name }}", **data)

    assert "“first_name” is not a merge field." in response.content.decode()
    assert LetterTemplate.objects.get().body == "Dear {{ customer_name }}"


def test_root_causes_stay_three_levels_deep(client: Client, admin: User) -> None:
    area = RootCauseFactory.create()
    cause = RootCauseFactory.create(parent=area)
    detail = RootCauseFactory.create(parent=cause)
    other = RootCauseFactory.create()

    too_deep = post(client, "root-causes/add/", label="Deeper", parent=detail.pk, order=0, is_active="on")
    with_children = post(client, f"root-causes/{area.pk}/", label="Area", parent=other.pk, order=0, is_active="on")

    assert (too_deep.status_code, with_children.status_code) == (422, 422)
    assert RootCause.objects.count() == 4


def steps(*texts: str) -> dict[str, Any]:
    data: dict[str, Any] = {"items-TOTAL_FORMS": len(texts), "items-INITIAL_FORMS": 0}
    for number, text in enumerate(texts):
        data |= {f"items-{number}-text": text, f"items-{number}-group": "FACTS", f"items-{number}-due_working_days": 2}
    return data


def test_a_checklist_changes_from_a_day_on_and_cases_keep_theirs(client: Client, admin: User, today: date) -> None:
    template = ChecklistTemplateFactory.create(name="Every complaint", valid_from=LONG_AGO)
    old = ChecklistTemplateItemFactory.create(template=template, text="Read the account")

    post(client, f"checklists/{template.pk}/", kind="COMPLAINT", valid_from=today, **steps("Read it all", "Call back"))

    fresh = ChecklistTemplate.objects.get(valid_to=None)
    assert list(fresh.items.values_list("text", flat=True)) == ["Read it all", "Call back"]
    assert list(ChecklistTemplate.objects.get(pk=template.pk).items.all()) == [old]


def test_a_checklist_without_steps_is_refused(client: Client, admin: User, today: date) -> None:
    response = post(client, "checklists/add/", name="Empty", kind="COMPLAINT", valid_from=today, **steps())

    assert response.status_code == 422
    assert not ChecklistTemplate.objects.exists()


def test_the_list_asks_the_same_number_of_questions_for_20_rows(client: Client, admin: User) -> None:
    client.get("/policies/rules/checklists/")
    counts = []
    for size in (1, 20):
        for template in ChecklistTemplateFactory.create_batch(size, trigger=TriggerFactory.create()):
            ChecklistTemplateItemFactory.create(template=template)
        with CaptureQueriesContext(connection) as asked:
            client.get("/policies/rules/checklists/")
        counts.append(len(asked))

    assert counts[0] == counts[1]
