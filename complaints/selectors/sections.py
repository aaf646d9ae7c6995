"""What a complaint adds to the case page and to the navigation."""

from collections.abc import Callable

from accounts.models import User
from cases import permissions as case_permissions
from cases.case_page import (
    EvidenceUse,
    MenuItem,
    Panel,
    Place,
    Section,
    register_complexity,
    register_event_labels,
    register_evidence_use,
    register_figures,
    register_menu_item,
    register_next_action,
    register_panel,
    register_section,
    register_track,
)
from cases.choices import CaseStatus
from cases.models import Case
from cases.permissions import CaseAction
from complaints import lifecycle, permissions
from complaints.choices import ComplaintAction, ComplaintEvent
from complaints.selectors.bearing import points_by_evidence
from complaints.selectors.elsewhere import elsewhere_panel
from complaints.selectors.inbox import roles_with_inbox, waiting_count
from complaints.selectors.next_action import next_action
from complaints.selectors.proposal import pack_part
from complaints.selectors.standing import (
    points_complexity,
    points_panel,
    points_progress,
    resolution_progress,
    track,
    with_standing,
)
from core.navigation import NavItem
from core.navigation import register as register_navigation
from policies.choices import CaseKind

COMPLAINTS = frozenset({CaseKind.COMPLAINT})

SECTIONS = (
    Section(
        key="points",
        label="Points",
        url_name="complaints:points",
        order=25,
        kinds=COMPLAINTS,
        progress=points_progress,
    ),
    Section(
        key="resolution",
        label="Resolution",
        url_name="complaints:resolution",
        order=60,
        kinds=COMPLAINTS,
        progress=resolution_progress,
    ),
)

PANELS = (
    Panel(
        key="points",
        template="complaints/_points_panel.html",
        order=10,
        context=points_panel,
        kinds=COMPLAINTS,
        place=Place.SIDE,
    ),
    Panel(
        key="pack",
        template="complaints/_pack.html",
        order=10,
        context=pack_part,
        kinds=COMPLAINTS,
        place=Place.PACK,
    ),
    Panel(
        key="elsewhere",
        template="complaints/_elsewhere.html",
        order=10,
        context=elsewhere_panel,
        kinds=COMPLAINTS,
        place=Place.NOTICE,
    ),
)

MENU = {
    "Ask the customer to confirm": ("complaints:ask", ComplaintAction.CONFIRM),
    "Record the customer’s answer": ("complaints:answer", ComplaintAction.CONFIRM),
    "Start the follow-up": ("complaints:follow_up", ComplaintAction.FOLLOW_UP),
    "Close the case": ("complaints:close", ComplaintAction.CLOSE),
    "Reopen the case": ("complaints:reopen", ComplaintAction.REOPEN),
    "Withdraw at the customer’s request": ("complaints:withdraw", ComplaintAction.WITHDRAW),
    "Close as out of scope": ("complaints:set_aside", ComplaintAction.SET_ASIDE),
    "Forward to another organisation": ("complaints:forward", ComplaintAction.ANSWER_POINTS),
    "Merge with another case": ("complaints:merge", ComplaintAction.SET_ASIDE),
}


def register() -> None:
    for section in SECTIONS:
        register_section(section)
    for panel in PANELS:
        register_panel(panel)
    for label, (url_name, action) in MENU.items():
        register_menu_item(MenuItem(label=label, url_name=url_name, kinds=COMPLAINTS, is_offered=_offered(action)))
    register_menu_item(
        MenuItem(label="Ombudsman", url_name="complaints:ombudsman", kinds=COMPLAINTS, is_offered=_may_change_facts)
    )
    register_evidence_use(CaseKind.COMPLAINT, EvidenceUse(find=points_by_evidence, url_name="complaints:bearing"))
    register_next_action(CaseKind.COMPLAINT, next_action)
    register_complexity(CaseKind.COMPLAINT, points_complexity)
    register_track(CaseKind.COMPLAINT, track)
    register_event_labels(ComplaintEvent)
    register_figures(with_standing)
    register_navigation(
        NavItem("Sign-off", "complaints:inbox", roles=roles_with_inbox(), order=70, count=waiting_count)
    )


def _may_change_facts(user: User, case: Case) -> bool:
    return case_permissions.permits(user, CaseAction.CHANGE_FACTS, case)


def _offered(action: ComplaintAction) -> Callable[[User, Case], bool]:
    def is_offered(user: User, case: Case) -> bool:
        possible = lifecycle.is_possible(CaseStatus(case.status), action)
        return possible and permissions.permits(user, action, case)

    return is_offered
