"""The pages of a coaching note: nothing typed is lost, nothing is shown to a third person, nothing goes round them."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import CaseEvent, Customer, PersonalDataRead
from cases.tests.factories import CaseFactory
from coaching.choices.sessions import SessionState as State
from coaching.models import CoachingSession, SessionEvent
from coaching.tests.factories import SessionFactory, SharedSessionFactory

pytestmark = pytest.mark.django_db

SECRET = "The customer was asked for the account number twice"


@pytest.fixture
def colleague() -> User:
    return UserFactory.create(full_name="Ann Lee")


@pytest.fixture
def leader(client: Client, colleague: User) -> User:
    """The leader of the colleague's team, signed in."""
    person = UserFactory.create(role=Role.TEAM_LEADER, team=colleague.team, full_name="Tom Reed")
    client.force_login(person)
    return person


@pytest.fixture
def draft(colleague: User, leader: User) -> CoachingSession:
    return SessionFactory.create(colleague=colleague, leader=leader)


@pytest.fixture
def note(colleague: User, leader: User) -> CoachingSession:
    return SharedSessionFactory.create(colleague=colleague, leader=leader)


def typed(note: CoachingSession, **other: object) -> dict[str, object]:
    return {"draft_version": note.version, "held_on": "2026-11-18", "behaviour": note.behaviour, **other}


def test_a_note_from_start_to_finish(client: Client, colleague: User, leader: User) -> None:
    case = CaseFactory.create(team=colleague.team, owner=colleague)

    to_start = client.get(f"/cases/{case.reference}/coaching/")
    client.post(to_start["Location"], {"colleague": colleague.pk, "held_on": "2026-11-18", "cases": case.reference})
    note = CoachingSession.objects.get()
    words = {"situation": "A call", "behaviour": "You listened", "impact": "They stayed calm"}
    client.post(f"/coaching/notes/{note.pk}/write/", typed(note, cases=case.reference) | words)
    client.post(f"/coaching/notes/{note.pk}/share/")
    client.force_login(colleague)
    client.post(f"/coaching/notes/{note.pk}/respond/", {"words": "Thank you."})
    client.force_login(leader)
    client.post(f"/coaching/notes/{note.pk}/resolve/", {"words": "Seen again twice."})

    note.refresh_from_db()
    assert (note.state, note.result, note.cases.get()) == (State.RESOLVED, "Seen again twice.", case)
    client.force_login(colleague)
    page = client.get(f"/coaching/notes/{note.pk}/").content.decode()
    assert all(text in page for text in ["You listened", "Thank you.", "Seen again twice.", case.reference])


def test_the_page_names_the_two_who_see_it(client: Client, note: CoachingSession, colleague: User) -> None:
    assert "Only you and Ann Lee can see this." in client.get(f"/coaching/notes/{note.pk}/").content.decode()
    client.force_login(colleague)
    assert "Only you and Tom Reed can see this." in client.get(f"/coaching/notes/{note.pk}/").content.decode()


def test_a_leader_who_opens_a_shared_note_leaves_a_line_in_the_record_of_reads(
    client: Client, note: CoachingSession, draft: CoachingSession, colleague: User, leader: User
) -> None:
    client.get(draft.get_absolute_url())
    client.get(note.get_absolute_url())
    client.force_login(colleague)
    client.get(note.get_absolute_url())

    read = PersonalDataRead.objects.get()
    assert (read.reader, read.what, read.via, read.case) == (leader, "coaching note", f"note {note.pk}", None)


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.MANAGER, Role.ADMIN, Role.DATA_PROTECTION])
@pytest.mark.parametrize("path", ["", "write/"])
def test_for_everybody_else_there_is_no_note(
    client: Client, note: CoachingSession, colleague: User, role: Role, path: str
) -> None:
    client.force_login(UserFactory.create(role=role, team=colleague.team))

    assert client.get(f"/coaching/notes/{note.pk}/{path}").status_code == 404


def test_the_case_keeps_silent_about_the_note(client: Client, colleague: User, leader: User) -> None:
    case = CaseFactory.create(team=colleague.team, owner=colleague)
    SharedSessionFactory.create(colleague=colleague, leader=leader).case_links.create(case=case)

    for path in ["", "timeline/", "history/", "pack/"]:
        assert SECRET not in client.get(f"/cases/{case.reference}/{path}").content.decode()
    assert not CaseEvent.objects.exists()
    assert Customer.objects.get() == case.customer  # and nothing of it hangs on the customer


def test_search_does_not_find_a_note(client: Client, note: CoachingSession) -> None:
    found = client.post("/search/", {"q": "account number twice"}, follow=True).content.decode()

    assert SECRET not in found


def test_the_case_page_offers_a_note_to_the_owners_leader_alone(client: Client, colleague: User, leader: User) -> None:
    case = CaseFactory.create(team=colleague.team, owner=colleague)
    path = f"/cases/{case.reference}/coaching/"

    assert path in client.get(f"/cases/{case.reference}/").content.decode()
    for other in [colleague, UserFactory.create(team=colleague.team), UserFactory.create(role=Role.MANAGER)]:
        client.force_login(other)
        assert path not in client.get(f"/cases/{case.reference}/").content.decode()


