"""What an incident adds to the case page: panel, track, progress in the side navigation, and the next best action."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from accounts.models import User
from cases.case_page import NextAction, Panel, Place, Step
from cases.choices import CaseStatus
from cases.models import Case
from core.dates import moment
from incidents import permissions
from incidents.choices import IncidentAction
from incidents.permissions import Right
from incidents.selectors.figures import figures_of
from incidents.selectors.major import major_of
from incidents.selectors.steps import available_steps, closing_obstacles
from policies.choices import CaseKind

STOPS: Final = ("Logged", "Assessed", "In progress", "Resolved", "Closed")
STOP_OF_STATUS: Final = {
    CaseStatus.LOGGED: 0,
    CaseStatus.REOPENED: 1,
    CaseStatus.ASSESSED: 1,
    CaseStatus.IN_PROGRESS: 2,
    CaseStatus.WAITING: 2,
    CaseStatus.RESOLVED: 3,
    CaseStatus.FOLLOW_UP: 3,
    CaseStatus.CLOSED: 4,
}
UPDATE_SOON: Final = timedelta(minutes=30)


def impact_panel(case: Case, user: User, now: datetime) -> dict[str, object]:
    """Return what is affected, since when, and when the next word is due."""
    figures = figures_of(case)
    due = figures.incident.next_update_due_at
    return {
        "case": case,
        "figures": figures,
        "incident": figures.incident,
        "is_update_late": due is not None and due < now,
        "steps": [(step, url_of(step, case)) for step in available_steps(user=user, case=case)],
    }


def track(case: Case) -> list[Step]:
    here = STOP_OF_STATUS.get(CaseStatus(case.status), 0)
    is_over = case.status == CaseStatus.CLOSED
    return [
        Step(label=label, note=_stop_note(case, number, here), state=_stop_state(number, here, is_over=is_over))
        for number, label in enumerate(STOPS)
    ]


def _stop_state(number: int, here: int, *, is_over: bool) -> str:
    if number < here or is_over:
        return "past"
    return "now" if number == here else ""


def _stop_note(case: Case, number: int, here: int) -> str:
    if number == here:
        return case.get_status_display().lower()
    return "done" if number < here else "not yet"


def url_of(step: IncidentAction, case: Case) -> str:
    return reverse(f"incidents:{step.lower()}", args=[case.reference])


def progress_of_updates(case: Case) -> str:
    return str(figures_of(case).updates or "")


def progress_of_hand_offs(case: Case) -> str:
    waiting = figures_of(case).hand_offs_unanswered
    return f"{waiting} open" if waiting else ""


def progress_of_caused(case: Case) -> str:
    return str(figures_of(case).caused or "")


def progress_of_recovery(case: Case) -> str:
    figures = figures_of(case)
    done = figures.recovery_planned - figures.recovery_open
    return f"{done} of {figures.recovery_planned}" if figures.recovery_planned else ""


def major_panel(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    """Return who leads a major incident and how far it is, for the identity bar."""
    major = major_of(case)
    if major is None:
        return None
    standing = "Reviewed" if major.reviewed_at else "Stood down" if major.stood_down_at else "Declared"
    return {"case": case, "major": major, "standing": standing}


def progress_of_major(case: Case) -> str:
    major = major_of(case)
    if major is None:
        return ""
    return "Reviewed" if major.reviewed_at else "To review" if major.stood_down_at else "Declared"


INCIDENTS: Final = frozenset({CaseKind.INCIDENT})

PANELS: Final = (
    Panel(
        key="impact",
        template="incidents/_impact_panel.html",
        order=10,
        context=impact_panel,
        kinds=INCIDENTS,
        place=Place.MAIN,
    ),
    Panel(
        key="major",
        template="incidents/_major_identity.html",
        order=5,
        context=major_panel,
        kinds=INCIDENTS,
        place=Place.IDENTITY,
    ),
)

SECTIONS: Final[tuple[tuple[str, str, Callable[[Case], str]], ...]] = (
    ("updates", "Updates", progress_of_updates),
    ("hand_offs", "Hand-offs", progress_of_hand_offs),
    ("affected", "Affected cases", progress_of_caused),
    ("recovery", "Service recovery", progress_of_recovery),
    ("major", "Major incident", progress_of_major),
)


def next_action(case: Case, user: User, now: datetime) -> NextAction | None:
    """Return the first thing to do that `user` may do, by the order of the rules below."""
    rules = (_promised_update, _assessing, _telling, _deciding, _working, _after_resolving)
    return next((action for rule in rules for action in rule(case, user, now)), None)


def _promised_update(case: Case, user: User, now: datetime) -> Iterator[NextAction]:
    due = figures_of(case).incident.next_update_due_at
    if due and due <= now + UPDATE_SOON and _may_tell(case, user):
        words = "was promised for" if due < now else "is promised for"
        yield _go("Send the update", f"The next update {words} {moment(due)}.", "Write update", _page("updates", case))


def _assessing(case: Case, user: User, now: datetime) -> Iterator[NextAction]:
    if case.status == CaseStatus.LOGGED and IncidentAction.ASSESS in available_steps(user=user, case=case):
        yield _step(case, IncidentAction.ASSESS, "Assess the incident", "Nobody has said yet how far it reaches.")


def _telling(case: Case, user: User, now: datetime) -> Iterator[NextAction]:
    if not figures_of(case).customers_told_at and _may_tell(case, user):
        yield _go("Tell customers that you know", "They have had no update.", "Write update", _page("updates", case))


def _deciding(case: Case, user: User, now: datetime) -> Iterator[NextAction]:
    if figures_of(case).recovery_proposed and permissions.permits(user, Right.AGREE_RECOVERY, case):
        yield _go("Decide on service recovery", "A proposal waits.", "See proposals", _page("recovery", case))


def _working(case: Case, user: User, now: datetime) -> Iterator[NextAction]:
    steps, figures = available_steps(user=user, case=case), figures_of(case)
    if IncidentAction.START in steps:
        yield _step(case, IncidentAction.START, "Start work", "It is assessed, and nobody works on it.")
    if figures.hand_offs_unconfirmed and permissions.permits(user, Right.HAND_OFF, case):
        yield _go("Get a receipt", "A hand-off is not confirmed.", "See hand-offs", _page("hand_offs", case))
    if IncidentAction.RESUME in steps:
        reason = figures.incident.waiting_reason or "It is waiting."
        yield _step(case, IncidentAction.RESUME, "Take up the work again when the wait is over", reason)
    if IncidentAction.RESOLVE in steps:
        yield _step(case, IncidentAction.RESOLVE, "Say how it was resolved, once the service works", "")


def _after_resolving(case: Case, user: User, now: datetime) -> Iterator[NextAction]:
    if case.status not in {CaseStatus.RESOLVED, CaseStatus.FOLLOW_UP}:
        return
    steps, figures = available_steps(user=user, case=case), figures_of(case)
    if not figures.told_since_resolved and _may_tell(case, user):
        reason = "Customers have not been told yet."
        yield _go("Tell customers that it is resolved", reason, "Write update", _page("updates", case))
    if not figures.recovery_planned and permissions.permits(user, Right.RECOVER, case):
        reason = "Nothing is planned for the customers who were let down."
        yield _go("Decide on service recovery", reason, "Plan service recovery", _page("recovery", case))
    if obstacles := closing_obstacles(case, now=now):
        sentence, url = obstacles[0]
        yield _go("Finish what is open", sentence, "Show it", url)
    elif IncidentAction.CLOSE in steps:
        yield _step(case, IncidentAction.CLOSE, "Close the incident", "Everything is done and everybody is told.")


def _may_tell(case: Case, user: User) -> bool:
    return case.is_open and permissions.permits(user, Right.TELL, case)


def _go(text: str, reason: str, button: str, url: str) -> NextAction:
    return NextAction(text=text, reason=reason, button=button, url=url)


def _step(case: Case, step: IncidentAction, text: str, reason: str) -> NextAction:
    return NextAction(text=text, reason=reason, button=step.label, url=url_of(step, case))


def _page(name: str, case: Case) -> str:
    return reverse(f"incidents:{name}", args=[case.reference])
