"""What is typed is kept on the server from the first second: a draft with the number its case will have."""

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.models import CaseDraft
from cases.permissions import CaseAction, may
from cases.services.intake import case_year, reserve_numbers
from core.errors import StaleVersionError, UserFacingError
from desk.selectors.card_numbers import without_card_numbers

Typed = dict[str, list[str]]

NOT_ANSWERS: Final = frozenset({"csrfmiddlewaretoken", "draft_version", "pick", "then", "not_same", "same_as"})
AT_FIRST: Final[Typed] = {"channel": ["PHONE"], "is_mine": ["on"]}
LARGEST: Final = 200_000


@transaction.atomic
def open_draft(*, actor: User, now: datetime, answers: Typed | None = None) -> CaseDraft:
    """Start a draft under a number of its own, or open the last one again while it is as empty."""
    if not may(actor, CaseAction.LOG):
        raise PermissionDenied("Agents, team leaders and managers log cases. Ask one of them to log it.")
    filled = AT_FIRST | kept(answers or {})
    year = case_year(now)
    empty = CaseDraft.objects.visible_to(actor).unfinished().filter(version=0, number__startswith=f"{year}-")
    last = empty.select_for_update().first()
    if last and last.answers == filled:
        last.opened_at = now
        last.save(update_fields=["opened_at", "updated_at"])
        return last
    [number] = reserve_numbers(1, year=year)
    return CaseDraft.objects.create(number=number, author=actor, answers=filled, opened_at=now)


@transaction.atomic
def save_draft(*, draft_id: int, version: int | None, typed: Typed, actor: User, now: datetime) -> CaseDraft:
    """Replace what the draft holds by the whole form as it stands; `version` is the one it was typed on.

    Without a version the last writer wins: that is what a browser without scripts can do.
    """
    draft = CaseDraft.objects.visible_to(actor).select_for_update().get(pk=draft_id)
    if draft.logged_as_id or draft.discarded_at:
        raise UserFacingError("This draft was logged or discarded, so it cannot be changed.")
    if version is not None and version != draft.version:
        raise StaleVersionError("This draft was changed in another tab.")
    draft.answers = kept(typed)
    draft.version += 1
    draft.saved_at = now
    draft.save(update_fields=["answers", "version", "saved_at", "updated_at"])
    return draft


def kept(typed: Typed) -> Typed:
    """Return the answers as they are stored: without card numbers, and without what belongs to the request."""
    answers = {name: [_clean(value) for value in values] for name, values in typed.items() if name not in NOT_ANSWERS}
    if not any(answers.get("keeps_card_number", ())) and "story" in answers:
        answers["story"] = [without_card_numbers(story) for story in answers["story"]]
    if sum(len(value) for values in answers.values() for value in values) > LARGEST:
        raise UserFacingError("This is too long to keep. Shorten what the customer told you.")
    return answers


def _clean(value: str) -> str:
    return value.replace("\x00", "")


def with_customer(typed: Typed, *, pick: str) -> Typed:
    """Return the answers after one of the buttons of the customer question: a customer's id, "new" or "search".

    What was typed to search becomes the first line of a new customer.
    """
    if pick == "new":
        words = "".join(typed.get("customer_text", ())).strip()
        field = "phone" if words and sum(map(str.isdigit, words)) * 2 > len(words) else "name"
        return typed | {"customer": [""], "is_new_customer": ["1"], field: [words]}
    if pick == "search":
        return typed | {"customer": [""], "is_new_customer": [""], "customer_text": [""]}
    if pick.isdecimal():
        return typed | {"customer": [pick], "is_new_customer": [""], "customer_text": [""]}
    return typed


def with_dismissed(typed: Typed) -> Typed:
    """Return the answers after "It is a different problem" was pressed on a likely duplicate."""
    numbers = [*"".join(typed.get("dismissed", ())).split(), *typed.get("not_same", ())]
    return typed | {"dismissed": [" ".join(dict.fromkeys(numbers))]}


@transaction.atomic
def discard_draft(*, draft_id: int, actor: User, now: datetime) -> CaseDraft:
    return _mark(draft_id, actor, discarded_at=now)


@transaction.atomic
def restore_draft(*, draft_id: int, actor: User) -> CaseDraft:
    return _mark(draft_id, actor, discarded_at=None)


def _mark(draft_id: int, actor: User, **values: Any) -> CaseDraft:
    draft = CaseDraft.objects.visible_to(actor).select_for_update().get(pk=draft_id)
    if draft.logged_as_id:
        raise UserFacingError("This draft was logged as a case, so it cannot be discarded.")
    draft.discarded_at = values["discarded_at"]
    draft.save(update_fields=["discarded_at", "updated_at"])
    return draft