def test_a_leader_does_not_coach_themselves_from_their_own_case(client: Client, leader: User) -> None:
    case = CaseFactory.create(team=leader.team, owner=leader)

    response = client.get(f"/cases/{case.reference}/coaching/")

    assert response.status_code == 403
    assert "to yourself" in response.content.decode()


def test_a_case_without_an_owner_has_nobody_to_write_to(client: Client, leader: User) -> None:
    case = CaseFactory.create(team=leader.team, owner=None, logged_by=leader)

    page = client.get(f"/cases/{case.reference}/coaching/", follow=True).content.decode()

    assert "there is nobody to write a coaching note to" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"action": "Try it"}, "Enter the day by which it is done"),
        ({"action_due_date": "2026-12-01"}, "Enter what is to be done by that day"),
        ({"second_priority": "Asks first"}, "Enter the first priority before the second"),
        ({"held_on": "31.02.2026"}, "must be a real date"),
        ({"behaviour": "x\0y"}, "cannot be stored"),
        ({"behaviour": "x" * 3001}, "must be 3000 characters or fewer"),
        ({"cases": "CMP-2026-999999"}, "You cannot see a case with the reference CMP-2026-999999"),
        ({"draft_version": 7}, "was changed in another tab"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    client: Client, draft: CoachingSession, data: dict[str, object], sentence: str
) -> None:
    response = client.post(f"/coaching/notes/{draft.pk}/write/", typed(draft, goal="To be calm 😀 <b>") | data)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "To be calm 😀 &lt;b&gt;" in page
    draft.refresh_from_db()
    assert draft.goal == ""


def test_a_draft_saves_what_can_be_read_while_it_is_typed(client: Client, draft: CoachingSession) -> None:
    data = typed(draft, goal="Calm calls", action="Try it", cases="CMP-2026-99")

    answer = client.post(f"/coaching/notes/{draft.pk}/save/", data)

    draft.refresh_from_db()
    assert answer.json()["version"] == draft.version == 2
    assert draft.goal == "Calm calls"
    assert client.post(f"/coaching/notes/{draft.pk}/save/", data).status_code == 409


def test_a_shared_note_does_not_save_itself(client: Client, note: CoachingSession) -> None:
    assert client.post(f"/coaching/notes/{note.pk}/save/", typed(note)).status_code == 422
    assert not SessionEvent.objects.exists()


def test_sharing_too_early_says_what_is_missing(client: Client, colleague: User, leader: User) -> None:
    draft = SessionFactory.create(colleague=colleague, leader=leader, impact="")

    response = client.post(f"/coaching/notes/{draft.pk}/share/")

    assert response.status_code == 422
    assert "cannot be shown this note yet" in response.content.decode()


def test_an_empty_answer_comes_back_and_nothing_is_written(
    client: Client, note: CoachingSession, colleague: User
) -> None:
    client.force_login(colleague)

    response = client.post(f"/coaching/notes/{note.pk}/dispute/", {"words": "  "})

    assert response.status_code == 422
    assert "Write something first" in response.content.decode()
    assert not SessionEvent.objects.exists()


@pytest.mark.parametrize("step", ["share-it", "edit", "discard-all"])
def test_an_unknown_step_is_not_found(client: Client, note: CoachingSession, step: str) -> None:
    assert client.post(f"/coaching/notes/{note.pk}/{step}/").status_code in {404, 405}


def test_a_cause_in_the_process_leads_on_to_a_recommendation(client: Client, colleague: User, leader: User) -> None:
    note = SharedSessionFactory.create(
        colleague=colleague, leader=leader, process_issue="The script promises five days"
    )

    link = f"/recommendations/new/?coaching={note.pk}"
    assert link in client.get(f"/coaching/notes/{note.pk}/").content.decode()
    begun = client.get(link).content.decode()
    assert "The script promises five days" in begun
    assert SECRET not in begun


@pytest.mark.parametrize("role", [Role.TEAM_LEADER, Role.MANAGER])
def test_nobody_else_starts_a_recommendation_from_it(client: Client, note: CoachingSession, role: Role) -> None:
    CoachingSession.objects.update(process_issue="The script promises five days")
    client.force_login(UserFactory.create(role=role))

    assert "The script" not in client.get(f"/recommendations/new/?coaching={note.pk}").content.decode()


def test_the_list_asks_the_same_number_of_questions_for_20_rows(client: Client, colleague: User, leader: User) -> None:
    client.get("/coaching/")
    counts = []
    for size in (1, 19):
        SharedSessionFactory.create_batch(size, colleague=colleague, leader=leader, held_on=date(2026, 11, 1))
        with CaptureQueriesContext(connection) as asked:
            client.get("/coaching/")
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12


def test_a_note_asks_at_most_12_questions(client: Client, note: CoachingSession) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/coaching/notes/{note.pk}/")

    assert len(asked) <= 12, "\n".join(each["sql"][:150] for each in asked)
