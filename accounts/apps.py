from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.choices import Role
        from core.navigation import NavItem, register

        register(
            NavItem("People and access", "accounts:people", roles={Role.ADMIN, Role.DATA_PROTECTION}, order=130),
            NavItem("Messages", "accounts:outbox", roles={Role.ADMIN}, order=140),
        )
