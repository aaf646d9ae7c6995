from django.apps import AppConfig
from django.urls import register_converter

from cases.converters import CaseReference


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        register_converter(CaseReference, "case_reference")
        from accounts.choices import Role
        from accounts.news import NewsKind, register_news
        from cases import receivers  # noqa: F401
        from cases.choices import ASSIGNED_NEWS, CONTRIBUTION_NEWS, NOTE_NEWS, PROMISE_NEWS
        from cases.selectors import sections, usage
        from core.navigation import NavItem, register

        register(NavItem("Access log", "cases:access_log", roles={Role.DATA_PROTECTION}, order=125))
        register_news(
            NewsKind(key=ASSIGNED_NEWS, label="Somebody gives you a case", order=5),
            NewsKind(key=NOTE_NEWS, label="Somebody writes you a note on a case", order=6),
            NewsKind(key=CONTRIBUTION_NEWS, label="Somebody asks for your contribution to a case", order=7),
            NewsKind(key=PROMISE_NEWS, label="A promise of yours is due or late", order=8),
        )
        sections.register()
        usage.register()
