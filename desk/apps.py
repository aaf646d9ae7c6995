from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from accounts.choices import Role
        from core.navigation import NavItem, register, register_header_button

        people = {role for role in Role if role != Role.SYSTEM}
        handlers = {Role.AGENT, Role.TEAM_LEADER, Role.MANAGER}
        register(
            NavItem("My day", "desk:my_day", roles=people, order=10),
            NavItem("Cases", "desk:queue", roles=handlers, order=50, namespaces={"desk", "cases", "complaints"}),
        )
        register_header_button(NavItem("Log a case", "desk:log_case", roles=handlers, order=0))
