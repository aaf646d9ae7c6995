"""What stands higher than usual, what came of earlier alarms, and how often the detector was wrong."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q

from accounts.models import User
from policies.models import Category
from reporting.choices import AlarmState, Measure
from reporting.measures.figures import Share
from reporting.models import Alarm, AnalysisRun, Theme
from reporting.querysets import AlarmQuerySet
from reporting.selectors.scope import Scope
from reporting.selectors.themes.listing import cases_url
from reporting.themes.rising import RECENT_DAYS

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class AlarmLine:
    """An alarm, and where the cases that it counted are listed."""

    alarm: Alarm
    cases_url: str

    @property
    def subject(self) -> str:
        return str(self.alarm.theme or self.alarm.category)

    @property
    def expected(self) -> str:
        return f"{self.alarm.expected:.1f}"

    @property
    def chance(self) -> str:
        """Return the probability in words that nobody misreads."""
        return f"1 in {round(1 / self.alarm.p):,}" if self.alarm.p > 1e-6 else "less than 1 in a million"


def alarm_line(alarm: Alarm) -> AlarmLine:
    first = alarm.last_hit_on.toordinal() - RECENT_DAYS + 1
    dates = {"from": date.fromordinal(first).isoformat(), "to": alarm.last_hit_on.isoformat()}
    scope = Scope(today=alarm.last_hit_on)
    if alarm.theme:
        return AlarmLine(alarm, cases_url(alarm.theme.number, scope, **dates))
    key = str(alarm.category_id)
    url = scope.cases_url(Measure.CATEGORY, key=key, first=date.fromordinal(first), last=alarm.last_hit_on)
    return AlarmLine(alarm, url)


def standing(user: User) -> list[AlarmLine]:
    """Return what says "higher than usual" today, what nobody has looked at first."""
    alarms = _joined(Alarm.objects.visible_to(user).standing())
    return [alarm_line(alarm) for alarm in sorted(alarms, key=lambda one: (one.state != AlarmState.OPEN, one.p))]


def past(user: User) -> AlarmQuerySet:
    return _joined(Alarm.objects.visible_to(user).exclude(state__in=[AlarmState.OPEN, AlarmState.ACKNOWLEDGED]))


def of_theme(user: User, theme: Theme) -> list[AlarmLine]:
    return [alarm_line(alarm) for alarm in _joined(Alarm.objects.visible_to(user).filter(theme=theme))]


def waiting(user: User) -> int:
    return Alarm.objects.visible_to(user).filter(state=AlarmState.OPEN).count()


def _joined(alarms: AlarmQuerySet) -> AlarmQuerySet:
    return alarms.select_related("theme", "category", "settled_by").defer("theme__term_weights").order_by(
        "-raised_on", "-pk"
    )  # fmt: skip


@dataclass(frozen=True)
class TrackRecord:
    """How the detector has done here: `false` are alarms that a person dismissed."""

    raised: int
    false: int
    acknowledged: int
    years_watched: float

    @property
    def false_share(self) -> Share:
        """Return the share dismissed of those that a person judged."""
        return Share(self.false, self.false + self.acknowledged)

    @property
    def false_a_year(self) -> str:
        """Return the false alarms for each thing watched and year; the simulation says .03 to .07 for themes."""
        return f"{self.false / self.years_watched:.2f}" if self.years_watched >= 1 else "n/a"

    @property
    def watched(self) -> str:
        return f"{self.years_watched:,.0f}"


def track_record(user: User) -> TrackRecord:
    """Count every alarm there was, against how many things were watched for how long."""
    counted = Alarm.objects.visible_to(user).aggregate(
        raised=Count("pk"),
        false=Count("pk", filter=Q(state=AlarmState.DISMISSED)),
        acknowledged=Count("pk", filter=Q(settled_by__isnull=False) & ~Q(state=AlarmState.DISMISSED)),
    )
    span = AnalysisRun.objects.visible_to(user).done().aggregate(first=Min("as_of"), last=Max("as_of"))
    days = (span["last"] - span["first"]).days + 1 if span["first"] else 0
    subjects = Theme.objects.visible_to(user).live().count() + Category.objects.count()
    return TrackRecord(**counted, years_watched=days * subjects / DAYS_A_YEAR)
