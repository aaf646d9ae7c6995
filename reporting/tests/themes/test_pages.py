from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.choices import Role
from accounts.models import Team, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, PersonalDataRead
from cases.tests.factories import CaseFactory
from reporting.choices import MembershipVerdict, RunState, SuggestionState, ThemeState
from reporting.models import (
    AnalysisRun,
    CaseFact,
    DailyFact,
    MembershipDecision,
    Theme,
    ThemeMembership,
)
from reporting.selectors.counting import count_days
from reporting.tests.factories import (
    AlarmFactory,
    CaseFactFactory,
    ThemeFactory,
    ThemeMembershipFactory,
    ThemeSuggestionFactory,
)

pytestmark = pytest.mark.django_db

STORY = "The refund for Ann Lee bounced last week. Nobody told me that the payment had failed."
WEIGHTS = {"refund": 0.4, "payment": 0.9, "fail": 0.8}


@pytest.fixture
def team() -> Team:
    return TeamFactory.create()


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, full_name="Helen Brandt", team=None)


@pytest.fixture
def leader(team: Team) -> User:
    person = UserFactory.create(role=Role.TEAM_LEADER, team=team)
    team.leaders.add(person)
    return person


@pytest.fixture
def agent(team: Team) -> User:
    return UserFactory.create(role=Role.AGENT, team=team)


@pytest.fixture
def theme() -> Theme:
    return ThemeFactory.create(title="Refund sent back", terms=["payment", "failed"], term_weights=WEIGHTS)


@pytest.fixture
def case(theme: Theme, agent: User) -> Case:
    return member(theme, agent)


def member(theme: Theme, agent: User, **fields: object) -> Case:
    """Log a case that is in the theme, counted as a round of counting leaves it."""
    day = timezone.localdate() - timedelta(days=3)
    found = CaseFactory.create(
        owner=agent, team=agent.team, story=STORY, customer__name="Ann Lee",
        received_at=timezone.now() - timedelta(days=3), logged_at=timezone.now(), **fields,
    )  # fmt: skip
    ThemeMembershipFactory.create(case=found, theme=theme, received_day=day)
    CaseFactFactory.create(case=found, theme=theme, received_day=day)
    count_anew()
    return found


def count_anew() -> None:
    DailyFact.objects.all().delete()
    DailyFact.objects.bulk_create(
        DailyFact(**vars(row)) for row in count_days(CaseFact.objects.filter(is_walled=False))
    )


def address(name: str, theme: Theme) -> str:
    return reverse(f"reporting:{name}", args=[theme.number])


def test_the_list_shows_counts_that_open_their_cases_and_what_rises(
    client: Client, manager: User, theme: Theme, case: Case
) -> None:
    AlarmFactory.create(theme=theme, since=date(2026, 10, 12))
    client.force_login(manager)

    page = client.get(reverse("reporting:themes"))

    assertContains(page, "Refund sent back")
    assertContains(page, "Higher than usual since 12 Oct 2026")
    assertContains(page, f"{address('theme_cases', theme)}?weeks=13&amp;from=")


def test_an_empty_list_says_how_themes_come_about(client: Client, manager: User) -> None:
    client.force_login(manager)

    assertContains(client.get(reverse("reporting:themes")), "manage.py analyse_themes")


@pytest.mark.parametrize(
    ("query", "is_shown"), [("show=rising", False), ("words=REFUND", True), ("words=boiler", False)]
)
def test_the_list_is_filtered_by_view_and_words(
    client: Client, manager: User, theme: Theme, query: str, is_shown: bool
) -> None:
    client.force_login(manager)

    page = client.get(f"{reverse('reporting:themes')}?{query}")

    assert ("Refund sent back" in page.content.decode()) == is_shown


def test_a_failed_night_is_told_to_the_manager_and_to_nobody_else(client: Client, manager: User, agent: User) -> None:
    AnalysisRun.objects.create(
        as_of=date(2026, 11, 19), started_at=timezone.now() - timedelta(days=1), alive_at=timezone.now(),
        finished_at=timezone.now(), state=RunState.DONE,
    )  # fmt: skip
    AnalysisRun.objects.create(
        as_of=date(2026, 11, 20), started_at=timezone.now(), alive_at=timezone.now(), finished_at=timezone.now(),
        state=RunState.FAILED, failure="OSError. The log of this time says more.",
    )  # fmt: skip

    client.force_login(manager)
    assertContains(client.get(reverse("reporting:themes")), "The themes are those of 19 Nov 2026")

    client.force_login(agent)
    assertNotContains(client.get(reverse("reporting:themes")), "OSError")


