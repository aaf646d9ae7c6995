"""The triage questions: a draft is written by one person and published by another, from a day on."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from accounts.choices import SettingsArea
from accounts.models import User
from accounts.services.changes import bring_to, record_settings_change
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError
from policies import permissions
from policies.choices import VersionState
from policies.models import TriageTree
from policies.permissions import PolicyAction
from policies.selectors import tree_of
from policies.triage import MOST_QUESTIONS, Question, as_data, problems, shipped_tree


class TreeRefusedError(UserFacingError):
    """The questions cannot be saved or published as they are."""


@transaction.atomic
def start_draft(*, actor: User, now: datetime) -> TriageTree:
    """Return the open draft, or a new one that starts from the newest questions."""
    permissions.require(actor, PolicyAction.EDIT)
    if draft := TriageTree.objects.filter(state=VersionState.DRAFT).first():
        return draft
    newest = TriageTree.objects.filter(state=VersionState.PUBLISHED).order_by("-valid_from").first()
    draft = TriageTree.objects.create(
        number=(TriageTree.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        questions=newest.questions if newest else as_data(shipped_tree().questions),
        written_by=actor,
        **({"sample_percent": newest.sample_percent} if newest else {}),
    )
    return _recorded(draft, "draft started", actor, now)


@transaction.atomic
def save_question(*, draft_id: int, question: Question, seen: str, actor: User, now: datetime) -> TriageTree:
    """Put the question in the place of the one with its code; without a code it comes last and gets one."""
    draft = _locked(draft_id, seen, actor)
    questions = list(tree_of(draft).questions)
    if not question.code:
        if len(questions) >= MOST_QUESTIONS:
            raise TreeRefusedError(f"There may be {MOST_QUESTIONS} questions at most. Take one out first.")
        taken = {each.code for each in questions}
        questions.append(replace(question, code=_free_code(question.text, taken)))
    else:
        questions = [question if each.code == question.code else each for each in questions]
    return _written(draft, questions, actor, now)


@transaction.atomic
def drop_question(*, draft_id: int, code: str, seen: str, actor: User, now: datetime) -> TriageTree:
    draft = _locked(draft_id, seen, actor)
    return _written(draft, [each for each in tree_of(draft).questions if each.code != code], actor, now)


@transaction.atomic
def ask_first(*, draft_id: int, code: str, seen: str, actor: User, now: datetime) -> TriageTree:
    """Let the questions begin with this one."""
    draft = _locked(draft_id, seen, actor)
    questions = sorted(tree_of(draft).questions, key=lambda each: each.code != code)
    return _written(draft, questions, actor, now)


@transaction.atomic
def save_settings(
    *, draft_id: int, sample_percent: int, change_note: str, seen: str, actor: User, now: datetime
) -> TriageTree:
    draft = _locked(draft_id, seen, actor)
    changes = bring_to(draft, {"sample_percent": sample_percent, "change_note": change_note, "written_by": actor})
    if changes:
        _recorded(draft, "draft saved", actor, now)
    return draft


@transaction.atomic
def discard_draft(*, draft_id: int, actor: User, now: datetime) -> None:
    draft = _locked(draft_id, "", actor)
    _recorded(draft, "draft discarded", actor, now)
    draft.delete()


@transaction.atomic
def publish(*, draft_id: int, valid_from: date, actor: User, now: datetime) -> TriageTree:
    """Let the draft ask from `valid_from` on. Decisions made by earlier editions keep their words."""
    draft = _draft(draft_id)
    permissions.require_second_person(actor, draft)
    if valid_from < timezone.localtime(now, timezone.get_default_timezone()).date():
        raise TreeRefusedError("“Holds from” must be today or later: decisions of the past keep their questions.")
    if found := problems(tree_of(draft)):
        raise TreeRefusedError(" ".join(found))
    same_day = TriageTree.objects.filter(state=VersionState.PUBLISHED, valid_from=valid_from)
    same_day.update(state=VersionState.REPLACED)
    draft.state, draft.valid_from = VersionState.PUBLISHED, valid_from
    draft.published_by, draft.published_at = actor, now
    draft.save(update_fields=["state", "valid_from", "published_by", "published_at", "updated_at"])
    return _recorded(draft, "published", actor, now)


def _locked(draft_id: int, seen: str, actor: User) -> TriageTree:
    """Return the draft for a change by `actor`; `seen` is when it was last saved as the person read it."""
    permissions.require(actor, PolicyAction.EDIT)
    draft = _draft(draft_id)
    if seen and seen != draft.updated_at.isoformat():
        raise StaleVersionError("Somebody saved this draft after you opened it. Copy your words, then open it again.")
    return draft


def _draft(draft_id: int) -> TriageTree:
    draft = TriageTree.objects.select_for_update(of=("self",)).get(pk=draft_id)
    if draft.state != VersionState.DRAFT:
        raise TransitionNotAllowedError("This version is published, so it stays as it is. Start a new draft.")
    return draft


def _written(draft: TriageTree, questions: list[Question], actor: User, now: datetime) -> TriageTree:
    draft.questions, draft.written_by = as_data(tuple(questions)), actor
    draft.save(update_fields=["questions", "written_by", "updated_at"])
    return _recorded(draft, "draft saved", actor, now)


def _recorded(draft: TriageTree, what: str, actor: User, now: datetime) -> TriageTree:
    record_settings_change(draft, area=SettingsArea.RULES, what=what, actor=actor, now=now)
    return draft


def _free_code(text: str, taken: set[str]) -> str:
    stem = slugify(text)[:34].strip("-") or "question"
    return next(code for code in [stem, *(f"{stem}-{n}" for n in range(2, MOST_QUESTIONS + 2))] if code not in taken)
