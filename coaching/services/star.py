"""A colleague writes their own STAR record; facts are put in by choice, words are never written for them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.models import Case
from cases.selectors.timeline import timeline
from coaching.choices.star import StarPart, StarState
from coaching.models import StarFact, StarRecord
from coaching.selectors.star import FIELDS, PARTS, coaches_of, may_write_star
from coaching.services.telling import tell
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError

MOST_FACTS: Final = 5


@transaction.atomic
def open_star(*, case: Case, actor: User) -> StarRecord:
    """Return the person's record of the incident; there is one, however often they ask."""
    if not may_write_star(actor, case) or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise PermissionDenied("You cannot write a STAR record of this case. The people who handle the incident can.")
    return StarRecord.objects.get_or_create(author=actor, case=case)[0]


@transaction.atomic
def save_star(*, record_id: int, version: int, values: Mapping[str, Any], actor: User) -> StarRecord:
    record = _own(record_id, actor)
    if record.version != version:
        raise StaleVersionError("This record was changed in another tab.")
    for name in FIELDS:
        setattr(record, name, values[name])
    record.version += 1
    record.save(update_fields=[*FIELDS, "version", "updated_at"])
    record.evidence.set(values["evidence"])
    return record


@transaction.atomic
def add_facts(*, record_id: int, part: StarPart, anchors: Iterable[str], actor: User) -> int:
    """Put dated lines of the timeline into a part, as they read now; nothing is added to the author's own words."""
    record = _own(record_id, actor)
    if not Case.objects.visible_to(actor).filter(pk=record.case_id).exists():
        raise UserFacingError("You may not see the incident any more, so nothing can be taken from its timeline.")
    chosen, had = set(anchors), set(record.facts.filter(part=part).values_list("anchor", flat=True))
    items = [item for item in timeline(record.case, actor).items if item.anchor in chosen - had]
    if len(had) + len(items) > MOST_FACTS:
        raise UserFacingError(f"A part holds {MOST_FACTS} facts at most, so that the record stays one page.")
    StarFact.objects.bulk_create(
        [
            StarFact(record=record, part=part, anchor=item.anchor, text=item.title[:300], happened_at=item.at)
            for item in items
        ]
    )
    return len(items)


@transaction.atomic
def drop_fact(*, record_id: int, fact_id: int, actor: User) -> None:
    _own(record_id, actor).facts.filter(pk=fact_id).delete()


@transaction.atomic
def share_star(*, record_id: int, coach: User, actor: User, now: datetime) -> StarRecord:
    record = _own(record_id, actor)
    if record.state != StarState.DRAFT:
        raise TransitionNotAllowedError("This record is shared already.")
    if not coaches_of(actor).filter(pk=coach.pk).exists():
        raise UserFacingError(f"{coach} does not lead your team. Choose somebody who does.")
    if missing := [part for part in PARTS[:4] if not getattr(record, part).strip()]:
        raise UserFacingError(f"Write something under {', '.join(missing)} before you share it.")
    record.state, record.coach, record.shared_at = StarState.SHARED, coach, now
    record.save(update_fields=["state", "coach", "shared_at", "updated_at"])
    url = record.get_absolute_url()
    tell(
        coach,
        text=f"{actor} shared a STAR record with you",
        url=url,
        key=f"star:{record.pk}:{now.isoformat()}",
        now=now,
    )
    return record


@transaction.atomic
def send_star_back(*, record_id: int, comment: str, actor: User, now: datetime) -> StarRecord:
    """Give the record back to its author, who writes on and shares it again; the comment stays with it."""
    record = _shared_with(record_id, actor, "send this record back")
    record.state, record.comment, record.sent_back_at = StarState.DRAFT, comment, now
    record.save(update_fields=["state", "comment", "sent_back_at", "updated_at"])
    key = f"star-back:{record.pk}:{now.isoformat()}"
    text = f"{actor} sent your STAR record back with a comment"
    tell(record.author, text=text, url=record.get_absolute_url(), key=key, now=now)
    return record


@transaction.atomic
def agree_star(*, record_id: int, actor: User, now: datetime) -> StarRecord:
    """The coach agrees that it was so; from then on nobody changes it."""
    record = _shared_with(record_id, actor, "agree to this record")
    record.state, record.agreed_at = StarState.AGREED, now
    record.save(update_fields=["state", "agreed_at", "updated_at"])
    url = record.get_absolute_url()
    tell(record.author, text=f"{actor} agreed to your STAR record", url=url, key=f"star-agreed:{record.pk}", now=now)
    return record


def _shared_with(record_id: int, actor: User, what: str) -> StarRecord:
    """Return the record for an answer of its coach."""
    rows = StarRecord.objects.visible_to(actor).select_for_update(of=("self",)).select_related("author", "coach")
    record = rows.get(pk=record_id)
    if record.coach_id != actor.pk:
        raise PermissionDenied(f"Only {record.coach or 'a coach'} can {what}.")
    if record.state != StarState.SHARED:
        raise TransitionNotAllowedError("This record is agreed already, or its author has it back.")
    return record


def _own(record_id: int, actor: User) -> StarRecord:
    rows = (
        StarRecord.objects.visible_to(actor).select_for_update(of=("self",)).select_related("author", "case__customer")
    )
    record = rows.get(pk=record_id)
    if record.author_id != actor.pk:
        raise PermissionDenied(f"{record.author} alone writes this record.")
    if record.state == StarState.AGREED:
        raise TransitionNotAllowedError("This record is agreed, so it cannot be changed any more.")
    return record