def test_the_theme_page_quotes_the_sentence_that_matched_without_names(
    client: Client, manager: User, theme: Theme, case: Case
) -> None:
    client.force_login(manager)

    page = client.get(theme.get_absolute_url())

    assertContains(page, "<mark>payment</mark>")
    assertContains(page, case.reference)
    assertNotContains(page, "Ann Lee bounced")


def test_a_name_in_the_quoted_sentence_is_taken_out(client: Client, manager: User, theme: Theme, agent: User) -> None:
    found = member(theme, agent)
    Case.objects.filter(pk=found.pk).update(story="The payment of Ann Lee failed.")
    client.force_login(manager)

    page = client.get(address("theme_cases", theme))

    assertContains(page, "[name]")
    assertNotContains(page, "Ann")


def test_cases_of_another_team_are_neither_quoted_nor_counted(client: Client, theme: Theme, case: Case) -> None:
    stranger = UserFactory.create(role=Role.AGENT, team=TeamFactory.create())
    client.force_login(stranger)

    page = client.get(theme.get_absolute_url())

    assertNotContains(page, case.reference)
    assertContains(page, "0 of 0 cases that you may see")


def test_a_case_that_names_the_reader_is_not_on_the_list_behind_a_count(
    client: Client, theme: Theme, case: Case, agent: User
) -> None:
    case.named_colleagues.create(colleague=agent)
    client.force_login(agent)

    assertNotContains(client.get(address("theme_cases", theme)), case.reference)


def test_a_page_asks_as_many_questions_for_twenty_cases_and_themes_as_for_one(
    client: Client, manager: User, theme: Theme, case: Case, agent: User
) -> None:
    client.force_login(manager)
    paths = [reverse("reporting:themes"), theme.get_absolute_url(), address("theme_cases", theme)]
    for_one = [count_queries(client, path) for path in paths]
    for _ in range(19):
        member(theme, agent)
        ThemeFactory.create()

    assert [count_queries(client, path) for path in paths] == for_one


def count_queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_a_manager_confirms_renames_and_gives_away(client: Client, manager: User, theme: Theme) -> None:
    client.force_login(manager)

    client.post(address("theme_confirm", theme), {"version": 1})
    client.post(address("theme_rename", theme), {"version": 2, "title": "Bounced refunds", "definition": "Sent back."})
    client.post(address("theme_owner", theme), {"version": 3, "owner": manager.pk})

    theme.refresh_from_db()
    assert (theme.state, theme.title, theme.owner, theme.version) == (
        ThemeState.CONFIRMED, "Bounced refunds", manager, 4,
    )  # fmt: skip


def test_a_change_by_somebody_else_is_not_overwritten_and_nothing_typed_is_lost(
    client: Client, manager: User, theme: Theme
) -> None:
    Theme.objects.filter(pk=theme.pk).update(version=5)
    client.force_login(manager)

    page = client.post(address("theme_rename", theme), {"version": 1, "title": "My new name", "definition": ""})

    assertContains(page, "Somebody changed", status_code=422)
    assertContains(page, "My new name", status_code=422)
    theme.refresh_from_db()
    assert theme.title == "Refund sent back"


def test_a_merge_is_explained_before_it_is_done(client: Client, manager: User, theme: Theme, case: Case) -> None:
    other = ThemeFactory.create(title="Refund late")
    client.force_login(manager)

    page = client.get(address("theme_merge", theme), {"into": other.pk})
    assertContains(page, "cannot be undone")
    assert ThemeMembership.objects.get(case=case).theme == theme

    done = client.post(address("theme_merge", theme), {"into": other.pk, "version": theme.version})
    assertRedirects(done, other.get_absolute_url())
    assert ThemeMembership.objects.get(case=case).theme == other
    assertContains(client.get(theme.get_absolute_url()), "no longer a theme of its own")


@pytest.mark.parametrize("into", ["", "0", "99999999999999999999", "x", "\0"])
def test_a_merge_into_nothing_is_refused(client: Client, manager: User, theme: Theme, into: str) -> None:
    client.force_login(manager)

    assert client.get(address("theme_merge", theme), {"into": into}).status_code == 422


