"""What will happen to a case, worked out before it exists. Logging does exactly what this said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import Team, User
from cases.models import Case
from cases.querysets import CaseQuerySet
from desk.selectors.answers import Answers
from policies.choices import CaseKind, Priority, TriageOutcome, TriggerEffect
from policies.models import Clause
from policies.selectors import clause_named, priority_with_reason
from policies.triage import Answer, Walk

REASON_LENGTH = Case._meta.get_field("priority_reason").max_length or 0
INCIDENTS_OFFERED = 5


@dataclass(frozen=True, kw_only=True)
class KindDecision:
    """The kind of case, who decided it, and where that is written."""

    kind: CaseKind
    outcome: TriageOutcome
    reason: str
    clause: Clause | None
    was_overridden: bool
    asks_for_incident: bool
    walked: Walk

    @property
    def advice(self) -> Answer | None:
        """Return the answer whose standard code and words hold; none where it came out otherwise than the questions say."""
        end = self.walked.end
        return end if end and end.outcome == self.outcome else None

    @property
    def is_request(self) -> bool:
        return self.kind == CaseKind.SERVICE_REQUEST


@dataclass(frozen=True, kw_only=True)
class PriorityDecision:
    priority: Priority
    reason: str


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where the case goes. Without a team only managers see it, and its owner."""

    team: Team | None
    owner: User | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What is decided; `policy` is the priority before anybody changed it by hand."""

    kind: KindDecision | None
    priority: PriorityDecision | None
    policy: PriorityDecision | None
    route: Route
    received_at: datetime


def outlook(answers: Answers, *, actor: User, now: datetime) -> Outlook:
    """Return what is decided by the answers so far."""
    received_at = received(answers, now=now)
    policy = policy_priority(answers, received_at=received_at)
    return Outlook(
        kind=decide_kind(answers),
        priority=_priority(answers, policy),
        policy=policy,
        route=decide_route(answers, actor=actor),
        received_at=received_at,
    )


def received(answers: Answers, *, now: datetime) -> datetime:
    """Return when the customer told us: now, or the start of the earlier day that somebody gave."""
    day = answers.received_on
    if day is None or day == timezone.localtime(now).date():
        return now
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def kind_of(answers: Answers) -> CaseKind | None:
    """Return the kind that the triage questions decide, or what somebody changed it to."""
    if answers.triage is None or answers.triage.end is None:
        return None
    return answers.kind if answers.kind is not None else TriageOutcome(answers.triage.end.outcome).kind


def decide_kind(answers: Answers) -> KindDecision | None:
    """Return the kind with who decided it, and where that is written."""
    walked, kind = answers.triage, kind_of(answers)
    if walked is None or walked.end is None or kind is None:
        return None
    end, outcome = walked.end, TriageOutcome(walked.end.outcome)
    changed = kind != outcome.kind
    return KindDecision(
        kind=kind,
        outcome=TriageOutcome(kind) if changed else outcome,
        reason=f"Changed by hand: {answers.kind_reason}" if changed else end.reason,
        clause=clause_named(walked.tree.clause_for(kind) if changed else end.clause),
        was_overridden=changed,
        asks_for_incident=end.raises_incident and kind == CaseKind.COMPLAINT,
        walked=walked,
    )


def policy_priority(answers: Answers, *, received_at: datetime) -> PriorityDecision | None:
    """Return what the matrix and the triggers decide, before anybody changes it by hand."""
    if answers.impact is None or answers.urgency is None:
        return None
    day = timezone.localtime(received_at).date()
    priority, reason = priority_with_reason(
        impact=answers.impact, urgency=answers.urgency, day=day, triggers=list(answers.triggers)
    )
    return PriorityDecision(priority=priority, reason=Truncator(reason).chars(REASON_LENGTH))


def _priority(answers: Answers, decision: PriorityDecision | None) -> PriorityDecision | None:
    if decision is None or answers.priority in (None, decision.priority):
        return decision
    reason = f"Changed from {decision.priority.name}: {answers.priority_reason}"
    return PriorityDecision(priority=answers.priority, reason=Truncator(reason).chars(REASON_LENGTH))


def decide_route(answers: Answers, *, actor: User) -> Route:
    """Return the first team that fits and is not led by a colleague whom the case is about."""
    owner = actor if answers.is_mine and actor not in answers.colleagues else None
    led = _teams_led_by(_behind_the_wall(answers))
    for team, reason in _candidates(answers, actor):
        if team.pk not in led:
            return Route(team=team, owner=owner, reason=reason)
    reason = "The leader of the team is named in it." if led else "You are in no team, and no category is chosen."
    return Route(team=None, owner=owner, reason=f"{reason} A manager decides who looks into it.")


def _candidates(answers: Answers, actor: User) -> list[tuple[Team, str]]:
    found = []
    if answers.category and answers.category.team:
        found.append((answers.category.team, f"Cases about “{answers.category.name}” go there."))
    if actor.team:
        why = "No team is set for the category" if answers.category else "No category is chosen"
        found.append((actor.team, f"{why}, so it stays in your team."))
    return found


def _behind_the_wall(answers: Answers) -> list[User]:
    """Return whom the case is about and, where the trigger says so, who leads them."""
    colleagues = list(answers.colleagues)
    if colleagues and TriggerEffect.ABOUT_LEADER_TOO in {each.effect for each in answers.triggers}:
        teams = [colleague.team_id for colleague in colleagues if colleague.team_id]
        colleagues += User.objects.people().filter(led_teams__in=teams).distinct()
    return colleagues


def _teams_led_by(colleagues: Sequence[User]) -> set[int]:
    if not colleagues:
        return set()
    return set(Team.leaders.through.objects.filter(user__in=colleagues).values_list("team_id", flat=True))


def open_incidents(user: User) -> CaseQuerySet:
    """Return the latest open incidents that the person may know about."""
    incidents = Case.objects.visible_to(user).open().filter(kind=CaseKind.INCIDENT)
    return incidents.order_by("-received_at", "-pk")[:INCIDENTS_OFFERED]
