"""Write a recommendation, have it decided by somebody else, do it, and check whether it helped."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from cases.models import Case
from core.errors import StaleVersionError, UserFacingError
from policies.models import PolicyVersion
from policies.services.documents import amend_clause
from reporting import lifecycle, permissions
from reporting.choices import HarmState
from reporting.choices import RecommendationAction as Action
from reporting.choices import RecommendationState as State
from reporting.models import (
    AffectedCase,
    Recommendation,
    RecommendationCase,
    RecommendationEntry,
    RecommendationTheme,
    Theme,
)
from reporting.permissions import ReportingAction
from reporting.selectors.checks import check_of, result_of, weekly_cases, weeks_of
from reporting.selectors.recommendations import missing_for_submission
from reporting.selectors.scope import monday

FROZEN_WEEKS = 26


@transaction.atomic
def start_recommendation(
    *, theme: Theme | None, title: str, problem: str = "", actor: User, now: datetime
) -> Recommendation:
    """Open a draft; from a theme it starts with that theme and its counts as evidence."""
    recommendation = Recommendation.objects.create(title=title, problem=problem, author=actor, owner=actor)
    if theme is not None:
        add_theme(recommendation_id=recommendation.pk, theme=theme, actor=actor, now=now)
    return recommendation


@transaction.atomic
def save_recommendation(
    *, recommendation_id: int, version: int, values: Mapping[str, Any], actor: User, now: datetime
) -> Recommendation:
    """Write the draft's fields, if nobody saved it since `version`."""
    recommendation = _locked(recommendation_id, Action.EDIT, actor=actor)
    if recommendation.version != version:
        raise StaleVersionError(
            "Somebody saved this recommendation after you opened it. Compare before you save yours."
        )
    for name, value in values.items():
        setattr(recommendation, name, value)
    recommendation.version += 1
    recommendation.save(update_fields=[*values, "version", "updated_at"])
    return recommendation


@transaction.atomic
def add_theme(*, recommendation_id: int, theme: Theme, actor: User, now: datetime) -> RecommendationTheme:
    """Freeze the theme's counts as they are now: evidence does not change when the theme does."""
    recommendation = _locked(recommendation_id, Action.EDIT, actor=actor)
    weeks = weekly_cases([theme.pk], user=actor, weeks=FROZEN_WEEKS, now=now)
    evidence, _ = RecommendationTheme.objects.update_or_create(
        recommendation=recommendation,
        theme=theme,
        defaults={
            "weeks": [[monday.isoformat(), count] for monday, count in weeks],
            "case_count": sum(count for _, count in weeks),
            "frozen_at": now,
        },
    )
    return evidence


@transaction.atomic
def add_case(*, recommendation_id: int, number: str, shows: str, actor: User) -> RecommendationCase:
    """Name a case as evidence; only one that the author may know about."""
    recommendation = _locked(recommendation_id, Action.EDIT, actor=actor)
    case = Case.objects.visible_to(actor).filter(number=number).first()
    if case is None:
        raise UserFacingError("There is no such case, or you may not see it. Check the reference.")
    evidence, _ = RecommendationCase.objects.update_or_create(
        recommendation=recommendation, case=case, defaults={"shows": shows}
    )
    return evidence


@transaction.atomic
def remove_case(*, recommendation_id: int, case_id: int, actor: User) -> None:
    recommendation = _locked(recommendation_id, Action.EDIT, actor=actor)
    recommendation.case_evidence.filter(case_id=case_id).delete()


@transaction.atomic
def submit(*, recommendation_id: int, actor: User, now: datetime) -> Recommendation:
    """Send for decision. Without a theme, its cases and a clause it is an opinion, and is refused."""
    recommendation = _locked(recommendation_id, Action.SUBMIT, actor=actor)
    if missing := missing_for_submission(recommendation):
        raise UserFacingError("This cannot be sent for decision yet. " + " ".join(missing))
    return _move(recommendation, Action.SUBMIT, submitted_at=now)


