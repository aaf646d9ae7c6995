"""Writing to the customer: kept while it is typed, checked before it goes, called off within half a minute."""

import re
import uuid
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.choices import EmailState
from accounts.models import Notification, OutboxEmail, User
from accounts.services.outbox import claim_email, compose, message_id_of, send_due_emails
from accounts.tests.factories import UserFactory
from cases.choices import Composer, ContactPurpose, Direction, EvidenceType
from cases.correspondence import Outgoing
from cases.errors import NewsArrivedError
from cases.models import Attachment, Case, CaseEvent, Contact, InternalNote, MessageDraft, Promise
from cases.selectors.letter_check import check_letter
from cases.selectors.news import seen_now
from cases.selectors.reading import reading_age, reading_hints
from cases.services.contacts import PromiseTerms, add_note, log_contact, write_to_customer
from cases.services.evidence import add_evidence
from cases.services.letters import send_letter
from cases.services.message_drafts import save_message_draft
from cases.services.posting import UNDO, call_off, release_messages
from cases.signals import contact_made
from cases.tests.factories import NOW, CaseFactory, ContactFactory, CustomerFactory, EvidenceFactory, StakeholderFactory
from core.errors import NotReadyError, StaleVersionError, UserFacingError
from policies.choices import LetterPurpose
from policies.models import LetterElement, LetterTemplate

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(seconds=10)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def case() -> Case:
    return CaseFactory.create(customer__email="ann.lee@example.com", customer__name="Ann Lee")


@pytest.fixture
def owner(case: Case, client: Client) -> User:
    client.force_login(case.owner)
    return case.owner


def url(case: Case, name: str, *args: object) -> str:
    return reverse(f"cases:{name}", args=[case.reference, *args])


def write(case: Case, *, now: datetime = NOW, **values: object) -> Contact:
    given = {"subject": "Your refund", "body": "It is on its way.", "actor": case.owner}
    return write_to_customer(case, now=now, **given | values)


def typed(**values: object) -> dict[str, object]:
    return {"channel": "EMAIL", "purpose": "GENERAL", "subject": "Your refund", "body": "Soon.", **values}


def problems(case: Case, body: str, **values: object) -> list[str]:
    return check_letter(case, Outgoing(body=body, **values), now=NOW).problems


# --- Calling off ---------------------------------------------------------------------------------------------------


def test_within_half_a_minute_a_message_is_called_off_and_nothing_has_happened(case, listen) -> None:
    heard = listen(contact_made)
    contact = write(case, promise=PromiseTerms(text="Call back", due_at=NOW + timedelta(days=1)))

    call_off(contact, actor=case.owner, now=NOW + timedelta(seconds=29))

    assert OutboxEmail.objects.get().state == EmailState.CALLED_OFF
    assert release_messages(now=NOW + timedelta(hours=1)) == 0
    assert send_due_emails(now=NOW + timedelta(hours=1)).sent == 0
    assert heard == []
    assert Promise.objects.get().get_state_display() == "No longer needed"
    assert CaseEvent.objects.filter(action="contact.called_off").count() == 1


def test_after_half_a_minute_it_has_left(case) -> None:
    contact = write(case)

    with pytest.raises(UserFacingError, match=r"it left at 4:00pm\. Write again to put it right\."):
        call_off(contact, actor=case.owner, now=NOW + UNDO)

    contact.refresh_from_db()
    assert contact.called_off_at is None


def test_a_message_that_a_sender_holds_cannot_be_called_off(case) -> None:
    contact = write(case)
    claim_email(contact.email_id, now=NOW + UNDO)

    with pytest.raises(UserFacingError, match="cannot be called off"):
        call_off(contact, actor=case.owner, now=SOON)

    contact.refresh_from_db()
    assert contact.called_off_at is None


def test_a_released_message_is_not_called_off_and_a_called_off_one_not_released(case) -> None:
    first, second = write(case), write(case)
    release_messages(now=NOW + UNDO)

    with pytest.raises(UserFacingError):
        call_off(first, actor=case.owner, now=SOON)
    with pytest.raises(UserFacingError):
        call_off(second, actor=case.owner, now=NOW + UNDO)


def test_only_who_may_write_may_call_off(case) -> None:
    contact = write(case)

    with pytest.raises(PermissionDenied):
        call_off(contact, actor=UserFactory.create(team=case.team), now=SOON)


