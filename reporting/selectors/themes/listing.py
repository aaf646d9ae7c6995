"""The list of themes: how large each is, whether it rises, why it happens and what is being done about it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from accounts.models import User
from core.dates import day
from policies.models import RootCause
from reporting.charts.spark import Spark, draw_spark
from reporting.choices import Measure, RunState, ThemeState
from reporting.lifecycle import STAGES
from reporting.models import Alarm, AnalysisRun, CaseFact, Recommendation, Theme, ThemeMembership
from reporting.selectors.figures import in_scope, load_figures
from reporting.selectors.scope import Scope

SHOWN = {
    "": "All themes",
    "rising": "Higher than usual",
    "confirmed": "Confirmed",
    "suggested": "Suggested",
    "mine": "Owned by me",
}


@dataclass(frozen=True, kw_only=True)
class ThemeRow:
    """One line of the list. `stage` is where its latest recommendation stands."""

    theme: Theme
    weeks: list[int]
    count: int
    url: str
    alarm: Alarm | None = None
    main_cause: str = ""
    recommendation: Recommendation | None = None

    @property
    def spark(self) -> Spark:
        return draw_spark(self.weeks)

    @property
    def stage(self) -> str:
        return STAGES[self.recommendation.state].label if self.recommendation else ""  # type: ignore[index]


def theme_rows(user: User, scope: Scope) -> list[ThemeRow]:
    """Return every theme in use, what rises first, then by cases in the scope's weeks."""
    figures = load_figures(user, scope, {Measure.THEME})
    alarms = standing_alarms(user)
    causes = _main_causes(user, scope)
    recommendations = _latest_recommendations(user)
    rows = [
        ThemeRow(
            theme=theme,
            weeks=figures.weekly(Measure.THEME, str(theme.pk)),
            count=figures.total(Measure.THEME, str(theme.pk)),
            url=cases_url(theme.number, scope),
            alarm=alarms.get(theme.pk),
            main_cause=causes.get(theme.pk, ""),
            recommendation=recommendations.get(theme.pk),
        )
        for theme in Theme.objects.visible_to(user).live().select_related("owner").defer("term_weights")
    ]
    return sorted(rows, key=lambda row: (row.alarm is None, -row.count, row.theme.number))


def chosen(rows: Iterable[ThemeRow], *, show: str, words: str, user: User) -> list[ThemeRow]:
    """Return the rows that a view and the words looked for leave."""
    tests: dict[str, Callable[[ThemeRow], bool]] = {
        "rising": lambda row: row.alarm is not None,
        "confirmed": lambda row: row.theme.state == ThemeState.CONFIRMED,
        "suggested": lambda row: row.theme.state == ThemeState.SUGGESTED,
        "mine": lambda row: row.theme.owner_id == user.pk,
    }
    wanted = words.lower().split()
    return [
        row
        for row in rows
        if (show not in tests or tests[show](row)) and all(word in _searched(row.theme) for word in wanted)
    ]


def _searched(theme: Theme) -> str:
    return " ".join([theme.reference, theme.title, theme.definition, *theme.terms]).lower()


def cases_url(number: int, scope: Scope, **extra: str) -> str:
    """Return where the theme's cases of the scope are listed, each with the words that put it there."""
    dates = {"from": scope.first.isoformat(), "to": scope.last.isoformat()}
    return f"{reverse('reporting:theme_cases', args=[number])}?{urlencode(scope.parameters() | dates | extra)}"


def standing_alarms(user: User) -> dict[int, Alarm]:
    """Return by theme the alarm that stands today."""
    alarms = Alarm.objects.visible_to(user).standing().filter(theme__isnull=False).order_by("raised_on", "pk")
    return {alarm.theme_id: alarm for alarm in alarms if alarm.theme_id is not None}


def _main_causes(user: User, scope: Scope) -> dict[int, str]:
    facts = in_scope(CaseFact.objects.visible_to(user), scope)
    facts = facts.filter(theme__isnull=False, root_cause__isnull=False, received_day__range=(scope.first, scope.last))
    counts: dict[int, Counter[int]] = {}
    for theme, cause, number in facts.order_by().values_list("theme_id", "root_cause_id").annotate(n=Count("pk")):
        counts.setdefault(theme, Counter())[cause] = number
    leading = {theme: min(found, key=lambda cause: (-found[cause], cause)) for theme, found in counts.items()}
    labels = dict(RootCause.objects.filter(pk__in=set(leading.values())).values_list("pk", "label"))
    return {theme: labels[cause] for theme, cause in leading.items() if cause in labels}


def _latest_recommendations(user: User) -> dict[int, Recommendation]:
    visible = Recommendation.objects.visible_to(user).prefetch_related("themes").order_by("created_at", "pk")
    return {theme.pk: one for one in visible for theme in one.themes.all()}


@dataclass(frozen=True)
class Nights:
    """The last night that was done, and the last one of all if that failed, is running or said something."""

    good: AnalysisRun | None
    last: AnalysisRun | None

    @property
    def underway(self) -> AnalysisRun | None:
        return self.last if self.last is not None and self.last.is_underway else None

    @property
    def has_failed(self) -> bool:
        return self.last is not None and self.last.state == RunState.FAILED

    @property
    def failure(self) -> str:
        """Return what went wrong, and what the themes shown are worth."""
        said = self.last.failure if self.last else ""
        if self.good is None:
            return said
        return f"{said} The themes are those of {day(self.good.as_of)}, and nothing of them is lost."


def nights(user: User) -> Nights:
    runs = AnalysisRun.objects.visible_to(user)
    return Nights(runs.done().first(), runs.first())


def themes_by_size() -> list[tuple[Theme, int]]:
    """Return the themes with how many cases each has, largest first; for a person at the machine, not for a page."""
    sizes = dict(ThemeMembership.objects.order_by().values_list("theme_id").annotate(size=Count("pk")))
    themes = Theme.objects.live().defer("term_weights")
    return sorted(((theme, sizes.get(theme.pk, 0)) for theme in themes), key=lambda pair: (-pair[1], pair[0].number))
