"""A manager counts and names nobody; a colleague's pack holds their notes, a customer's file never does."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.choices import Role
from accounts.models import Notification, Team, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.tests.factories import CaseFactory
from coaching.choices.sessions import SessionAction, SessionState
from coaching.models import CoachingSession
from coaching.selectors.counts import coaching_counts
from coaching.selectors.waiting import waiting_for
from coaching.services.answers import say
from coaching.tests.factories import NOW, GoalFactory, RecognitionFactory, SessionFactory, SharedSessionFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def make_team(name: str, size: int) -> tuple[Team, list[User]]:
    team = TeamFactory.create(name=name)
    return team, UserFactory.create_batch(size, team=team)


def write(colleague: User, count: int, held_on: date = date(2026, 11, 3)) -> None:
    leader = colleague.team.leaders.first() or UserFactory.create(role=Role.TEAM_LEADER, team=colleague.team)
    SharedSessionFactory.create_batch(count, colleague=colleague, leader=leader, held_on=held_on)


def told() -> dict[str, str]:
    """Return what the page says of this month, by team."""
    return {row.team: row.cells[-1] for row in coaching_counts(today=TODAY).rows}


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (1, "1 to 4"), (4, "1 to 4"), (5, "5"), (12, "12")])
def test_a_small_number_is_not_told_exactly(count: int, words: str) -> None:
    _, people = make_team("North", 5)
    write(people[0], count)

    assert told() == {"North": words}


def test_a_small_team_is_counted_with_the_others_or_not_at_all() -> None:
    _, alone = make_team("One", 1)
    write(alone[0], 6)
    assert told() == {}

    make_team("Four", 4)
    assert told() == {"Smaller teams together": "6"}


def test_drafts_and_older_months_do_not_count() -> None:
    _, people = make_team("North", 5)
    write(people[0], 5, held_on=date(2026, 5, 30))
    SessionFactory.create_batch(5, colleague=people[0], leader=people[0].team.leaders.get(), held_on=TODAY)

    counts = coaching_counts(today=TODAY)
    assert counts.months[0] == date(2026, 6, 1)
    assert counts.rows[0].cells == ["0"] * 6


def test_the_page_of_numbers_holds_no_word_and_no_name(client: Client) -> None:
    _, people = make_team("North", 6)
    write(people[0], 7)
    client.force_login(UserFactory.create(role=Role.MANAGER))

    page = client.get("/coaching/counts/").content.decode()

    note = CoachingSession.objects.first()
    assert note
    assert not any(words in page for words in [note.situation, note.action, str(note.leader), f">{people[0]}<"])


def test_the_day_holds_what_waits_for_each_of_the_two() -> None:
    colleague = UserFactory.create()
    write(colleague, 1)
    note = CoachingSession.objects.get()

    assert [each.text for each in waiting_for(colleague, today=TODAY)] == ["Read a coaching note"]
    assert [each.text for each in waiting_for(note.leader, today=TODAY)] == ["An agreed action"]
    say(session_id=note.pk, step=SessionAction.DISPUTE, words="No", actor=colleague, now=NOW)
    assert waiting_for(colleague, today=TODAY) == []
    assert [each.text for each in waiting_for(note.leader, today=TODAY)] == ["Answer what a colleague sees differently"]


def test_a_late_action_says_so_and_a_far_one_waits() -> None:
    colleague = UserFactory.create()
    write(colleague, 1)
    CoachingSession.objects.update(state=SessionState.ACKNOWLEDGED)

    late = waiting_for(colleague, today=date(2026, 11, 26))
    assert [each.text for each in late] == ["An agreed action is late"]
    assert waiting_for(colleague, today=date(2026, 11, 25) - timedelta(days=8)) == []


def test_my_day_shows_the_box(client: Client) -> None:
    colleague = UserFactory.create()
    write(colleague, 1)
    client.force_login(colleague)

    assert "Read a coaching note" in client.get("/").content.decode()


def test_a_colleagues_pack_holds_their_notes_and_nobody_elses(tmp_path: Path) -> None:
    if not User.objects.filter(role=Role.SYSTEM).exists():
        UserFactory.create(role=Role.SYSTEM, team=None)
    colleague, other = UserFactory.create(full_name="Ann Lee"), UserFactory.create()
    write(colleague, 1)
    note = CoachingSession.objects.get()
    say(session_id=note.pk, step=SessionAction.RESPOND, words="I asked once.", actor=colleague, now=NOW)
    GoalFactory.create(owner=colleague)
    praise = RecognitionFactory.create(case__owner=colleague, case__customer__name="Zofia Kaminska")
    write(other, 1)
    CoachingSession.objects.filter(colleague=other).update(behaviour="Nobody else may read this")

    call_command("colleague_pack", colleague.email, out=tmp_path / "pack")

    page = (tmp_path / "pack" / "colleague.html").read_text()
    data = json.loads((tmp_path / "pack" / "colleague.json").read_text())
    assert all(words in page for words in [note.behaviour, "I asked once.", praise.text, "Lead a major incident call"])
    assert "Nobody else may read this" not in page + json.dumps(data)
    assert "Zofia" not in page
    assert {line.recipient for line in Notification.objects.filter(dedupe_key__startswith="colleague-pack")} == {
        colleague,
        note.leader,
    }


def test_a_pack_for_nobody_is_refused(tmp_path: Path) -> None:
    if not User.objects.filter(role=Role.SYSTEM).exists():
        UserFactory.create(role=Role.SYSTEM, team=None)

    with pytest.raises(CommandError, match="Nobody here signs in as"):
        call_command("colleague_pack", "nobody@example.com", out=tmp_path)


def test_a_customers_file_never_holds_a_note(client: Client) -> None:
    colleague = UserFactory.create()
    case = CaseFactory.create(team=colleague.team, owner=colleague)
    write(colleague, 1)
    note = CoachingSession.objects.get()
    note.case_links.create(case=case)
    client.force_login(note.leader)

    pack = client.get(f"/cases/{case.reference}/pack/").content.decode()

    assert not any(
        words in pack for words in [note.situation, note.behaviour, note.impact, note.action, "oaching note"]
    )
