"""The parts of the case page that every kind has."""

from collections.abc import Callable

from accounts.models import User
from cases.case_page import MenuItem, Panel, Section, register_menu_item, register_panel, register_section
from cases.models import Case
from cases.permissions import CaseAction, permits
from cases.selectors import page, progress

SECTIONS = (
    Section(key="overview", label="Overview", url_name="cases:overview", order=10),
    Section(key="timeline", label="Timeline", url_name="cases:timeline", order=20, progress=progress.of_timeline),
    Section(
        key="investigation",
        label="Investigation",
        url_name="cases:investigation",
        order=30,
        progress=progress.of_investigation,
    ),
    Section(key="people", label="People", url_name="cases:people", order=40, progress=progress.of_people),
    Section(
        key="root_cause", label="Root cause", url_name="cases:root_cause", order=50, progress=progress.of_root_cause
    ),
    Section(key="follow_up", label="Follow-up", url_name="cases:follow_up", order=70, progress=progress.of_follow_up),
    Section(key="evidence", label="Evidence", url_name="cases:evidence", order=80, progress=progress.of_evidence),
    Section(key="history", label="History", url_name="cases:history", order=90),
)

PANELS = (
    Panel(key="checklist", template="cases/_checklist_panel.html", order=50, context=page.checklist_panel),
    Panel(key="evidence", template="cases/_evidence_panel.html", order=60, context=page.evidence_panel),
)

MENU = {
    "Log a call or message": ("cases:log_contact", CaseAction.NOTE),
    "Link to another case": ("cases:link", CaseAction.CHANGE_FACTS),
    "Change type": ("cases:kind", CaseAction.RECLASSIFY),
    "Print case pack": ("cases:pack", CaseAction.PRINT_PACK),
    "Say which colleague it is about": ("cases:colleagues", CaseAction.NAME_COLLEAGUE),
    "Restrict who can see it": ("cases:restrict", CaseAction.RESTRICT),
}


def register() -> None:
    for section in SECTIONS:
        register_section(section)
    for panel in PANELS:
        register_panel(panel)
    for label, (url_name, action) in MENU.items():
        register_menu_item(MenuItem(label=label, url_name=url_name, is_offered=_offered_to(action)))


def _offered_to(action: CaseAction) -> Callable[[User, Case], bool]:
    return lambda user, case: permits(user, action, case)
