import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import OutboxEmail, User
from accounts.tests.factories import UserFactory
from cases.choices import Channel, ContactPurpose, Direction
from cases.models import Case, CaseEvent, Contact, InternalNote, Promise
from cases.services.contacts import PromiseTerms, add_note, log_contact, mark_read, write_to_customer
from cases.services.posting import UNDO, release_messages
from cases.signals import contact_made
from cases.tests.factories import NOW, CaseFactory, ContactFactory
from core.errors import UserFacingError

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return CaseFactory.create(customer__email="ann.lee@example.com", customer__name="Ann Lee")


@pytest.fixture
def owner(case: Case, client: Client) -> User:
    client.force_login(case.owner)
    return case.owner


@pytest.fixture
def heard(listen) -> list[dict]:
    return listen(contact_made)


def url(case: Case, name: str) -> str:
    return reverse(f"cases:{name}", args=[case.reference])


def call(case: Case, **values) -> Contact:
    given = {"actor": case.owner, "now": NOW, "direction": Direction.IN, "channel": Channel.PHONE, "body": "Hello"}
    return log_contact(case, **given | values)


def test_a_logged_call_stands_in_the_story_and_in_the_history(case) -> None:
    contact = call(case, handled_seconds=360)

    assert Contact.objects.get() == contact
    event = CaseEvent.objects.get()
    assert (event.action, event.subject) == ("contact.logged", f"contact:{contact.pk}")
    assert "Hello" not in str(CaseEvent.objects.values())


def test_only_contact_to_the_customer_is_announced_with_its_purpose(case, heard) -> None:
    call(case, purpose=ContactPurpose.HOLDING)
    call(case, direction=Direction.OUT, purpose=ContactPurpose.HOLDING)

    assert [news["contact"].purpose for news in heard] == [ContactPurpose.HOLDING]


def test_a_promise_made_on_the_phone_is_in_the_ledger(case) -> None:
    call(case, promise=PromiseTerms(text="Call back", due_at=NOW + timedelta(hours=3)))

    promise = Promise.objects.get()
    assert (promise.text, promise.owner, promise.due_at) == ("Call back", case.owner, NOW + timedelta(hours=3))


def test_a_promise_for_the_past_refuses_the_whole_contact(case) -> None:
    with pytest.raises(UserFacingError, match="must be in the future"):
        call(case, promise=PromiseTerms(text="Call back", due_at=NOW))

    assert not Contact.objects.exists()
    assert not CaseEvent.objects.exists()


def test_an_email_is_a_row_in_the_outbox_with_the_reference(case, heard) -> None:
    contact = write_to_customer(case, actor=case.owner, now=NOW, subject="Your refund", body="It is on its way.")

    email = OutboxEmail.objects.get()
    assert contact.email == email
    assert (email.to, email.subject, email.body) == (
        "ann.lee@example.com",
        f"Your refund [{case.reference}]",
        "It is on its way.",
    )
    assert email.send_after == contact.leaves_at == NOW + UNDO


def test_an_email_counts_once_it_has_left_and_not_before(case, heard) -> None:
    contact = write_to_customer(case, actor=case.owner, now=NOW, subject="Your refund", body="It is on its way.")

    assert release_messages(now=NOW + timedelta(seconds=29)) == 0
    assert heard == []
    assert release_messages(now=contact.leaves_at) == 1
    assert release_messages(now=contact.leaves_at) == 0
    assert [(news["contact"], news["actor"]) for news in heard] == [(contact, case.owner)]


def test_without_an_address_nothing_is_written(case) -> None:
    case.customer.email = ""

    with pytest.raises(UserFacingError, match="Ann Lee has no email address"):
        write_to_customer(case, actor=case.owner, now=NOW, subject="Your refund", body="It is on its way.")

    assert not Contact.objects.exists()
    assert not OutboxEmail.objects.exists()


@pytest.mark.parametrize("direction", [Direction.IN, Direction.OUT])
def test_a_stranger_can_log_nothing(case, direction) -> None:
    with pytest.raises(PermissionDenied):
        call(case, actor=UserFactory.create(), direction=direction)

    assert not Contact.objects.exists()


def test_a_colleague_takes_a_call_for_the_owner_who_then_has_to_read_it(case) -> None:
    contact = call(case, actor=UserFactory.create(team=case.team))
    assert not contact.is_read

    mark_read(contact, actor=case.owner, now=NOW)
    mark_read(contact, actor=case.owner, now=NOW)

    contact.refresh_from_db()
    assert contact.is_read
    assert CaseEvent.objects.filter(action="contact.read").count() == 1


def test_a_form_that_is_sent_twice_counts_once(case) -> None:
    once = uuid.uuid4()

    for _ in range(2):
        add_note(case, actor=case.owner, now=NOW, body="Same", submission=once)
        write_to_customer(case, actor=case.owner, now=NOW, subject="Same", body="Same", submission=once)

    assert InternalNote.objects.count() == Contact.objects.count() == OutboxEmail.objects.count() == 1
    assert CaseEvent.objects.count() == 2


def test_two_presses_of_the_note_button_make_one_note(owner, client, case) -> None:
    form = client.get(url(case, "timeline")).context["note_form"]
    typed = {"body": "The bank rejected it.", "submission": str(form["submission"].value())}

    answers = [client.post(url(case, "add_note"), typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert InternalNote.objects.get().body == "The bank rejected it."


@pytest.mark.parametrize("body", ["", "x" * 20_001, "NUL \x00 byte"])
def test_a_bad_note_comes_back_with_a_sentence_and_its_text(owner, client, case, body) -> None:
    answer = client.post(url(case, "add_note"), {"body": body})

    assert answer.status_code == 422
    assert not InternalNote.objects.exists()
    assert answer.context["note_form"]["body"].value() == body
    assert "error-summary" in answer.content.decode()


def test_markup_in_a_message_is_shown_and_never_run(owner, client, case) -> None:
    ContactFactory.create(case=case, body="<script>alert(1)</script> 😀")

    page = client.get(url(case, "timeline")).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; 😀" in page


def test_writing_from_the_page_sends_and_says_so(owner, client, case) -> None:
    typed = {"purpose": "HOLDING", "subject": "Your refund", "body": "Soon.", "promise_text": "", "promise_date": ""}

    answer = client.post(url(case, "write"), typed, follow=True)

    assert answer.status_code == 200
    assert "The email to Ann Lee leaves at" in answer.content.decode()
    assert Contact.objects.get().purpose == ContactPurpose.HOLDING


def test_a_half_given_promise_keeps_what_was_typed(owner, client, case) -> None:
    typed = {"purpose": "GENERAL", "subject": "Your refund", "body": "Long text", "promise_text": "Call back"}

    answer = client.post(url(case, "write"), typed)

    assert answer.status_code == 422
    assert "Enter the day that you promised" in answer.content.decode()
    assert "Long text" in answer.content.decode()
    assert not Contact.objects.exists()


def test_a_colleague_can_log_only_what_came_in(client, case) -> None:
    client.force_login(UserFactory.create(team=case.team))
    typed = {"direction": "OUT", "channel": "PHONE", "purpose": "GENERAL", "body": "I called"}

    answer = client.post(url(case, "log_contact"), typed)

    assert answer.status_code == 422
    assert not Contact.objects.exists()


def test_marking_as_read_is_one_button(owner, client, case) -> None:
    contact = ContactFactory.create(case=case)

    client.post(reverse("cases:mark_read", args=[case.reference, contact.pk]))

    contact.refresh_from_db()
    assert contact.is_read
