"""The customer's own page: closed to everybody else, and silent until it is asked to send."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import OutboxEmail
from cases.choices import CaseStatus
from cases.models import Contact, Promise
from cases.tests.factories import NOW
from complaints.models import Confirmation, ConfirmationLink, Feedback
from complaints.services.confirming import ask_to_confirm, make_link
from complaints.services.finishing import reopen_complaint
from complaints.tests.factories import LATER, World, sent
from core.dates import full_day
from core.errors import UserFacingError
from policies.choices import LetterPurpose
from policies.models import LetterTemplate

pytestmark = pytest.mark.django_db

AT = LATER + timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def world() -> World:
    return sent()


@pytest.fixture
def address(world: World) -> str:
    return reverse("complaints:confirm", args=[make_link(world.case, actor=world.agent, now=LATER)])


def known(client: Client, address: str) -> Client:
    client.post(address, {"said": "yo24 1aa"})
    return client


def words(response: object) -> str:
    return response.content.decode()


def test_nothing_is_shown_before_the_customer_says_who_they_are(client: Client, world: World, address: str) -> None:
    page = words(client.get(address))

    assert "Enter your postcode" in page
    for secret in (world.case.reference, world.case.summary, world.case.customer.name, "Upheld"):
        assert secret not in page


@pytest.mark.parametrize("said", ["YO24 1AA", "yo241aa", " yo24  1aa ", "0123"])
def test_a_postcode_or_the_end_of_a_number_opens_it(client: Client, world: World, address: str, said: str) -> None:
    assert client.post(address, {"said": said}).status_code == 302

    page = words(client.get(address))
    assert world.case.summary in page
    assert "Has this been put right?" in page


@pytest.mark.parametrize("said", ["YO24 1AB", "0124", "123", "", "1aa", "\x00"])
def test_anything_else_does_not(client: Client, world: World, address: str, said: str) -> None:
    page = client.post(address, {"said": said})

    assert page.status_code == 422
    assert world.case.summary not in words(page)
    assert world.case.summary not in words(client.get(address))


def test_a_customer_without_a_postcode_is_not_opened_by_an_empty_answer(client: Client, world: World) -> None:
    customer = world.case.customer
    customer.postcode = customer.phone_digits = ""
    customer.save()
    address = reverse("complaints:confirm", args=[make_link(world.case, actor=world.agent, now=LATER)])

    assert client.post(address, {"said": " "}).status_code == 422
    assert client.post(address, {"said": "0"}).status_code == 422


def test_after_five_wrong_tries_the_link_is_locked_for_the_right_answer_too(client: Client, address: str) -> None:
    for _ in range(5):
        client.post(address, {"said": "W1A 1AA"})

    page = client.post(address, {"said": "YO24 1AA"})

    assert "This link is locked" in words(page)
    assert ConfirmationLink.objects.get().failed_tries == 5


def test_the_tries_left_are_counted_down(client: Client, address: str) -> None:
    assert "You have 4 tries left" in words(client.post(address, {"said": "W1A 1AA"}))


def test_another_browser_has_to_say_who_it_is_again(client: Client, world: World, address: str) -> None:
    known(client, address)

    assert world.case.summary not in words(Client().get(address))


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_records_nothing(client: Client, world: World, address: str, method: str) -> None:
    known(client, address)

    getattr(client, method)(address, {"answer": "SORTED", "send": "1"})

    assert not Confirmation.objects.exists()
    assert world.reload().status == CaseStatus.WITH_CUSTOMER


def test_answers_are_checked_before_they_are_sent(client: Client, world: World, address: str) -> None:
    known(client, address)

    page = client.post(address, {"answer": "SORTED", "satisfaction": "5", "may_contact": "no"})

    assert "Check your answers" in words(page)
    assert "Very satisfied" in words(page)
    assert not Confirmation.objects.exists()


def test_a_content_customer_confirms(client: Client, world: World, address: str) -> None:
    known(client, address)

    client.post(address, {"answer": "SORTED", "satisfaction": "4", "may_contact": "yes", "send": "1"})

    assert world.reload().status == CaseStatus.CONFIRMED
    confirmation = Confirmation.objects.get()
    assert (confirmation.said_by, confirmation.channel) == (world.case.customer.name, "WEB")
    feedback = Feedback.objects.get()
    assert (feedback.satisfaction, feedback.ease, feedback.may_contact) == (4, None, True)
    assert "Thank you" in words(client.get(address))


def test_a_customer_who_is_not_content_opens_the_case_again(client: Client, world: World, address: str) -> None:
    known(client, address)

    client.post(address, {"answer": "NO", "words": "Still no refund.", "send": "1"})

    assert world.reload().status == CaseStatus.REOPENED
    page = words(client.get(address))
    assert "Still no refund." in page
    promise = Promise.objects.get(case=world.case, kind="CALL_BACK")
    assert promise.owner == world.agent
    assert f"We will contact you by {full_day(promise.due_at)}." in page
    assert "If you are still not happy" in page


def test_no_without_a_word_is_asked_what_is_wrong(client: Client, address: str) -> None:
    known(client, address)

    page = client.post(address, {"answer": "NO", "send": "1"})

    assert page.status_code == 422
    assert "Enter what is still wrong" in words(page)
    assert not Confirmation.objects.exists()


def test_sending_twice_records_once(client: Client, address: str) -> None:
    known(client, address)
    for _ in range(2):
        client.post(address, {"answer": "SORTED", "send": "1"})

    assert Confirmation.objects.count() == 1


def test_within_a_day_a_yes_can_become_a_no(client: Client, world: World, address: str) -> None:
    known(client, address)
    client.post(address, {"answer": "SORTED", "send": "1"})

    client.post(f"{address}?change=1", {"answer": "NO", "words": "It bounced.", "send": "1"})

    assert world.reload().status == CaseStatus.REOPENED
    assert Confirmation.objects.count() == 2


def test_after_a_day_the_answer_stands(client: Client, world: World, address: str) -> None:
    known(client, address)
    client.post(address, {"answer": "SORTED", "send": "1"})
    with time_machine.travel(AT + timedelta(hours=25), tick=False):
        known(client, address)
        client.post(f"{address}?change=1", {"answer": "NO", "words": "It bounced.", "send": "1"})

    assert Confirmation.objects.count() == 1


def test_a_link_expires(client: Client, world: World, address: str) -> None:
    with time_machine.travel(LATER + timedelta(days=30), tick=False):
        page = client.post(address, {"said": "YO24 1AA"})

    assert "This link stopped working on Sunday 20 December 2026" in words(page)
    assert world.case.reference not in words(page)


def test_a_guessed_link_does_not_exist(client: Client, world: World) -> None:
    page = client.get(reverse("complaints:confirm", args=["guessed"]))

    assert page.status_code == 404
    assert "This link does not work" in words(page)


def test_a_case_reopened_meanwhile_says_so(client: Client, world: World, address: str) -> None:
    known(client, address)
    reopen_complaint(case_id=world.case.pk, reason="New evidence", actor=world.agent, now=AT)

    assert "We are working on your complaint again" in words(client.get(address))


def test_the_page_is_kept_out_of_caches_searches_and_referrers(client: Client, address: str) -> None:
    page = client.get(address)

    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"


def test_who_guesses_many_links_is_slowed_down(client: Client) -> None:
    answers = [client.get(reverse("complaints:confirm", args=[f"guess-{n}"])).status_code for n in range(31)]

    assert answers[-1] == 429


def test_only_a_digest_of_the_link_is_kept(world: World) -> None:
    LetterTemplate.objects.create(
        name="Ask",
        purpose=LetterPurpose.CONFIRMATION,
        subject="Put right? {{ reference }}",
        body="Dear {{ customer_name }}",
    )
    world.case.customer.email = "ann.lee@example.com"
    world.case.customer.save()

    ask_to_confirm(case_id=world.case.pk, actor=world.agent, now=AT)

    email = OutboxEmail.objects.get(to="ann.lee@example.com")
    token = re.search(r"/r/([\w-]+)/", email.body)[1]
    assert token not in "".join(Contact.objects.values_list("body", flat=True))
    assert token not in ConfirmationLink.objects.get().token_digest
    assert Client().get(f"/r/{token}/").status_code == 200


def test_without_an_address_the_customer_is_not_asked(world: World) -> None:
    LetterTemplate.objects.create(name="Ask", purpose=LetterPurpose.CONFIRMATION, subject="x", body="x")

    with pytest.raises(UserFacingError, match="no email address on file"):
        ask_to_confirm(case_id=world.case.pk, actor=world.agent, now=AT)
    assert not ConfirmationLink.objects.exists()


def test_the_link_belongs_to_one_case_only(client: Client, world: World, address: str) -> None:
    other = sent()
    elsewhere = reverse("complaints:confirm", args=[make_link(other.case, actor=other.agent, now=NOW)])
    known(client, address)

    assert "Enter your postcode" in words(client.get(elsewhere))
