"""Why it happened: five whys, the fishbone, and the coded cause."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases import permissions
from cases.choices import CauseVerdict, Certainty, EventAction
from cases.models import Case, Evidence, FishboneCause, RootCauseAnalysis, Why
from cases.permissions import CaseAction
from cases.services.evidence import add_evidence
from cases.services.history import record_event
from cases.services.versions import lock_version
from core.errors import UserFacingError
from policies.models import RootCause

FEWEST_WHYS, MOST_WHYS = 2, 7


@dataclass(frozen=True, kw_only=True)
class WhyAnswer:
    answer: str
    evidence: Evidence | None = None
    is_root_cause: bool = False


@dataclass(frozen=True, kw_only=True)
class NewEvidence:
    """A piece that is not in the register yet."""

    title: str
    evidence_type: str
    shows: str


@transaction.atomic
def save_whys(
    case: Case, *, actor: User, now: datetime, version: int, problem: str, answers: Sequence[WhyAnswer]
) -> RootCauseAnalysis:
    """Write down the problem and the chain of answers to "why did that happen?"."""
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    if not FEWEST_WHYS <= len(answers) <= MOST_WHYS:
        raise UserFacingError(f"Answer between {FEWEST_WHYS} and {MOST_WHYS} whys. You have answered {len(answers)}.")
    if sum(answer.is_root_cause for answer in answers) > 1:
        raise UserFacingError("Mark one answer as the root cause, not several.")
    analysis = lock_version(analysis_of(case), version)
    analysis.problem = problem
    analysis.save(update_fields=["problem", "version", "updated_at"])
    analysis.whys.all().delete()
    Why.objects.bulk_create(
        Why(
            analysis=analysis,
            order=order,
            answer=answer.answer,
            evidence=answer.evidence,
            is_root_cause=answer.is_root_cause,
        )
        for order, answer in enumerate(answers, start=1)
    )
    changes = {"whys": ("", f"{len(answers)} answers")}
    record_event(case, actor=actor, action=EventAction.WHYS_SAVED, now=now, changes=changes)
    return analysis


@transaction.atomic
def add_cause(
    case: Case, *, actor: User, now: datetime, branch: str, text: str, verdict: str = CauseVerdict.OPEN
) -> FishboneCause:
    """Put a possible cause on the fishbone."""
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    cause = FishboneCause.objects.create(analysis=analysis_of(case), branch=branch, text=text, verdict=verdict)
    words = f"{cause.get_branch_display()}: {text}"
    record_event(case, actor=actor, action=EventAction.CAUSE_ADDED, now=now, changes={"cause": ("", words)})
    return cause


@transaction.atomic
def decide_cause(cause: FishboneCause, *, actor: User, now: datetime, verdict: str) -> FishboneCause:
    """Say whether a possible cause contributed or is ruled out."""
    case = cause.analysis.case
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    if cause.verdict != verdict:
        cause.verdict = verdict
        cause.save(update_fields=["verdict"])
        words = f"{cause.text}: {cause.get_verdict_display().lower()}"
        record_event(case, actor=actor, action=EventAction.CAUSE_CHANGED, now=now, changes={"cause": ("", words)})
    return cause


@transaction.atomic
def save_root_cause(
    case: Case,
    *,
    actor: User,
    now: datetime,
    version: int,
    root_cause: RootCause | None,
    statement: str,
    certainty: str,
    corrective_action: str = "",
    evidence: Collection[Evidence] = (),
    new_evidence: NewEvidence | None = None,
) -> RootCauseAnalysis:
    """Code the root cause and say how sure we are. Unless it is not known, evidence must carry it."""
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    if certainty != Certainty.UNKNOWN:
        _check_support(root_cause, [*evidence, new_evidence] if new_evidence else evidence)
    analysis = lock_version(analysis_of(case), version)
    analysis.root_cause, analysis.statement, analysis.certainty = root_cause, statement, certainty
    analysis.corrective_action = corrective_action
    analysis.save(update_fields=["root_cause", "statement", "certainty", "corrective_action", "version", "updated_at"])
    added = [add_evidence(case, actor=actor, now=now, **asdict(new_evidence))] if new_evidence else []
    analysis.evidence.set([*evidence, *added])
    changes = {
        "root cause": ("", str(root_cause or "not known")),
        "certainty": ("", Certainty(certainty).label),
    }
    record_event(case, actor=actor, action=EventAction.ROOT_CAUSE_SAVED, now=now, changes=changes)
    return analysis


def analysis_of(case: Case) -> RootCauseAnalysis:
    """Return the case's analysis, begun if it has none."""
    analysis, _ = RootCauseAnalysis.objects.get_or_create(case=case)
    return analysis


def _check_support(root_cause: RootCause | None, evidence: Collection[object]) -> None:
    if root_cause is None:
        raise UserFacingError("Choose the root cause from the list, or say that it is not known.")
    if not evidence:
        raise UserFacingError("Choose the evidence that shows it or add it below, or say that the cause is not known.")
