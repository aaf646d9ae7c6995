"""The clocks' parts of the case page."""

from cases.case_page import (
    MenuItem,
    Panel,
    Place,
    Section,
    register_event_labels,
    register_menu_item,
    register_panel,
    register_section,
)
from sla.choices import ClockAction
from sla.selectors.case_page import deadlines_panel, may_pause, next_deadline


def register() -> None:
    register_section(Section(key="deadlines", label="Deadlines", url_name="sla:deadlines", order=75))
    register_panel(
        Panel(
            key="next_deadline",
            template="sla/_next_deadline.html",
            order=10,
            context=next_deadline,
            place=Place.IDENTITY,
        )
    )
    register_panel(Panel(key="deadlines", template="sla/_deadlines_panel.html", order=10, context=deadlines_panel))
    register_menu_item(MenuItem(label="Pause clocks", url_name="sla:pause", is_offered=may_pause))
    register_event_labels(ClockAction)
