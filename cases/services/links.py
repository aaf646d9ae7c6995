"""Cases that belong together."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases import permissions
from cases.choices import EventAction, LinkKind
from cases.models import Case, CaseLink
from cases.permissions import CaseAction
from cases.services.history import record_event
from core.errors import UserFacingError


@transaction.atomic
def link_cases(source: Case, *, target: Case, kind: str, actor: User, now: datetime) -> CaseLink:
    """Say that `source` is related to, caused by, or a duplicate of `target`; both histories tell it."""
    permissions.require(actor, CaseAction.CHANGE_FACTS, source)
    if source.pk == target.pk:
        raise UserFacingError("A case cannot be linked to itself. Enter the reference of another case.")
    link, is_new = CaseLink.objects.get_or_create(
        source=source, target=target, kind=kind, defaults={"made_by": actor, "made_at": now}
    )
    if is_new:
        words = LinkKind(kind).label.lower()
        _record(source, EventAction.LINKED, f"{words} {target}", other=target, actor=actor, now=now)
        _record(target, EventAction.LINKED, f"{source} is {words} this case", other=source, actor=actor, now=now)
    return link


@transaction.atomic
def unlink_cases(link: CaseLink, *, actor: User, now: datetime) -> None:
    """Take a link away; both histories keep that it was there."""
    permissions.require(actor, CaseAction.CHANGE_FACTS, link.source)
    words = link.get_kind_display().lower()
    source, target = link.source, link.target
    _record(source, EventAction.UNLINKED, f"{words} {target}", other=target, actor=actor, now=now)
    _record(target, EventAction.UNLINKED, f"{source} was {words} this case", other=source, actor=actor, now=now)
    link.delete()


def _record(case: Case, action: EventAction, words: str, *, other: Case, actor: User, now: datetime) -> None:
    """Write the line with the other case as its subject, so that only those who see that case read it."""
    record_event(case, actor=actor, action=action, now=now, changes={"link": ("", words)}, subject=f"case:{other.pk}")
