"""What is read out of the cases, one module a subject."""

from reporting.models.facts import CaseFact, CaseSpell, DailyFact, FactsProgress, FormerFact
from reporting.models.limits import ChartDecision
from reporting.models.operations import ContactFigures, ContactImport
from reporting.models.recommendations import (
    AffectedCase,
    Recommendation,
    RecommendationCase,
    RecommendationEntry,
    RecommendationTheme,
)
from reporting.models.returns import Return, ReturnEntry, ReturnForm
from reporting.models.saved import ReportIssue, SavedDashboard
from reporting.models.themes import (
    Alarm,
    AnalysisRun,
    LearnedModel,
    MembershipDecision,
    Theme,
    ThemeCentroid,
    ThemeEvent,
    ThemeMembership,
    ThemeSuggestion,
)

__all__ = [
    "AffectedCase",
    "Alarm",
    "AnalysisRun",
    "CaseFact",
    "CaseSpell",
    "ChartDecision",
    "ContactFigures",
    "ContactImport",
    "DailyFact",
    "FactsProgress",
    "FormerFact",
    "LearnedModel",
    "MembershipDecision",
    "Recommendation",
    "RecommendationCase",
    "RecommendationEntry",
    "RecommendationTheme",
    "ReportIssue",
    "Return",
    "ReturnEntry",
    "ReturnForm",
    "SavedDashboard",
    "Theme",
    "ThemeCentroid",
    "ThemeEvent",
    "ThemeMembership",
    "ThemeSuggestion",
]
