"""What an admin does about e-mail: try again what failed, stop news to colleagues, and let it go on."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.choices import EmailState, SettingsArea
from accounts.models import MailStop, OutboxEmail, User
from accounts.permissions import MailAction, require_mail
from accounts.services.changes import record_settings_change
from core.errors import UserFacingError


class MailRefusedError(UserFacingError):
    """The e-mails cannot be retried, stopped or resumed as asked."""


@transaction.atomic
def retry_email(email_id: int, *, actor: User, now: datetime) -> OutboxEmail:
    """Let an e-mail that failed be tried anew, with all its attempts; one that went out stays as it is."""
    require_mail(actor, MailAction.CONTROL)
    email = OutboxEmail.objects.get(pk=email_id)
    if not _retry(now=now, pk=email_id):
        raise MailRefusedError(f"This email is “{email.get_state_display().lower()}”. Only one that failed is retried.")
    record_settings_change(email, area=SettingsArea.MESSAGES, what="retried", actor=actor, now=now)
    email.refresh_from_db()
    return email


@transaction.atomic
def retry_all_failed(*, actor: User, now: datetime) -> int:
    require_mail(actor, MailAction.CONTROL)
    count = _retry(now=now)
    if count:
        some = OutboxEmail.objects.waiting().order_by("-pk").first()
        record_settings_change(some or actor, area=SettingsArea.MESSAGES, what=f"retried {count}", actor=actor, now=now)
    return count


def _retry(*, now: datetime, **which: int) -> int:
    failed = OutboxEmail.objects.filter(**which).failed()
    return failed.update(state=EmailState.PENDING, attempts=0, send_after=now, leased_until=None)


@transaction.atomic
def stop_news(*, reason: str, actor: User, now: datetime) -> MailStop:
    """E-mail no news to colleagues from now on. The lines in the app go on, and so do letters to customers."""
    require_mail(actor, MailAction.CONTROL)
    if not reason.strip():
        raise MailRefusedError("Say why the emails stop.")
    try:
        with transaction.atomic():
            stop = MailStop.objects.create(reason=reason.strip(), stopped_at=now, stopped_by=actor)
    except IntegrityError as error:
        raise MailRefusedError("Emails to colleagues are stopped already.") from error
    record_settings_change(stop, area=SettingsArea.MESSAGES, what="stopped emails", actor=actor, now=now)
    return stop


@transaction.atomic
def resume_news(*, actor: User, now: datetime) -> MailStop:
    """Let what waited go out; what is no longer needed by then has been withdrawn."""
    require_mail(actor, MailAction.CONTROL)
    stop = MailStop.objects.select_for_update().in_force().first()
    if stop is None:
        raise MailRefusedError("Emails to colleagues are not stopped.")
    stop.is_in_force, stop.resumed_at, stop.resumed_by = False, now, actor
    stop.save(update_fields=["is_in_force", "resumed_at", "resumed_by"])
    record_settings_change(stop, area=SettingsArea.MESSAGES, what="resumed emails", actor=actor, now=now)
    return stop
