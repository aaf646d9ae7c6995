from datetime import UTC, date, datetime

import factory

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from cases.tests.factories import CaseFactory
from policies.tests.factories import ClauseFactory
from reporting.choices import RecommendationState, ReturnPeriod
from reporting.models import (
    Alarm,
    CaseFact,
    ChartDecision,
    Recommendation,
    Return,
    ReturnForm,
    Theme,
    ThemeMembership,
    ThemeSuggestion,
)


class CaseFactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CaseFact

    case = factory.SubFactory(CaseFactory)
    team = factory.SelfAttribute("case.team")
    kind = factory.SelfAttribute("case.kind")
    received_day = date(2026, 11, 2)


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme

    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Rejected refunds {n}")
    suggested_title = factory.SelfAttribute("title")


class ThemeMembershipFactory(factory.django.DjangoModelFactory):
    """A case that the analysis put into a theme."""

    class Meta:
        model = ThemeMembership

    case = factory.SubFactory(CaseFactory)
    theme = factory.SubFactory(ThemeFactory)
    received_day = date(2026, 11, 2)
    similarity = 0.6
    text_digest = "read"


class AlarmFactory(factory.django.DjangoModelFactory):
    """A rise that nobody has looked at."""

    class Meta:
        model = Alarm

    theme = factory.SubFactory(ThemeFactory)
    raised_on = date(2026, 11, 18)
    last_hit_on = date(2026, 11, 20)
    since = date(2026, 10, 12)
    observed = 34
    expected = 14.2
    p = 0.0002


class ThemeSuggestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ThemeSuggestion

    terms = factory.List(["heat pump"])
    key = factory.Sequence(lambda n: f"heat pump {n}")
    found_on = date(2026, 11, 18)


class RecommendationFactory(factory.django.DjangoModelFactory):
    """One that a manager sent for decision."""

    class Meta:
        model = Recommendation

    title = "Tell customers of a failed refund"
    author = factory.SubFactory(UserFactory, role=Role.MANAGER, team=None)
    owner = factory.SelfAttribute("author")
    clause = factory.SubFactory(ClauseFactory)
    state = RecommendationState.SUBMITTED


class ChartDecisionFactory(factory.django.DjangoModelFactory):
    """A week left out of the limits of the chart of cases received."""

    class Meta:
        model = ChartDecision

    kpi = "received"
    week = date(2026, 11, 2)
    reason = "The storm"
    decided_by = factory.SubFactory(UserFactory, role=Role.MANAGER, team=None)
    decided_at = datetime(2026, 11, 20, 9, tzinfo=UTC)


class ReturnFormFactory(factory.django.DjangoModelFactory):
    """One table of what came and went, by quarter."""

    class Meta:
        model = ReturnForm

    code = factory.Sequence(lambda n: f"report-{n}")
    pack = "house"
    title = "Complaints report"
    period = ReturnPeriod.QUARTER
    due_business_days = 20
    valid_from = date(2020, 1, 1)
    content = factory.LazyFunction(
        lambda: {
            "left_out": ["FORWARDED", "DUPLICATE"],
            "upheld": ["UPHELD", "PARTLY_UPHELD"],
            "tables": [
                {
                    "title": "Complaints in the period",
                    "rows": "TOTAL",
                    "columns": [
                        {"title": "Outstanding at start", "count": "BROUGHT_FORWARD"},
                        {"title": "Opened", "count": "OPENED"},
                        {"title": "Opened again", "count": "REOPENED"},
                        {"title": "Closed", "count": "CLOSED"},
                        {"title": "Outstanding at end", "count": "CARRIED_FORWARD"},
                        {"title": "Upheld", "share": ["UPHELD", "CLOSED"]},
                        {"title": "Redress", "count": "REDRESS"},
                        {"title": "Opened per 1000", "per_thousand": "OPENED"},
                    ],
                }
            ],
        }
    )


class ReturnFactory(factory.django.DjangoModelFactory):
    """The return of the third quarter of 2026, not signed."""

    class Meta:
        model = Return

    form = factory.SubFactory(ReturnFormFactory)
    first = date(2026, 7, 1)
    last = date(2026, 9, 30)
    prepared_by = factory.SubFactory(UserFactory, role=Role.MANAGER, team=None)
