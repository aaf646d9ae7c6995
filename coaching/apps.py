from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        self._add_to_navigation()
        self._add_to_case_page()
        self._add_to_packs()

    def _add_to_navigation(self) -> None:
        from accounts.choices import Role
        from core.navigation import NavItem, register

        pair = {Role.AGENT, Role.TEAM_LEADER}
        register(NavItem("Coaching", "coaching:list", roles=pair, order=75, namespaces={"coaching"}))
        register(NavItem("Quality", "coaching:quality", roles={Role.MANAGER}, order=90, namespaces={"coaching"}))
        readers = {Role.AGENT, Role.TEAM_LEADER, Role.ADMIN, Role.DATA_PROTECTION}
        register(NavItem("Library", "coaching:library", roles=readers, order=100))
        register(NavItem("Scorecards", "coaching:scorecards", roles={Role.ADMIN}, order=90))

    def _add_to_packs(self) -> None:
        from coaching.services.pack_scorecards import load_scorecards
        from policies.packs.registry import register_section

        register_section("scorecards", load_scorecards)

    def _add_to_case_page(self) -> None:
        from cases import case_page
        from coaching.selectors.growth import may_praise
        from coaching.selectors.offers import may_start_note
        from coaching.selectors.practice import may_draft_practice, practice_panel
        from coaching.selectors.quality import may_review_case
        from coaching.selectors.star import may_write_star

        case_page.register_menu_item(
            case_page.MenuItem(label="Coaching note", url_name="coaching:about_case", is_offered=may_start_note)
        )
        case_page.register_menu_item(
            case_page.MenuItem(label="Review quality", url_name="coaching:review_start", is_offered=may_review_case)
        )
        case_page.register_menu_item(
            case_page.MenuItem(
                label="Draft best practice", url_name="coaching:practice_from_case", is_offered=may_draft_practice
            )
        )
        case_page.register_panel(
            case_page.Panel(key="practice", template="coaching/_practice_panel.html", order=60, context=practice_panel)
        )
        case_page.register_menu_item(
            case_page.MenuItem(label="Praise a colleague", url_name="coaching:praise", is_offered=may_praise)
        )
        case_page.register_menu_item(
            case_page.MenuItem(label="My STAR record", url_name="coaching:star", is_offered=may_write_star)
        )
