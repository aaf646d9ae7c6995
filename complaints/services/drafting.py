"""A first draft of the letter, from the organisation's template and what was found."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from cases.models import Case
from cases.selectors.merging import merge_values
from complaints.choices import ComplaintAction, Finding
from complaints.models import Resolution
from complaints.selectors.promised import new_commitments
from complaints.services.proposing import ResolutionText, save_resolution
from complaints.services.steps import locked_case, require
from core.dates import full_day
from core.errors import UserFacingError
from policies.choices import LetterPurpose
from policies.letters import merge
from policies.models import LetterTemplate

NEXT_STEPS: Final = (
    "reply to this letter within 6 months, and somebody who was not part of this decision will look at it again. "
    "You do not have to give a reason."
)


@transaction.atomic
def draft_letter(*, case_id: int, actor: User, now: datetime) -> Resolution:
    """Write the decision letter from its template; a letter that somebody has begun is left alone."""
    case = locked_case(case_id)
    require(case, ComplaintAction.PROPOSE, actor=actor, now=now)
    resolution = Resolution.objects.filter(case=case).first()
    if resolution and resolution.letter.strip():
        raise UserFacingError("The letter has text already. Clear it and save, and then start from the template.")
    template = LetterTemplate.objects.active().filter(purpose=LetterPurpose.DECISION).first()
    if template is None:
        raise UserFacingError("There is no template for a decision letter. An admin can add one.")
    text = ResolutionText(
        has_apology=resolution.has_apology if resolution else None,
        apology=resolution.apology if resolution else "",
        gives_wanted=resolution.gives_wanted if resolution else "",
        gives_wanted_reason=resolution.gives_wanted_reason if resolution else "",
        letter=merge(template.body, _values(case, resolution, actor)),
    )
    version = resolution.version if resolution else 0
    return save_resolution(case_id=case.pk, version=version, text=text, actor=actor, now=now)


def _values(case: Case, resolution: Resolution | None, actor: User) -> dict[str, str]:
    apology = f"{resolution.apology}\n\n" if resolution and resolution.has_apology else ""
    return merge_values(case, actor) | {
        "findings": apology + _findings(case),
        "actions": _actions(case),
        "redress_amount": f"£{sum(item.amount for item in case.redress.all()):,.2f}",
        "next_steps": NEXT_STEPS,
    }


def _findings(case: Case) -> str:
    points = case.points.order_by("number")
    return "\n\n".join(
        f"Point {point.number}: {point.text}. {_finding(point.finding)}{point.reason}" for point in points
    )


def _finding(code: str) -> str:
    return f"{Finding(code).label}. " if code else ""


def _actions(case: Case) -> str:
    """Return what this decision promises; what an earlier one did stands in its own letter."""
    actions, redress = new_commitments(case)
    lines = [f"{each.text}, by {full_day(each.due_date)}." for each in actions]
    return "\n".join([*lines, *(f"Pay you £{item.amount:,.2f}." for item in redress)])
