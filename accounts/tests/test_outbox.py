import uuid
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from unittest import mock

import pytest
from django.core import mail

from accounts.choices import EmailState
from accounts.models import OutboxEmail
from accounts.services.outbox import LEASE, MOST_ATTEMPTS, claim_email, send_due_emails

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def write(**fields: object) -> OutboxEmail:
    return OutboxEmail.objects.create(
        **{
            "to": "priya@example.com",
            "subject": "CMP-2026-000001: Acknowledge deadline",
            "body": "Due today.",
            "dedupe_key": uuid.uuid4().hex,
            "send_after": NOW,
            "created_at": NOW,
            **fields,
        }
    )


def refusing(error: Exception) -> mock._patch:
    return mock.patch("django.core.mail.backends.locmem.EmailBackend.send_messages", side_effect=error)


def test_a_due_e_mail_goes_out_once_with_an_id_from_its_row() -> None:
    email = write()

    first, second = send_due_emails(now=NOW), send_due_emails(now=NOW + LEASE * 2)

    assert (first.sent, second.sent) == (1, 0)
    assert mail.outbox[0].extra_headers == {
        "Message-ID": f"<{email.message_id}@localhost>",
        "Auto-Submitted": "auto-generated",
    }
    email.refresh_from_db()
    assert (email.state, email.attempts, email.sent_at) == (EmailState.SENT, 1, NOW)


def test_an_e_mail_waits_for_its_time() -> None:
    write(send_after=NOW + timedelta(minutes=1))

    assert send_due_emails(now=NOW).sent == 0


def test_two_senders_never_hold_the_same_row() -> None:
    email = write()

    assert claim_email(email.pk, now=NOW) is not None
    assert claim_email(email.pk, now=NOW) is None
    assert send_due_emails(now=NOW).sent == 0


def test_a_sender_that_died_is_followed_by_another_which_says_that_it_may_be_the_second() -> None:
    email = write()
    claim_email(email.pk, now=NOW)

    early = send_due_emails(now=NOW + LEASE / 2)
    report = send_due_emails(now=NOW + LEASE)

    assert early.sent == 0
    assert (report.sent, report.maybe_duplicates) == (1, 1)
    email.refresh_from_db()
    assert (email.state, email.maybe_duplicate, email.attempts) == (EmailState.SENT, True, 2)


def test_a_sender_that_comes_back_too_late_does_not_overwrite_the_outcome() -> None:
    email = write()
    with mock.patch(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        side_effect=lambda messages: OutboxEmail.objects.update(state=EmailState.FAILED, attempts=2),
    ):
        send_due_emails(now=NOW)

    email.refresh_from_db()
    assert email.state == EmailState.FAILED


def test_a_server_that_is_away_is_tried_later_and_the_round_ends() -> None:
    first, second = write(), write()
    with refusing(ConnectionRefusedError(111, "Connection refused")):
        report = send_due_emails(now=NOW)

    assert (report.retried, report.sent) == (1, 0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.attempts, first.send_after) == (EmailState.PENDING, 1, NOW + timedelta(minutes=1))
    assert second.attempts == 0


def test_an_hour_without_a_server_loses_nothing() -> None:
    write()
    moment = NOW
    with refusing(SMTPServerDisconnected("gone")):
        for _ in range(60):
            moment += timedelta(minutes=1)
            send_due_emails(now=moment)

    report = send_due_emails(now=moment + timedelta(minutes=31))

    assert report.sent == 1
    assert len(mail.outbox) == 1


def test_an_address_that_is_refused_for_good_fails_visibly_at_once() -> None:
    email = write()
    with refusing(SMTPRecipientsRefused({"priya@example.com": (550, b"No such mailbox")})):
        report = send_due_emails(now=NOW)

    assert report.failed == 1
    email.refresh_from_db()
    assert email.state == EmailState.FAILED
    assert "No such mailbox" in email.failure


def test_after_the_last_attempt_the_row_fails_visibly() -> None:
    email = write(attempts=MOST_ATTEMPTS - 1)
    with refusing(SMTPServerDisconnected("gone")):
        send_due_emails(now=NOW)

    email.refresh_from_db()
    assert email.state == EmailState.FAILED
