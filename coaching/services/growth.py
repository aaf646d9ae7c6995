"""Praise somebody; keep a goal and its progress."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from cases.models import Case
from coaching.choices.growth import GoalState, TeamAnswer
from coaching.models import DevelopmentGoal, GoalEntry, Recognition
from coaching.permissions import growth as permissions
from coaching.permissions.growth import Right
from coaching.services.telling import tell
from core.errors import TransitionNotAllowedError, UserFacingError

GOAL_FIELDS = ("title", "reason", "measure", "target_date")


@transaction.atomic
def praise(*, case: Case, colleague: User, text: str, actor: User, now: datetime) -> Recognition:
    """Praise a colleague for something on a case that both may see."""
    permissions.require(actor, Right.PRAISE)
    if colleague.pk == actor.pk:
        raise UserFacingError("You cannot praise yourself. A colleague who saw it can.")
    for person in (actor, colleague):
        if not Case.objects.visible_to(person).filter(pk=case.pk).exists():
            raise UserFacingError(f"{person} may not see {case.reference}, so it cannot be the reason for praise.")
    row = Recognition.objects.create(giver=actor, colleague=colleague, case=case, text=text, given_at=now)
    url = reverse("coaching:recognition")
    tell(colleague, text=f"{actor} praised something that you did", url=url, key=f"praise:{row.pk}", now=now)
    return row


@transaction.atomic
def answer_praise(*, recognition_id: int, answer: TeamAnswer, actor: User, now: datetime) -> Recognition:
    """Let the team read the praise, or keep it between the two; only the colleague decides, as often as they like."""
    row = Recognition.objects.select_for_update(of=("self",)).get(pk=recognition_id, colleague=actor)
    row.team_answer, row.answered_at = answer, now
    row.save(update_fields=["team_answer", "answered_at"])
    return row


@transaction.atomic
def add_goal(*, values: Mapping[str, Any], actor: User) -> DevelopmentGoal:
    permissions.require(actor, Right.HAVE_GOALS)
    return DevelopmentGoal.objects.create(owner=actor, **{name: values[name] for name in GOAL_FIELDS})


@transaction.atomic
def change_goal(*, goal_id: int, values: Mapping[str, Any], actor: User) -> DevelopmentGoal:
    goal = _locked(goal_id, actor)
    permissions.require_owner(actor, goal)
    _require_open(goal)
    for name in GOAL_FIELDS:
        setattr(goal, name, values[name])
    goal.save(update_fields=[*GOAL_FIELDS, "updated_at"])
    return goal


@transaction.atomic
def add_entry(*, goal_id: int, text: str, progress: int | None = None, actor: User, now: datetime) -> GoalEntry:
    """Say how far it is; a leader may add a word, and the progress stays the owner's to judge."""
    goal = _locked(goal_id, actor)
    _require_open(goal)
    if progress is not None:
        permissions.require_owner(actor, goal)
        goal.progress = progress
        goal.save(update_fields=["progress", "updated_at"])
    entry = GoalEntry.objects.create(goal=goal, author=actor, text=text, progress=progress, happened_at=now)
    if actor.pk != goal.owner_id:
        news = f"{actor} added a word to a development goal of yours"
        tell(goal.owner, text=news, url=goal.get_absolute_url(), key=f"goal:{goal.pk}:{entry.pk}", now=now)
    return entry


@transaction.atomic
def finish_goal(*, goal_id: int, state: GoalState, text: str, actor: User, now: datetime) -> DevelopmentGoal:
    """Mark the goal as reached, or put it aside."""
    goal = _locked(goal_id, actor)
    permissions.require_owner(actor, goal)
    _require_open(goal)
    goal.state, goal.finished_at = state, now
    goal.progress = 100 if state == GoalState.REACHED else goal.progress
    goal.save(update_fields=["state", "finished_at", "progress", "updated_at"])
    words = text or state.label
    GoalEntry.objects.create(goal=goal, author=actor, text=words, progress=goal.progress, happened_at=now)
    return goal


def _locked(goal_id: int, actor: User) -> DevelopmentGoal:
    rows = DevelopmentGoal.objects.visible_to(actor).select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=goal_id)


def _require_open(goal: DevelopmentGoal) -> None:
    if goal.state != GoalState.OPEN:
        raise TransitionNotAllowedError(f"This goal is finished ({goal.get_state_display().lower()}). Add a new one.")
