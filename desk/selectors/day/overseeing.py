"""What managers, admins and data protection leads look at first."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.choices import EmailState
from accounts.models import OutboxEmail, User
from cases.models import PersonalDataRead
from cases.selectors.access_log import unusual
from complaints.selectors.inbox import waiting_for
from desk.selectors.day.leading import sign_offs
from desk.selectors.day.parts import MOST_ROWS, Box, Day, Line, Number, link_task, queue_url, url_if_any
from policies.choices import VersionState
from policies.models import PolicyVersion
from reporting.choices import AlarmState, RecommendationState
from reporting.models import Alarm, Recommendation
from reporting.selectors.dashboards import on_time
from reporting.selectors.scope import Scope

WEEKS: Final = 8
RECENT: Final = timedelta(days=7)


def managers_day(user: User, *, now: datetime) -> Day:
    """Show how we do, and what only a manager can decide."""
    waiting = list(
        waiting_for(user, now=now)
        .select_related("case", "requested_by")
        .defer("case__story")
        .order_by("requested_at", "pk")[:MOST_ROWS]
    )
    lines = [*_rising(user), *_proposed(user)]
    figures = on_time(user, Scope(today=timezone.localtime(now).date(), weeks=WEEKS)).key_figures
    return Day(
        tasks=[
            *link_task("Themes", "reporting:themes", "diagram-3"),
            *link_task("Recommendations", "reporting:recommendations", "lightbulb"),
            *link_task("Dashboards", "reporting:dashboards", "bar-chart", is_primary=True),
        ],
        numbers=[
            Number(label=each.label, figure=each.figure, say=each.say or each.small, url=each.url)
            for each in figures[:4]
        ],
        todos=sign_offs(waiting, now),
        order="The longest waiting first",
        nothing="Nothing waits for your decision.",
        nothing_link=("See all open cases", queue_url(user, "view=all-open")),
        boxes=[Box(title="What keeps coming back", lines=lines)] if lines else [],
    )


def _rising(user: User) -> list[Line]:
    """Return the themes that are higher than usual, until somebody has settled the alarm."""
    alarms = Alarm.objects.visible_to(user).filter(state=AlarmState.OPEN, theme__isnull=False)
    return [
        Line(
            text=f"{alarm.theme} is higher than usual",
            url=alarm.theme.get_absolute_url() if alarm.theme else "",
            below=f"{alarm.observed} cases in 4 weeks, {alarm.expected:.0f} expected",
            when=f"since {alarm.since.day} {alarm.since:%B}",
            icon="arrow-up-right",
        )
        for alarm in alarms.select_related("theme").defer("theme__term_weights")[:MOST_ROWS]
    ]


def _proposed(user: User) -> list[Line]:
    """Return the recommendations that wait for a decision which this person may take."""
    waiting = Recommendation.objects.visible_to(user).filter(state=RecommendationState.SUBMITTED).exclude(author=user)
    return [
        Line(
            text=f"Decide on “{each.title}”",
            url=each.get_absolute_url(),
            below=f"{each.reference}, by {each.author}",
            icon="lightbulb",
        )
        for each in waiting.select_related("author").order_by("submitted_at", "pk")[:MOST_ROWS]
    ]


def admins_day(user: User, *, now: datetime) -> Day:
    drafts = PolicyVersion.objects.visible_to(user).filter(state=VersionState.DRAFT).count()
    failed = OutboxEmail.objects.filter(state=EmailState.FAILED).count()
    locked = User.objects.visible_to(user).filter(is_active=False).count()
    return Day(
        tasks=[
            *link_task("People and access", "accounts:people", "people"),
            *link_task("Policies and SLAs", "policies:index", "book", is_primary=True),
        ],
        numbers=[
            Number(label="Policies waiting for approval", figure=str(drafts), url=url_if_any("policies:index")),
            Number(
                label="Emails that failed",
                figure=str(failed),
                say="" if failed else "Every email went out",
                tone="bad" if failed else "good",
            ),
            Number(label="Accounts switched off", figure=str(locked), url=url_if_any("accounts:people")),
        ],
        todos=[],
        order="",
        nothing="Nothing waits for you.",
        nothing_link=("See people and access", reverse("accounts:people")),
    )


def data_protection_day(user: User, *, now: datetime) -> Day:
    """Show who looked at personal data lately: counts only, since this role sees no case."""
    recent = PersonalDataRead.objects.visible_to(user).filter(read_at__gte=now - RECENT)
    counts = dict(recent.order_by().values_list("what").annotate(n=Count("pk")))
    strange = len(unusual(user, now=now))
    log = reverse("cases:access_log")
    return Day(
        tasks=[*link_task("Access log", "cases:access_log", "eye", is_primary=True)],
        numbers=[
            Number(label="Cases opened in 7 days", figure=str(counts.get("case", 0)), url=f"{log}?what=case"),
            Number(
                label="Contact details opened in 7 days",
                figure=str(counts.get("contact details", 0)),
                url=f"{log}?what=contact+details",
            ),
            Number(label="Lists exported in 7 days", figure=str(counts.get("export", 0)), url=f"{log}?what=export"),
            Number(
                label="Worth a look",
                figure=str(strange),
                url=f"{log}#unusual" if strange else "",
                say="" if strange else "Nobody looked at unusually much",
                tone="warn" if strange else "good",
            ),
        ],
        todos=[],
        order="",
        nothing="No request waits for you.",
    )
