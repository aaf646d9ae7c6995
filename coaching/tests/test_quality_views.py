"""Quality reviews and scorecards in the browser's eyes: what a page shows, and what it refuses."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.tests.factories import CaseFactory
from coaching.choices.quality import AppealState, Rating, ReviewState, ScorecardState
from coaching.models import Calibration, Review, Sample, ScorecardVersion
from coaching.tests.quality_factories import (
    AppealFactory,
    CalibrationFactory,
    FinishedReviewFactory,
    ReviewFactory,
    ScorecardVersionFactory,
    judged,
    reviewer_in,
)

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, team=None)


@pytest.fixture
def admin() -> User:
    return UserFactory.create(role=Role.ADMIN, team=None)


def answers(review: Review, *ratings: str, then: str = "finish", comment: str = "Seen in the letter") -> dict[str, str]:
    data = {"summary": "Clear and kind.", "then": then}
    for pk, judgement in judged(review, *ratings, comment=comment).items():
        data |= {f"rating_{pk}": judgement.rating, f"comment_{pk}": judgement.comment}
    return data


def test_the_score_is_shown_only_when_every_criterion_is_answered(manager: User) -> None:
    review = ReviewFactory.create(reviewer=manager)
    client, url = signed_in(manager), review.get_absolute_url()

    refused = client.post(url, answers(review, Rating.MET, "", Rating.MET))

    assert refused.status_code == 422
    assert "Select how “Updates are kept” was met" in refused.content.decode()
    assert "%" not in "".join(part for part in refused.content.decode().split() if part.startswith("7"))
    done = client.post(url, answers(review, Rating.MET, Rating.PARTLY, Rating.MET), follow=True).content.decode()
    assert "85.00%" in done
    assert "Updates are kept" in done


def test_a_review_stands_beside_its_case_and_can_be_kept_for_later(manager: User) -> None:
    review = ReviewFactory.create(reviewer=manager)
    client, url = signed_in(manager), review.get_absolute_url()

    client.post(url, answers(review, Rating.MET, "", "", then="save"))
    page = client.get(url).content.decode()

    assert review.case.story in page
    assert "1 of 3 answered" in page
    review.refresh_from_db()
    assert review.state == ReviewState.OPEN


def test_a_fatal_criterion_offers_no_half_way(manager: User) -> None:
    review = ReviewFactory.create(reviewer=manager)
    fatal = review.answers.get(criterion__is_fatal=True).criterion_id

    refused = signed_in(manager).post(review.get_absolute_url(), answers(review, Rating.MET, Rating.MET, Rating.PARTLY))

    assert refused.status_code == 422
    assert f"rating_{fatal}" in refused.context["form"].errors


def test_reviewing_ones_own_case_is_refused_in_words() -> None:
    team = TeamFactory.create()
    reviewer = reviewer_in(team)
    mine, version = CaseFactory.create(team=team, owner=reviewer), ScorecardVersionFactory.create()
    url = reverse("coaching:review_start", args=[mine.reference])

    refused = signed_in(reviewer).post(url, {"scorecard": version.scorecard_id})

    assert refused.status_code == 422
    assert "is your own case, so somebody else must review it" in refused.content.decode()
    assert not Review.objects.exists()


def test_a_review_starts_from_the_menu_of_a_case(manager: User) -> None:
    case, version = CaseFactory.create(), ScorecardVersionFactory.create()
    client, url = signed_in(manager), reverse("coaching:review_start", args=[case.reference])

    assert url in client.get(case.get_absolute_url()).content.decode()
    begun = client.post(url, {"scorecard": version.scorecard_id})

    assert begun.status_code == 302
    assert Review.objects.get().reviewer == manager
    assert url not in signed_in(case.owner).get(case.get_absolute_url()).content.decode()


def test_the_colleague_reads_the_result_and_asks_once(manager: User) -> None:
    review = FinishedReviewFactory.create(reviewer=manager, summary="Good letter.")
    client, url = signed_in(review.subject), review.get_absolute_url()
    ask = reverse("coaching:ask_again", args=[review.pk])
    page = client.get(url).content.decode()

    assert "Good letter." in page
    assert ask in page
    assert client.post(ask, {"reason": ""}).status_code == 422
    assert client.post(ask, {"reason": "Look at the letter."}).status_code == 302
    assert ask not in client.get(url).content.decode()
    again = client.post(ask, {"reason": "Again."})
    assert again.status_code == 422
    assert "It is possible once" in again.content.decode()


def test_the_first_reviewer_is_not_offered_the_second_look_and_another_takes_it(manager: User) -> None:
    appeal = AppealFactory.create(review__reviewer=manager)
    other = UserFactory.create(role=Role.MANAGER, team=None)
    take, home = reverse("coaching:take_appeal", args=[appeal.pk]), reverse("coaching:quality")

    assert take not in signed_in(manager).get(home).content.decode()
    assert take in signed_in(other).get(home).content.decode()
    taken = signed_in(other).post(take, follow=True).content.decode()

    appeal.refresh_from_db()
    assert appeal.state == AppealState.TAKEN
    assert appeal.reason in taken


def test_a_leader_goes_on_to_a_coaching_note_with_the_case_filled_in() -> None:
    team = TeamFactory.create()
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=team)
    review = FinishedReviewFactory.create(case=CaseFactory.create(team=team))

    page = signed_in(leader).get(review.get_absolute_url()).content.decode()

    assert f"colleague={review.subject_id}&amp;case={review.case.reference}" in page
    assert "Write a coaching note" not in signed_in(review.subject).get(review.get_absolute_url()).content.decode()


def test_a_calibration_stays_blind_until_both_have_finished(manager: User) -> None:
    made = CalibrationFactory.create(set_up_by=manager)
    other = UserFactory.create(role=Role.MANAGER, team=None)
    mine, theirs = (
        ReviewFactory.create(case=made.case, version=made.version, calibration=made, reviewer=person)
        for person in (manager, other)
    )
    client = signed_in(manager)

    client.post(mine.get_absolute_url(), answers(mine, Rating.MET, Rating.MET, Rating.MET))
    assert "Not both have finished yet" in client.get(made.get_absolute_url()).content.decode()
    assert client.get(theirs.get_absolute_url()).status_code == 404
    signed_in(other).post(
        theirs.get_absolute_url(), answers(theirs, Rating.MET, Rating.PARTLY, Rating.MET, comment="Late once")
    )

    page = client.get(made.get_absolute_url()).content.decode()
    assert "2 of 3" in page
    assert "Late once" in page
    assert signed_in(made.case.owner).get(made.get_absolute_url()).status_code == 403


def test_two_reviewers_are_asked_by_reference(manager: User) -> None:
    version, case = ScorecardVersionFactory.create(), CaseFactory.create()
    other = UserFactory.create(role=Role.MANAGER, team=None)
    data = {"reference": case.reference, "scorecard": version.scorecard_id, "first": manager.pk, "second": manager.pk}
    client, url = signed_in(manager), reverse("coaching:calibrations")

    refused = client.post(url, data)
    unknown = client.post(url, data | {"reference": "CMP-2026-999999", "second": other.pk})
    made = client.post(url, data | {"second": other.pk})

    assert "two different reviewers" in refused.content.decode()
    assert "You cannot see a case with this reference" in unknown.content.decode()
    assert made.status_code == 302
    assert Calibration.objects.get().reviews.count() == 2


def test_a_manager_draws_a_sample_and_draws_it_again(manager: User) -> None:
    at = timezone.now() - timedelta(days=40)
    cases = [CaseFactory.create(closed_at=at, received_at=at, logged_at=at) for _ in range(4)]
    version = ScorecardVersionFactory.create()
    data = {
        "scorecard": version.scorecard_id,
        "reviewer": manager.pk,
        "kind": "",
        "first_day": (at - timedelta(days=1)).date().isoformat(),
        "last_day": (at + timedelta(days=1)).date().isoformat(),
        "size": 2,
        "seed": 4711,
    }
    client = signed_in(manager)

    page = client.post(reverse("coaching:samples"), data, follow=True).content.decode()
    sample = Sample.objects.get()
    again = client.get(sample.get_absolute_url(), {"again": "1"}).content.decode()

    assert (sample.seed, sample.population, sample.drawn.count()) == (4711, len(cases), 2)
    assert "4711" in page
    assert "The same lot." in again
    drawn = sample.drawn.first().case
    client.post(
        reverse("coaching:review_start", args=[drawn.reference]),
        {"scorecard": version.scorecard_id, "sample": sample.pk},
    )
    assert Review.objects.get().sample == sample
    assert client.post(reverse("coaching:samples"), data | {"size": 0}).status_code == 422


def rows(*weights: int, stored: int = 0) -> dict[str, str]:
    data = {"criteria-TOTAL_FORMS": str(len(weights)), "criteria-INITIAL_FORMS": str(stored)}
    for number, weight in enumerate(weights):
        data |= {
            f"criteria-{number}-section": "Care",
            f"criteria-{number}-text": f"Criterion {number}",
            f"criteria-{number}-weight": str(weight),
        }
    return data


def test_an_admin_writes_a_scorecard_and_is_told_what_the_weights_add_up_to(admin: User) -> None:
    client = signed_in(admin)
    client.post(reverse("coaching:scorecard_add"), {"name": "Complaint files", "purpose": "How a file is handled"})
    draft = ScorecardVersion.objects.get()
    edit, publish = (
        reverse(f"coaching:{page}", args=[draft.scorecard_id]) for page in ("scorecard_draft", "scorecard_publish")
    )

    def save(*weights: int, stored: int) -> None:
        draft.refresh_from_db()
        data = {"seen": draft.updated_at.isoformat(), "change_note": ""} | rows(*weights, stored=stored)
        saved = client.post(edit, data)
        assert saved.status_code == 302

    save(60, 30, stored=0)
    refused = client.post(publish, {"effective_from": timezone.localdate().isoformat()})
    assert refused.status_code == 422
    assert "The weights add up to 90, which is 10 too few" in refused.content.decode()
    save(60, 40, stored=2)
    assert client.post(publish, {"effective_from": timezone.localdate().isoformat()}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == ScorecardState.PUBLISHED
    assert "Complaint files" in client.get(reverse("coaching:scorecards")).content.decode()


def test_a_row_without_its_words_comes_back_with_what_was_typed(admin: User) -> None:
    draft = ScorecardVersionFactory.create(
        state=ScorecardState.DRAFT, effective_from=None, published_by=None, criteria=False
    )
    data = {"seen": draft.updated_at.isoformat(), "change_note": "New"} | rows(100)

    refused = signed_in(admin).post(
        reverse("coaching:scorecard_draft", args=[draft.scorecard_id]), data | {"criteria-0-text": ""}
    )

    assert refused.status_code == 422
    assert "Enter criterion" in refused.content.decode()


def test_results_take_as_many_questions_for_one_as_for_twenty(
    manager: User, django_assert_max_num_queries: object
) -> None:
    client, url = signed_in(manager), reverse("coaching:quality")
    AppealFactory.create()
    client.get(url)
    with django_assert_max_num_queries(60) as first:  # type: ignore[operator]
        client.get(url)
    for _ in range(19):
        AppealFactory.create()

    with django_assert_max_num_queries(len(first)):  # type: ignore[operator]
        page = client.get(url)

    assert page.context["page"].paginator.count == 20


def test_calibrations_take_as_many_questions_for_one_as_for_five(
    manager: User, django_assert_max_num_queries: object
) -> None:
    client, url = signed_in(manager), reverse("coaching:calibrations")

    def finished() -> None:
        made = CalibrationFactory.create(finished_at=timezone.now())
        for _ in range(2):
            ReviewFactory.create(case=made.case, version=made.version, calibration=made)

    finished()
    client.get(url)
    with django_assert_max_num_queries(60) as first:  # type: ignore[operator]
        client.get(url)
    for _ in range(4):
        finished()

    with django_assert_max_num_queries(len(first)):  # type: ignore[operator]
        page = client.get(url)

    assert len(page.context["agreements"].each) == 5
