"""Harm beyond those who complained: everybody whose case has the same cause, or belongs to the same theme."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from cases.models import Case
from cases.querysets import CaseQuerySet
from reporting.models import AffectedCase, Recommendation


@dataclass(frozen=True)
class Affected:
    """A case with the same cause, and what was done about it; nothing yet when `settled` is `None`."""

    case: Case
    settled: AffectedCase | None


def cases_with_the_same_cause(recommendation: Recommendation, user: User) -> CaseQuerySet:
    """Return the open and closed cases of any kind that share a root cause with the evidence, or its theme."""
    evidence = recommendation.cases.values("pk")
    causes = (
        recommendation.cases.filter(root_cause_analysis__root_cause__isnull=False)
        .order_by()
        .values("root_cause_analysis__root_cause")
    )
    same = Q(fact__root_cause__in=causes) | Q(fact__theme__in=recommendation.themes.values("pk"))
    return Case.objects.visible_to(user).filter(same).exclude(pk__in=evidence)


def with_what_was_done(recommendation: Recommendation, cases: Iterable[Case]) -> list[Affected]:
    found = list(cases)
    settled = {
        one.case_id: one
        for one in recommendation.affected.filter(case__in=[case.pk for case in found]).select_related("decided_by")
    }
    return [Affected(case, settled.get(case.pk)) for case in found]
