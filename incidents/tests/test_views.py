"""The pages of an incident: a stranger, somebody without the right, a refused step, and success."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import CaseStatus
from cases.models import Case, CaseEvent, CaseLink
from cases.services.triage import reclassify
from cases.tests.factories import NOW, CaseFactory
from incidents.choices import RecoveryState
from incidents.models import HandOff, Incident, IncidentUpdate, RecoveryAction
from incidents.tests.factories import IncidentCaseFactory
from policies.choices import CaseKind

pytestmark = pytest.mark.django_db

PAGES = ["", "updates/", "updates/stakeholders/", "hand-offs/", "affected/", "recovery/", "incident/assess/"]
ASSESSMENT = {
    "version": 1,
    "affected": "Online payments",
    "affected_count": 120,
    "started_on": "2026-11-20",
    "started_time": "09:30",
    "impact": 3,
    "urgency": 2,
    "workaround": "",
}


@pytest.fixture
def case() -> Case:
    return IncidentCaseFactory.create()


@pytest.fixture
def owner(client: Client, case: Case) -> User:
    client.force_login(case.owner)
    return case.owner


def url(case: Case, path: str) -> str:
    return f"/cases/{case.reference}/{path}"


@pytest.mark.parametrize("path", PAGES)
def test_the_owner_opens_every_page(client: Client, case: Case, owner: User, path: str) -> None:
    assert client.get(url(case, path)).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_for_a_stranger_the_incident_does_not_exist(client: Client, case: Case, path: str) -> None:
    client.force_login(UserFactory.create())

    assert client.get(url(case, path)).status_code == 404


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_complaint_has_no_incident_pages(client: Client, path: str) -> None:
    complaint = CaseFactory.create(kind=CaseKind.COMPLAINT)
    client.force_login(complaint.owner)

    assert client.get(url(complaint, path)).status_code == 404


@pytest.mark.parametrize("path", ["updates/", "hand-offs/", "affected/", "recovery/", "incident/assess/"])
def test_a_colleague_reads_and_does_not_write(client: Client, case: Case, path: str) -> None:
    client.force_login(UserFactory.create(team=case.team))

    assert client.post(url(case, path), ASSESSMENT).status_code == 403
    assert not CaseEvent.objects.exists()


def test_assessing(client: Client, case: Case, owner: User) -> None:
    response = client.post(url(case, "incident/assess/"), ASSESSMENT)

    assert response.status_code == 302
    case.refresh_from_db()
    assert (case.status, case.impact, case.urgency) == (CaseStatus.ASSESSED, 3, 2)
    assert case.incident.started_at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("incident/start/", {"version": 1}, "is not possible while the incident is logged"),
        ("incident/assess/", {**ASSESSMENT, "version": 7}, "Somebody changed"),
        ("incident/assess/", {**ASSESSMENT, "impact": 9}, "Who is affected?”"),
        ("incident/assess/", {**ASSESSMENT, "affected_count": -1}, "must be 0 or more"),
        ("incident/assess/", {**ASSESSMENT, "affected": "x\0y"}, "cannot be stored"),
        ("incident/assess/", {**ASSESSMENT, "started_on": "31.02.2026"}, "must be a real date"),
        ("updates/", {"text": ""}, "Enter the update"),
        ("updates/", {"text": "Hello", "next_at": "12:00"}, "Enter the day of the next update"),
        ("updates/", {"text": "Hello", "next_on": "2020-01-01"}, "must be later than now"),
        ("hand-offs/", {"resolver": "", "asked": "Cause"}, "Answer the question “Who takes it?”"),
        ("recovery/", {"customer_group": "All", "kind": "FIX", "text": "Fix", "cost": "-1"}, "must be 0 or more"),
        (
            "recovery/",
            {"customer_group": "All", "kind": "GIFT", "text": "Fix", "cost": "1"},
            "What kind of recovery is it?”",
        ),
        ("affected/", {"references": "CMP-2026-999999"}, "You cannot see a case with the reference CMP-2026-999999"),
    ],
)
def test_what_is_refused_says_why_and_writes_nothing(
    client: Client, case: Case, owner: User, path: str, data: dict[str, object], sentence: str
) -> None:
    response = client.post(url(case, path), data)

    assert response.status_code == 422
    assert sentence.lower() in response.content.decode().lower()
    assert not CaseEvent.objects.exists()


def test_an_update_sent_twice_is_one_update(client: Client, case: Case, owner: User) -> None:
    data = {"text": "We are on it.", "submission": "6f5f8f0e-3c1b-4a53-9b7e-6a1f0e1f2a3b"}

    for _ in range(2):
        client.post(url(case, "updates/"), data)

    assert IncidentUpdate.objects.count() == 1


def test_what_stakeholders_are_told_is_marked_as_internal(client: Client, case: Case, owner: User) -> None:
    client.post(url(case, "updates/stakeholders/"), {"text": "A cable was cut."})

    page = client.get(url(case, "updates/")).content.decode()
    assert "A cable was cut." in page
    assert "Internal. Customers cannot see this." in page


def test_text_is_shown_as_text(client: Client, case: Case, owner: User) -> None:
    client.post(url(case, "updates/"), {"text": "<script>alert(1)</script> 😀"})

    page = client.get(url(case, "updates/")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 😀" in page


def test_a_hand_off_from_asking_to_answer(client: Client, case: Case, owner: User) -> None:
    client.post(url(case, "hand-offs/"), {"resolver": "Networks", "asked": "Find the cause"})
    row = HandOff.objects.get()

    client.post(url(case, f"hand-offs/{row.pk}/receipt/"), {"receipt": "NW-118"})
    client.post(url(case, f"hand-offs/{row.pk}/answer/"), {"answer": "A cable was cut."})

    assert "A cable was cut." in client.get(url(case, "hand-offs/")).content.decode()


def test_the_hand_off_of_another_incident_is_not_found_here(client: Client, case: Case, owner: User) -> None:
    other = IncidentCaseFactory.create(team=case.team, owner=owner)
    client.post(url(other, "hand-offs/"), {"resolver": "Networks", "asked": "Find the cause"})

    response = client.post(url(case, f"hand-offs/{HandOff.objects.get().pk}/receipt/"), {"receipt": "NW-118"})

    assert response.status_code == 404


def test_recovery_beyond_the_limit_waits_for_a_leader_with_authority(client: Client, case: Case, owner: User) -> None:
    client.post(url(case, "recovery/"), {"customer_group": "All", "kind": "GOODWILL", "text": "Credit", "cost": "80"})
    row = RecoveryAction.objects.get()
    assert row.state == RecoveryState.PROPOSED

    client.force_login(UserFactory.create(role=Role.TEAM_LEADER, team=case.team, leads=True))
    response = client.post(url(case, f"recovery/{row.pk}/agree/"))

    assert response.status_code == 403
    row.refresh_from_db()
    assert row.state == RecoveryState.PROPOSED


def test_many_references_are_linked_at_once(client: Client, case: Case, owner: User) -> None:
    others = CaseFactory.create_batch(3, team=case.team)
    text = f"{others[0].reference}, {others[1].number}\n{others[2].reference.lower()} {others[0].reference}"

    response = client.post(url(case, "affected/"), {"references": text}, follow=True)

    assert "3 cases are linked." in response.content.decode()
    assert CaseLink.objects.filter(target=case).count() == 3


def test_a_case_reclassified_as_an_incident_gets_its_part(client: Client) -> None:
    case = CaseFactory.create(kind=CaseKind.SERVICE_REQUEST)
    client.force_login(case.owner)

    reclassify(case, kind=CaseKind.INCIDENT, reason="It is broken", actor=case.owner, now=NOW)

    assert Incident.objects.get(case=case).affected == case.summary
    case.refresh_from_db()
    assert client.get(url(case, "updates/")).status_code == 200


def test_there_and_back_again_keeps_what_was_known(client: Client, case: Case, owner: User) -> None:
    reclassify(case, kind=CaseKind.SERVICE_REQUEST, reason="Routine", actor=owner, now=NOW)
    case.refresh_from_db()
    reclassify(case, kind=CaseKind.INCIDENT, reason="It is broken", actor=owner, now=NOW)

    assert Incident.objects.get(case=case).affected == "Online payments"


@pytest.mark.parametrize("view", ["open", "late", "major", "closed", "nonsense"])
def test_every_view_of_the_list_opens(client: Client, case: Case, owner: User, view: str) -> None:
    assert client.get("/incidents/", {"view": view}).status_code == 200


def test_a_late_update_is_listed_as_late(client: Client, case: Case, owner: User) -> None:
    Incident.objects.filter(case=case).update(next_update_due_at=timezone.now() - timedelta(hours=1))

    assert case.reference in client.get("/incidents/", {"view": "late"}).content.decode()


def test_the_list_shows_only_what_one_may_know_of(client: Client, case: Case) -> None:
    client.force_login(UserFactory.create())

    assert case.reference not in client.get("/incidents/").content.decode()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DATA_PROTECTION])
def test_who_does_not_handle_cases_does_not_see_the_list(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))

    assert client.get("/incidents/").status_code == 403


def test_the_list_asks_the_same_number_of_questions_for_20_rows(client: Client, case: Case, owner: User) -> None:
    client.get("/incidents/")
    counts = []
    for size in (1, 19):
        IncidentCaseFactory.create_batch(size, team=case.team)
        with CaptureQueriesContext(connection) as asked:
            client.get("/incidents/")
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["", "updates/", "hand-offs/", "affected/", "recovery/"])
def test_a_page_of_an_incident_asks_at_most_12_questions(client: Client, case: Case, owner: User, path: str) -> None:
    client.post(url(case, "updates/"), {"text": "We are on it."})
    client.post(url(case, "hand-offs/"), {"resolver": "Networks", "asked": "Find the cause"})
    client.post(url(case, "affected/"), {"references": CaseFactory.create(team=case.team).reference})

    with CaptureQueriesContext(connection) as asked:
        client.get(url(case, path))

    assert len(asked) <= 12, "\n".join(each["sql"][:200] for each in asked)
