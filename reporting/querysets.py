from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Case as Whether
from django.db.models import Exists, F, OuterRef, Q, Subquery, When

from accounts.choices import Role
from cases.models import Case
from reporting.choices import AlarmState, RecommendationState, RunState, SuggestionState, ThemeState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from reporting.models import (
        Alarm,
        AnalysisRun,
        CaseFact,
        CaseSpell,
        ChartDecision,
        ContactFigures,
        ContactImport,
        DailyFact,
        FormerFact,
        Recommendation,
        Return,
        ReturnEntry,
        ReturnForm,
        SavedDashboard,
        Theme,
        ThemeSuggestion,
    )

ModelT = TypeVar("ModelT", bound=models.Model)
CASE_WORKERS = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.MANAGER, Role.SYSTEM})


class CaseFactQuerySet(models.QuerySet["CaseFact"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the facts of the cases that `user` may know about."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def unchanged_since(self, moment: datetime) -> Self:
        """Return the facts that were already so at `moment`."""
        changed = apps.get_model("reporting", "FormerFact")._default_manager.filter(
            case=OuterRef("case"), until__gt=moment
        )
        return self.filter(~Exists(changed))

    def behind_a_wall(self) -> Self:
        """Return the facts of cases that some colleagues may not know about; these are counted for each reader."""
        return self.filter(is_walled=True)

    def with_another_theme_than_the_case(self) -> Self:
        """Return the facts whose theme is not the one that their case is in today."""
        live = [ThemeState.SUGGESTED, ThemeState.CONFIRMED]
        member = "case__theme_membership__theme"
        now = Whether(When(**{f"{member}__state__in": live}, then=F(f"{member}_id")), default=None)
        same = Q(theme_id=F("theme_now")) | Q(theme_id=None, theme_now=None)
        right = Whether(When(same, then=True), default=False)
        return self.annotate(theme_now=now, is_right=right).filter(is_right=False)

    def adopt_theme_of_the_case(self) -> int:
        """Write the theme that each case is in today, if that is still a theme; return how many facts were written."""
        memberships = apps.get_model("reporting", "ThemeMembership")._default_manager
        live = memberships.filter(case=OuterRef("pk"), theme__state__in=[ThemeState.SUGGESTED, ThemeState.CONFIRMED])
        return self.update(theme=Subquery(live.values("theme")))


class FormerFactQuerySet(models.QuerySet["FormerFact"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what the cases that `user` may know about today once were."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def true_at(self, moment: datetime) -> Self:
        """Return the facts that held at `moment`, of the cases that have changed since."""
        later = self.model._default_manager.filter(case=OuterRef("case"), until__gt=moment)
        first = later.order_by("until", "pk").values("pk")[:1]
        return self.filter(until__gt=moment, pk=Subquery(first))


class CaseSpellQuerySet(models.QuerySet["CaseSpell"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))


class DailyFactQuerySet(models.QuerySet["DailyFact"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the counts of the teams whose cases `user` may know about; cases behind a wall are in none."""
        if not user.is_authenticated:
            return self.none()
        match user.role:
            case Role.MANAGER | Role.SYSTEM:
                return self.all()
            case Role.TEAM_LEADER:
                led = user.led_teams.values("pk")
                return self.filter(Q(team_id__in=led) | Q(team_id=user.team_id, team_id__isnull=False))
            case Role.AGENT:
                return self.filter(team_id=user.team_id, team_id__isnull=False)
            case _:
                return self.none()


class ChartDecisionQuerySet(models.QuerySet["ChartDecision"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the decisions to everyone who sees the charts: they name weeks and causes, never cases."""
        return self.all() if user.is_authenticated and user.role in CASE_WORKERS else self.none()


class ThemeQuerySet(models.QuerySet["Theme"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the themes to everyone who works on cases: a theme holds no personal data, its cases do."""
        return self.all() if user.is_authenticated and user.role in CASE_WORKERS else self.none()

    def live(self) -> Self:
        return self.filter(state__in=[ThemeState.SUGGESTED, ThemeState.CONFIRMED])


class ThemePartQuerySet(models.QuerySet[ModelT]):
    """Rows that belong to a theme are seen by whoever sees the theme."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.all() if user.is_authenticated and user.role in CASE_WORKERS else self.none()


class CaseThemeQuerySet(models.QuerySet[ModelT]):
    """What says of a case that it belongs to a theme is seen by whoever sees the case."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))


class AnalysisRunQuerySet(models.QuerySet["AnalysisRun"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.all() if user.is_authenticated and user.role in CASE_WORKERS else self.none()

    def done(self) -> Self:
        return self.filter(state=RunState.DONE)

    def waiting(self) -> Self:
        return self.filter(state=RunState.WAITING)

    def underway(self) -> Self:
        return self.filter(state__in=[RunState.WAITING, RunState.RUNNING])


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.all() if user.is_authenticated and user.role in CASE_WORKERS else self.none()

    def standing(self) -> Self:
        """Return the alarms that say "higher than usual" today: not dismissed, and not gone by themselves."""
        return self.filter(state__in=[AlarmState.OPEN, AlarmState.ACKNOWLEDGED])


class ThemeSuggestionQuerySet(models.QuerySet["ThemeSuggestion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the suggestions to those who decide on them."""
        return self.all() if user.is_authenticated and user.role in {Role.MANAGER, Role.SYSTEM} else self.none()

    def waiting(self) -> Self:
        return self.filter(state=SuggestionState.PROPOSED)


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what has been sent for decision; a draft is seen by its author, and by managers who may help."""
        if not user.is_authenticated or user.role == Role.ADMIN:
            return self.none()
        if user.role in {Role.MANAGER, Role.SYSTEM}:
            return self.all()
        return self.filter(~Q(state=RecommendationState.DRAFT) | Q(author_id=user.pk))

    def waiting(self) -> Self:
        return self.filter(state=RecommendationState.SUBMITTED)


class RecommendationPartQuerySet(models.QuerySet[ModelT]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the parts of the recommendations that `user` may read."""
        whole: Any = apps.get_model("reporting", "Recommendation")._default_manager
        return self.filter(recommendation__in=whole.visible_to(user))


class ContactImportQuerySet(models.QuerySet["ContactImport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what was brought in to those who bring it in."""
        if user.is_authenticated and user.role in {Role.MANAGER, Role.ADMIN, Role.SYSTEM}:
            return self.all()
        return self.none()


class ContactFiguresQuerySet(models.QuerySet["ContactFigures"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the figures of teams that the person answers for, and of people: themselves and those they lead.

        Nobody else sees a person's numbers: managers and admins see those of whole teams.
        """
        if not user.is_authenticated:
            return self.none()
        own = Q(person_id=user.pk)
        match user.role:
            case Role.SYSTEM:
                return self.all()
            case Role.MANAGER | Role.ADMIN:
                return self.filter(Q(person=None) | own)
            case Role.TEAM_LEADER:
                led = user.led_teams.values("pk")
                mine = Q(team_id=user.team_id, team_id__isnull=False)
                return self.filter(Q(person=None) & (Q(team_id__in=led) | mine) | Q(person__team_id__in=led) | own)
            case Role.AGENT:
                return self.filter(Q(person=None, team_id=user.team_id, team_id__isnull=False) | own)
            case _:
                return self.none()

    def of_teams(self) -> Self:
        return self.filter(person=None)

    def between(self, first: date, last: date) -> Self:
        return self.filter(starts_on__gte=first, starts_on__lte=last)


class SavedDashboardQuerySet(models.QuerySet["SavedDashboard"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what the person keeps, and what others share: with their team and its leader; a manager, with all."""
        if not user.is_authenticated or user.role not in CASE_WORKERS:
            return self.none()
        near = Q(owner__team_id=user.team_id, owner__team_id__isnull=False) | Q(owner__team__in=user.led_teams.all())
        return self.filter(Q(owner=user) | Q(is_shared=True) & (near | Q(owner__role=Role.MANAGER)))

    def kept_by(self, user: User) -> Self:
        return self.filter(owner=user)


REPORTERS = frozenset({Role.MANAGER, Role.SYSTEM})


class ReturnFormQuerySet(models.QuerySet["ReturnForm"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the forms to those who report to regulators."""
        return self.all() if user.is_authenticated and user.role in REPORTERS else self.none()


class ReturnQuerySet(models.QuerySet["Return"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the returns to those who report to regulators: they count cases of every team."""
        return self.all() if user.is_authenticated and user.role in REPORTERS else self.none()


class ReturnEntryQuerySet(models.QuerySet["ReturnEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))
