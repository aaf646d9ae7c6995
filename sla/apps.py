from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "sla"

    def ready(self) -> None:
        from accounts.choices import Delivery, Role
        from accounts.news import NewsKind, register_news
        from cases.correspondence import register_merge_values
        from core.navigation import NavItem
        from core.navigation import register as register_navigation
        from policies.packs.registry import register_section
        from sla import receivers  # noqa: F401
        from sla.choices import DEADLINE_LATE, DEADLINE_NEAR
        from sla.selectors.letters import letter_dates
        from sla.selectors.sections import register
        from sla.services.packs import SECTIONS

        register()
        register_news(
            NewsKind(key=DEADLINE_NEAR, label="A deadline comes near", default=Delivery.EMAIL, order=10),
            NewsKind(key=DEADLINE_LATE, label="A deadline has passed", default=Delivery.EMAIL, order=20),
            NewsKind(key="case.extension", label="Somebody asks you for more time on a deadline", order=30),
        )
        register_merge_values(letter_dates)
        register_navigation(NavItem("Deadlines", "sla:rule_sets", roles={Role.ADMIN}, order=125))
        for name, loader in SECTIONS.items():
            register_section(name, loader)
