from datetime import timedelta

import pytest
from django.core.management import call_command

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from core.errors import UserFacingError
from reporting.choices import AlarmState, Measure, MembershipVerdict, RunState, ThemeState
from reporting.models import (
    Alarm,
    AnalysisRun,
    DailyFact,
    LearnedModel,
    Theme,
    ThemeEvent,
    ThemeMembership,
    ThemeSuggestion,
)
from reporting.services import themes
from reporting.services.facts import rebuild_facts
from reporting.services.themes import nightly, placing
from reporting.tests.themes.corpus import TOPICS
from reporting.tests.themes.nights import NIGHT, log_cases, log_corpus

pytestmark = pytest.mark.django_db


def memberships() -> dict[int, int | None]:
    return dict(ThemeMembership.objects.values_list("case_id", "theme_id"))


def test_the_first_night_finds_themes_and_says_that_they_are_suggested() -> None:
    log_corpus()

    run = nightly(now=NIGHT, themes=6)

    assert run.state == RunState.DONE
    assert run.cases_read == 300
    assert Theme.objects.filter(state=ThemeState.SUGGESTED).count() == len(TOPICS)
    themed = [theme for theme in memberships().values() if theme]
    assert len(themed) >= 0.75 * 300
    assert ThemeEvent.objects.count() == len(TOPICS)


def test_the_same_night_twice_changes_nothing() -> None:
    log_corpus()
    nightly(now=NIGHT, themes=6)
    before = (memberships(), bytes(LearnedModel.objects.get().content), Theme.objects.values_list("title", flat=True))

    again = nightly(now=NIGHT + timedelta(minutes=5))

    assert again.cases_read == 0
    assert (memberships(), bytes(LearnedModel.objects.get().content)) == before[:2]


def test_new_cases_join_and_no_old_one_moves() -> None:
    log_corpus()
    nightly(now=NIGHT, themes=6)
    before, titles = memberships(), set(Theme.objects.values_list("number", "title"))

    log_corpus(3, seed=99, prefix="new")
    run = nightly(now=NIGHT + timedelta(days=1))

    assert run.cases_read == 3
    assert {case: theme for case, theme in memberships().items() if case in before} == before
    assert set(Theme.objects.values_list("number", "title")) == titles


def test_cases_that_have_grown_by_a_quarter_keep_their_themes_in_a_new_model() -> None:
    log_corpus()
    nightly(now=NIGHT, themes=6)
    before = memberships()

    log_corpus(120, seed=99, prefix="new")
    nightly(now=NIGHT + timedelta(days=1))

    after = memberships()
    both = [(old, after[case]) for case, old in before.items() if old and after[case]]
    assert LearnedModel.objects.count() == 2
    assert sum(old == new for old, new in both) >= 0.95 * len(both)
    assert set(before.values()) - {None} <= {theme for theme in after.values() if theme}


def test_the_night_counts_the_cases_of_each_theme_as_a_rebuild_would() -> None:
    log_corpus()
    rebuild_facts(now=NIGHT)
    nightly(now=NIGHT, themes=6)
    counted = sorted(DailyFact.objects.filter(measure=Measure.THEME).values_list("day", "team_id", "key", "count"))

    rebuild_facts(now=NIGHT)

    assert counted
    assert counted == sorted(
        DailyFact.objects.filter(measure=Measure.THEME).values_list("day", "team_id", "key", "count")
    )


def test_a_night_that_fails_says_so_and_leaves_the_last_good_one(monkeypatch: pytest.MonkeyPatch) -> None:
    log_corpus()
    nightly(now=NIGHT, themes=6)
    before = memberships()
    log_corpus(3, seed=99, prefix="new")
    monkeypatch.setattr(placing.ThemeMembership.objects, "bulk_create", _out_of_disk)

    with pytest.raises(OSError, match="disk"):
        nightly(now=NIGHT + timedelta(days=1))

    run = AnalysisRun.objects.latest("started_at")
    assert run.state == RunState.FAILED
    assert run.failure.startswith("OSError")
    assert memberships() == before


