"""What is typed to a customer or to colleagues is kept as it is typed, by its writer and for its writer."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from cases import permissions
from cases.choices import Composer
from cases.models import Case, Contact, MessageDraft
from cases.permissions import CaseAction
from core.errors import StaleVersionError, UserFacingError

Typed = dict[str, list[str]]

NOT_ANSWERS: Final = frozenset({"csrfmiddlewaretoken", "draft_version", "then"})
LARGEST: Final = 100_000
NEEDS: Final = {Composer.CUSTOMER: CaseAction.WRITE, Composer.NOTE: CaseAction.NOTE}


@transaction.atomic
def save_message_draft(
    case: Case, *, composer: Composer, version: int | None, typed: Typed, actor: User, now: datetime
) -> MessageDraft:
    """Replace what the draft holds by the whole form as it stands; `version` is the one it was typed on."""
    permissions.require(actor, NEEDS[composer], case)
    whose: dict[str, Any] = {"case": case, "author": actor, "composer": composer}
    MessageDraft.objects.get_or_create(**whose)
    draft = MessageDraft.objects.select_for_update(of=("self",)).get(**whose)
    if version is not None and version != draft.version:
        raise StaleVersionError("This draft was changed in another tab.")
    answers = {
        name: [value.replace("\x00", "") for value in values]
        for name, values in typed.items()
        if name not in NOT_ANSWERS
    }
    if sum(len(value) for values in answers.values() for value in values) > LARGEST:
        raise UserFacingError("This is too long to keep. Shorten the message.")
    draft.answers, draft.saved_at = answers, now
    draft.version += 1
    draft.save(update_fields=["answers", "version", "saved_at", "updated_at"])
    return draft


def drop_message_draft(case: Case, *, composer: Composer, actor: User) -> None:
    """Forget the draft: it was sent, or is no longer wanted."""
    MessageDraft.objects.filter(case=case, author=actor, composer=composer).delete()


def draft_from(contact: Contact, *, actor: User, now: datetime) -> MessageDraft:
    """Put a message that was called off back where it was written, so that no word is lost."""
    typed = {"purpose": [contact.purpose], "subject": [contact.subject], "body": [contact.body]}
    typed["attachments"] = [str(pk) for pk in contact.attachments.values_list("evidence_id", flat=True) if pk]
    return save_message_draft(contact.case, composer=Composer.CUSTOMER, version=None, typed=typed, actor=actor, now=now)
