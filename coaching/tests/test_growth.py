"""Praise reaches the team only if the colleague agrees; a goal stays its owner's."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import Notification, OutboxEmail, User
from accounts.tests.factories import UserFactory
from cases.models import NamedColleague
from cases.tests.factories import NOW, CaseFactory
from coaching.choices.growth import GoalState, TeamAnswer
from coaching.models import DevelopmentGoal, Recognition
from coaching.services.growth import add_entry, answer_praise, finish_goal, praise
from coaching.tests.factories import GoalFactory, RecognitionFactory
from core.errors import UserFacingError

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> User:
    return UserFactory.create(full_name="Ann Lee")


def sees(user: User, row: Recognition | DevelopmentGoal) -> bool:
    return type(row).objects.visible_to(user).filter(pk=row.pk).exists()


def test_praise_reaches_the_team_when_the_colleague_agrees_and_leaves_it_again(colleague: User) -> None:
    case = CaseFactory.create(team=colleague.team, owner=colleague)
    giver, mate = UserFactory.create_batch(2, team=colleague.team)
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=colleague.team)

    row = praise(case=case, colleague=colleague, text="Rang back on the minute", actor=giver, now=NOW)

    assert [sees(each, row) for each in (colleague, giver, mate, leader)] == [True, True, False, False]
    answer_praise(recognition_id=row.pk, answer=TeamAnswer.AGREED, actor=colleague, now=NOW)
    assert sees(mate, row)
    assert sees(leader, row)
    assert not sees(UserFactory.create(), row)
    answer_praise(recognition_id=row.pk, answer=TeamAnswer.KEPT, actor=colleague, now=NOW)
    assert not sees(mate, row)


def test_the_colleague_is_told_without_the_words(colleague: User) -> None:
    case = CaseFactory.create(team=colleague.team, owner=colleague)
    giver = UserFactory.create(team=colleague.team)

    praise(case=case, colleague=colleague, text="Rang back on the minute", actor=giver, now=NOW)

    assert Notification.objects.get().recipient == colleague
    assert "minute" not in OutboxEmail.objects.get().body


def test_praise_for_oneself_is_refused(colleague: User) -> None:
    case = CaseFactory.create(team=colleague.team, owner=colleague)

    with pytest.raises(UserFacingError, match="You cannot praise yourself"):
        praise(case=case, colleague=colleague, text="Well done me", actor=colleague, now=NOW)


def test_praise_from_a_case_that_the_colleague_may_not_see_is_refused(colleague: User) -> None:
    case = CaseFactory.create(team=colleague.team)
    NamedColleague.objects.create(case=case, colleague=colleague)

    with pytest.raises(UserFacingError, match="may not see"):
        praise(case=case, colleague=colleague, text="Good", actor=case.owner, now=NOW)

    assert not Recognition.objects.exists()


def test_only_the_praised_answer(client: Client, colleague: User) -> None:
    row = RecognitionFactory.create(case__owner=colleague, case__team=colleague.team)
    client.force_login(row.giver)

    assert client.post(f"/coaching/recognition/{row.pk}/answer/", {"answer": "AGREED"}).status_code == 404
    client.force_login(colleague)
    assert client.post(f"/coaching/recognition/{row.pk}/answer/", {"answer": "MAYBE"}).status_code == 302
    row.refresh_from_db()
    assert row.team_answer == TeamAnswer.ASKED


def test_the_page_names_no_case_that_the_reader_may_not_open(client: Client, colleague: User) -> None:
    case = CaseFactory.create(team=colleague.team)
    row = RecognitionFactory.create(case=case, team_answer=TeamAnswer.AGREED)
    NamedColleague.objects.create(case=case, colleague=colleague)
    client.force_login(colleague)

    page = client.get("/coaching/recognition/").content.decode()

    assert row.text in page
    assert case.reference not in page


def test_praise_through_the_page(client: Client, colleague: User) -> None:
    case = CaseFactory.create(team=colleague.team, owner=colleague)
    client.force_login(UserFactory.create(team=colleague.team))

    assert client.post(f"/cases/{case.reference}/praise/", {"colleague": colleague.pk, "text": ""}).status_code == 422
    client.post(f"/cases/{case.reference}/praise/", {"colleague": colleague.pk, "text": "Good"})

    assert Recognition.objects.get().colleague == colleague


def test_a_goal_is_seen_by_its_owner_and_who_leads_them_now(colleague: User) -> None:
    goal = GoalFactory.create(owner=colleague)
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=colleague.team)
    others = [UserFactory.create(role=role, team=colleague.team) for role in (Role.AGENT, Role.MANAGER, Role.ADMIN)]

    assert sees(colleague, goal)
    assert sees(leader, goal)
    assert not any(sees(other, goal) for other in others)
    colleague.team.leaders.remove(leader)
    assert not sees(leader, goal)


def test_the_leader_adds_a_word_and_does_not_judge_the_progress(colleague: User) -> None:
    goal = GoalFactory.create(owner=colleague)
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=colleague.team)

    with pytest.raises(PermissionDenied, match="belongs to Ann Lee"):
        add_entry(goal_id=goal.pk, text="Half way", progress=50, actor=leader, now=NOW)
    add_entry(goal_id=goal.pk, text="Well begun", actor=leader, now=NOW)
    add_entry(goal_id=goal.pk, text="I led one", progress=40, actor=colleague, now=NOW)

    goal.refresh_from_db()
    assert goal.progress == 40
    assert Notification.objects.get().recipient == colleague


def test_a_finished_goal_takes_no_more(colleague: User) -> None:
    goal = GoalFactory.create(owner=colleague)

    finish_goal(goal_id=goal.pk, state=GoalState.REACHED, text="Done", actor=colleague, now=NOW)

    with pytest.raises(UserFacingError, match="This goal is finished"):
        add_entry(goal_id=goal.pk, text="More", actor=colleague, now=NOW)
    goal.refresh_from_db()
    assert (goal.state, goal.progress) == (GoalState.REACHED, 100)


def test_progress_beyond_a_hundred_is_refused(client: Client, colleague: User) -> None:
    goal = GoalFactory.create(owner=colleague)
    client.force_login(colleague)

    response = client.post(f"/coaching/goals/{goal.pk}/entry/", {"text": "Very far", "progress": 101})

    assert response.status_code == 422
    assert "must be 100 or less" in response.content.decode()


@pytest.mark.parametrize("path", ["/coaching/goals/", "/coaching/recognition/"])
def test_the_lists_ask_the_same_number_of_questions_for_20_rows(client: Client, colleague: User, path: str) -> None:
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=colleague.team)
    client.force_login(leader)
    client.get(path)
    counts = []
    for size in (1, 19):
        GoalFactory.create_batch(size, owner=colleague)
        RecognitionFactory.create_batch(size, case__team=colleague.team, team_answer=TeamAnswer.AGREED)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12
