"""A coaching note is private to two people, fair to the one it is about, and never changed behind their back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import Notification, OutboxEmail, Team, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import NamedColleague
from cases.tests.factories import NOW, CaseFactory
from coaching.choices.sessions import SessionAction as Action
from coaching.choices.sessions import SessionEventKind as Event
from coaching.choices.sessions import SessionState as State
from coaching.models import CoachingSession, SessionEvent
from coaching.selectors.sessions import FIELDS
from coaching.services.answers import hand_on, say
from coaching.services.reminding import remind_of_actions
from coaching.services.sessions import discard_session, save_session, share_session, start_session
from coaching.tests.factories import SessionFactory, SharedSessionFactory
from coaching.tests.quality_factories import FinishedReviewFactory
from core.errors import StaleVersionError, UserFacingError

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return TeamFactory.create()


@pytest.fixture
def colleague(team: Team) -> User:
    return UserFactory.create(team=team, full_name="Ann Lee")


@pytest.fixture
def leader(team: Team) -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, team=team, full_name="Tom Reed")


@pytest.fixture
def note(colleague: User, leader: User) -> CoachingSession:
    return SharedSessionFactory.create(colleague=colleague, leader=leader)


def sees(user: User, note: CoachingSession) -> bool:
    return CoachingSession.objects.visible_to(user).filter(pk=note.pk).exists()


def words_of(note: CoachingSession) -> dict[str, object]:
    return {name: getattr(note, name) for name in FIELDS}


class TestWhoSeesANote:
    def test_the_two_and_nobody_else(self, note: CoachingSession, colleague: User, leader: User, team: Team) -> None:
        others = [UserFactory.create(role=role, team=team) for role in Role if role != Role.SYSTEM]

        assert sees(colleague, note)
        assert sees(leader, note)
        assert not any(sees(other, note) for other in others)

    def test_a_draft_is_its_authors_alone(self, colleague: User, leader: User) -> None:
        draft = SessionFactory.create(colleague=colleague, leader=leader)

        assert sees(leader, draft)
        assert not sees(colleague, draft)

    def test_a_past_leader_sees_it_no_more_and_the_colleague_still_does(
        self, note: CoachingSession, colleague: User, leader: User, team: Team
    ) -> None:
        team.leaders.remove(leader)

        assert not sees(leader, note)
        assert sees(colleague, note)

    def test_it_follows_the_colleague_out_of_the_team(
        self, note: CoachingSession, colleague: User, leader: User
    ) -> None:
        colleague.team = TeamFactory.create()
        colleague.save()

        assert not sees(leader, note)
        assert sees(colleague, note)

    def test_a_new_leader_does_not_inherit_it(self, note: CoachingSession, team: Team) -> None:
        assert not sees(UserFactory.create(role=Role.TEAM_LEADER, team=team), note)

    def test_a_leader_who_became_a_manager_counts_and_does_not_read(self, note: CoachingSession, leader: User) -> None:
        leader.role = Role.MANAGER
        leader.save()

        assert not sees(leader, note)

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN, Role.DATA_PROTECTION])
    def test_a_colleague_keeps_what_is_about_them_whatever_they_become(
        self, note: CoachingSession, colleague: User, role: Role
    ) -> None:
        colleague.role = role
        colleague.save()

        assert sees(colleague, note)


class TestWriting:
    def test_a_note_to_oneself_is_refused(self, leader: User) -> None:
        with pytest.raises(UserFacingError, match="to yourself"):
            start_session(colleague=leader, held_on=date(2026, 11, 20), actor=leader, now=NOW)

        assert not CoachingSession.objects.exists()

    def test_a_note_to_somebody_one_does_not_lead_is_refused(self, leader: User) -> None:
        stranger = UserFactory.create()

        with pytest.raises(UserFacingError, match="You do not lead the team"):
            start_session(colleague=stranger, held_on=date(2026, 11, 20), actor=leader, now=NOW)

        assert not CoachingSession.objects.exists()

    @pytest.mark.parametrize("role", [role for role in Role if role not in {Role.TEAM_LEADER, Role.SYSTEM}])
    def test_only_a_leader_writes(self, colleague: User, team: Team, role: Role) -> None:
        actor = UserFactory.create(role=role, team=team)

        with pytest.raises(PermissionDenied, match="A team leader can"):
            start_session(colleague=colleague, held_on=date(2026, 11, 20), actor=actor, now=NOW)

    def test_a_case_that_the_colleague_may_not_see_is_refused(self, colleague: User, leader: User, team: Team) -> None:
        case = CaseFactory.create(team=team)
        NamedColleague.objects.create(case=case, colleague=colleague)

        with pytest.raises(UserFacingError, match="Ann Lee may not see"):
            start_session(colleague=colleague, held_on=date(2026, 11, 20), case_ids=[case.pk], actor=leader, now=NOW)

        assert not CoachingSession.objects.exists()

    def test_a_case_that_the_leader_may_not_see_is_refused(self, colleague: User, leader: User) -> None:
        case = CaseFactory.create(owner=colleague)

        with pytest.raises(UserFacingError, match="Tom Reed may not see"):
            start_session(colleague=colleague, held_on=date(2026, 11, 20), case_ids=[case.pk], actor=leader, now=NOW)

    def test_a_case_that_the_colleague_may_see_no_more_holds_the_note_back(
        self, colleague: User, leader: User, team: Team
    ) -> None:
        case = CaseFactory.create(team=team)
        draft = SessionFactory.create(colleague=colleague, leader=leader)
        draft.case_links.create(case=case)
        NamedColleague.objects.create(case=case, colleague=colleague)

        with pytest.raises(UserFacingError, match="Leave it out"):
            share_session(session_id=draft.pk, actor=leader, now=NOW)

        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    @pytest.mark.parametrize("field", ["situation", "behaviour", "impact"])
    def test_what_was_seen_is_needed_to_share(self, colleague: User, leader: User, field: str) -> None:
        draft = SessionFactory.create(colleague=colleague, leader=leader, **{field: "  "})

        with pytest.raises(UserFacingError, match="cannot be shown this note yet"):
            share_session(session_id=draft.pk, actor=leader, now=NOW)

        assert not Notification.objects.exists()

    def test_sharing_tells_the_colleague_without_a_word_of_it(self, colleague: User, leader: User) -> None:
        draft = SessionFactory.create(colleague=colleague, leader=leader)

        share_session(session_id=draft.pk, actor=leader, now=NOW)

        line, email = Notification.objects.get(), OutboxEmail.objects.get()
        assert (line.recipient, email.to) == (colleague, colleague.email)
        told = f"{line.text}{line.reason}{email.subject}{email.body}"
        assert not any(str(words) in told for words in words_of(draft).values() if isinstance(words, str) and words)

    def test_two_tabs_do_not_overwrite_each_other(self, note: CoachingSession, leader: User) -> None:
        with pytest.raises(StaleVersionError):
            save_session(session_id=note.pk, version=7, values={"impact": "Other"}, actor=leader, now=NOW)

    def test_a_change_to_a_shared_note_stands_in_its_history_and_the_colleague_hears(
        self, note: CoachingSession, colleague: User, leader: User
    ) -> None:
        save_session(session_id=note.pk, version=1, values={"impact": "They waited"}, actor=leader, now=NOW)

        event = note.events.get()
        assert event.kind == Event.CHANGED
        assert event.changes == {"impact": ["The customer said that nobody listens", "They waited"]}
        assert Notification.objects.get().recipient == colleague

    def test_typing_a_draft_leaves_no_history_and_tells_nobody(self, colleague: User, leader: User) -> None:
        draft = SessionFactory.create(colleague=colleague, leader=leader)

        save_session(session_id=draft.pk, version=1, values={"impact": "They waited"}, actor=leader, now=NOW)

        assert not SessionEvent.objects.exists()
        assert not Notification.objects.exists()

    def test_a_read_note_is_not_changed(self, note: CoachingSession, colleague: User, leader: User) -> None:
        say(session_id=note.pk, step=Action.ACKNOWLEDGE, actor=colleague, now=NOW)

        with pytest.raises(UserFacingError, match="is not possible while the coaching note is read"):
            save_session(session_id=note.pk, version=2, values={"impact": "Other"}, actor=leader, now=NOW)

    def test_a_draft_can_be_discarded_and_a_shared_note_cannot(
        self, note: CoachingSession, colleague: User, leader: User
    ) -> None:
        draft = SessionFactory.create(colleague=colleague, leader=leader)

        discard_session(session_id=draft.pk, actor=leader)
        with pytest.raises(UserFacingError):
            discard_session(session_id=note.pk, actor=leader)

        assert list(CoachingSession.objects.all()) == [note]


class TestAnswering:
    def test_the_colleagues_words_stay_as_they_wrote_them(
        self, note: CoachingSession, colleague: User, leader: User
    ) -> None:
        say(session_id=note.pk, step=Action.DISPUTE, words="I asked once.", actor=colleague, now=NOW)
        save_session(session_id=note.pk, version=2, values={"behaviour": "I misheard"}, actor=leader, now=NOW)
        say(session_id=note.pk, step=Action.REPLY, words="You are right.", actor=leader, now=NOW)

        disputed = note.events.get(kind=Event.DISPUTED)
        assert (disputed.actor, disputed.words) == (colleague, "I asked once.")
        with pytest.raises(TypeError):
            note.events.update(words="Never mind")

    def test_a_dispute_ends_when_the_colleague_says_so(
        self, note: CoachingSession, colleague: User, leader: User
    ) -> None:
        say(session_id=note.pk, step=Action.DISPUTE, words="I asked once.", actor=colleague, now=NOW)

        with pytest.raises(UserFacingError, match="while the coaching note is disputed"):
            say(session_id=note.pk, step=Action.RESOLVE, words="Done", actor=leader, now=NOW)
        with pytest.raises(PermissionDenied, match="for Ann Lee alone"):
            say(session_id=note.pk, step=Action.SETTLE, words="Done", actor=leader, now=NOW)
        say(session_id=note.pk, step=Action.SETTLE, words="We listened to the call.", actor=colleague, now=NOW)

        note.refresh_from_db()
        assert note.state == State.RESOLVED

    def test_reading_needs_no_words_and_answering_does(self, note: CoachingSession, colleague: User) -> None:
        with pytest.raises(UserFacingError, match="Enter your answer"):
            say(session_id=note.pk, step=Action.RESPOND, words=" ", actor=colleague, now=NOW)
        say(session_id=note.pk, step=Action.ACKNOWLEDGE, actor=colleague, now=NOW)

        note.refresh_from_db()
        assert (note.state, note.acknowledged_at) == (State.ACKNOWLEDGED, NOW)

    @pytest.mark.parametrize("step", [Action.ACKNOWLEDGE, Action.RESPOND, Action.DISPUTE])
    def test_the_leader_does_not_answer_for_the_colleague(
        self, note: CoachingSession, leader: User, step: Action
    ) -> None:
        with pytest.raises(PermissionDenied):
            say(session_id=note.pk, step=step, words="Yes", actor=leader, now=NOW)

        assert not SessionEvent.objects.exists()

    def test_what_came_of_it_finishes_the_note(self, note: CoachingSession, colleague: User, leader: User) -> None:
        say(session_id=note.pk, step=Action.ACKNOWLEDGE, actor=colleague, now=NOW)
        say(session_id=note.pk, step=Action.RESOLVE, words="Done on five calls of five.", actor=leader, now=NOW)

        note.refresh_from_db()
        assert (note.state, note.result, note.resolved_at) == (State.RESOLVED, "Done on five calls of five.", NOW)

    def test_a_past_leader_hears_nothing(
        self, note: CoachingSession, colleague: User, leader: User, team: Team
    ) -> None:
        team.leaders.remove(leader)

        say(session_id=note.pk, step=Action.RESPOND, words="Thank you.", actor=colleague, now=NOW)

        assert not Notification.objects.exists()
        assert not OutboxEmail.objects.exists()


class TestHandingOn:
    def test_the_colleague_hands_the_note_on_to_a_new_leader(
        self, note: CoachingSession, colleague: User, leader: User, team: Team
    ) -> None:
        team.leaders.remove(leader)
        successor = UserFactory.create(role=Role.TEAM_LEADER, team=team)

        hand_on(session_id=note.pk, leader=successor, actor=colleague, now=NOW)

        assert sees(successor, note)
        assert not sees(leader, note)
        assert Notification.objects.get().recipient == successor

    def test_not_while_the_leader_still_leads(self, note: CoachingSession, colleague: User, team: Team) -> None:
        other = UserFactory.create(role=Role.TEAM_LEADER, team=team)

        with pytest.raises(UserFacingError, match="still leads your team"):
            hand_on(session_id=note.pk, leader=other, actor=colleague, now=NOW)

    def test_not_to_somebody_who_leads_another_team(
        self, note: CoachingSession, colleague: User, leader: User, team: Team
    ) -> None:
        team.leaders.remove(leader)

        with pytest.raises(UserFacingError, match="does not lead your team"):
            hand_on(session_id=note.pk, leader=UserFactory.create(role=Role.TEAM_LEADER), actor=colleague, now=NOW)


class TestReminding:
    DUE = NOW + timedelta(days=5)  # the action is due on 25 November

    def test_both_hear_once_that_an_action_is_due(self, note: CoachingSession, colleague: User, leader: User) -> None:
        assert remind_of_actions(now=self.DUE - timedelta(days=1)) == 0
        assert remind_of_actions(now=self.DUE) == 1
        assert remind_of_actions(now=self.DUE) == 0
        assert remind_of_actions(now=self.DUE + timedelta(days=3)) == 0

        assert {line.recipient for line in Notification.objects.all()} == {colleague, leader}
        assert OutboxEmail.objects.count() == 2
        assert note.action not in "".join(email.subject + email.body for email in OutboxEmail.objects.all())

    def test_a_later_day_is_reminded_of_again(self, note: CoachingSession, leader: User) -> None:
        remind_of_actions(now=self.DUE)
        save_session(
            session_id=note.pk, version=1, values={"action_due_date": date(2026, 12, 1)}, actor=leader, now=self.DUE
        )

        assert remind_of_actions(now=self.DUE) == 0
        assert remind_of_actions(now=self.DUE + timedelta(days=6)) == 1

    @pytest.mark.parametrize("state", [State.RESOLVED, State.DISPUTED])
    def test_what_is_finished_or_disputed_is_not_reminded_of(self, note: CoachingSession, state: State) -> None:
        CoachingSession.objects.filter(pk=note.pk).update(state=state)

        assert remind_of_actions(now=self.DUE) == 0

    def test_a_past_leader_is_not_reminded(
        self, note: CoachingSession, colleague: User, leader: User, team: Team
    ) -> None:
        team.leaders.remove(leader)

        remind_of_actions(now=self.DUE)

        assert [line.recipient for line in Notification.objects.all()] == [colleague]


def test_seeing_asks_one_question(colleague: User, leader: User, note: CoachingSession) -> None:
    with CaptureQueriesContext(connection) as asked:
        list(CoachingSession.objects.visible_to(leader).with_people())

    assert len(asked) == 1


def test_a_note_names_the_quality_reviews_that_both_may_read(
    client: Client, note: CoachingSession, leader: User, colleague: User
) -> None:
    read = FinishedReviewFactory.create(subject=colleague, case__team=colleague.team, case__owner=colleague)
    others = FinishedReviewFactory.create()

    save_session(
        session_id=note.pk,
        version=note.version,
        values={},
        review_ids=[read.pk, others.pk],
        actor=leader,
        now=NOW,
    )

    client.force_login(leader)
    assert list(note.reviews.all()) == [read]
    assert read.case.reference in client.get(note.get_absolute_url()).content.decode()
