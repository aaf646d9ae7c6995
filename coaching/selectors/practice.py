"""What the library shows, and which articles fit a case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from accounts.models import User
from cases.models import Case
from cases.selectors.anonymous import told_anonymously
from coaching.choices.practice import PracticeAction, PracticeState
from coaching.lifecycle.practice import is_possible
from coaching.models import Practice, PracticeFeedback
from coaching.permissions import practice as permissions
from coaching.permissions.practice import PracticeRight
from core.dates import local_day

MOST_SUGGESTED: Final = 2
FOR_TRIGGER, FOR_CATEGORY, FOR_CHANNEL = 4, 2, 1


@dataclass(frozen=True, kw_only=True)
class LibraryFilter:
    """What the reader looks for; empty means everything. `show` is current, mine, waiting, old or retired."""

    words: str = ""
    category: int | None = None
    trigger: int | None = None
    channel: str = ""
    show: str = ""


SHELVES: Final = {
    "": "Published",
    "old": "Out of date",
    "waiting": "In review",
    "mine": "My articles",
    "retired": "Retired",
}


def library(user: User, chosen: LibraryFilter, *, today: date) -> QuerySet[Practice]:
    """Return the articles of one shelf that match, those that helped most people first."""
    found = Practice.objects.visible_to(user)
    match chosen.show:
        case "mine":
            found = found.filter(Q(written_by=user) | Q(owner=user))
        case "waiting":
            found = found.filter(state=PracticeState.IN_REVIEW)
        case "retired":
            found = found.filter(state=PracticeState.RETIRED)
        case "old":
            found = found.out_of_date(today=today)
        case _:
            found = found.published()
    found = found.saying(chosen.words.split()[:8])
    exact = {"category_id": chosen.category, "trigger_id": chosen.trigger, "channel": chosen.channel}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    return found.with_help().with_people().order_by(F("yes").desc(), F("no").asc(), "situation", "pk")


def suggested(
    user: User, *, today: date, category: int | None, triggers: Collection[int], channel: str = ""
) -> list[Practice]:
    """Return at most two articles that fit: by trigger before category, then those that helped before the rest."""
    fits = Q(trigger_id__in=triggers) | Q(category_id=category, category_id__isnull=False)
    found = Practice.objects.visible_to(user).current(today=today).filter(fits)
    found = found.filter(Q(trigger_id=None) | Q(trigger_id__in=triggers))
    if category:
        found = found.filter(Q(category_id=None) | Q(category_id=category))

    def place(article: Practice) -> tuple[int, int, int]:
        points = FOR_TRIGGER * (article.trigger_id in triggers)
        points += FOR_CATEGORY * (category is not None and article.category_id == category)
        points += FOR_CHANNEL * (bool(channel) and article.channel == channel)
        return (-points, article.no - article.yes, article.pk)  # type: ignore[attr-defined]

    return sorted(found.with_help(), key=place)[:MOST_SUGGESTED]


def practice_panel(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    """Return what helped others in the situation of this case; nothing once it is closed."""
    referral = getattr(case, "referral", None)
    if not case.is_open or (referral is None and case.category_id is None):
        return None
    triggers = {referral.main_trigger_id} if referral else set()
    found = suggested(user, today=local_day(now), category=case.category_id, triggers=triggers, channel=case.channel)
    return {"practices": found, "case": case} if found else None


def may_draft_practice(user: User, case: Case) -> bool:
    return permissions.may(user, PracticeRight.DRAFT)


def draft_from_case(case: Case) -> dict[str, Any]:
    """Return first answers for an article that tells this case, without the people in it."""
    referral = getattr(case, "referral", None)
    tried = f"\n\nAlready tried: {referral.already_tried}" if referral and referral.already_tried else ""
    return {
        "situation": told_anonymously(case, case.summary)[:120],
        "example": told_anonymously(case, f"{case.story}{tried}"),
        "category": case.category_id,
        "trigger": referral.main_trigger_id if referral else None,
        "channel": "",
    }


def steps_for(user: User, practice: Practice) -> list[PracticeAction]:
    """Return the steps that `user` may take now."""
    state = PracticeState(practice.state)
    return [step for step in PracticeAction if is_possible(state, step) and permissions.can_take(user, step, practice)]


def own_feedback(user: User, practice: Practice) -> bool | None:
    found = PracticeFeedback.objects.filter(practice=practice, person=user).first()
    return found.helped if found else None
