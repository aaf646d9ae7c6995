"""Start a complaints return, say how many accounts stand behind it, and sign it: from then on it is frozen."""

import logging
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from core.dates import local_day
from core.errors import TransitionNotAllowedError, UserFacingError
from reporting import permissions
from reporting.models import Return, ReturnEntry, ReturnForm
from reporting.permissions import ReportingAction
from reporting.selectors.returns import as_values, digest_of, live_entries, worked_out

logger = logging.getLogger(__name__)
BATCH = 2000


@transaction.atomic
def start_return(*, form: ReturnForm, first: date, last: date, actor: User) -> Return:
    """Open the return of a period; after a signed one, it is a correction with its own number."""
    permissions.require(actor, ReportingAction.MAKE_RETURNS)
    made = Return.objects.filter(form=form, first=first).order_by("-revision").first()
    if made is not None and not made.is_signed:
        raise TransitionNotAllowedError("That return is started already. Open it in the list.")
    revision = made.revision + 1 if made else 1
    return Return.objects.create(
        form=form, first=first, last=last, revision=revision, volumes=made.volumes if made else {}, prepared_by=actor
    )


@transaction.atomic
def save_volumes(*, return_id: int, volumes: Mapping[str, int], actor: User) -> Return:
    """Write down how many accounts, policies or homes each row stands for."""
    made = _open(return_id, actor)
    made.volumes, made.prepared_by = dict(volumes), actor
    made.save(update_fields=["volumes", "prepared_by", "updated_at"])
    return made


@transaction.atomic
def sign_return(*, return_id: int, note: str, actor: User, now: datetime) -> Return:
    """Freeze the figures and the complaints behind them. What happens to the cases later does not change them."""
    made = _open(return_id, actor)
    if made.last >= local_day(now):
        raise UserFacingError("The period has not ended yet. Sign the return when it has.")
    entries = live_entries(made.first, made.last)
    figures = worked_out(made, entries)
    if not figures["balance"]["comes_out"]:
        raise UserFacingError("What came in and what went out do not explain what is outstanding. Count again first.")
    made.figures, made.content, made.note = figures, made.form.content, note
    values = [as_values(entry) for entry in entries]
    made.digest = digest_of(made, figures, values)
    made.signed_by, made.signed_at = actor, now
    made.save(update_fields=["figures", "content", "note", "digest", "signed_by", "signed_at", "updated_at"])
    rows = [ReturnEntry(return_made=made, case_id=each["case"], values=each) for each in values]
    ReturnEntry.objects.bulk_create(rows, batch_size=BATCH)
    logger.info("return_signed return=%s actor=%s", made.pk, actor.pk)
    return made


@transaction.atomic
def discard_return(*, return_id: int, actor: User) -> None:
    """Throw away a return that nobody has signed."""
    _open(return_id, actor).delete()


def _open(return_id: int, actor: User) -> Return:
    permissions.require(actor, ReportingAction.MAKE_RETURNS)
    made = Return.objects.select_for_update(of=("self",)).select_related("form").get(pk=return_id)
    if made.is_signed:
        raise TransitionNotAllowedError("This return is signed, so its figures stay. Start a correction instead.")
    return made
