"""Links by the thousand: every row answered, each link once, taken up where it stopped."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import Case, CaseLink
from cases.services.history import break_in_history
from cases.tests.factories import NOW, CaseFactory, NamedColleagueFactory
from incidents.choices import JobState, LinkOutcome
from incidents.models import LinkRun
from incidents.services import jobs, link_runs
from incidents.tests.factories import IncidentCaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Case:
    return IncidentCaseFactory.create()


@pytest.fixture
def leader(client: Client, incident: Case) -> User:
    person = UserFactory.create(role=Role.TEAM_LEADER, team=incident.team)
    client.force_login(person)
    return person


def csv(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("cases.csv", "\n".join(lines).encode(), content_type="text/csv")


def url(case: Case, path: str) -> str:
    return f"/cases/{case.reference}/affected/{path}"


def bring_file(client: Client, incident: Case, *lines: str) -> LinkRun:
    response = client.post(url(incident, "file/"), {"file": csv(*lines)})
    assert response.status_code == 302, response.content.decode()
    return LinkRun.objects.latest("pk")


def test_every_row_of_a_file_is_answered(client: Client, incident: Case, leader: User) -> None:
    new, known, elsewhere = (
        CaseFactory.create(team=leader.team),
        CaseFactory.create(team=leader.team),
        CaseFactory.create(),
    )
    bring_file(client, incident, "reference", known.reference)
    link_runs.run_due_links(now=NOW)

    run = bring_file(
        client,
        incident,
        "name,Reference",
        f"a,{new.reference.lower()}",
        f"b,{new.number}",
        f"c,{known.reference}",
        f"d,{elsewhere.reference}",
        "e,CMP-2020-000001",
        "only one cell",
        f"f,{incident.reference}",
    )
    link_runs.run_due_links(now=NOW)

    assert list(run.rows.values_list("line", "outcome")) == [
        (2, LinkOutcome.LINKED),
        (3, LinkOutcome.KNOWN),
        (4, LinkOutcome.KNOWN),
        (5, LinkOutcome.UNKNOWN),
        (6, LinkOutcome.UNKNOWN),
        (7, LinkOutcome.UNREADABLE),
        (8, LinkOutcome.UNKNOWN),
    ]
    assert set(CaseLink.objects.values_list("source", "target")) == {(new.pk, incident.pk), (known.pk, incident.pk)}
    page = client.get(url(incident, f"links/{run.pk}/")).content.decode()
    assert "Not found, or not visible to you (3)" in page
    answers = b"".join(client.get(url(incident, f"links/{run.pk}/answers.csv"))).decode()
    assert f'5,{elsewhere.reference},"Not found, or not visible to you"' in answers


def test_what_a_search_finds_is_linked_and_written_into_every_history(
    client: Client, incident: Case, leader: User
) -> None:
    found = CaseFactory.create_batch(3, team=leader.team, received_at=NOW - timedelta(days=2))
    CaseFactory.create(team=leader.team, received_at=NOW - timedelta(days=40))
    CaseFactory.create(received_at=NOW - timedelta(days=2))
    query = f"?received_from={(NOW - timedelta(days=3)).date()}&kind=COMPLAINT"
    assert "Link these 3 cases" in client.get(url(incident, "find/") + query).content.decode()

    client.post(url(incident, "find/") + query, {"submission": "6f5f8f0e-3c1b-4a53-9b7e-6a1f0e1f2a3b"})
    client.post(url(incident, "find/") + query, {"submission": "6f5f8f0e-3c1b-4a53-9b7e-6a1f0e1f2a3b"})
    link_runs.run_due_links(now=NOW)

    assert LinkRun.objects.get().state == JobState.DONE
    assert set(CaseLink.objects.filter(target=incident).values_list("source", flat=True)) == {each.pk for each in found}
    for case in [*found, incident]:
        case.refresh_from_db()
        assert case.event_count == 1
        assert break_in_history(case) == ""
    assert "3 linked" in client.get(f"/cases/{incident.reference}/affected/").content.decode()


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(
    client: Client, incident: Case, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_runs, "BATCH", 2)
    cases = CaseFactory.create_batch(5, team=leader.team)
    run = bring_file(client, incident, "reference", *(case.reference for case in cases))
    LinkRun.objects.filter(pk=run.pk).update(state=JobState.RUNNING, leased_until=NOW + jobs.LEASE)
    link_runs._link_next(run.pk, NOW)

    assert link_runs.run_due_links(now=NOW) == 0
    assert CaseLink.objects.count() == 2
    assert link_runs.run_due_links(now=NOW + jobs.LEASE) == 1

    run.refresh_from_db()
    assert (run.state, run.done, CaseLink.objects.count()) == (JobState.DONE, 5, 5)
    assert set(Case.objects.filter(pk__in=[case.pk for case in cases]).values_list("event_count", flat=True)) == {1}


def test_a_fault_is_tried_again_and_leaves_no_half_batch(
    client: Client, incident: Case, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bring_file(client, incident, "reference", CaseFactory.create(team=leader.team).reference)
    with monkeypatch.context() as broken:
        broken.setattr(link_runs, "update_rows", lambda *args: 1 / 0)
        link_runs.run_due_links(now=NOW)
        run.refresh_from_db()
        assert (run.state, CaseLink.objects.count()) == (JobState.WAITING, 0)

    link_runs.run_due_links(now=NOW)

    run.refresh_from_db()
    assert (run.state, CaseLink.objects.count()) == (JobState.DONE, 1)


def test_a_run_ends_when_its_asker_may_no_longer_link(client: Client, incident: Case, leader: User) -> None:
    run = bring_file(client, incident, "reference", CaseFactory.create(team=leader.team).reference)
    User.objects.filter(pk=leader.pk).update(role=Role.DATA_PROTECTION)

    link_runs.run_due_links(now=NOW)

    run.refresh_from_db()
    assert run.state == JobState.FAILED
    assert not CaseLink.objects.exists()


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([""], "empty"),
        (["name,date", "a,b"], "must name a column “reference”"),
        (["reference"], "There is no case to link"),
    ],
)
def test_a_file_that_names_no_case_is_refused(
    client: Client, incident: Case, leader: User, lines: list[str], sentence: str
) -> None:
    response = client.post(url(incident, "file/"), {"file": csv(*lines)})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not LinkRun.objects.exists()


def test_a_colleague_reads_the_answers_without_the_cases_that_they_may_not_know_of(
    client: Client, incident: Case, leader: User
) -> None:
    hidden, shown = CaseFactory.create_batch(2, team=leader.team)
    run = bring_file(client, incident, "reference", hidden.reference, shown.reference)
    link_runs.run_due_links(now=NOW)
    colleague = UserFactory.create(team=leader.team)
    NamedColleagueFactory.create(case=hidden, colleague=colleague)
    client.force_login(colleague)

    page = client.get(url(incident, f"links/{run.pk}/")).content.decode()

    assert shown.reference in page
    assert hidden.reference not in page
    assert "Linked (1)" in page


def test_linking_asks_the_same_number_of_questions_for_20_cases(incident: Case, leader: User) -> None:
    counts = []
    for size in (1, 20):
        rows = [(line, case.number) for line, case in enumerate(CaseFactory.create_batch(size, team=leader.team))]
        link_runs.ask_for_file(incident, references=rows, name="", actor=leader, now=timezone.now(), submission=None)
        with CaptureQueriesContext(connection) as asked:
            link_runs.run_due_links(now=timezone.now())
        counts.append(len(asked))

    assert counts[0] == counts[1]