def test_a_failed_first_night_leaves_no_half_of_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    log_corpus()
    monkeypatch.setattr(placing.ThemeMembership.objects, "bulk_create", _out_of_disk)

    with pytest.raises(OSError, match="disk"):
        nightly(now=NIGHT)

    assert not Theme.objects.exists()
    assert not LearnedModel.objects.exists()


def test_too_few_cases_say_so_without_failing() -> None:
    log_corpus(20)

    run = nightly(now=NIGHT)

    assert run.state == RunState.DONE
    assert run.failure == "Themes need 60 different texts. There are 20."


@pytest.mark.parametrize("text", ["", "late", "12345", "refund " * 9_000, "\u6295\u8bc9" * 50])
def test_odd_texts_do_not_stop_a_night(text: str) -> None:
    log_corpus()
    log_cases([text] * 60, prefix="odd")

    assert nightly(now=NIGHT).state == RunState.DONE


def test_a_second_run_at_once_is_refused_and_a_dead_one_given_up() -> None:
    log_corpus(20)
    AnalysisRun.objects.create(as_of=NIGHT.date(), started_at=NIGHT, alive_at=NIGHT)

    with pytest.raises(UserFacingError, match="already running"):
        nightly(now=NIGHT + timedelta(minutes=5))
    nightly(now=NIGHT + timedelta(minutes=20))

    assert set(AnalysisRun.objects.values_list("state", flat=True)) == {RunState.FAILED, RunState.DONE}


def test_what_people_decided_outlasts_the_nights() -> None:
    cases = log_corpus()
    nightly(now=NIGHT, themes=6)
    manager = UserFactory.create(role=Role.MANAGER)
    case = next(case for case in cases if memberships()[case.pk])
    theme, other = Theme.objects.get(pk=memberships()[case.pk]), Theme.objects.exclude(pk=memberships()[case.pk])[0]
    themes.rename_theme(theme_id=theme.pk, version=1, title="Ours", definition="", actor=manager, now=NIGHT)
    themes.decide_memberships(
        theme_id=theme.pk, case_ids=[case.pk], verdict=MembershipVerdict.DOES_NOT_BELONG, actor=manager, now=NIGHT
    )
    put = next(pk for pk, found in memberships().items() if found not in (other.pk, case.pk))
    themes.decide_memberships(
        theme_id=other.pk, case_ids=[put], verdict=MembershipVerdict.BELONGS, actor=manager, now=NIGHT
    )

    log_corpus(120, seed=99, prefix="new")
    nightly(now=NIGHT + timedelta(days=1))

    assert memberships()[case.pk] != theme.pk
    assert memberships()[put] == other.pk
    assert Theme.objects.get(pk=theme.pk).title == "Ours"


def test_after_a_merge_new_cases_join_the_theme_that_is_left() -> None:
    log_corpus()
    nightly(now=NIGHT, themes=6)
    first, second = Theme.objects.order_by("number")[:2]
    total = sum(theme in (first.pk, second.pk) for theme in memberships().values())
    manager = UserFactory.create(role=Role.MANAGER)

    themes.merge_themes(theme_id=first.pk, version=1, into_id=second.pk, actor=manager, now=NIGHT)
    log_corpus(60, seed=99, prefix="new")
    nightly(now=NIGHT + timedelta(days=1))

    assert first.pk not in memberships().values()
    assert sum(theme == second.pk for theme in memberships().values()) > total
    assert Theme.objects.get(pk=first.pk).merged_into == second