def test_the_words_of_a_message_that_was_called_off_are_back_in_the_form(owner, client, case) -> None:
    with time_machine.travel(NOW, tick=False):
        client.post(url(case, "write"), typed(body="Long words."))
        contact = Contact.objects.get()
        assert "Undo: call it off" in client.get(url(case, "timeline")).content.decode()
        page = client.post(url(case, "call_off", contact.pk), follow=True)

    assert "Long words." in page.content.decode()
    assert "The email is called off" in page.content.decode()


# --- Threads and attachments ---------------------------------------------------------------------------------------


def test_messages_of_one_case_make_one_thread(case) -> None:
    first = write(case)
    asked = log_contact(
        case,
        actor=case.owner,
        now=NOW + timedelta(hours=1),
        direction=Direction.IN,
        channel="EMAIL",
        body="When?",
        message_id="<reply@example.com>",
    )
    second = write(case, now=NOW + timedelta(hours=2))

    headers = compose(second.email).extra_headers
    assert first.message_id == message_id_of(first.email)
    assert headers["In-Reply-To"] == asked.message_id == "<reply@example.com>"
    assert headers["References"].split()[-1] == "<reply@example.com>"
    assert headers["Message-ID"] == second.message_id
    assert "In-Reply-To" not in compose(first.email).extra_headers


