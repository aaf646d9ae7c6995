from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from cases.models import Case, CaseEvent, Promise
from cases.selectors import closing_obstacles
from cases.services.promises import keep_promise, make_promise, release_promise
from cases.signals import promise_made, promise_settled
from cases.tests.factories import NOW, CaseFactory, PromiseFactory
from core.errors import UserFacingError

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return CaseFactory.create()


def promise_to(case: Case, **values) -> Promise:
    given = {"actor": case.owner, "now": NOW, "kind": "PAYMENT", "text": "Refund £186.40"}
    return make_promise(case, **given | {"due_at": NOW + timedelta(days=5)} | values)


def test_a_promise_is_owned_told_and_in_the_history(case, listen) -> None:
    news = listen(promise_made)

    promise = promise_to(case)

    assert (promise.owner, promise.state) == (case.owner, "OPEN")
    assert news[0]["promise"] == promise
    assert CaseEvent.objects.get().action == "promise.made"


@pytest.mark.parametrize(("settle", "state"), [(keep_promise, "KEPT"), (release_promise, "RELEASED")])
def test_a_promise_is_settled_once_with_how(case, listen, settle, state) -> None:
    news = listen(promise_settled)
    promise = PromiseFactory.create(case=case)

    settle(promise, actor=case.owner, now=NOW, outcome="Paid, reference 4711")

    promise.refresh_from_db()
    assert (promise.state, promise.outcome, promise.settled_at) == (state, "Paid, reference 4711", NOW)
    with pytest.raises(UserFacingError, match="settled already"):
        settle(promise, actor=case.owner, now=NOW, outcome="Again")
    assert len(news) == 1


def test_a_stranger_can_neither_make_nor_settle_a_promise(case) -> None:
    stranger = UserFactory.create()

    with pytest.raises(PermissionDenied):
        promise_to(case, actor=stranger)
    with pytest.raises(PermissionDenied):
        keep_promise(PromiseFactory.create(case=case), actor=stranger, now=NOW, outcome="Paid")
    assert not CaseEvent.objects.exists()


def test_an_open_promise_stands_in_the_way_of_closing(case) -> None:
    promise = PromiseFactory.create(case=case)

    assert [sentence for sentence, _ in closing_obstacles(case)] == ["1 promise to the customer is still open."]

    keep_promise(promise, actor=case.owner, now=NOW, outcome="Called")
    assert closing_obstacles(Case.objects.get()) == []


def test_a_promise_is_made_and_kept_on_the_page(client: Client, case) -> None:
    client.force_login(case.owner)
    typed = {"kind": "CALL_BACK", "text": "Call back", "due_date": "2099-01-05", "due_time": "14:00"}

    client.post(reverse("cases:add_promise", args=[case.reference]), typed)
    promise = Promise.objects.get()
    client.post(reverse("cases:promise", args=[case.reference, promise.pk]), {"state": "KEPT", "outcome": "Called"})

    promise.refresh_from_db()
    assert promise.state == "KEPT"


@pytest.mark.parametrize("day", ["2020-01-05", "2026-02-30", "tomorrow", ""])
def test_an_impossible_day_comes_back(client: Client, case, day) -> None:
    client.force_login(case.owner)
    typed = {"kind": "CALL_BACK", "text": "Call back", "due_date": day, "due_time": "14:00"}

    answer = client.post(reverse("cases:add_promise", args=[case.reference]), typed)

    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == "Call back"
    assert not Promise.objects.exists()
