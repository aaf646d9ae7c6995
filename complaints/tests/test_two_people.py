"""Two people have the same page open. Whoever saves second loses no word, and overwrites none unseen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cases.models import Case
from cases.services.checklist import settle_item
from cases.tests.factories import ChecklistItemFactory
from complaints.models import ComplaintPoint, Resolution
from complaints.services.opening import agree_definition
from complaints.services.points import PointAnswer, save_point
from complaints.services.proposing import ResolutionText, save_resolution
from complaints.tests.factories import LETTER, NOW, World, investigating, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return ready()


def opened(client: Client, path: str, person: User) -> dict[str, Any]:
    """Open a form as a browser does, and return what it would send back unchanged."""
    client.force_login(person)
    form = client.get(path).context["form"]
    values = {bound.name: bound.value() for bound in form}
    return {name: "" if value is None else value for name, value in values.items()}


def point_url(world: World) -> str:
    return reverse("complaints:edit_point", args=[world.case.reference, world.point.pk])


def leader_saves(world: World, **changes: Any) -> None:
    point = world.point
    names = ("text", "standard", "facts", "finding", "reason", "impact", "remedy", "clause_id")
    answer = PointAnswer(**{name: getattr(point, name) for name in names} | changes)
    save_point(point_id=point.pk, version=point.version, answer=answer, actor=world.leader, now=NOW)


def test_different_fields_are_both_kept_without_a_question(client: Client, world: World) -> None:
    answers = opened(client, point_url(world), world.agent)
    leader_saves(world, facts="The bank\nsays it was rejected.")

    response = client.post(point_url(world), answers | {"impact": "Two bank charges"}, follow=True)

    point = ComplaintPoint.objects.get()
    assert (point.facts, point.impact) == ("The bank\nsays it was rejected.", "Two bank charges")
    assert "It also holds what somebody else changed meanwhile: What happened?." in response.text


def test_the_same_field_is_asked_about_and_nothing_is_written(client: Client, world: World) -> None:
    answers = opened(client, point_url(world), world.agent)
    leader_saves(world, facts="Theirs.", remedy="A call")

    response = client.post(point_url(world), answers | {"facts": "Mine."})

    assert response.status_code == 409
    assert f"{world.leader} changed point 1 at" in response.text
    assert ComplaintPoint.objects.get().facts == "Theirs."
    [conflict] = response.context["conflicts"]
    assert (conflict.name, conflict.theirs, conflict.yours) == ("facts", "Theirs.", "Mine.")
    shown = response.context["form"]
    assert (shown["facts"].value(), shown["remedy"].value()) == ("Mine.", "A call")


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "Mine."), ("theirs", "Theirs."), ("both", "Theirs.\n\nMine."), (None, "Mine.")]
)
def test_the_choice_holds_when_it_is_saved_again(client: Client, world: World, choice: str, kept: str) -> None:
    answers = opened(client, point_url(world), world.agent)
    leader_saves(world, facts="Theirs.")
    page = client.post(point_url(world), answers | {"facts": "Mine."})
    again = {bound.name: bound.value() for bound in page.context["form"]}

    client.post(point_url(world), again | ({"keep-facts": choice} if choice else {}))

    assert ComplaintPoint.objects.get().facts.replace("\r\n", "\n") == kept


def test_a_third_who_saves_between_is_asked_about_as_well(client: Client, world: World) -> None:
    answers = opened(client, point_url(world), world.agent)
    leader_saves(world, facts="Theirs.")
    page = client.post(point_url(world), answers | {"facts": "Mine."})
    again = {bound.name: bound.value() for bound in page.context["form"]}
    leader_saves(world, facts="Theirs, changed.")

    response = client.post(point_url(world), again)

    assert response.status_code == 409
    assert ComplaintPoint.objects.get().facts == "Theirs, changed."


def test_the_same_words_are_no_conflict(client: Client, world: World) -> None:
    answers = opened(client, point_url(world), world.agent)
    leader_saves(world, facts="The same.")

    assert client.post(point_url(world), answers | {"facts": "The same.  "}).status_code == 302


def test_without_what_was_seen_everything_that_differs_is_asked_about(client: Client, world: World) -> None:
    answers = opened(client, point_url(world), world.agent) | {"seen": "nonsense"}
    leader_saves(world, facts="Theirs.")

    response = client.post(point_url(world), answers)

    assert response.status_code == 409
    assert ComplaintPoint.objects.get().facts == "Theirs."


def test_a_finding_that_loses_its_reason_by_the_merge_is_said_on_the_form(client: Client, world: World) -> None:
    answers = opened(client, point_url(world), world.agent)
    leader_saves(world, finding="", reason="")

    response = client.post(point_url(world), answers | {"finding": "PARTLY_UPHELD"})

    assert response.status_code == 409
    assert "PARTLY_UPHELD" not in ComplaintPoint.objects.get().finding


def test_two_people_write_the_resolution(client: Client, world: World) -> None:
    path = reverse("complaints:resolution", args=[world.case.reference])
    answers = opened(client, path, world.agent)
    text = ResolutionText(has_apology=True, apology="I am very sorry.", gives_wanted="YES", letter=LETTER)
    save_resolution(case_id=world.case.pk, version=1, text=text, actor=world.agent, now=NOW)

    client.post(path, answers | {"letter": LETTER + " Goodbye."})

    resolution = Resolution.objects.get()
    assert resolution.apology == "I am very sorry."
    assert resolution.letter.endswith("Goodbye.")


def test_two_people_write_one_letter(client: Client, world: World) -> None:
    path = reverse("complaints:resolution", args=[world.case.reference])
    answers = opened(client, path, world.agent)
    text = ResolutionText(has_apology=True, apology="I am sorry.", gives_wanted="YES", letter=LETTER + " Theirs.")
    save_resolution(case_id=world.case.pk, version=1, text=text, actor=world.agent, now=NOW)

    response = client.post(path, answers | {"letter": LETTER + " Mine."})

    assert response.status_code == 409
    assert "Theirs." in response.text
    assert "Mine." in response.text
    assert Resolution.objects.get().letter.endswith("Theirs.")


def test_two_people_settle_one_step(client: Client) -> None:
    world = investigating()
    item = ChecklistItemFactory.create(case=world.case)
    path = reverse("cases:item", args=[world.case.reference, item.pk])
    answers = opened(client, path, world.agent)
    settle_item(item, actor=world.leader, now=NOW, state="COMPLETED", finding="Theirs.")

    response = client.post(path, answers | {"state": "COMPLETED", "finding": "Mine."})

    assert response.status_code == 409
    item.refresh_from_db()
    assert item.finding == "Theirs."
    again = {bound.name: bound.value() for bound in response.context["form"]}
    client.post(path, again | {"keep-finding": "both"})
    item.refresh_from_db()
    assert item.finding == "Theirs.\n\nMine."


def test_two_people_define_the_complaint(client: Client) -> None:
    world = investigating()
    path = reverse("complaints:define", args=[world.case.reference])
    answers = opened(client, path, world.agent)
    agree_definition(case_id=world.case.pk, definition="Theirs.", agreed_on=None, actor=world.leader, now=NOW)

    first = client.post(path, answers | {"agreed_on": "2026-11-20"})
    definition = world.reload().complaint

    assert first.status_code == 302
    assert (definition.definition, str(definition.definition_agreed_on)) == ("Theirs.", "2026-11-20")


def test_a_priority_changed_meanwhile_is_said_and_the_reason_is_kept(client: Client) -> None:
    world = investigating()
    client.force_login(world.leader)
    path = reverse("cases:priority", args=[world.case.reference])
    Case.objects.filter(pk=world.case.pk).update(priority=2)

    response = client.post(path, {"priority": 1, "reason": "Getting worse", "seen": 4})

    assert response.status_code == 422
    assert "Getting worse" in response.text
    again = {bound.name: bound.value() for bound in response.context["form"]}
    assert client.post(path, again).status_code == 302
    assert world.reload().priority == 1
