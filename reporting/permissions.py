"""Who may look at figures and who may act on what they show."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from reporting.choices import RecommendationAction as Step
from reporting.models import Recommendation


class ReportingAction(StrEnum):
    SEE_DASHBOARDS = "see dashboards"
    SEE_THEMES = "see themes"
    PROPOSE_MEMBERSHIP = "propose a theme for a case"
    CONFIRM_MEMBERSHIP = "decide which cases belong to a theme"
    MANAGE_THEMES = "change themes"
    ANALYSE_THEMES = "start the analysis of themes"
    SETTLE_ALARM = "settle an alarm"
    SET_LIMITS = "set the limits of a chart"
    MAKE_RETURNS = "make complaints returns"
    SEE_RECOMMENDATIONS = "see recommendations"
    WRITE_RECOMMENDATIONS = "write a recommendation"
    DECIDE_RECOMMENDATIONS = "decide on a recommendation"
    SEE_CONTACT_FIGURES = "see contact figures"
    IMPORT_CONTACT_FIGURES = "bring in contact figures"


CASE_WORK = frozenset(
    {
        ReportingAction.SEE_DASHBOARDS,
        ReportingAction.SEE_THEMES,
        ReportingAction.PROPOSE_MEMBERSHIP,
        ReportingAction.SEE_RECOMMENDATIONS,
        ReportingAction.SEE_CONTACT_FIGURES,
    }
)
LEADING = CASE_WORK | {
    ReportingAction.CONFIRM_MEMBERSHIP,
    ReportingAction.SETTLE_ALARM,
    ReportingAction.SET_LIMITS,
    ReportingAction.WRITE_RECOMMENDATIONS,
}

ROLE_ACTIONS: dict[Role, frozenset[ReportingAction]] = {
    Role.AGENT: CASE_WORK,
    Role.TEAM_LEADER: LEADING,
    Role.MANAGER: frozenset(ReportingAction),
    Role.ADMIN: frozenset({ReportingAction.SEE_CONTACT_FIGURES, ReportingAction.IMPORT_CONTACT_FIGURES}),
    Role.DATA_PROTECTION: frozenset({ReportingAction.SEE_RECOMMENDATIONS}),
    Role.SYSTEM: frozenset(ReportingAction),
}


def may(user: User, action: ReportingAction) -> bool:
    """Return whether people in this role do `action` at all."""
    return action in ROLE_ACTIONS[Role(user.role)]


def may_set_limits_of(user: User, team: int | None) -> bool:
    """Return whether `user` decides on the charts of a team, or of all teams together."""
    if not may(user, ReportingAction.SET_LIMITS):
        return False
    if user.role != Role.TEAM_LEADER:
        return True
    return team is not None and (team == user.team_id or user.led_teams.filter(pk=team).exists())


def require(user: User, action: ReportingAction) -> None:
    """Refuse, saying who can, unless people in this role do `action`."""
    if not may(user, action):
        raise PermissionDenied(f"You cannot {action}. {_who_can(action)}")


def _who_can(action: ReportingAction) -> str:
    if action == ReportingAction.IMPORT_CONTACT_FIGURES:
        return "A manager or an admin can."
    return "A team leader or a manager can." if action in LEADING else "A manager can."


DECISIONS = frozenset({Step.ACCEPT, Step.RETURN, Step.DECLINE, Step.ADOPT, Step.ADJUST, Step.DROP})
AUTHORS_STEPS = frozenset({Step.EDIT, Step.SUBMIT})


def can_take(user: User, step: Step, recommendation: Recommendation) -> bool:
    """Return whether `user` may take the step, whatever the state. Nobody decides on what they wrote."""
    if step in DECISIONS:
        return may(user, ReportingAction.DECIDE_RECOMMENDATIONS) and recommendation.author_id != user.pk
    if step in AUTHORS_STEPS:
        return recommendation.author_id == user.pk and may(user, ReportingAction.WRITE_RECOMMENDATIONS)
    return may(user, ReportingAction.WRITE_RECOMMENDATIONS) and user.pk in {
        recommendation.owner_id,
        recommendation.author_id,
    }


def require_step(user: User, step: Step, recommendation: Recommendation) -> None:
    """Refuse, saying who can, unless `user` may take the step."""
    if can_take(user, step, recommendation):
        return
    if step in DECISIONS and recommendation.author_id == user.pk:
        raise PermissionDenied("You wrote this recommendation, so another manager must decide on it.")
    if step in DECISIONS:
        raise PermissionDenied("Managers decide on recommendations.")
    who = "its author" if step in AUTHORS_STEPS else "its owner or its author"
    raise PermissionDenied(f"“{step.label}” is for {who}: {recommendation.author}, {recommendation.owner}.")
