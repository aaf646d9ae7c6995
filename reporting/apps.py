from typing import TYPE_CHECKING

from django.apps import AppConfig, apps

from accounts.choices import Role
from core.navigation import NavItem, register

if TYPE_CHECKING:
    from accounts.models import User


def waiting_for_decision(user: "User") -> int:
    """Return how many recommendations somebody must decide on, their author aside."""
    recommendations = apps.get_model("reporting", "Recommendation")._default_manager
    return recommendations.filter(state="SUBMITTED").exclude(author_id=user.pk).count()


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        from policies.packs.registry import register_section
        from reporting.services.packs import SECTIONS

        for name, loader in SECTIONS.items():
            register_section(name, loader)
        register(
            NavItem("Dashboards", "reporting:dashboards", roles={Role.MANAGER, Role.TEAM_LEADER, Role.AGENT}, order=20),
            NavItem("Themes", "reporting:themes", roles={Role.MANAGER, Role.TEAM_LEADER}, order=30),
            NavItem("Contact figures", "reporting:contact_figures", roles={Role.ADMIN}, order=25),
            NavItem(
                "Recommendations",
                "reporting:recommendations",
                roles={Role.MANAGER},
                order=40,
                count=waiting_for_decision,
            ),
        )
        register(NavItem("Returns", "reporting:returns", roles={Role.MANAGER}, order=115))
