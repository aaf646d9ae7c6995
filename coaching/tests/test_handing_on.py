"""A sample that somebody cannot review goes to another reviewer, with its lot as it was drawn."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Notification, User
from accounts.tests.factories import UserFactory
from cases.models import Case
from cases.tests.factories import CaseFactory
from coaching.models import Review, Sample
from coaching.selectors.lots import Lot
from coaching.services.sampling import draw_sample
from coaching.tests.quality_factories import ScorecardVersionFactory

pytestmark = pytest.mark.django_db


def manager(**fields: object) -> User:
    return UserFactory.create(role=Role.MANAGER, team=None, **fields)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def sample() -> Sample:
    """Return a draw of two cases for a manager, one of them begun."""
    now, reviewer = timezone.now(), manager(full_name="First Reader")
    at = now - timedelta(days=40)
    for _ in range(2):
        CaseFactory.create(closed_at=at, received_at=at, logged_at=at)
    lot = Lot(
        scorecard=ScorecardVersionFactory.create().scorecard,
        reviewer=reviewer,
        team=None,
        kind="",
        first_day=(at - timedelta(days=1)).date(),
        last_day=(at + timedelta(days=1)).date(),
        size=2,
        is_for_each=False,
        seed=7,
    )
    drawn = draw_sample(lot=lot, actor=reviewer, now=now)
    begin(drawn, drawn.drawn.all()[0].case, reviewer)
    return drawn


def begin(sample: Sample, case: Case, user: User) -> None:
    data = {"scorecard": sample.scorecard_id, "sample": sample.pk}
    signed_in(user).post(reverse("coaching:review_start", args=[case.reference]), data)


def hand(sample: Sample, by: User, to: User, reason: str = "Away until January.") -> object:
    address = reverse("coaching:sample_hand_on", args=[sample.pk])
    return signed_in(by).post(address, {"reviewer": to.pk, "reason": reason})


def test_another_reviewer_judges_what_is_left(sample: Sample) -> None:
    second, left = manager(full_name="Second Reader"), sample.drawn.all()[1].case

    done = hand(sample, sample.reviewer, second)
    page = signed_in(second).get(sample.get_absolute_url()).content.decode()
    before = signed_in(sample.reviewer).get(sample.get_absolute_url()).content.decode()
    again = signed_in(second).get(sample.get_absolute_url(), {"again": "1"}).content.decode()
    begin(sample, left, second)

    assert done.status_code == 302
    assert "Handed to Second Reader by First Reader" in page
    assert ("Review case" in page, "Review case" in before) == (True, False)
    assert "The same lot." in again
    assert set(Review.objects.values_list("reviewer__full_name", "sample")) == {
        ("First Reader", sample.pk),
        ("Second Reader", sample.pk),
    }
    assert Notification.objects.filter(recipient=second, text__contains="handed you a sample").count() == 1


def test_who_had_a_part_in_what_is_left_or_holds_it_already_is_refused(sample: Sample) -> None:
    part = manager()
    Case.objects.filter(pk=sample.drawn.all()[1].case_id).update(owner=part)

    refused = [hand(sample, sample.reviewer, each).content.decode() for each in (part, sample.reviewer)]
    nameless = hand(sample, sample.reviewer, manager(), reason="")

    assert "had a part in 1 of the 1 cases left" in refused[0]
    assert "holds this sample already" in refused[1]
    assert nameless.status_code == 422
    sample.refresh_from_db()
    assert sample.handed_to is None


def test_a_sample_without_anything_left_stays(sample: Sample) -> None:
    begin(sample, sample.drawn.all()[1].case, sample.reviewer)

    refused = hand(sample, sample.reviewer, manager())

    assert refused.status_code == 422
    assert "nothing to hand on" in refused.content.decode()
    assert "Hand on" not in signed_in(sample.reviewer).get(sample.get_absolute_url()).content.decode()


def test_a_reviewer_who_does_not_hold_it_neither_sees_nor_hands_it_on(sample: Sample) -> None:
    other = UserFactory.create(role=Role.AGENT, is_reviewer=True)

    assert hand(sample, other, manager()).status_code == 404