def test_a_theme_is_set_aside_with_a_reason_and_taken_up_again(
    client: Client, manager: User, theme: Theme, case: Case
) -> None:
    client.force_login(manager)

    assert client.post(address("theme_reject", theme), {"version": 1, "reason": ""}).status_code == 422
    client.post(address("theme_reject", theme), {"version": 1, "reason": "Two problems in one"})
    assert CaseFact.objects.get(case=case).theme is None

    client.post(address("theme_restore", theme), {"version": 2})
    theme.refresh_from_db()
    assert theme.state == ThemeState.SUGGESTED
    assert CaseFact.objects.get(case=case).theme == theme


def test_a_theme_with_too_few_cases_cannot_be_split_and_says_so(client: Client, manager: User, theme: Theme) -> None:
    client.force_login(manager)

    page = client.post(address("theme_split", theme), {"version": 1})

    assertContains(page, "too few cases to split", status_code=422)


def test_a_leader_takes_a_case_out_and_can_undo_it(client: Client, leader: User, theme: Theme, case: Case) -> None:
    client.force_login(leader)

    client.post(address("theme_decide", theme), {"case": case.pk, "verdict": "DOES_NOT_BELONG"})
    assert ThemeMembership.objects.get(case=case).theme is None
    assertContains(client.get(theme.get_absolute_url()), "Undo")

    client.post(address("theme_undo", theme), {"case": case.pk})
    assert ThemeMembership.objects.get(case=case).theme == theme
    assert not MembershipDecision.objects.exists()
    assert CaseFact.objects.get(case=case).theme == theme


def test_a_decision_older_than_ten_minutes_or_by_somebody_else_stays(
    client: Client, leader: User, manager: User, theme: Theme, case: Case
) -> None:
    client.force_login(manager)
    client.post(address("theme_decide", theme), {"case": case.pk, "verdict": "DOES_NOT_BELONG"})

    client.force_login(leader)
    client.post(address("theme_undo", theme), {"case": case.pk})
    assert MembershipDecision.objects.exists()

    MembershipDecision.objects.update(decided_at=timezone.now() - timedelta(minutes=11))
    client.force_login(manager)
    client.post(address("theme_undo", theme), {"case": case.pk})
    assert MembershipDecision.objects.exists()


@pytest.mark.parametrize(
    "sent", [{}, {"verdict": "BELONGS"}, {"case": "x", "verdict": "BELONGS"}, {"case": "1", "verdict": "PROPOSED"}]
)
def test_a_decision_without_case_or_verdict_is_refused(
    client: Client, leader: User, theme: Theme, sent: dict[str, str]
) -> None:
    client.force_login(leader)

    assert client.post(address("theme_decide", theme), sent).status_code == 422
    assert not MembershipDecision.objects.exists()


def test_a_leader_cannot_decide_about_a_case_of_another_team(client: Client, leader: User, theme: Theme) -> None:
    other = member(theme, UserFactory.create(team=TeamFactory.create()))
    client.force_login(leader)

    sent = client.post(address("theme_decide", theme), {"case": other.pk, "verdict": "BELONGS"})

    assert sent.status_code == 403
    assert not MembershipDecision.objects.exists()


def test_an_agent_proposes_and_a_leader_confirms(client: Client, agent: User, leader: User, theme: Theme) -> None:
    case = CaseFactory.create(owner=agent, team=agent.team)
    client.force_login(agent)
    client.post(address("theme_add_case", theme), {"reference": case.reference})
    assert MembershipDecision.objects.get().verdict == MembershipVerdict.PROPOSED

    client.force_login(leader)
    assertContains(client.get(theme.get_absolute_url()), "Proposed by colleagues")
    client.post(address("theme_decide", theme), {"case": case.pk, "verdict": "BELONGS"})
    assert ThemeMembership.objects.get(case=case).theme == theme


def test_a_case_that_the_person_may_not_see_is_not_there_to_add(client: Client, agent: User, theme: Theme) -> None:
    hidden = CaseFactory.create(team=TeamFactory.create())
    client.force_login(agent)

    page = client.post(address("theme_add_case", theme), {"reference": hidden.reference})

    assertContains(page, "There is no such case, or you may not see it", status_code=422)


