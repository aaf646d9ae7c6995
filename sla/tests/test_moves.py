"""Open clocks move to what was published: in the background where they are many, each exactly once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from cases.models import Case
from cases.tests.factories import NOW, CaseFactory
from policies.choices import VersionState
from sla import services, tasks
from sla.models import ClockMove, RuleSetVersion, WorkingCalendar
from sla.services import moves
from sla.tests.factories import make_house_policy, make_system_user, publish_calendar

pytestmark = pytest.mark.django_db

CLOSED = {"day_2026_11_24": "Day of mourning"}


@pytest.fixture(autouse=True)
def now(time_machine: Any) -> datetime:
    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "AT_ONCE", 0)
    monkeypatch.setattr(moves, "BATCH", 2)


@pytest.fixture
def cases() -> list[Case]:
    make_house_policy()
    cases = [CaseFactory.create(priority=1) for _ in range(5)]
    for case in cases:
        services.start_clocks(case, actor=case.owner, now=NOW)
    return cases


def ask() -> ClockMove:
    version = publish_calendar(WorkingCalendar.objects.get(), "mon-fri 09:00-17:00", CLOSED)
    return services.move_open_clocks(version, actor=make_system_user(), now=NOW)


def due_days(cases: list[Case]) -> list[date]:
    return [case.clocks.get(target__code="final-response").due_at.date() for case in cases]


def times_told(cases: list[Case]) -> list[int]:
    return [case.events.filter(action="clock.recalculated").count() for case in cases]


def test_many_open_clocks_wait_for_a_worker_and_then_move_once(cases: list[Case]) -> None:
    move = ask()
    before = due_days(cases)

    looked_at = (tasks.move_clocks(), tasks.move_clocks())

    assert before == [date(2026, 11, 27)] * 5
    assert looked_at == (5, 0)
    assert due_days(cases) == [date(2026, 11, 30)] * 5
    assert times_told(cases) == [1] * 5
    move.refresh_from_db()
    assert (move.cases, move.looked_at, move.moved, move.finished_at) == (5, 5, 5, NOW)


def test_a_worker_that_dies_repeats_nothing(cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    move_case, seen = moves._move_case, []

    def die_at_the_third(case_id: int, *args: Any, **kwargs: Any) -> int:
        seen.append(case_id)
        moved = move_case(case_id, *args, **kwargs)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return moved

    with monkeypatch.context() as patched:
        patched.setattr(moves, "_move_case", die_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            services.continue_moves(now=NOW)
    done_before = times_told(cases)

    services.continue_moves(now=NOW)

    assert done_before == [1, 1, 0, 0, 0]
    assert times_told(cases) == [1] * 5
    assert ClockMove.objects.get().moved == 5


def test_of_two_workers_one_leaves_the_rest_to_the_other(cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    move = ask()
    with monkeypatch.context() as patched:
        patched.setattr(ClockMove.objects, "unfinished", lambda: [move])
        ClockMove.objects.filter(pk=move.pk).update(cursor=cases[1].pk)

        assert services.continue_moves(now=NOW) == 0

    assert services.continue_moves(now=NOW) == 3
    assert times_told(cases) == [0, 0, 1, 1, 1]


def test_a_case_that_cannot_move_is_counted_and_holds_up_nobody(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    move_case = moves._move_case

    def refuse_the_first(case_id: int, *args: Any, **kwargs: Any) -> int:
        if case_id == cases[0].pk:
            raise ValueError("This ledger has no start.")
        return move_case(case_id, *args, **kwargs)

    monkeypatch.setattr(moves, "_move_case", refuse_the_first)
    services.continue_moves(now=NOW)

    move = ClockMove.objects.get()
    assert (move.looked_at, move.moved, move.failed, move.finished_at) == (5, 4, 1, NOW)
    assert times_told(cases) == [0, 1, 1, 1, 1]


def test_a_newer_version_takes_over_from_a_move_under_way(cases: list[Case]) -> None:
    first = ask()
    newer = publish_calendar(WorkingCalendar.objects.get(), "mon-fri 09:00-17:00", {})
    second = services.move_open_clocks(newer, actor=make_system_user(), now=NOW)

    services.continue_moves(now=NOW)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.looked_at, second.looked_at) == (0, 5)
    assert {clock.calendar_version_id for case in cases for clock in case.clocks.all()} == {newer.pk}


def test_clocks_on_a_later_version_stay_there(cases: list[Case]) -> None:
    older = publish_calendar(WorkingCalendar.objects.get(), "mon-fri 09:00-17:00", CLOSED)
    newest = publish_calendar(WorkingCalendar.objects.get(), "mon-fri 09:00-17:00", {})
    case = cases[0]
    case.clocks.update(calendar_version=newest)

    services.move_open_clocks(older, actor=make_system_user(), now=NOW)
    services.continue_moves(now=NOW)

    assert set(case.clocks.values_list("calendar_version", flat=True)) == {newest.pk}
    assert times_told(cases) == [0, 1, 1, 1, 1]


def test_the_page_shows_how_far_it_is_and_asks_again_until_it_is_done(client: Client, cases: list[Case]) -> None:
    admin, manager = (UserFactory.create(role=role, team=None) for role in (Role.ADMIN, Role.MANAGER))
    client.force_login(admin)
    client.post(reverse("sla:draft_rules", args=["house"]))
    draft = RuleSetVersion.objects.get(state=VersionState.DRAFT)
    draft.rules.get(name="Critical").allowances.filter(target__code="final-response").update(amount=10)
    client.force_login(manager)

    answer = client.post(
        reverse("sla:publish_rules", args=["house"]),
        {"valid_from": "2026-11-20", "open_cases": "OPEN", "note": "Ten days."},
        follow=True,
    )
    progress = reverse("sla:move", args=[ClockMove.objects.get().pk])
    waiting = client.get(progress, headers={"HX-Request": "true"}).content.decode()
    services.continue_moves(now=datetime(2026, 11, 20, 12, tzinfo=UTC))
    done = client.get(progress, headers={"HX-Request": "true"}).content.decode()

    assert "The deadlines of 5 open cases are being moved" in answer.content.decode()
    assert progress in answer.content.decode()
    assert "0 of 5 cases" in waiting
    assert "hx-get" in waiting
    assert "5 open deadlines moved" in done
    assert "hx-get" not in done
    assert due_days(cases) == [date(2026, 12, 4)] * 5
