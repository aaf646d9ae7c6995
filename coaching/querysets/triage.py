from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models

from accounts.choices import Role
from coaching.choices.triage import ProposalState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from coaching.models import TriageDraw, TriageReview

LEADERS = frozenset({Role.TEAM_LEADER, Role.MANAGER})


class TriageDrawQuerySet(models.QuerySet["TriageDraw"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.all() if user.is_authenticated and user.role in LEADERS else self.none()


class TriageReviewQuerySet(models.QuerySet["TriageReview"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the drawn decisions about cases that a leader or manager may know of."""
        if not user.is_authenticated or user.role not in LEADERS:
            return self.none()
        cases: Any = apps.get_model("cases", "Case")._default_manager
        return self.filter(decision__case__in=cases.visible_to(user))

    def waiting_for(self, user: User) -> Self:
        """Return what `user` may judge: what nobody has judged, and somebody else decided."""
        return self.visible_to(user).filter(verdict="").exclude(decision__decided_by=user)

    def proposals(self) -> Self:
        return self.filter(proposal=ProposalState.OPEN)

    def with_decision(self) -> Self:
        return self.select_related(
            "draw", "reviewer", "settled_by", "decision__case", "decision__decided_by", "decision__tree"
        )