@transaction.atomic
def decide(*, recommendation_id: int, action: Action, reason: str, actor: User, now: datetime) -> Recommendation:
    """Accept, decline or ask for changes; later adopt, adjust or drop. Always by somebody other than the author."""
    recommendation = _locked(recommendation_id, action, actor=actor)
    if not reason.strip():
        raise UserFacingError("Enter the reason for the decision.")
    moved = lifecycle.next_state(State(recommendation.state), action)
    finished: dict[str, Any] = {"finished_at": now} if moved in lifecycle.FINISHED else {}
    decided = {"decided_by": actor, "decided_at": now, "reason": reason.strip()}
    log_entry(recommendation, text=f"{action.label}: {reason.strip()}", actor=actor, now=now)
    if check := check_of(recommendation, now=now):
        finished["checked"] = result_of(check, now)
    if action == Action.ADOPT:
        finished["published"] = _publish_words(recommendation, actor=actor, now=now)
    return _move(recommendation, action, **decided, **finished)


def _publish_words(recommendation: Recommendation, *, actor: User, now: datetime) -> PolicyVersion | None:
    """Put the proposed words in force; nothing to do where the clause reads so already."""
    clause = recommendation.clause
    if clause is None or clause.text.strip() == recommendation.proposed_words.strip():
        return None
    version = amend_clause(
        clause=clause,
        text=recommendation.proposed_words,
        change_note=f"{recommendation.reference}: {recommendation.title}"[:300],
        written_by=recommendation.author,
        actor=actor,
        now=now,
    )
    log_entry(recommendation, text=f"Published as {version}, clause {clause.number}.", actor=actor, now=now)
    return version


@transaction.atomic
def settle_harm(
    *, recommendation_id: int, case: Case, state: HarmState, note: str, actor: User, now: datetime
) -> AffectedCase:
    """Write down what was done for a customer with the same cause."""
    recommendation = Recommendation.objects.select_for_update(of=("self",)).get(pk=recommendation_id)
    permissions.require(actor, ReportingAction.WRITE_RECOMMENDATIONS)
    settled, _ = AffectedCase.objects.update_or_create(
        recommendation=recommendation,
        case=case,
        defaults={"state": state, "note": note, "decided_by": actor, "decided_at": now},
    )
    return settled


@transaction.atomic
def start_check(*, recommendation_id: int, changed_on: date, actor: User, now: datetime) -> Recommendation:
    """Say on which day the change took effect. The weeks before it are frozen: what is compared with does not move."""
    recommendation = _locked(recommendation_id, Action.CHECK, actor=actor)
    if changed_on > now.date():
        raise UserFacingError("The day of the change must be today or earlier.")
    log_entry(recommendation, text=f"The change took effect on {changed_on:%d %B %Y}.", actor=actor, now=now)
    weeks, _ = weeks_of(recommendation, now=now)
    before = [[week.isoformat(), *figures] for week, *figures in weeks if week < monday(changed_on)]
    return _move(recommendation, Action.CHECK, changed_on=changed_on, weeks_before=before)


@transaction.atomic
def add_entry(*, recommendation_id: int, text: str, actor: User, now: datetime) -> RecommendationEntry:
    recommendation = _locked(recommendation_id, Action.LOG, actor=actor)
    return log_entry(recommendation, text=text, actor=actor, now=now)


def log_entry(recommendation: Recommendation, *, text: str, actor: User, now: datetime) -> RecommendationEntry:
    return RecommendationEntry.objects.create(recommendation=recommendation, text=text, author=actor, happened_at=now)


def _locked(recommendation_id: int, action: Action, *, actor: User) -> Recommendation:
    """Return the row locked, once `actor` may take the step and the state allows it."""
    recommendation = Recommendation.objects.select_for_update(of=("self",)).get(pk=recommendation_id)
    permissions.require_step(actor, action, recommendation)
    lifecycle.next_state(State(recommendation.state), action)
    return recommendation


def _move(recommendation: Recommendation, action: Action, **fields: Any) -> Recommendation:
    recommendation.state = lifecycle.next_state(State(recommendation.state), action)
    for name, value in fields.items():
        setattr(recommendation, name, value)
    recommendation.version += 1
    recommendation.save(update_fields=["state", "version", "updated_at", *fields])
    return recommendation
