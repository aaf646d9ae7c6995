"""What a recommendation page needs: what is missing, what may be done next, and whether the change helped."""

from dataclasses import dataclass

from accounts.models import User
from reporting import lifecycle, permissions
from reporting.choices import RecommendationAction as Action
from reporting.choices import RecommendationState as State
from reporting.choices import Stage
from reporting.models import Recommendation
from reporting.querysets import RecommendationQuerySet

REQUIRED = {
    "problem": "Say what goes wrong.",
    "root_cause": "Say why it goes wrong.",
    "proposal": "Say what to do, who does it and by when.",
    "clause": "Name the policy clause to change.",
    "proposed_words": "Write the new words of the clause.",
    "prevention": "Say how this keeps it from happening again.",
    "target": "Say which figure you expect.",
    "check_date": "Say when to look whether it helped.",
}


def missing_for_submission(recommendation: Recommendation) -> list[str]:
    """Return, one sentence each, what must be added before anybody can decide."""
    missing = []
    if not recommendation.theme_evidence.exists():
        missing.append("Add the theme this is based on.")
    if not recommendation.case_evidence.exists():
        missing.append("Add at least one case that shows it.")
    return missing + [sentence for field, sentence in REQUIRED.items() if getattr(recommendation, field) in ("", None)]


def available_actions(user: User, recommendation: Recommendation) -> list[Action]:
    """Return the steps to offer: those the state allows and the person may take."""
    state = State(recommendation.state)
    return [
        action
        for action in Action
        if lifecycle.is_possible(state, action) and permissions.can_take(user, action, recommendation)
    ]


@dataclass(frozen=True)
class Column:
    stage: Stage
    cards: list[Recommendation]


def board(recommendations: RecommendationQuerySet) -> list[Column]:
    """Return the four columns of plan, do, check and act."""
    cards = list(recommendations.select_related("owner", "clause__version__document").prefetch_related("themes"))
    return [Column(stage, [card for card in cards if lifecycle.STAGES[State(card.state)] == stage]) for stage in Stage]
