"""Who looked is written down, and the data protection lead can read it; nobody reads a word of a case there."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Notification, OutboxEmail, User
from accounts.tests.factories import UserFactory
from cases.models import Case, CaseEvent, HistoryCheckpoint, NamedColleague, PersonalDataRead
from cases.services.history import record_event
from cases.services.night import check_histories
from cases.services.reads import basis_of
from cases.tests.factories import NOW, CaseFactory, EvidenceFactory

pytestmark = pytest.mark.django_db
SECRET = "Quibbleworth"


@pytest.fixture
def case() -> Case:
    case = CaseFactory.create(summary=f"{SECRET} was charged twice", story=f"{SECRET} says so.")
    record_event(case, actor=case.owner, action="note.added", now=NOW, changes={"summary": ("", SECRET)})
    return case


@pytest.fixture
def lead() -> User:
    return UserFactory.create(role=Role.DATA_PROTECTION, team=None, full_name="Petra Sandhu")


def reads() -> list[tuple[str, str, str]]:
    return list(PersonalDataRead.objects.order_by("pk").values_list("what", "via", "why"))


# --- what is written down ------------------------------------------------------------------------------------------


def test_opening_a_case_is_written_down_once_in_half_an_hour(client: Client, case: Case) -> None:
    client.force_login(case.owner)
    with time_machine.travel(NOW, tick=False):
        client.get(case.get_absolute_url())
        client.get(f"{case.get_absolute_url()}timeline/")
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        client.get(f"{case.get_absolute_url()}evidence/")

    assert reads() == [("case", "overview", "Owner of the case"), ("case", "evidence", "Owner of the case")]


def test_a_case_found_by_a_search_says_so(client: Client, case: Case) -> None:
    client.force_login(UserFactory.create(role=Role.MANAGER, team=None))

    client.get(case.get_absolute_url(), headers={"referer": "http://testserver/search/abc/"})

    assert reads() == [("case", "overview, from a search", "Manager")]


def test_a_case_that_one_may_not_see_leaves_no_line(client: Client, case: Case) -> None:
    client.force_login(UserFactory.create())

    assert client.get(case.get_absolute_url()).status_code == 404
    assert reads() == []


def test_taking_a_file_or_the_pack_is_written_down(client: Client, case: Case, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    piece = EvidenceFactory.create(case=case, file_name="bill.pdf", file_type="application/pdf")
    piece.file.save("bill.pdf", ContentFile(b"%PDF-1.4"))
    client.force_login(case.owner)

    list(client.get(reverse("cases:evidence_file", args=[case.reference, piece.pk])).streaming_content)
    client.get(reverse("cases:pack", args=[case.reference]))

    assert [what for what, _, _ in reads() if what != "case"] == ["evidence", "case pack"]


def test_as_what_they_may(case: Case) -> None:
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=case.team)

    assert basis_of(leader, case) == "Leader of the team"
    assert basis_of(UserFactory.create(team=case.team), case) == "Works in the team"


# --- the log -------------------------------------------------------------------------------------------------------


def test_the_lead_reads_who_looked_and_no_word_of_the_case(client: Client, case: Case, lead: User) -> None:
    client.force_login(case.owner)
    client.get(case.get_absolute_url())
    client.force_login(lead)

    page = client.get(reverse("cases:access_log")).content.decode()
    about_case = client.get(reverse("cases:case_oversight", args=[case.reference])).content.decode()

    assert case.reference in page
    assert case.owner.full_name in about_case
    assert "Internal note added" in about_case
    assert SECRET not in page + about_case
    assert case.customer.name not in page + about_case


def test_reading_the_log_is_written_down_as_well(client: Client, lead: User) -> None:
    client.force_login(lead)

    client.get(reverse("cases:access_log"))

    assert reads() == [("access log", "page 1", "Data protection lead")]


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.MANAGER, Role.ADMIN])
def test_nobody_else_reads_the_log_and_the_refusal_says_who_can(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))

    response = client.get(reverse("cases:access_log"))

    assert response.status_code == 403
    assert "That is for: data protection lead." in response.content.decode()


def test_a_lead_complained_about_sees_nothing_of_that_case(client: Client, case: Case, lead: User) -> None:
    client.force_login(case.owner)
    client.get(case.get_absolute_url())
    NamedColleague.objects.create(case=case, colleague=lead)
    client.force_login(lead)

    assert case.reference not in client.get(reverse("cases:access_log")).content.decode()
    assert client.get(reverse("cases:case_oversight", args=[case.reference])).status_code == 404


def test_the_log_is_narrowed_by_person_case_kind_and_day(client: Client, case: Case, lead: User) -> None:
    other = CaseFactory.create()
    for looked, what in ((case, "case"), (case, "contact details"), (other, "case")):
        PersonalDataRead.objects.create(case=looked, reader=looked.owner, what=what, via="x", read_at=NOW)
    client.force_login(lead)

    def found(**query: object) -> int:
        return client.get(reverse("cases:access_log"), query).context["page"].paginator.count

    assert found(reader=other.owner.pk) == 1
    assert found(case=case.reference) == 2
    assert found(case=case.reference, what="case") == 1
    assert found(first="2026-11-20", last="2026-11-20", what="case") == 2
    assert found(last="2026-11-19") == 0
    assert client.get(reverse("cases:access_log"), {"first": "soon"}).status_code == 422


def test_unusually_many_openings_are_said_in_words(client: Client, lead: User) -> None:
    curious = UserFactory.create(full_name="Tom Reed")
    PersonalDataRead.objects.bulk_create(
        PersonalDataRead(case=each, reader=curious, what="case", via="overview", why="Works in the team", read_at=NOW)
        for each in CaseFactory.create_batch(40, team=curious.team)
    )
    client.force_login(lead)

    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = client.get(reverse("cases:access_log")).content.decode()

    assert "Tom Reed opened 40 cases of others on 20 Nov 2026." in page


def test_the_log_costs_the_same_for_one_line_and_for_twenty(client: Client, lead: User) -> None:
    def add(count: int) -> None:
        for case in CaseFactory.create_batch(count):
            PersonalDataRead.objects.create(case=case, reader=case.owner, what="case", via="x", read_at=NOW)

    client.force_login(lead)
    add(1)
    client.get(reverse("cases:access_log"))
    few = _queries(client)
    add(20)

    assert _queries(client) == few


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        client.get(reverse("cases:access_log"))
    return len(found)


# --- every night ---------------------------------------------------------------------------------------------------


def test_every_night_makes_one_checkpoint_and_sends_its_root_out(case: Case, lead: User) -> None:
    first = check_histories(now=NOW)
    again = check_histories(now=NOW + timedelta(hours=1))

    assert first == again
    assert HistoryCheckpoint.objects.count() == 1
    email = OutboxEmail.objects.get()
    assert email.recipient == lead
    assert first.root in email.body
    assert not Notification.objects.exists()


def test_a_broken_history_is_told_to_who_answers_for_it(case: Case, lead: User, client: Client) -> None:
    UserFactory.create(role=Role.ADMIN, team=None)
    CaseEvent.objects.filter(case=case).update(action="case.moved")

    check_histories(now=NOW)

    assert Notification.objects.get().recipient == lead
    assert OutboxEmail.objects.filter(subject__contains="1 history is broken").count() == 2
    client.force_login(lead)
    assert "Event 1 was changed after it was written." in client.get(reverse("cases:access_log")).content.decode()


def test_reads_are_forgotten_after_a_year(case: Case) -> None:
    PersonalDataRead.objects.create(
        case=case, reader=case.owner, what="case", via="x", read_at=NOW - timedelta(days=366)
    )

    check_histories(now=NOW)

    assert not PersonalDataRead.objects.exists()


def test_the_checkpoints_are_handed_out_as_a_file(client: Client, case: Case, lead: User) -> None:
    checkpoint = check_histories(now=NOW)
    client.force_login(lead)

    response = client.get(reverse("cases:checkpoints"))

    assert checkpoint.root in response.content.decode()
    assert response["Content-Disposition"] == 'attachment; filename="history-checkpoints.txt"'
