"""The best-practice library: drafted by one person, published by another, and looked at again when its day comes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from cases.models import Case
from coaching.choices.practice import PracticeAction as Action
from coaching.choices.practice import PracticeEventKind as Event
from coaching.choices.practice import PracticeState as State
from coaching.lifecycle.practice import next_state
from coaching.models import Practice, PracticeEvent, PracticeFeedback
from coaching.permissions import practice as permissions
from coaching.permissions.practice import PracticeRight
from coaching.services.telling import tell
from core.dates import local_day
from core.errors import StaleVersionError, UserFacingError

FIELDS: Final = (
    "situation",
    "when_to_use",
    "steps",
    "words",
    "avoid",
    "clause",
    "example",
    "category",
    "trigger",
    "channel",
    "review_date",
)
EVENTS: Final[dict[Action, Event]] = {
    Action.SUBMIT: Event.SUBMITTED,
    Action.RETURN: Event.RETURNED,
    Action.PUBLISH: Event.PUBLISHED,
    Action.CONFIRM: Event.CONFIRMED,
    Action.REVISE: Event.REVISED,
    Action.RETIRE: Event.RETIRED,
}


@transaction.atomic
def draft_practice(
    *,
    values: Mapping[str, Any],
    actor: User,
    now: datetime,
    from_case: Case | None = None,
    nobody_is_recognised: bool = False,
) -> Practice:
    """Write a new article. One that tells a case needs the writer's word that nobody can be recognised in it."""
    permissions.require(actor, PracticeRight.DRAFT)
    _check_example(values, nobody_is_recognised)
    given = {name: values[name] for name in FIELDS if name in values}
    practice = Practice.objects.create(owner=actor, written_by=actor, example_case=from_case, **given)
    _record(practice, Event.WRITTEN, actor=actor, now=now)
    return practice


@transaction.atomic
def change_practice(
    *,
    practice_id: int,
    values: Mapping[str, Any],
    version: int,
    actor: User,
    now: datetime,
    nobody_is_recognised: bool = False,
) -> Practice:
    """Save a draft; `version` is the one that the writer opened."""
    practice = _locked(practice_id, Action.EDIT, actor=actor)
    if practice.version != version:
        raise StaleVersionError("Somebody saved this article after you opened it. Copy your words, then open it again.")
    if values.get("example", practice.example) != practice.example:
        _check_example(values, nobody_is_recognised)
    changed = {
        name: [_plain(getattr(practice, name)), _plain(values[name])]
        for name in FIELDS
        if name in values and getattr(practice, name) != values[name]
    }
    for name in changed:
        setattr(practice, name, values[name])
    practice.version += 1
    practice.save(update_fields=[*changed, "version", "updated_at"])
    if changed:
        _record(practice, Event.CHANGED, actor=actor, now=now, changes=changed)
    return practice


@transaction.atomic
def take_step(
    *, practice_id: int, step: Action, actor: User, now: datetime, words: str = "", review_date: date | None = None
) -> Practice:
    """Move an article along: send, return, publish, confirm, take back or retire it."""
    practice = _locked(practice_id, step, actor=actor)
    state = next_state(State(practice.state), step)
    if step == Action.RETURN and not words.strip():
        raise UserFacingError("Enter what should change.")
    if step in {Action.PUBLISH, Action.CONFIRM}:
        practice.review_date = _review_day(review_date or practice.review_date, now=now)
    if step in {Action.SUBMIT, Action.PUBLISH}:
        _check_complete(practice)
    if step == Action.PUBLISH:
        practice.published_by, practice.published_at = actor, now
    if step == Action.REVISE:
        practice.published_by = None
    practice.state = state
    practice.version += 1
    practice.save(update_fields=["state", "review_date", "published_by", "published_at", "version", "updated_at"])
    event = _record(practice, EVENTS[step], actor=actor, now=now, words=words.strip())
    if actor.pk != practice.owner_id and step in {Action.RETURN, Action.PUBLISH, Action.RETIRE}:
        text = f"{actor} {event.get_kind_display()}: {practice.situation}"
        tell(practice.owner, text=text, url=practice.get_absolute_url(), key=f"practice-event:{event.pk}", now=now)
    return practice


@transaction.atomic
def say_if_it_helped(*, practice_id: int, helped: bool, actor: User, now: datetime) -> PracticeFeedback:
    """Keep one answer for each person; a second one replaces the first."""
    practice = Practice.objects.visible_to(actor).published().get(pk=practice_id)
    feedback, _ = PracticeFeedback.objects.update_or_create(
        practice=practice, person=actor, defaults={"helped": helped, "given_at": now}
    )
    return feedback


def _check_example(values: Mapping[str, Any], nobody_is_recognised: bool) -> None:
    if values.get("example", "").strip() and not nobody_is_recognised:
        raise UserFacingError("Read the example once more, and say that nobody can be recognised in it.")


def _check_complete(practice: Practice) -> None:
    asked = {"when it is used": practice.when_to_use, "what to do": practice.steps, "a policy clause": practice.clause}
    missing = [words for words, value in asked.items() if not value]
    if missing:
        raise UserFacingError(f"The article does not say {' and '.join(missing)} yet. Add it, then go on.")


def _review_day(day: date | None, *, now: datetime) -> date:
    if day is None or day <= local_day(now):
        raise UserFacingError("Enter the day by which the article is looked at again. It must be later than today.")
    return day


def _locked(practice_id: int, step: Action, *, actor: User) -> Practice:
    """Return the article locked, once the step is `actor`'s and the state allows it."""
    practice = Practice.objects.select_for_update(of=("self",)).select_related("owner").get(pk=practice_id)
    permissions.require_step(actor, step, practice)
    next_state(State(practice.state), step)
    return practice


def _record(
    practice: Practice,
    kind: Event,
    *,
    actor: User,
    now: datetime,
    words: str = "",
    changes: Mapping[str, list[str]] | None = None,
) -> PracticeEvent:
    return PracticeEvent.objects.create(
        practice=practice, kind=kind, actor=actor, happened_at=now, words=words[:500], changes=dict(changes or {})
    )


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
