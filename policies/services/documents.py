"""Policy documents: a draft is written by one person and published by another; what was published is never edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.choices import SettingsArea
from accounts.models import User
from accounts.services.changes import bring_to, record_settings_change
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError
from policies import permissions
from policies.choices import VersionState
from policies.models import Clause, PolicyDocument, PolicyVersion
from policies.permissions import PolicyAction


class IncompletePolicyError(UserFacingError):
    """The document cannot be saved or published as it is."""


@dataclass(frozen=True, kw_only=True)
class DocumentFacts:
    title: str
    summary: str = ""
    owner: User | None = None
    review_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class ClauseText:
    number: str
    heading: str
    text: str


@transaction.atomic
def add_document(*, facts: DocumentFacts, actor: User, now: datetime) -> PolicyVersion:
    """Add a document and return its first draft, without clauses."""
    permissions.require(actor, PolicyAction.EDIT)
    slug = slugify(facts.title)
    if not slug or PolicyDocument.objects.filter(slug=slug).exists():
        raise IncompletePolicyError(f"There is a policy called “{facts.title}” already. Choose another title.")
    document = PolicyDocument.objects.create(slug=slug, **vars(facts))
    record_settings_change(document, area=SettingsArea.POLICIES, what="added", actor=actor, now=now)
    return PolicyVersion.objects.create(document=document, number=1, written_by=actor)


@transaction.atomic
def change_document(*, document_id: int, facts: DocumentFacts, actor: User, now: datetime) -> PolicyDocument:
    """Change title, summary, owner or review date; addresses and citations stay."""
    permissions.require(actor, PolicyAction.EDIT)
    document = PolicyDocument.objects.select_for_update().get(pk=document_id)
    if changes := bring_to(document, vars(facts)):
        record_settings_change(
            document, area=SettingsArea.POLICIES, what="changed", actor=actor, now=now, changes=changes
        )
    return document


@transaction.atomic
def start_draft(*, document_id: int, actor: User, now: datetime) -> PolicyVersion:
    """Return the open draft of a document, or a new one that starts from the words in force."""
    permissions.require(actor, PolicyAction.EDIT)
    document = PolicyDocument.objects.select_for_update().get(pk=document_id)
    versions = document.versions.order_by("-number")
    if draft := versions.filter(state=VersionState.DRAFT).first():
        return draft
    last = versions.first()
    draft = PolicyVersion.objects.create(document=document, number=last.number + 1 if last else 1, written_by=actor)
    in_force = Clause.objects.filter(version__document=document, version__state=VersionState.PUBLISHED)
    _write_clauses(draft, [ClauseText(number=c.number, heading=c.heading, text=c.text) for c in in_force])
    record_settings_change(draft, area=SettingsArea.POLICIES, what="draft started", actor=actor, now=now)
    return draft


@transaction.atomic
def save_draft(
    *, version_id: int, clauses: Sequence[ClauseText], change_note: str, seen: str, actor: User, now: datetime
) -> PolicyVersion:
    """Replace the words of a draft. `seen` is when it was last saved as the person read it."""
    permissions.require(actor, PolicyAction.EDIT)
    draft = _locked(version_id)
    if draft.updated_at.isoformat() != seen:
        raise StaleVersionError("Somebody saved this draft after you opened it. Copy your words, then open it again.")
    numbers = [clause.number for clause in clauses]
    if twice := next((number for number in numbers if numbers.count(number) > 1), None):
        raise IncompletePolicyError(f"Clause {twice} is there twice. Give each clause its own number.")
    draft.clauses.all().delete()
    _write_clauses(draft, clauses)
    draft.change_note, draft.written_by = change_note, actor
    draft.save(update_fields=["change_note", "written_by", "updated_at"])
    record_settings_change(draft, area=SettingsArea.POLICIES, what="draft saved", actor=actor, now=now)
    return draft


@transaction.atomic
def publish(*, version_id: int, actor: User, now: datetime) -> PolicyVersion:
    """Put a draft in force from today; the version before stays readable and citable by the cases that cite it."""
    draft = _locked(version_id)
    permissions.require_second_person(actor, draft)
    if not draft.clauses.exists():
        raise IncompletePolicyError("A policy needs at least one clause before it is published.")
    for current in draft.document.versions.select_for_update().filter(state=VersionState.PUBLISHED):
        current.state = VersionState.REPLACED
        current.save(update_fields=["state", "updated_at"])
    draft.state, draft.published_by, draft.published_at = VersionState.PUBLISHED, actor, now
    draft.effective_from = timezone.localtime(now, timezone.get_default_timezone()).date()
    draft.save(update_fields=["state", "published_by", "published_at", "effective_from", "updated_at"])
    record_settings_change(draft, area=SettingsArea.POLICIES, what="published", actor=actor, now=now)
    return draft


@transaction.atomic
def amend_clause(
    *, clause: Clause, text: str, change_note: str, written_by: User, actor: User, now: datetime
) -> PolicyVersion:
    """Put new words of one clause in force, the rest of the policy as it is: what one proposed, another decides."""
    document = PolicyDocument.objects.select_for_update().get(pk=clause.version.document_id)
    current = document.versions.filter(state=VersionState.PUBLISHED).first()
    in_force = list(current.clauses.all()) if current else []
    if not any(one.number == clause.number for one in in_force):
        raise TransitionNotAllowedError(
            f"Clause {clause.number} of “{document}” is no longer in force. Name another one."
        )
    if document.versions.filter(state=VersionState.DRAFT).exists():
        raise TransitionNotAllowedError(f"“{document}” has an open draft. It is published or discarded first.")
    last = document.versions.order_by("-number").values_list("number", flat=True).first() or 0
    draft = PolicyVersion.objects.create(
        document=document, number=last + 1, written_by=written_by, change_note=change_note
    )
    words = [
        ClauseText(number=one.number, heading=one.heading, text=text if one.number == clause.number else one.text)
        for one in in_force
    ]
    _write_clauses(draft, words)
    return publish(version_id=draft.pk, actor=actor, now=now)


@transaction.atomic
def discard_draft(*, version_id: int, actor: User, now: datetime) -> None:
    permissions.require(actor, PolicyAction.EDIT)
    draft = _locked(version_id)
    record_settings_change(draft, area=SettingsArea.POLICIES, what="draft discarded", actor=actor, now=now)
    draft.delete()


def _locked(version_id: int) -> PolicyVersion:
    version = PolicyVersion.objects.select_for_update(of=("self",)).select_related("document").get(pk=version_id)
    if version.state != VersionState.DRAFT:
        raise TransitionNotAllowedError("This version is published, so its words stay as they are. Start a new draft.")
    return version


def _write_clauses(version: PolicyVersion, clauses: Sequence[ClauseText]) -> None:
    Clause.objects.bulk_create(
        Clause(version=version, order=order, **vars(clause)) for order, clause in enumerate(clauses, start=1)
    )
