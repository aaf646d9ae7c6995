import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import Case, Contact, InternalNote, PersonalDataRead, Referral
from cases.services.contacts import add_note
from cases.services.history import record_event
from cases.tests.factories import NOW, CaseFactory, EvidenceFactory
from policies.choices import TriggerEffect
from policies.tests.factories import TriggerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    case = CaseFactory.create()
    record_event(case, actor=case.owner, action="case.logged", now=NOW, changes={"kind": ("", "COMPLAINT")})
    return case


@pytest.fixture
def owner(case: Case, client: Client) -> User:
    client.force_login(case.owner)
    return case.owner


def url(case: Case, name: str = "overview") -> str:
    return reverse(f"cases:{name}", args=[case.reference])


def fill(case: Case, count: int) -> None:
    for minute in range(count):
        at = NOW + timedelta(minutes=minute)
        Contact.objects.create(case=case, direction="IN", channel="PHONE", body=f"call {minute}", happened_at=at)
        InternalNote.objects.create(case=case, author=case.owner, body=f"note {minute}", happened_at=at)
        record_event(case, actor=case.owner, action="checklist.item_added", now=at)


@pytest.mark.parametrize("reference", ["CMP-{}", "INC-{}", "{}", "cmp-{}"])
def test_a_case_opens_by_its_number_whatever_stands_before_it(owner, client, case, reference) -> None:
    page = client.get(f"/cases/{reference.format(case.number)}/")

    assert page.status_code == 200
    assert case.reference in page.content.decode()
    assert case.summary in page.content.decode()


@pytest.mark.parametrize("name", ["overview", "timeline", "history", "write", "change_facts", "priority"])
def test_for_a_stranger_the_case_does_not_exist(client, case, name) -> None:
    client.force_login(UserFactory.create())

    assert client.get(url(case, name)).status_code == 404


@pytest.mark.parametrize("name", ["write", "change_facts", "link", "history"])
def test_a_colleague_of_the_team_may_look_but_not_change(client, case, name) -> None:
    client.force_login(UserFactory.create(team=case.team))

    assert client.get(url(case)).status_code == 200
    assert client.get(url(case, name)).status_code == 403


def test_a_colleague_of_the_team_reads_why_the_type_was_chosen_and_is_not_asked_for_another(client, case) -> None:
    client.force_login(UserFactory.create(team=case.team))

    page = client.get(url(case, "kind"))

    assert page.status_code == 200
    assert 'name="kind"' not in page.content.decode()
    assert client.post(url(case, "kind"), {"kind": "INCIDENT"}).status_code == 403


def test_the_page_asks_as_many_queries_for_one_entry_as_for_three_hundred(
    owner, client, case, django_assert_max_num_queries
) -> None:
    fill(case, 1)
    client.get(url(case))  # the first request of a session also saves the session
    with django_assert_max_num_queries(11) as few:
        client.get(url(case))
    fill(case, 100)

    with django_assert_max_num_queries(11) as many:
        client.get(url(case))

    assert len(few) == len(many)


def test_a_long_case_with_much_evidence_asks_no_more_than_a_small_one(
    owner, client, case, django_assert_max_num_queries
) -> None:
    fill(case, 1)
    EvidenceFactory.create(case=case)
    client.get(url(case))
    with django_assert_max_num_queries(12) as few:
        client.get(url(case))
    fill(case, 150)
    EvidenceFactory.create_batch(99, case=case)

    with django_assert_max_num_queries(len(few)):
        page = client.get(url(case))

    assert case.contacts.count() + case.notes.count() > 300
    assert "All 100<span" in page.content.decode()


def test_the_timeline_goes_back_page_by_page_and_loses_nothing(owner, client, case) -> None:
    fill(case, 35)
    bodies: list[str] = []
    address = url(case, "timeline")

    for _ in range(10):
        page = client.get(address).context
        bodies += [item.body for item in page["timeline"].items if item.kind != "sys"]
        address = page["older_url"]
        if not page["timeline"].older:
            break

    expected = [f"{what} {minute}" for minute in reversed(range(35)) for what in ("call", "note")]
    assert bodies == expected


@pytest.mark.parametrize(("show", "kinds"), [("customer", {"in"}), ("internal", {"note"}), ("system", {"sys"})])
def test_the_timeline_shows_one_kind_of_line(owner, client, case, show, kinds) -> None:
    fill(case, 2)

    page = client.get(url(case, "timeline"), {"show": show})

    assert {item.kind for item in page.context["timeline"].items} == kinds


