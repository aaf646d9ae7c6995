from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"

    def ready(self) -> None:
        from accounts.choices import Role
        from core.navigation import NavItem, register
        from policies.packs.registry import register_section
        from policies.services.pack_sections import SECTIONS

        for name, loader in SECTIONS.items():
            register_section(name, loader)

        people = {role for role in Role if role != Role.SYSTEM}
        register(NavItem("Policies", "policies:index", roles=people, order=120, namespaces={"policies"}))
