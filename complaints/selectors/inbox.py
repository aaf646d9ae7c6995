"""What waits for whose sign-off."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.choices import ApprovalState, CaseStatus, Decision
from cases.models import Approval, ApprovalDecision, Case, NamedColleague
from complaints import permissions
from complaints.choices import ComplaintAction, InboxView, Stage
from complaints.models import Contributor, Delegation, FormerOwner
from complaints.selectors.authority import OWNERSHIP_LINGERS


def inbox(user: User, view: InboxView, *, now: datetime) -> QuerySet[Approval]:
    """Return the rounds of one view, the longest waiting first, with all that its table shows."""
    visible = Approval.objects.visible_to(user)
    match view:
        case InboxView.MINE:
            found = waiting_for(user, now=now)
        case InboxView.OTHERS:
            pending = visible.filter(state=ApprovalState.PENDING)
            found = pending.exclude(pk__in=waiting_for(user, now=now).values("pk"))
        case InboxView.RETURNED:
            found = visible.filter(state=ApprovalState.RETURNED, case__status=CaseStatus.RETURNED)
        case InboxView.DECIDED:
            found = visible.filter(state__in=[ApprovalState.APPROVED, ApprovalState.REFERRED, ApprovalState.RETURNED])
    order = ["-decided_at", "-pk"] if view == InboxView.DECIDED else ["requested_at", "pk"]
    people = found.select_related("case__customer", "requested_by", "proposal")
    return people.prefetch_related("case__points", "decisions__decided_by").order_by(*order)


def waiting_for(user: User, *, now: datetime) -> QuerySet[Approval]:
    """Return the rounds that `user` may decide on, if only to return them or refer them up: one query.

    The same rules as `permissions.conflict`, said in SQL; a test holds the two together.
    """
    pending = Approval.objects.visible_to(user).filter(state=ApprovalState.PENDING)
    if not permissions.may(user, ComplaintAction.APPROVE):
        return pending.none()
    day = timezone.localdate(now)
    givers = Delegation.objects.active(day).filter(receiver=user).values("giver_id")
    stand_in_for = User.objects.filter(Q(pk=user.pk) | Q(pk__in=givers))
    decided = ApprovalDecision.objects.filter(approval=OuterRef("pk"), decided_by=user)
    return pending.filter(
        ~Q(proposal__referred_by=user),
        ~Exists(stand_in_for.filter(_has_a_part(since=now - OWNERSHIP_LINGERS))),
        ~Exists(decided),
        ~(Q(case__complaint__stage=Stage.SECOND) & Exists(_approved_before(user))),
    )


def _has_a_part(*, since: datetime) -> Q:
    """Return who proposed the round, owns or owned its case, contributed to it or is named in it."""
    here = {"case": OuterRef(OuterRef("case"))}
    return (
        Q(pk=OuterRef("requested_by"))
        | Q(pk=OuterRef("case__owner"))
        | Q(Exists(FormerOwner.objects.filter(**here, person=OuterRef("pk"), until__gte=since)))
        | Q(Exists(Contributor.objects.filter(**here, person=OuterRef("pk"))))
        | Q(Exists(NamedColleague.objects.filter(**here, colleague=OuterRef("pk"))))
    )


def _approved_before(user: User) -> QuerySet[ApprovalDecision]:
    return ApprovalDecision.objects.filter(
        approval__case=OuterRef("case"),
        approval__round__lt=OuterRef("round"),
        decided_by=user,
        decision=Decision.APPROVE,
    )


def waiting_count(user: User) -> int:
    """Return the number beside "Sign-off" in the navigation."""
    return waiting_for(user, now=timezone.localtime()).count()


def being_investigated(user: User) -> int:
    """Return how many cases may come next, for the words of an empty inbox."""
    return Case.objects.visible_to(user).filter(status=CaseStatus.INVESTIGATING).count()


def roles_with_inbox() -> list[Role]:
    """Return the roles whose navigation shows the inbox; an agent finds their own proposals on their cases."""
    return [role for role, actions in permissions.ROLE_ACTIONS.items() if ComplaintAction.APPROVE in actions]
