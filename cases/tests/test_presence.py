"""Who else is on a case right now."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client

from accounts.tests.factories import UserFactory
from cases.models import Case, NamedColleague
from cases.services.presence import note_presence
from cases.tests.factories import NOW, CaseFactory

pytestmark = pytest.mark.django_db

ONE_MINUTE = timedelta(minutes=1)
HERE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "presence-tests"}
NOBODY_THERE = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": "redis://127.0.0.1:1/0",
    "OPTIONS": {"socket_connect_timeout": 0.2},
}


@pytest.fixture
def case(settings) -> Case:
    settings.CACHES = settings.CACHES | {"presence": HERE}
    caches["presence"].clear()
    return CaseFactory.create()


def test_people_on_one_case_see_each_other_for_five_minutes(case) -> None:
    first, second = (UserFactory.create(team=case.team) for _ in range(2))

    assert note_presence(case, actor=first, now=NOW) == []
    assert note_presence(case, actor=second, now=NOW + ONE_MINUTE) == [first]
    assert note_presence(case, actor=first, now=NOW + 2 * ONE_MINUTE) == [second]
    assert note_presence(case, actor=second, now=NOW + 7 * ONE_MINUTE) == []


def test_other_cases_have_their_own_people(case) -> None:
    person = UserFactory.create(team=case.team)
    note_presence(CaseFactory.create(team=case.team), actor=person, now=NOW)

    assert note_presence(case, actor=case.owner or UserFactory.create(team=case.team), now=NOW) == []


def test_who_may_no_longer_know_of_the_case_is_not_named(case) -> None:
    person, named = (UserFactory.create(team=case.team) for _ in range(2))
    note_presence(case, actor=named, now=NOW)
    NamedColleague.objects.create(case=case, colleague=named)

    assert note_presence(case, actor=person, now=NOW + ONE_MINUTE) == []


def test_the_page_names_them_without_a_script(case, client: Client) -> None:
    for name in ("Ann Archer", "Ben Baker"):
        client.force_login(UserFactory.create(team=case.team, full_name=name))
        page = client.get(case.get_absolute_url()).content.decode()

    assert "Also on this case in the last 5 minutes: Ann Archer" in page


def test_pages_open_with_nothing_to_keep_it_in(case, client: Client, settings) -> None:
    settings.CACHES = settings.CACHES | {"presence": NOBODY_THERE}
    client.force_login(UserFactory.create(team=case.team))

    page = client.get(case.get_absolute_url())

    assert page.status_code == 200
    assert "Also on this case" not in page.content.decode()