def test_an_alarm_is_dismissed_with_a_reason_and_counts_as_false(client: Client, leader: User, theme: Theme) -> None:
    alarm = AlarmFactory.create(theme=theme)
    client.force_login(leader)
    settle = reverse("reporting:alarm_settle", args=[alarm.pk])

    assert client.post(settle, {f"alarm-{alarm.pk}-state": "DISMISSED"}).status_code == 422
    client.post(settle, {f"alarm-{alarm.pk}-state": "DISMISSED", f"alarm-{alarm.pk}-reason": "A mailing went out"})

    page = client.get(reverse("reporting:alarms"))
    assertContains(page, "A mailing went out")
    assertContains(page, "100.0%")


def test_an_alarm_says_what_was_counted_and_expected(client: Client, manager: User, theme: Theme) -> None:
    AlarmFactory.create(theme=theme)
    client.force_login(manager)

    page = client.get(theme.get_absolute_url())

    assertContains(page, "34 cases")
    assertContains(page, "14.2, from its share")
    assertContains(page, "1 in 5,000")


def test_new_words_become_a_theme_or_join_one_or_are_set_aside(
    client: Client, manager: User, theme: Theme, agent: User
) -> None:
    joins, goes = ThemeSuggestionFactory.create(), ThemeSuggestionFactory.create()
    found = CaseFactory.create(owner=agent, team=agent.team, story="The heat pump is loud. It hums.")
    joins.cases.add(found)
    client.force_login(manager)
    assertContains(client.get(reverse("reporting:themes")), "<mark>heat pump</mark>")

    client.post(reverse("reporting:suggestion_join", args=[joins.pk]), {"theme": theme.pk})
    client.post(reverse("reporting:suggestion_reject", args=[goes.pk]))
    client.post(reverse("reporting:suggestion_accept", args=[goes.pk]), {"title": "Heat pump"})

    joins.refresh_from_db()
    goes.refresh_from_db()
    assert (joins.state, joins.theme, goes.state) == (SuggestionState.ACCEPTED, theme, SuggestionState.REJECTED)
    assert ThemeMembership.objects.get(case=found).theme == theme


def test_a_theme_whose_cases_all_came_in_today_says_that_nothing_can_be_compared(
    client: Client, manager: User, theme: Theme, agent: User
) -> None:
    today = timezone.localdate()
    for _ in range(2):
        case = CaseFactory.create(owner=agent, team=agent.team, story=STORY)
        ThemeMembershipFactory.create(case=case, theme=theme, received_day=today)
        CaseFactFactory.create(case=case, theme=theme, received_day=today)
    count_anew()
    client.force_login(manager)

    page = client.get(reverse("reporting:theme", args=[theme.number]))

    assertContains(page, "All in this week, which is not over: nothing to compare with yet")
    assertNotContains(page, "No change beyond normal variation")


def test_the_weeks_and_the_list_come_as_a_file(client: Client, agent: User, theme: Theme, case: Case) -> None:
    client.force_login(agent)

    weeks = b"".join(client.get(address("theme_weeks_csv", theme)).streaming_content).decode()
    listed = b"".join(client.get(reverse("reporting:themes_csv")).streaming_content).decode()

    assert len(weeks.strip().splitlines()) == 27
    assert f"{theme.reference},Refund sent back" in listed


def test_the_cases_as_a_file_name_nobody_and_the_export_is_written_down(
    client: Client, leader: User, theme: Theme, case: Case
) -> None:
    client.force_login(leader)

    rows = b"".join(client.get(address("theme_cases_csv", theme)).streaming_content).decode()

    assert case.reference in rows
    assert "Ann Lee" not in rows
    assert PersonalDataRead.objects.get().what == "export"


def test_a_breakdown_opens_its_cases_and_nonsense_in_the_address_does_no_harm(
    client: Client, manager: User, theme: Theme, case: Case
) -> None:
    client.force_login(manager)
    path = address("theme_cases", theme)

    assertContains(client.get(path, {"by": "team", "key": case.team_id}), case.reference)
    assertNotContains(client.get(path, {"by": "team", "key": case.team_id + 1}), case.reference)
    for nonsense in ({"by": "password", "key": "1"}, {"by": "team", "key": "x"}, {"from": "never", "page": "-4"}):
        assertContains(client.get(path, nonsense), case.reference)


def test_a_recommendation_starts_from_the_theme(client: Client, manager: User, theme: Theme) -> None:
    client.force_login(manager)

    page = client.get(theme.get_absolute_url())
    assertContains(page, f"{reverse('reporting:recommendation_start')}?theme={theme.pk}")
    start = client.get(reverse("reporting:recommendation_start"), {"theme": theme.pk})
    assertContains(start, f'<option value="{theme.pk}" selected>')
