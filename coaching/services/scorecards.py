"""Scorecards: an admin drafts and publishes an edition; what was published is never edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.choices import SettingsArea
from accounts.models import User
from accounts.services.changes import bring_to, record_settings_change
from coaching.arithmetic.scoring import FULL_WEIGHT
from coaching.choices.quality import ScorecardState
from coaching.models import Criterion, Scorecard, ScorecardSection, ScorecardVersion
from coaching.permissions import quality as permissions
from coaching.permissions.quality import QualityRight
from core.dates import day as in_words
from core.dates import local_day
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError


@dataclass(frozen=True, kw_only=True)
class CriterionText:
    section: str
    text: str
    weight: int
    guidance: str = ""
    is_fatal: bool = False
    is_compliance: bool = False


@transaction.atomic
def add_scorecard(*, name: str, purpose: str, actor: User, now: datetime) -> ScorecardVersion:
    """Add a scorecard and return its first draft, without criteria."""
    permissions.require(actor, QualityRight.EDIT_SCORECARDS)
    if Scorecard.objects.filter(name__iexact=name).exists():
        raise UserFacingError(f"There is a scorecard called “{name}” already. Choose another name.")
    card = Scorecard.objects.create(name=name, purpose=purpose)
    record_settings_change(card, area=SettingsArea.RULES, what="added", actor=actor, now=now)
    return ScorecardVersion.objects.create(scorecard=card, number=1, written_by=actor)


@transaction.atomic
def change_scorecard(
    *, scorecard_id: int, name: str, purpose: str, is_active: bool, actor: User, now: datetime
) -> Scorecard:
    """Rename a scorecard, or take it out of use; reviews made by it stay."""
    permissions.require(actor, QualityRight.EDIT_SCORECARDS)
    card = Scorecard.objects.select_for_update().get(pk=scorecard_id)
    if Scorecard.objects.filter(name__iexact=name).exclude(pk=card.pk).exists():
        raise UserFacingError(f"There is a scorecard called “{name}” already. Choose another name.")
    if changes := bring_to(card, {"name": name, "purpose": purpose, "is_active": is_active}):
        record_settings_change(card, area=SettingsArea.RULES, what="changed", actor=actor, now=now, changes=changes)
    return card


@transaction.atomic
def start_draft(*, scorecard_id: int, actor: User, now: datetime) -> ScorecardVersion:
    """Return the open draft, or a new one that starts from the latest edition."""
    permissions.require(actor, QualityRight.EDIT_SCORECARDS)
    card = Scorecard.objects.select_for_update().get(pk=scorecard_id)
    latest = card.versions.order_by("-number").first()
    if latest and latest.state == ScorecardState.DRAFT:
        return latest
    draft = ScorecardVersion.objects.create(scorecard=card, number=latest.number + 1 if latest else 1, written_by=actor)
    if latest:
        write_criteria(draft, criteria_of(latest))
    record_settings_change(draft, area=SettingsArea.RULES, what="draft started", actor=actor, now=now)
    return draft


@transaction.atomic
def save_draft(
    *, version_id: int, criteria: Sequence[CriterionText], change_note: str, seen: str, actor: User, now: datetime
) -> ScorecardVersion:
    """Replace the criteria of a draft; weights that do not add up yet may be kept, but not published."""
    permissions.require(actor, QualityRight.EDIT_SCORECARDS)
    draft = _locked(version_id)
    if draft.updated_at.isoformat() != seen:
        raise StaleVersionError("Somebody saved this draft after you opened it. Copy your words, then open it again.")
    draft.sections.all().delete()
    write_criteria(draft, criteria)
    draft.change_note, draft.written_by = change_note, actor
    draft.save(update_fields=["change_note", "written_by", "updated_at"])
    record_settings_change(draft, area=SettingsArea.RULES, what="draft saved", actor=actor, now=now)
    return draft


@transaction.atomic
def publish(*, version_id: int, effective_from: date, actor: User, now: datetime) -> ScorecardVersion:
    """Put an edition in force from a day; reviews begun before that day keep the edition that they began with."""
    permissions.require(actor, QualityRight.EDIT_SCORECARDS)
    draft = _locked(version_id)
    check_weights(criteria_of(draft))
    today = local_day(now)
    if effective_from < today:
        raise UserFacingError("The day from which it is in force must be today or later.")
    later = draft.scorecard.versions.filter(effective_from__gte=effective_from, number__lt=draft.number)
    if before := later.order_by("-effective_from").first():
        begins = in_words(before.effective_from or today)
        raise UserFacingError(f"{before} is in force from {begins}, so this one must begin on a later day.")
    draft.state, draft.effective_from = ScorecardState.PUBLISHED, effective_from
    draft.published_by, draft.published_at = actor, now
    draft.save(update_fields=["state", "effective_from", "published_by", "published_at", "updated_at"])
    record_settings_change(draft, area=SettingsArea.RULES, what="published", actor=actor, now=now)
    return draft


@transaction.atomic
def discard_draft(*, version_id: int, actor: User, now: datetime) -> None:
    permissions.require(actor, QualityRight.EDIT_SCORECARDS)
    draft = _locked(version_id)
    record_settings_change(draft, area=SettingsArea.RULES, what="draft discarded", actor=actor, now=now)
    draft.delete()


def check_weights(criteria: Sequence[CriterionText]) -> None:
    """Refuse criteria that do not weigh a hundred together, and say what they weigh."""
    if not criteria:
        raise UserFacingError("A scorecard needs at least one criterion before it is published.")
    total = sum(criterion.weight for criterion in criteria)
    if total != FULL_WEIGHT:
        gap = f"{FULL_WEIGHT - total} too few" if total < FULL_WEIGHT else f"{total - FULL_WEIGHT} too many"
        raise UserFacingError(f"The weights add up to {total}, which is {gap}. They must add up to {FULL_WEIGHT}.")


def criteria_of(version: ScorecardVersion) -> list[CriterionText]:
    found = Criterion.objects.filter(section__version=version).select_related("section")
    return [
        CriterionText(
            section=criterion.section.title,
            text=criterion.text,
            weight=criterion.weight,
            guidance=criterion.guidance,
            is_fatal=criterion.is_fatal,
            is_compliance=criterion.is_compliance,
        )
        for criterion in found.order_by("section__order", "order", "pk")
    ]


def _locked(version_id: int) -> ScorecardVersion:
    version = ScorecardVersion.objects.select_for_update(of=("self",)).select_related("scorecard").get(pk=version_id)
    if version.state != ScorecardState.DRAFT:
        raise TransitionNotAllowedError("This edition is published, so its words stay as they are. Start a new draft.")
    return version


def write_criteria(version: ScorecardVersion, criteria: Sequence[CriterionText]) -> None:
    """Write the sections in the order in which they are first named, each with its criteria."""
    titles = list(dict.fromkeys(criterion.section for criterion in criteria))
    sections = {
        title: ScorecardSection.objects.create(version=version, title=title, order=order)
        for order, title in enumerate(titles, start=1)
    }
    Criterion.objects.bulk_create(
        Criterion(
            section=sections[criterion.section],
            text=criterion.text,
            guidance=criterion.guidance,
            weight=criterion.weight,
            is_fatal=criterion.is_fatal,
            is_compliance=criterion.is_compliance,
            order=order,
        )
        for order, criterion in enumerate(criteria, start=1)
    )
