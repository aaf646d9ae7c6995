from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"

    def ready(self) -> None:
        from accounts.choices import Delivery
        from accounts.news import NewsKind, register_news
        from cases.correspondence import register_letter_check
        from complaints import receivers  # noqa: F401
        from complaints.choices import SIGN_OFF_NEWS
        from complaints.selectors import sections
        from complaints.selectors.letters import answers_every_point
        from policies.choices import CaseKind

        label = "A sign-off waits for you, or yours is decided"
        register_news(NewsKind(key=SIGN_OFF_NEWS, label=label, default=Delivery.EMAIL, order=15))
        sections.register()
        register_letter_check(CaseKind.COMPLAINT, answers_every_point)