def test_evidence_goes_with_the_message(case, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("bill.pdf", PDF)
    piece = add_evidence(
        case, actor=case.owner, now=NOW, title="Bill", evidence_type=EvidenceType.LETTER, shows="The sum", upload=upload
    )

    contact = write(case, attachments=[piece])

    assert contact.attachments.get().sha256 == piece.sha256
    assert compose(contact.email).attachments == [("bill.pdf", PDF, "application/pdf")]


def test_a_message_whose_attachment_is_lost_does_not_leave_without_it_and_stops_nobody_else(case, mailoutbox) -> None:
    lost, fine = write(case), write(case)
    OutboxEmail.objects.filter(pk=lost.email_id).update(attachments=[{"path": "gone", "name": "a.pdf", "type": "x/y"}])

    report = send_due_emails(now=NOW + UNDO)

    lost.email.refresh_from_db()
    assert (report.sent, report.failed) == (1, 1)
    assert lost.email.state == EmailState.FAILED
    assert [message.extra_headers["Message-ID"] for message in mailoutbox] == [fine.message_id]


# --- The letter check ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", ["[date]", "{{ name }}", "TODO", "XX", "{name}", "[The amount we will pay]"])
def test_a_place_left_to_fill_in_stops_a_message(case, gap) -> None:
    with pytest.raises(NotReadyError, match="Fill in or remove"):
        write(case, body=f"Dear Ann, we pay {gap}.")

    assert not Contact.objects.exists()
    assert not OutboxEmail.objects.exists()


def test_another_case_and_another_customer_stop_a_message(case) -> None:
    CustomerFactory.create(name="Bernard Oyelaran")
    CustomerFactory.create(name="Ann Lee")

    assert problems(case, "Dear Ann Lee, as in CMP-2020-000001 for Bernard Oyelaran.") == [
        "Remove the reference CMP-2020-000001 from the message: it is not this case.",
        "Remove the name Bernard Oyelaran: it is another customer’s. If they have a part in this case, add them "
        "under People.",
    ]
    assert problems(case, f"Dear Ann Lee, your reference is {case.reference}. We wrote to you about it.") == []


def test_somebody_with_a_part_in_the_case_may_be_named(case) -> None:
    CustomerFactory.create(name="Bernard Oyelaran")
    StakeholderFactory.create(case=case, name="Bernard Oyelaran")

    assert problems(case, "We spoke to Bernard Oyelaran.") == []


def test_the_words_of_an_internal_note_stop_a_message(case) -> None:
    add_note(
        case, actor=case.owner, now=NOW, body="He has complained before and always exaggerates what he lost, careful."
    )

    assert problems(case, "Our file says: he has complained before and always exaggerates what he lost.") == [
        "Remove the words of an internal note: “complained before and always exaggerates what he lost …”."
    ]
    assert problems(case, "You have complained before.") == []


def test_evidence_about_others_and_records_of_ours_stay_inside(case) -> None:
    shared = EvidenceFactory.create(case=case, title="Call", has_others_data=True)
    note = EvidenceFactory.create(case=case, title="Account", evidence_type=EvidenceType.CRM_NOTE)

    found = problems(case, "Here they are.", attachments=(shared, note))

    assert [sentence.split(":")[0] for sentence in found] == ["Take “Call” off", "Take “Account” off"]


def test_what_the_policy_pack_asks_for_must_be_said(case) -> None:
    LetterElement.objects.create(
        code="rights",
        label="The right to go to the ombudsman",
        purpose=LetterPurpose.HOLDING,
        phrases=["go to the ombudsman"],
        valid_from=date(2026, 1, 1),
    )

    holding = {"purpose": ContactPurpose.HOLDING}
    assert problems(case, "We are looking into it.", **holding) == [
        "Say this: the right to go to the ombudsman. For example “go to the ombudsman”."
    ]
    assert problems(case, "You may GO to\nthe ombudsman.", **holding) == []
    assert problems(case, "We are looking into it.") == []


def test_an_element_for_late_letters_is_not_asked_of_early_ones(case) -> None:
    LetterElement.objects.create(
        code="late", label="Why", purpose="HOLDING", phrases=["because"], from_day=56, valid_from=date(2026, 1, 1)
    )
    message = Outgoing(body="Soon.", purpose=ContactPurpose.HOLDING)

    assert check_letter(case, message, now=NOW + timedelta(days=55)).is_met
    assert not check_letter(case, message, now=NOW + timedelta(days=56)).is_met


def test_the_reading_level_is_a_hint_and_stops_nothing(case) -> None:
    hard = (
        "Notwithstanding the aforementioned considerations, the organisation's determination regarding remuneration "
        "necessitates comprehensive documentation substantiating consequential expenditure incurred subsequently, "
        "and any inconvenience occasioned thereby is acknowledged in accordance with applicable procedures and terms."
    )
    simple = "We got it wrong. The refund did not reach you. " * 6

    assert (reading_age(hard) or 0) > 18
    assert (reading_age(simple) or 99) <= 10
    assert any("any inconvenience" in hint for hint in reading_hints(hard))
    assert problems(case, hard) == []
    assert list(check_letter(case, Outgoing(body="See attached."), now=NOW).hints) == [
        "You mention something attached, and nothing is attached."
    ]


# --- Stale stop ----------------------------------------------------------------------------------------------------


def test_what_was_written_before_news_arrived_is_not_sent_past_it(owner, client, case) -> None:
    form = client.get(url(case, "write")).context["form"]
    ContactFactory.create(case=case, body="It has arrived after all!")

    answer = client.post(url(case, "write"), typed(seen=form["seen"].value()))

    assert answer.status_code == 409
    assert "It has arrived after all!" in answer.content.decode()
    assert "Soon." in answer.content.decode()
    assert not OutboxEmail.objects.exists()
    again = client.post(url(case, "write"), typed(seen=answer.context["form"]["seen"].value()))
    assert again.status_code == 302
    assert OutboxEmail.objects.count() == 1


def test_what_the_writer_wrote_themselves_is_no_news(case) -> None:
    seen = seen_now(case)
    add_note(case, actor=case.owner, now=NOW, body="Mine")
    write(case, seen=seen)
    add_note(case, actor=UserFactory.create(team=case.team), now=NOW, body="Theirs")

    with pytest.raises(NewsArrivedError) as stopped:
        write(case, seen=seen)

    assert [each.body for each in stopped.value.news] == ["Theirs"]


# --- Drafts --------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_as_it_is_typed_and_its_writer_alone_reads_it(owner, client, case) -> None:
    saved = client.post(url(case, "save_message"), typed(body="Half a sen", draft_version="0"))

    assert saved.json()["version"] == 1
    assert "Half a sen" in client.get(url(case, "write")).content.decode()
    leader = UserFactory.create(role="TEAM_LEADER", team=case.team)
    client.force_login(leader)
    assert "Half a sen" not in client.get(url(case, "write")).content.decode()
    assert not MessageDraft.objects.visible_to(leader).exists()


def test_a_draft_of_another_tab_is_not_overwritten(owner, client, case) -> None:
    client.post(url(case, "save_message"), typed(body="First", draft_version="0"))

    late = client.post(url(case, "save_message"), typed(body="Second", draft_version="0"))

    assert (late.status_code, late.json()["version"]) == (409, 1)
    assert MessageDraft.objects.get().answers["body"] == ["First"]


def test_a_draft_without_end_is_refused(case) -> None:
    with pytest.raises(UserFacingError, match="too long to keep"):
        save_message_draft(
            case, composer=Composer.NOTE, version=None, typed={"body": ["x" * 100_001]}, actor=case.owner, now=NOW
        )


def test_a_draft_is_gone_once_its_message_is_sent_and_the_note_s_stays(owner, client, case) -> None:
    client.post(url(case, "save_message"), typed(body="A"))
    client.post(url(case, "save_note"), {"body": "A note to be"})

    client.post(url(case, "write"), typed())

    assert MessageDraft.objects.get().composer == Composer.NOTE
    assert "A note to be" in client.get(url(case, "timeline")).content.decode()


# --- Letters -------------------------------------------------------------------------------------------------------


def test_a_letter_is_a_pdf_that_stays_with_the_contact(owner, client, case, settings, tmp_path, listen) -> None:
    settings.MEDIA_ROOT = tmp_path
    heard = listen(contact_made)
    address = "Ann Lee\n12 High Street\nYork"

    answer = client.post(url(case, "write"), typed(channel="LETTER", address=address, body="Łódź & <b>bold</b>"))

    assert answer.status_code == 302
    letter = Attachment.objects.get()
    page = client.get(url(case, "attachment", letter.pk))
    text = PdfReader(BytesIO(b"".join(page.streaming_content))).pages[0].extract_text()
    assert "12 High Street" in text
    assert "Łódź & <b>bold</b>" in text
    assert re.search(r"attachment; filename=\"Letter CMP-", page["Content-Disposition"])
    assert page["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page["Content-Security-Policy"]
    assert len(heard) == 1


def test_a_letter_that_cannot_be_recorded_leaves_no_file(case, settings, tmp_path, monkeypatch) -> None:
    settings.MEDIA_ROOT = tmp_path

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("cases.services.letters.record_contact", fail)

    with pytest.raises(OSError, match="disk full"):
        send_letter(case, actor=case.owner, now=NOW, subject="Your refund", body="Soon.")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not Contact.objects.exists()


def test_a_letter_sent_twice_is_made_once(case, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    once = uuid.uuid4()

    for _ in range(2):
        send_letter(case, actor=case.owner, now=NOW, subject="Your refund", body="Soon.", submission=once)

    assert Attachment.objects.count() == Contact.objects.count() == 1
    assert len(list(tmp_path.rglob("*.pdf"))) == 1


def test_the_preview_keeps_nothing(owner, client, case) -> None:
    page = client.post(url(case, "preview_letter"), typed(channel="LETTER", address="Ann Lee"))

    assert page["Content-Type"] == "application/pdf"
    assert not Contact.objects.exists()


# --- The page ------------------------------------------------------------------------------------------------------


def test_a_template_is_merged_and_its_gaps_are_found_by_the_check(owner, client, case) -> None:
    template = LetterTemplate.objects.create(
        name="Holding", purpose="HOLDING", subject="About {{ reference }}", body="By {{ next_contact_date }}."
    )

    page = client.post(url(case, "write"), typed(then="template", template=template.pk, body="My own words"))

    assert page.context["form"]["subject"].value() == f"About {case.reference}"
    assert page.context["form"]["body"].value() == "By [When we will be in touch next].\n\nMy own words"
    assert not page.context["check"].is_met


def test_the_check_answers_while_it_is_typed(owner, client, case) -> None:
    page = client.post(url(case, "check_message"), typed(body="We pay [amount]."), headers={"HX-Request": "true"})

    assert page.status_code == 200
    assert "Fill in or remove “[amount]” in the message." in page.content.decode()


def test_a_decision_does_not_go_out_past_the_sign_off(owner, client, case) -> None:
    answer = client.post(url(case, "write"), typed(purpose="DECISION"))

    assert answer.status_code == 422
    assert not Contact.objects.exists()


def test_without_an_address_the_page_offers_a_letter(owner, client, case) -> None:
    case.customer.email = ""
    case.customer.save()

    page = client.get(url(case, "write"))

    assert page.context["form"]["channel"].value() == "LETTER"
    assert client.post(url(case, "write"), typed()).status_code == 422


def test_a_note_can_be_for_somebody_who_hears_that_there_is_one(owner, client, case) -> None:
    reader = UserFactory.create(team=case.team)

    client.post(url(case, "add_note"), {"body": "Look at this", "tell": reader.pk})

    told = Notification.objects.get()
    assert told.recipient == reader
    assert "Look at this" not in told.text


def test_a_note_is_not_for_somebody_behind_the_wall(case) -> None:
    with pytest.raises(UserFacingError, match="cannot see this case"):
        add_note(case, actor=case.owner, now=NOW, body="Look", tell=UserFactory.create())

    assert not InternalNote.objects.exists()


def test_a_stale_version_is_one_of_the_refusals() -> None:
    assert issubclass(NewsArrivedError, StaleVersionError)
