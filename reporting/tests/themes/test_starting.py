"""The analysis on request: asked for once, taken up by a worker, and shown while it runs."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from reporting.choices import RunState
from reporting.models import AnalysisRun, Theme
from reporting.services import themes
from reporting.tests.themes.nights import NIGHT, log_corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER)


def test_it_waits_once_however_often_it_is_asked_for(manager: User) -> None:
    assert themes.ask_for_analysis(actor=manager, now=NIGHT)
    assert not themes.ask_for_analysis(actor=manager, now=NIGHT + timedelta(seconds=2))

    assert AnalysisRun.objects.get().state == RunState.WAITING


def test_a_running_one_is_not_asked_for_again(manager: User) -> None:
    AnalysisRun.objects.create(as_of=NIGHT.date(), started_at=NIGHT, alive_at=NIGHT)

    assert not themes.ask_for_analysis(actor=manager, now=NIGHT)
    assert themes.start_waiting(now=NIGHT) == 0


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.ADMIN])
def test_others_cannot_ask_for_it(role: Role) -> None:
    with pytest.raises(PermissionDenied, match="A manager can"):
        themes.ask_for_analysis(actor=UserFactory.create(role=role), now=NIGHT)

    assert not AnalysisRun.objects.exists()


def test_a_worker_takes_up_the_one_that_waits_and_only_that(manager: User) -> None:
    log_corpus()
    assert themes.start_waiting(now=NIGHT) == 0
    themes.ask_for_analysis(actor=manager, now=NIGHT)

    read = themes.start_waiting(now=NIGHT + timedelta(minutes=1))

    run = AnalysisRun.objects.get()
    assert (read, run.state, run.cases_read) == (300, RunState.DONE, 300)
    assert run.started_at == NIGHT + timedelta(minutes=1)
    assert Theme.objects.live().exists()


def test_the_night_takes_up_the_one_that_waits(manager: User) -> None:
    themes.ask_for_analysis(actor=manager, now=NIGHT)

    themes.nightly(now=NIGHT + timedelta(minutes=1))

    assert AnalysisRun.objects.get().state == RunState.DONE


def test_a_manager_starts_it_and_sees_how_far_it_is(client: Client, manager: User) -> None:
    client.force_login(manager)
    assertContains(client.get(reverse("reporting:themes")), "Analyse now")

    answer = client.post(reverse("reporting:analysis_start"), follow=True)

    assertRedirects(answer, reverse("reporting:themes"))
    assertContains(answer, "The analysis waits for its turn")
    AnalysisRun.objects.update(state=RunState.RUNNING, cases_read=24_000)
    asked = client.get(reverse("reporting:analysis"), headers={"hx-request": "true"})
    assertContains(asked, "24,000 so far")
    assertContains(asked, 'hx-trigger="load delay:3s"')
    assertNotContains(asked, "Analyse now")


def test_when_it_is_done_the_panel_says_when_the_last_good_one_was(client: Client, manager: User) -> None:
    client.force_login(manager)
    good = {"as_of": NIGHT.date(), "alive_at": NIGHT, "state": RunState.DONE}
    AnalysisRun.objects.create(started_at=NIGHT, finished_at=NIGHT, cases_read=1_200, **good)

    asked = client.get(reverse("reporting:analysis"), headers={"hx-request": "true"})

    assertContains(asked, "Last good analysis: 20 Nov 2026")
    assertContains(asked, "1,200 cases new or changed")
    assertNotContains(asked, "hx-trigger")


def test_asking_twice_on_the_page_says_that_it_is_under_way(client: Client, manager: User) -> None:
    client.force_login(manager)
    client.post(reverse("reporting:analysis_start"))

    again = client.post(reverse("reporting:analysis_start"), follow=True)

    assertContains(again, "already under way")
    assert AnalysisRun.objects.count() == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER])
def test_those_who_read_themes_see_the_last_night_and_no_button(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))

    page = client.get(reverse("reporting:themes"))

    assertNotContains(page, "Analyse now")
    assertNotContains(page, "Last good analysis")
