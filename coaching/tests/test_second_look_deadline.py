"""A second look has a day, and whoever owes it hears once that it has passed."""

from datetime import timedelta

import pytest

from accounts.choices import Role
from accounts.models import Notification, User
from accounts.tests.factories import UserFactory
from cases.tests.factories import NOW
from coaching.choices.quality import AppealState
from coaching.models import Appeal
from coaching.services.appeals import take_appeal
from coaching.services.reminding import remind_of_second_looks
from coaching.tests.quality_factories import AppealFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal() -> Appeal:
    return AppealFactory.create()


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, team=None)


def told(person: User) -> int:
    return Notification.objects.filter(recipient=person, text__contains="second look").count()


def late_on(day: int) -> int:
    return remind_of_second_looks(now=NOW + timedelta(days=day))


def test_nobody_is_told_up_to_the_day(appeal: Appeal, manager: User) -> None:
    assert appeal.due_on == (NOW + timedelta(days=14)).date()
    assert late_on(14) == 0
    assert told(manager) == 0


def test_while_nobody_has_taken_it_everybody_who_could_is_told_once(appeal: Appeal, manager: User) -> None:
    assert (late_on(15), late_on(16)) == (1, 1)

    assert told(manager) == 1
    assert told(appeal.review.reviewer) == told(appeal.review.subject) == 0


def test_once_taken_whoever_took_it_is_told_until_it_is_settled(appeal: Appeal, manager: User) -> None:
    other = UserFactory.create(role=Role.MANAGER, team=None)
    take_appeal(appeal_id=appeal.pk, actor=manager, now=NOW + timedelta(days=1))

    late_on(15)
    Appeal.objects.update(state=AppealState.STANDS)

    assert (told(manager), told(other)) == (1, 0)
    assert late_on(16) == 0
