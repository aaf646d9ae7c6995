"""Reviews from the lot to the second look, through the services."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.choices import Role
from accounts.models import Notification, SettingsChange, Team, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Approval, ApprovalDecision, Case, NamedColleague
from cases.tests.factories import NOW, CaseFactory
from coaching.choices.quality import AppealState, Rating, ReviewState, ScorecardState
from coaching.models import Answer, Appeal, Calibration, Review, Sample, SampledCase, Scorecard, ScorecardVersion
from coaching.selectors.lots import Lot, draw_again, drawn
from coaching.services.appeals import ask_again, take_appeal
from coaching.services.calibration import set_up_calibration
from coaching.services.finishing import UnansweredError, finish_review
from coaching.services.reviews import Judgement, save_answers, start_review
from coaching.services.sampling import draw_sample
from coaching.services.scorecards import (
    CriterionText,
    add_scorecard,
    criteria_of,
    discard_draft,
    publish,
    save_draft,
    start_draft,
)
from coaching.tests.quality_factories import (
    FinishedReviewFactory,
    ReviewFactory,
    ScorecardVersionFactory,
    judged,
    reviewer_in,
)
from complaints.models import FormerOwner
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
MET, PARTLY, NOT_MET, NA = Rating.MET, Rating.PARTLY, Rating.NOT_MET, Rating.NOT_APPLICABLE


@pytest.fixture
def admin() -> User:
    return UserFactory.create(role=Role.ADMIN, team=None)


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, team=None)


@pytest.fixture
def north() -> Team:
    return TeamFactory.create(name="North")


@pytest.fixture
def version() -> ScorecardVersion:
    return ScorecardVersionFactory.create()


def criteria(*weights: int) -> list[CriterionText]:
    return [
        CriterionText(section="Care", text=f"Criterion {number}", weight=weight)
        for number, weight in enumerate(weights)
    ]


def saved(admin: User, *weights: int) -> ScorecardVersion:
    draft = add_scorecard(name="Calls", purpose="", actor=admin, now=NOW)
    return save_draft(
        version_id=draft.pk,
        criteria=criteria(*weights),
        change_note="",
        seen=draft.updated_at.isoformat(),
        actor=admin,
        now=NOW,
    )


# --- Scorecards ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "words"),
    [((60, 30), "add up to 90, which is 10 too few"), ((60, 50), "add up to 110, which is 10 too many"), ((0,), "0")],
)
def test_weights_that_do_not_add_up_to_a_hundred_are_refused_with_their_sum(
    admin: User, weights: tuple[int, ...], words: str
) -> None:
    draft = saved(admin, *weights)

    with pytest.raises(UserFacingError, match=words):
        publish(version_id=draft.pk, effective_from=TODAY, actor=admin, now=NOW)

    draft.refresh_from_db()
    assert draft.state == ScorecardState.DRAFT


def test_a_scorecard_without_criteria_is_not_published(admin: User) -> None:
    draft = add_scorecard(name="Calls", purpose="", actor=admin, now=NOW)

    with pytest.raises(UserFacingError, match="needs at least one criterion"):
        publish(version_id=draft.pk, effective_from=TODAY, actor=admin, now=NOW)


def test_an_edition_judges_from_its_day_until_the_next_one_begins(admin: User) -> None:
    first = saved(admin, 60, 40)
    publish(version_id=first.pk, effective_from=TODAY, actor=admin, now=NOW)
    second = start_draft(scorecard_id=first.scorecard_id, actor=admin, now=NOW)
    publish(version_id=second.pk, effective_from=TODAY + timedelta(days=10), actor=admin, now=NOW)

    def judging(day: date) -> list[int]:
        return [version.number for version in ScorecardVersion.objects.in_force(day)]

    assert judging(TODAY - timedelta(days=1)) == []
    assert judging(TODAY + timedelta(days=9)) == [1]
    assert judging(TODAY + timedelta(days=10)) == [2]
    assert criteria_of(second) == criteria_of(first)


@pytest.mark.parametrize("days", [-1, 0])
def test_an_edition_begins_neither_in_the_past_nor_with_or_before_the_one_it_follows(admin: User, days: int) -> None:
    first = saved(admin, 100)
    publish(version_id=first.pk, effective_from=TODAY, actor=admin, now=NOW)
    second = start_draft(scorecard_id=first.scorecard_id, actor=admin, now=NOW)

    with pytest.raises(UserFacingError, match=r"today or later|on a later day"):
        publish(version_id=second.pk, effective_from=TODAY + timedelta(days=days), actor=admin, now=NOW)


def test_a_published_edition_is_never_edited(admin: User, version: ScorecardVersion) -> None:
    with pytest.raises(TransitionNotAllowedError, match="Start a new draft"):
        save_draft(
            version_id=version.pk,
            criteria=criteria(100),
            change_note="",
            seen=version.updated_at.isoformat(),
            actor=admin,
            now=NOW,
        )

    assert sum(criterion.weight for criterion in criteria_of(version)) == 100


def test_a_draft_that_somebody_saved_meanwhile_is_not_overwritten(admin: User) -> None:
    draft = saved(admin, 100)

    with pytest.raises(StaleVersionError, match="Somebody saved this draft"):
        save_draft(version_id=draft.pk, criteria=[], change_note="", seen="earlier", actor=admin, now=NOW)


def test_a_draft_can_be_discarded_and_every_step_is_written_down(admin: User) -> None:
    draft = saved(admin, 100)

    discard_draft(version_id=draft.pk, actor=admin, now=NOW)

    assert not ScorecardVersion.objects.exists()
    assert set(SettingsChange.objects.values_list("what", flat=True)) == {"added", "draft saved", "draft discarded"}


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.MANAGER, Role.DATA_PROTECTION])
def test_only_admins_change_scorecards(role: Role) -> None:
    with pytest.raises(PermissionDenied, match="An admin can"):
        add_scorecard(name="Calls", purpose="", actor=UserFactory.create(role=role), now=NOW)

    assert not Scorecard.objects.exists()


# --- Lots ---------------------------------------------------------------------------------------------------------


def closed_case(team: Team, *, at: datetime = NOW - timedelta(days=10), **fields: object) -> Case:
    fields.setdefault("owner", UserFactory.create(team=team))
    return CaseFactory.create(team=team, closed_at=at, received_at=at, logged_at=at, **fields)


def lot(version: ScorecardVersion, reviewer: User, **changes: object) -> Lot:
    values: dict[str, object] = {
        "scorecard": version.scorecard,
        "reviewer": reviewer,
        "team": None,
        "kind": "",
        "first_day": TODAY - timedelta(days=30),
        "last_day": TODAY - timedelta(days=1),
        "size": 5,
        "is_for_each": False,
        "seed": 20_261_120,
    }
    return Lot(**(values | changes))  # type: ignore[arg-type]


def had_a_part(how: str, case: Case, person: User) -> None:
    match how:
        case "owns":
            Case.objects.filter(pk=case.pk).update(owner=person)
        case "owned":
            FormerOwner.objects.create(case=case, person=person, until=NOW)
        case "proposed":
            Approval.objects.create(case=case, round=1, content_hash="x", requested_by=person, requested_at=NOW)
        case "decided":
            User.objects.filter(pk=person.pk).update(role=Role.TEAM_LEADER)
            other = UserFactory.create()
            asked = Approval.objects.create(case=case, round=1, content_hash="x", requested_by=other, requested_at=NOW)
            ApprovalDecision.objects.create(
                approval=asked,
                decision="RETURN",
                decided_by=person,
                requested_by=other,
                decided_at=NOW,
                content_hash="x",
            )


@pytest.mark.parametrize("how", ["owns", "owned", "proposed", "decided"])
def test_a_case_in_which_the_reviewer_had_a_part_is_never_drawn_nor_reviewed(
    north: Team, version: ScorecardVersion, how: str
) -> None:
    reviewer = reviewer_in(north)
    mine, other = closed_case(north), closed_case(north)
    had_a_part(how, mine, reviewer)

    assert drawn(lot(version, reviewer)).numbers == [other.number]
    with pytest.raises(UserFacingError, match="somebody else must review it"):
        start_review(case_id=mine.pk, scorecard_id=version.scorecard_id, actor=reviewer, now=NOW)
    assert not Review.objects.exists()


def test_only_what_the_reviewer_sees_is_drawn(north: Team, version: ScorecardVersion) -> None:
    reviewer = reviewer_in(north)
    seen, about_them = closed_case(north), closed_case(north)
    closed_case(TeamFactory.create())
    closed_case(north, is_restricted=True)
    NamedColleague.objects.create(case=about_them, colleague=reviewer)

    assert drawn(lot(version, reviewer)).numbers == [seen.number]


def test_the_period_is_of_whole_local_days(north: Team, version: ScorecardVersion) -> None:
    reviewer = reviewer_in(north)
    day = lot(version, reviewer, first_day=date(2026, 7, 1), last_day=date(2026, 7, 1))
    inside = closed_case(north, at=datetime.fromisoformat("2026-07-01T22:59:59+00:00"))
    closed_case(north, at=datetime.fromisoformat("2026-07-01T23:00:00+00:00"))  # the second of July in London
    closed_case(north, at=datetime.fromisoformat("2026-06-30T22:59:59+00:00"))

    assert drawn(day).numbers == [inside.number]


def test_a_draw_is_kept_with_its_seed_and_comes_out_the_same_again(
    manager: User, north: Team, version: ScorecardVersion
) -> None:
    cases = [closed_case(north) for _ in range(12)]

    sample = draw_sample(lot=lot(version, manager, team=north), actor=manager, now=NOW)

    numbers = [each.case.number for each in sample.drawn.select_related("case")]
    assert (sample.seed, sample.population, len(numbers)) == (20_261_120, 12, 5)
    again = draw_again(sample, numbers)
    assert again.same_population
    assert again.same_cases

    start_review(case_id=sample.drawn.first().case_id, scorecard_id=version.scorecard_id, actor=manager, now=NOW)
    assert draw_again(sample, numbers).same_cases

    Case.objects.filter(pk=cases[0].pk).update(closed_at=None)
    assert not draw_again(sample, numbers).same_population


def test_so_many_for_each_colleague(manager: User, north: Team, version: ScorecardVersion) -> None:
    first, second = UserFactory.create(team=north), UserFactory.create(team=north)
    for owner in (first, first, first, second):
        closed_case(north, owner=owner)

    sample = draw_sample(lot=lot(version, manager, size=2, is_for_each=True), actor=manager, now=NOW)

    subjects = list(sample.drawn.values_list("subject_id", flat=True))
    assert sorted(subjects) == sorted([first.pk, first.pk, second.pk])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last_day": TODAY - timedelta(days=40)}, "must end on or after"),
        ({"last_day": TODAY}, "must end before today"),
        ({}, "No closed case in this period is left"),
    ],
)
def test_a_lot_that_cannot_be_drawn_says_why(
    manager: User, version: ScorecardVersion, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(UserFacingError, match=words):
        draw_sample(lot=lot(version, manager, **changes), actor=manager, now=NOW)

    assert not Sample.objects.exists()


def test_a_leader_draws_no_sample_and_an_agent_cannot_be_given_one(
    manager: User, north: Team, version: ScorecardVersion
) -> None:
    closed_case(north)
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=north)

    with pytest.raises(PermissionDenied, match="A manager can"):
        draw_sample(lot=lot(version, manager), actor=leader, now=NOW)
    with pytest.raises(UserFacingError, match="does not review quality"):
        draw_sample(lot=lot(version, leader), actor=manager, now=NOW)
    assert not SampledCase.objects.exists()


# --- Reviews ------------------------------------------------------------------------------------------------------


def finish(review: Review, *ratings: str, **changes: object) -> Review:
    values: dict[str, object] = {"judgements": judged(review, *ratings), "summary": "Well done", "now": NOW}
    return finish_review(review_id=review.pk, actor=review.reviewer, **(values | changes))  # type: ignore[arg-type]


def test_a_finished_review_is_scored_and_told(version: ScorecardVersion) -> None:
    review = ReviewFactory.create(version=version)

    done = finish(review, MET, PARTLY, MET)

    assert (done.quality, done.compliance, done.is_failed) == (Decimal("85.00"), Decimal("100.00"), False)
    assert Notification.objects.get().recipient == review.subject


def test_a_fatal_criterion_not_met_fails_the_whole(version: ScorecardVersion) -> None:
    done = finish(ReviewFactory.create(version=version), MET, MET, NOT_MET)

    assert (done.quality, done.compliance, done.is_failed) == (Decimal("0.00"), Decimal("0.00"), True)


def test_what_does_not_apply_leaves_its_weight_to_the_rest(version: ScorecardVersion) -> None:
    done = finish(ReviewFactory.create(version=version), NA, PARTLY, MET)

    assert done.quality == Decimal("62.50")  # (15 + 10) of 40


def test_no_score_before_every_answer(version: ScorecardVersion) -> None:
    review = ReviewFactory.create(version=version)

    with pytest.raises(UnansweredError, match="1 of the criteria is not complete") as refusal:
        finish(review, MET, "", MET)

    assert list(refusal.value.problems.values()) == ["Select how “Updates are kept” was met"]
    review.refresh_from_db()
    assert (review.state, review.quality) == (ReviewState.OPEN, None)
    assert not Answer.objects.exclude(rating="").exists()


def test_anything_but_met_needs_a_reason(version: ScorecardVersion) -> None:
    review = ReviewFactory.create(version=version)

    with pytest.raises(UnansweredError) as refusal:
        finish(review, MET, PARTLY, MET, judgements=judged(review, MET, PARTLY, MET, comment=" "))

    assert "needs a reason" in next(iter(refusal.value.problems.values()))


def test_a_fatal_criterion_is_never_partly_met(version: ScorecardVersion) -> None:
    with pytest.raises(UserFacingError, match="is fatal"):
        finish(ReviewFactory.create(version=version), MET, MET, PARTLY)


def test_what_was_judged_so_far_is_kept_and_what_is_of_another_scorecard_is_not(version: ScorecardVersion) -> None:
    review = ReviewFactory.create(version=version)
    foreign = {0: Judgement(MET)}

    save_answers(
        review_id=review.pk,
        judgements=judged(review, MET, "", "") | foreign,
        summary="",
        actor=review.reviewer,
        now=NOW,
    )

    assert review.answers.exclude(rating="").count() == 1
    assert review.answers.count() == 3


def test_a_finished_review_never_changes(version: ScorecardVersion) -> None:
    review = ReviewFactory.create(version=version)
    finish(review, MET, MET, MET)

    with pytest.raises(TransitionNotAllowedError, match="is finished"):
        finish(review, NOT_MET, MET, MET)
    with pytest.raises(TransitionNotAllowedError, match="is finished"):
        save_answers(review_id=review.pk, judgements={}, summary="", actor=review.reviewer, now=NOW)


def test_nobody_else_answers_for_a_reviewer(version: ScorecardVersion, manager: User) -> None:
    review = ReviewFactory.create(version=version)

    with pytest.raises(PermissionDenied, match="Only"):
        finish_review(review_id=review.pk, judgements=judged(review, MET, MET, MET), summary="", actor=manager, now=NOW)


def test_a_case_is_reviewed_once_by_a_scorecard(manager: User, version: ScorecardVersion) -> None:
    case = CaseFactory.create()
    begun = start_review(case_id=case.pk, scorecard_id=version.scorecard_id, actor=manager, now=NOW)
    other = UserFactory.create(role=Role.MANAGER, team=None)

    again = start_review(case_id=case.pk, scorecard_id=version.scorecard_id, actor=manager, now=NOW)

    assert again == begun
    with pytest.raises(UserFacingError, match="has reviewed"):
        start_review(case_id=case.pk, scorecard_id=version.scorecard_id, actor=other, now=NOW)


def test_the_database_keeps_a_reviewer_from_their_own_case(version: ScorecardVersion) -> None:
    case = CaseFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(case=case, version=version, subject=case.owner, reviewer=case.owner, started_at=NOW)


def test_an_agent_who_is_no_reviewer_reviews_nothing(north: Team, version: ScorecardVersion) -> None:
    case = CaseFactory.create(team=north)

    with pytest.raises(PermissionDenied, match="made reviewers"):
        start_review(case_id=case.pk, scorecard_id=version.scorecard_id, actor=UserFactory.create(team=north), now=NOW)


def test_a_scorecard_without_an_edition_in_force_judges_nothing(manager: User) -> None:
    later = ScorecardVersionFactory.create(effective_from=TODAY + timedelta(days=1))

    with pytest.raises(UserFacingError, match="no published edition in force"):
        start_review(case_id=CaseFactory.create().pk, scorecard_id=later.scorecard_id, actor=manager, now=NOW)


# --- A second look ------------------------------------------------------------------------------------------------


def test_the_colleague_asks_once_and_another_reviewer_decides(version: ScorecardVersion, manager: User) -> None:
    review = ReviewFactory.create(version=version)
    finish(review, NOT_MET, MET, MET)
    appeal = ask_again(review_id=review.pk, reason="The letter answers it.", actor=review.subject, now=NOW)

    second = take_appeal(appeal_id=appeal.pk, actor=manager, now=NOW)
    finish(second, MET, MET, MET)

    appeal.refresh_from_db()
    assert (appeal.state, appeal.decided_at) == (AppealState.CHANGED, NOW)
    assert second.subject == review.subject
    with pytest.raises(TransitionNotAllowedError, match="It is possible once"):
        ask_again(review_id=review.pk, reason="Again", actor=review.subject, now=NOW)
    with pytest.raises(TransitionNotAllowedError, match="final"):
        ask_again(review_id=second.pk, reason="Again", actor=review.subject, now=NOW)
    assert Appeal.objects.count() == 1


def test_a_second_look_that_sees_the_same_leaves_the_result(version: ScorecardVersion, manager: User) -> None:
    review = ReviewFactory.create(version=version)
    finish(review, MET, MET, MET)
    appeal = ask_again(review_id=review.pk, reason="Look again.", actor=review.subject, now=NOW)

    finish(take_appeal(appeal_id=appeal.pk, actor=manager, now=NOW), MET, MET, MET)

    appeal.refresh_from_db()
    assert appeal.state == AppealState.STANDS


def test_neither_the_first_reviewer_nor_the_colleague_looks_again(version: ScorecardVersion, north: Team) -> None:
    case = CaseFactory.create(team=north, owner=reviewer_in(north))
    review = FinishedReviewFactory.create(version=version, case=case)
    appeal = ask_again(review_id=review.pk, reason="Look again.", actor=review.subject, now=NOW)

    with pytest.raises(PermissionDenied, match="You made the first review"):
        take_appeal(appeal_id=appeal.pk, actor=review.reviewer, now=NOW)
    with pytest.raises(UserFacingError, match="your own case"):
        take_appeal(appeal_id=appeal.pk, actor=review.subject, now=NOW)

    Case.objects.filter(pk=case.pk).update(owner=UserFactory.create(team=north))  # handed on since
    with pytest.raises(PermissionDenied, match="is about you"):
        take_appeal(appeal_id=appeal.pk, actor=review.subject, now=NOW)
    assert not Review.objects.exclude(appeal_of=None).exists()


def test_a_second_look_is_taken_once(version: ScorecardVersion, manager: User) -> None:
    review = FinishedReviewFactory.create(version=version)
    appeal = ask_again(review_id=review.pk, reason="Look again.", actor=review.subject, now=NOW)
    take_appeal(appeal_id=appeal.pk, actor=manager, now=NOW)

    with pytest.raises(TransitionNotAllowedError, match="again already"):
        take_appeal(appeal_id=appeal.pk, actor=UserFactory.create(role=Role.MANAGER, team=None), now=NOW)


@pytest.mark.parametrize("reason", ["", "   "])
def test_asking_again_needs_a_reason(reason: str) -> None:
    review = FinishedReviewFactory.create()

    with pytest.raises(UserFacingError, match="Enter what the reviewer should look at again"):
        ask_again(review_id=review.pk, reason=reason, actor=review.subject, now=NOW)


def test_only_the_colleague_asks_and_only_about_what_is_finished(manager: User) -> None:
    with pytest.raises(PermissionDenied, match="can ask for another look"):
        ask_again(review_id=FinishedReviewFactory.create().pk, reason="No", actor=manager, now=NOW)
    still_open = ReviewFactory.create()
    with pytest.raises(TransitionNotAllowedError, match="once the review is finished"):
        ask_again(review_id=still_open.pk, reason="No", actor=still_open.subject, now=NOW)


# --- Calibration --------------------------------------------------------------------------------------------------


def test_two_people_score_blind_and_compare_once_both_have_finished(
    version: ScorecardVersion, manager: User, north: Team
) -> None:
    case, reviewer = CaseFactory.create(team=north), reviewer_in(north)
    made = set_up_calibration(
        case_id=case.pk, scorecard_id=version.scorecard_id, reviewers=[manager, reviewer], actor=manager, now=NOW
    )
    mine, theirs = made.reviews.get(reviewer=manager), made.reviews.get(reviewer=reviewer)

    finish(mine, MET, PARTLY, MET)
    made.refresh_from_db()

    assert made.finished_at is None
    assert theirs not in Review.objects.visible_to(manager)
    finish(theirs, MET, MET, MET)
    made.refresh_from_db()
    assert made.finished_at == NOW
    assert not Review.objects.visible_to(case.owner).exists()
    assert not Notification.objects.filter(recipient=case.owner).exists()


def test_one_person_does_not_calibrate_with_themselves(version: ScorecardVersion, manager: User) -> None:
    with pytest.raises(UserFacingError, match="two different reviewers"):
        set_up_calibration(
            case_id=CaseFactory.create().pk,
            scorecard_id=version.scorecard_id,
            reviewers=[manager, manager],
            actor=manager,
            now=NOW,
        )


def test_whoever_had_a_part_in_the_case_does_not_calibrate_on_it(
    version: ScorecardVersion, manager: User, north: Team
) -> None:
    owner = reviewer_in(north)
    case = CaseFactory.create(team=north, owner=owner)

    with pytest.raises(UserFacingError, match="cannot review"):
        set_up_calibration(
            case_id=case.pk, scorecard_id=version.scorecard_id, reviewers=[manager, owner], actor=manager, now=NOW
        )
    assert not Calibration.objects.exists()


# --- Who sees what ------------------------------------------------------------------------------------------------


def test_an_open_review_is_the_reviewers_alone_and_a_finished_one_reaches_its_people(north: Team) -> None:
    case = CaseFactory.create(team=north)
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=north)
    other_leader = UserFactory.create(role=Role.TEAM_LEADER)
    colleague, manager = UserFactory.create(team=north), UserFactory.create(role=Role.MANAGER, team=None)
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    everybody = (case.owner, leader, other_leader, colleague, manager, admin)
    review = ReviewFactory.create(case=case)

    def seen() -> list[bool]:
        return [Review.objects.visible_to(user).filter(pk=review.pk).exists() for user in everybody]

    assert seen() == [False] * 6
    assert Review.objects.visible_to(review.reviewer).filter(pk=review.pk).exists()
    finish(review, *[MET] * 3)
    assert seen() == [True, True, False, False, True, False]
    NamedColleague.objects.create(case=case, colleague=manager)
    NamedColleague.objects.create(case=case, colleague=case.owner)
    assert seen() == [False, True, False, False, False, False]