@pytest.mark.parametrize(
    "before", ["x", "2026-01-01_1_2", "2026-01-01T00:00:00+00:00_1_99999999999999999999", "_", "\x00"]
)
def test_a_broken_place_in_the_timeline_is_its_beginning(owner, client, case, before) -> None:
    assert client.get(url(case, "timeline"), {"before": before}).status_code == 200


def test_older_items_come_alone_to_a_swap(owner, client, case) -> None:
    fill(case, 20)
    older = client.get(url(case, "timeline")).context["older_url"]

    fragment = client.get(older, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in fragment
    assert "call 0" in fragment


def test_a_note_and_its_line_of_history_are_one_line_of_the_story(owner, client, case) -> None:
    add_note(case, actor=owner, now=NOW, body="The bank rejected it.")

    items = client.get(url(case, "timeline")).context["timeline"].items

    assert [item.title for item in items if "note" in item.title.lower()] == ["Internal note"]


def test_the_same_step_several_times_in_a_row_is_one_line_of_the_story(owner, client, case) -> None:
    for minutes in range(4):
        record_event(case, actor=owner, action="checklist.item_added", now=NOW + timedelta(minutes=minutes))
    record_event(case, actor=UserFactory.create(), action="checklist.item_added", now=NOW + timedelta(minutes=9))
    record_event(case, actor=owner, action="checklist.item_added", now=NOW + timedelta(days=1))

    page = client.get(url(case, "timeline"))
    every_line = client.get(url(case, "history")).content.decode()

    assert [item.times for item in page.context["timeline"].items] == [1, 1, 4, 1]
    assert "Investigation step added, 4 times" in page.content.decode()
    assert every_line.count("Investigation step added") == 6


def test_contact_details_are_masked_until_asked_for_and_the_asking_is_written_down(owner, client, case) -> None:
    page = client.get(url(case)).content.decode()
    assert "07700 900123" not in page
    assert "…0123" in page

    shown = client.post(url(case, "contact_details"))

    assert "07700 900123" in shown.content.decode()
    read = PersonalDataRead.objects.get(what="contact details")
    assert (read.case, read.reader, read.what) == (case, owner, "contact details")


def test_a_colleague_of_the_team_does_not_see_contact_details(client, case) -> None:
    client.force_login(UserFactory.create(team=case.team))

    assert client.post(url(case, "contact_details")).status_code == 403
    assert not PersonalDataRead.objects.exists()


def test_flags_say_what_is_special(owner, client, case) -> None:
    legal, support = (
        TriggerFactory.create(effect=TriggerEffect.LEGAL),
        TriggerFactory.create(effect=TriggerEffect.SUPPORT_NEED),
    )
    referral = Referral.objects.create(case=case, main_trigger=legal)
    referral.other_triggers.add(support)
    fill(case, 3)

    context = client.get(url(case)).context

    assert context["flags"] == ["Needs extra support", "Third contact about this", "Legal or regulator"]
    assert context["triggers"] == [legal.label, support.label]


def test_the_history_says_that_it_is_whole_or_where_it_was_changed(owner, client, case) -> None:
    fill(case, 2)
    assert "History is complete" in client.get(url(case, "history")).content.decode()

    case.events.filter(seq=2).update(action="case.moved")

    assert "Event 2 was changed after it was written." in client.get(url(case, "history")).content.decode()


def test_a_manager_of_another_team_opens_the_case(client, case) -> None:
    client.force_login(UserFactory.create(role=Role.MANAGER))

    assert client.get(url(case)).status_code == 200


def test_a_note_is_added_and_seen_in_no_more_statements_on_a_long_case(
    owner, client, case, django_assert_max_num_queries
) -> None:
    fill(case, 1)
    write_note(client, case, "Rang the bank.")
    with django_assert_max_num_queries(22) as few:
        write_note(client, case, "Rang the bank again.")
    fill(case, 100)

    with django_assert_max_num_queries(22) as many:
        write_note(client, case, "Rang the bank a third time.")

    assert len(many) == len(few)


def write_note(client: Client, case: Case, words: str) -> None:
    """Send the form as the page does, and read the page after it."""
    page = client.post(url(case, "add_note"), {"body": words, "submission": str(uuid.uuid4())}, follow=True)
    assert words in page.content.decode()


def test_the_same_note_sent_twice_is_one_note_with_one_line_of_history(owner, client, case) -> None:
    typed = {"body": "Rang the bank.", "submission": str(uuid.uuid4())}

    client.post(url(case, "add_note"), typed)
    client.post(url(case, "add_note"), typed)

    assert case.notes.count() == 1
    assert case.events.filter(action="note.added").count() == 1
