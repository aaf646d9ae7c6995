from functools import partial

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"

    def ready(self) -> None:
        from accounts.news import NewsKind, register_news
        from cases.signals import kind_changed
        from incidents.choices import INCIDENT_NEWS
        from incidents.receivers import keep_incident

        kind_changed.connect(keep_incident)
        register_news(NewsKind(key=INCIDENT_NEWS, label="Something on an incident of yours is due or late", order=9))
        self._add_to_navigation()
        self._add_to_case_page()

    def _add_to_navigation(self) -> None:
        from accounts.choices import Role
        from core.navigation import NavItem, register

        handlers = {Role.AGENT, Role.TEAM_LEADER, Role.MANAGER}
        register(NavItem("Incidents", "incidents:list", roles=handlers, order=60, namespaces={"incidents"}))

    def _add_to_case_page(self) -> None:
        from cases import case_page
        from incidents.choices import IncidentAction, IncidentEvent
        from incidents.selectors import page, steps
        from policies.choices import CaseKind

        case_page.register_event_labels(IncidentEvent)
        case_page.register_track(CaseKind.INCIDENT, page.track)
        case_page.register_next_action(CaseKind.INCIDENT, page.next_action)
        for panel in page.PANELS:
            case_page.register_panel(panel)
        for order, (key, label, progress) in enumerate(page.SECTIONS, start=31):
            case_page.register_section(
                case_page.Section(
                    key=key,
                    label=label,
                    url_name=f"incidents:{key}",
                    order=order,
                    kinds=page.INCIDENTS,
                    progress=progress,
                )
            )
        for action in IncidentAction:
            case_page.register_menu_item(
                case_page.MenuItem(
                    label=action.label,
                    url_name=f"incidents:{action.lower()}",
                    kinds=page.INCIDENTS,
                    is_offered=partial(steps.is_offered, action),
                )
            )