def test_a_split_makes_two_themes_of_one_and_the_nights_keep_both() -> None:
    log_corpus()
    nightly(now=NIGHT, themes=3)
    theme = max(Theme.objects.all(), key=lambda one: one.memberships.count())
    manager = UserFactory.create(role=Role.MANAGER)

    new = themes.split_theme(theme_id=theme.pk, version=1, actor=manager, now=NIGHT)
    sizes = theme.memberships.count(), new.memberships.count()
    log_corpus(60, seed=99, prefix="new")
    nightly(now=NIGHT + timedelta(days=1))

    assert min(sizes) > 20
    assert new.title != theme.title
    assert theme.memberships.count() > sizes[0]
    assert new.memberships.count() > sizes[1]


def test_what_is_not_a_theme_stays_away() -> None:
    log_corpus()
    nightly(now=NIGHT, themes=6)
    theme = Theme.objects.order_by("number")[0]
    manager = UserFactory.create(role=Role.MANAGER)

    themes.reject_theme(theme_id=theme.pk, version=1, reason="A form letter", actor=manager, now=NIGHT)
    log_corpus(60, seed=99, prefix="new")
    nightly(now=NIGHT + timedelta(days=1))

    assert Theme.objects.live().count() == 5
    assert not DailyFact.objects.filter(measure=Measure.THEME, key=str(theme.pk)).exists()


def test_a_theme_that_rises_raises_one_alarm_and_clears_when_it_is_over() -> None:
    for week in range(80):
        log_corpus(12, seed=week, prefix=f"w{week}", received_at=NIGHT - timedelta(days=7 * week + 2))
    boilers = ["The boiler engineer missed the repair; the radiator leak and valve pressure are worse."] * 45
    for day in range(20):
        log_cases(boilers[:3], prefix=f"b{day}", received_at=NIGHT - timedelta(days=1 + day))

    nightly(now=NIGHT, themes=6)
    nightly(now=NIGHT + timedelta(days=1))

    alarm = Alarm.objects.get(theme__isnull=False)
    assert alarm.state == AlarmState.OPEN
    assert alarm.observed > 2 * alarm.expected
    assert abs((alarm.since - (NIGHT - timedelta(days=20)).date()).days) <= 10

    nightly(now=NIGHT + timedelta(days=90))

    assert Alarm.objects.get(pk=alarm.pk).state == AlarmState.CLEARED


def test_new_words_are_suggested_once_and_can_become_a_theme() -> None:
    for week in range(40):
        log_corpus(12, seed=week, prefix=f"w{week}", received_at=NIGHT - timedelta(days=7 * week + 30))
    log_corpus(60, seed=77, prefix="now", received_at=NIGHT - timedelta(days=3))
    log_cases(
        ["The payzip handset swallowed the top up twice", "My payzip handset ate the top up again"] * 4,
        prefix="new",
        received_at=NIGHT - timedelta(days=2),
    )
    nightly(now=NIGHT, themes=6)
    nightly(now=NIGHT + timedelta(days=1))

    suggestion = next(one for one in ThemeSuggestion.objects.all() if "payzip" in " ".join(one.terms))
    manager = UserFactory.create(role=Role.MANAGER)
    theme = themes.accept_suggestion(
        suggestion_id=suggestion.pk, title="Payzip handsets", actor=manager, now=NIGHT + timedelta(days=1)
    )
    log_cases(["The payzip handset swallowed my top up"], prefix="next")
    nightly(now=NIGHT + timedelta(days=2))

    assert theme.state == ThemeState.CONFIRMED
    assert theme.memberships.count() == suggestion.cases.count() + 1


def test_the_commands_analyse_and_export(tmp_path, capsys) -> None:
    log_corpus()

    call_command("analyse_themes", as_of=NIGHT.date(), themes=6)
    call_command("export_themes", csv=tmp_path / "themes.csv", terms=tmp_path / "terms.json")

    lines = (tmp_path / "themes.csv").read_text().splitlines()
    assert lines[0] == "case_reference,external_id,theme_id,theme_label"
    assert len(lines) == 301
    assert lines[1].startswith("CMP-2026-")
    assert "300 cases" in capsys.readouterr().out


def _out_of_disk(*args: object, **options: object) -> None:
    raise OSError("disk full")
