"""E-mail leaves through rows: claimed by lease, sent, and kept with their outcome.

A claim is a compare-and-set, so two senders never hold the same row. A sender that dies before it marks its row leaves
the lease to run out; the next one sends again under the same Message-ID and marks the row `maybe_duplicate`, because
nobody can know whether the first message had left.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q

from accounts.choices import EmailState
from accounts.models import MailStop, OutboxEmail

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(minutes=30)
PERMANENT = 500


class AttachmentLostError(Exception):
    """A file that the message carries cannot be found: without it the message must not leave."""


@dataclass
class SendReport:
    """What became of the rows that were due."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    maybe_duplicates: int = 0


def send_due_emails(*, now: datetime, limit: int = 100) -> SendReport:
    """Send what is due, oldest first. A server that cannot be reached ends the round; the rest waits for the next."""
    report = SendReport()
    connection: BaseEmailBackend | None = None
    for pk in _due(now, limit):
        email = claim_email(pk, now=now)
        if email is None:
            continue
        report.maybe_duplicates += email.maybe_duplicate
        try:
            connection = connection or _connect()
            connection.send_messages([compose(email)])
        except AttachmentLostError as error:
            _settle_refusal(email, error, report, now=now)
        except (SMTPException, OSError) as error:
            _settle_refusal(email, error, report, now=now)
            connection = None
            if isinstance(error, OSError) and not isinstance(error, SMTPException):
                break
        else:
            _mark(email, state=EmailState.SENT, sent_at=now, failure="")
            report.sent += 1
    if connection:
        connection.close()
    return report


def _due(now: datetime, limit: int) -> list[int]:
    rows = OutboxEmail.objects.due(now=now)
    if MailStop.objects.in_force().exists():
        rows = rows.filter(is_news=False)
    return list(rows.values_list("pk", flat=True)[:limit])


def claim_email(pk: int, *, now: datetime) -> OutboxEmail | None:
    """Take the row for the length of a lease, or return None because somebody else has it."""
    claim = {"state": EmailState.SENDING, "leased_until": now + LEASE, "attempts": F("attempts") + 1}
    waiting = OutboxEmail.objects.filter(pk=pk, state=EmailState.PENDING, send_after__lte=now)
    abandoned = OutboxEmail.objects.filter(pk=pk, state=EmailState.SENDING, leased_until__lte=now)
    if not waiting.update(**claim):
        if not abandoned.update(**claim, maybe_duplicate=True):
            return None
        logger.warning("email_sent_again_after_lost_lease email=%s", pk)
    return OutboxEmail.objects.get(pk=pk)


def call_off_email(pk: int) -> bool:
    """Stop a message that nobody has begun to send; return whether that was in time."""
    waiting = OutboxEmail.objects.filter(pk=pk, state=EmailState.PENDING, attempts=0)
    return bool(waiting.update(state=EmailState.CALLED_OFF))


def message_id_of(email: OutboxEmail) -> str:
    """Return the Message-ID that the row is sent under, however often."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{email.message_id}@{domain}>"


def compose(email: OutboxEmail) -> EmailMessage:
    """Return the message; its Message-ID comes from the row, so that a second sending can be told from news."""
    headers = {"Message-ID": message_id_of(email), "Auto-Submitted": "auto-generated", **email.headers}
    message = EmailMessage(subject=email.subject, body=email.body, to=[email.to], headers=headers)
    for each in email.attachments:
        message.attach(each["name"], _stored(each["path"]), each["type"])
    return message


def _stored(path: str) -> bytes:
    try:
        with default_storage.open(path) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise AttachmentLostError(f"The file {path} is not in the store.") from error


def _connect() -> BaseEmailBackend:
    connection = get_connection()
    connection.open()
    return connection


def _settle_refusal(email: OutboxEmail, error: Exception, report: SendReport, *, now: datetime) -> None:
    failure = f"{type(error).__name__}: {error}"[:300]
    if _is_permanent(error) or email.attempts >= MOST_ATTEMPTS:
        _mark(email, state=EmailState.FAILED, failure=failure)
        report.failed += 1
        logger.error("email_failed email=%s attempts=%s", email.pk, email.attempts)
        return
    wait = min(timedelta(minutes=2 ** (email.attempts - 1)), LONGEST_WAIT)
    _mark(email, state=EmailState.PENDING, send_after=now + wait, failure=failure)
    report.retried += 1
    logger.warning("email_retried email=%s attempts=%s", email.pk, email.attempts)


def _is_permanent(error: Exception) -> bool:
    """Return whether the server refused this message for good, and did not merely have a bad moment."""
    if isinstance(error, AttachmentLostError):
        return True
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, SMTPServerDisconnected):
        return False
    return isinstance(error, SMTPResponseException) and error.smtp_code >= PERMANENT


def _mark(email: OutboxEmail, **values: object) -> None:
    """Write the outcome, unless the lease was lost and another sender has taken over."""
    mine = Q(pk=email.pk, state=EmailState.SENDING, attempts=email.attempts)
    OutboxEmail.objects.filter(mine).update(leased_until=None, **values)
