"""The wall around a complaint about a colleague: who it is about, and that nothing of it stays with them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.choices import EmailState, Role
from accounts.models import Notification, OutboxEmail, User
from cases import permissions, signals
from cases.choices import EventAction, PromiseState, StakeholderRole
from cases.models import Case, CaseAccess, ChecklistItem, NamedColleague, Promise, Stakeholder
from cases.permissions import CaseAction
from cases.services.facts import lock_case
from cases.services.history import record_event
from core.errors import UserFacingError


@transaction.atomic
def name_colleague(case: Case, *, colleague: User, hides_leaders: bool, actor: User, now: datetime) -> Case:
    """Say that the complaint is about `colleague`: from now on they cannot see, own, decide, count or find the case.

    With `hides_leaders` the same holds for whoever leads them, now or later. What they had of the case goes to others.
    """
    locked = lock_case(case)
    permissions.require(actor, CaseAction.NAME_COLLEAGUE, locked)
    if colleague.pk == actor.pk:
        raise UserFacingError("The complaint is about you: ask a colleague to take the case over and to name you.")
    put_behind_the_wall(locked, colleague=colleague, hides_leaders=hides_leaders)
    _require_somebody_left(locked)
    words = f"{colleague}, and who leads them" if hides_leaders else str(colleague)
    changes = {"colleague": ("", words)}
    record_event(locked, actor=actor, action=EventAction.COLLEAGUE_NAMED, now=now, changes=changes)
    take_away(locked, actor=actor, now=now)
    return locked


@transaction.atomic
def clear_colleague(case: Case, *, colleague: User, reason: str, actor: User, now: datetime) -> Case:
    """Say that the complaint is not about `colleague` after all. What they did not see meanwhile, they see again."""
    locked = lock_case(case)
    permissions.require(actor, CaseAction.CLEAR_COLLEAGUE, locked)
    gone, _ = NamedColleague.objects.filter(
        Q(colleague=colleague, leads=None) | Q(leads=colleague), case=locked
    ).delete()
    if gone:
        changes = {"colleague": (str(colleague), "")}
        record_event(locked, actor=actor, action=EventAction.COLLEAGUE_CLEARED, now=now, changes=changes, note=reason)
    return locked


def put_behind_the_wall(case: Case, *, colleague: User, hides_leaders: bool) -> None:
    """Write down who the complaint is about, and who must not see it because they lead that person."""
    named, _ = NamedColleague.objects.update_or_create(
        case=case, colleague=colleague, defaults={"leads": None, "hides_leaders": hides_leaders}
    )
    if not Stakeholder.objects.filter(case=case, colleague=colleague).exists():
        Stakeholder.objects.create(
            case=case, name=colleague.full_name, role=StakeholderRole.COLLEAGUE, colleague=colleague
        )
    if hides_leaders:
        _add_leaders(named)


def follow_leaders(team_ids: Iterable[int], *, now: datetime) -> None:
    """Put those who lead a team now behind the wall of the open cases about its people. Nobody is let in again."""
    found = NamedColleague.objects.filter(hides_leaders=True, colleague__team__in=list(team_ids), case__closed_at=None)
    system = User.objects.system()
    for named in found.select_related("case", "colleague").order_by("pk"):
        if _add_leaders(named):
            take_away(named.case, actor=system, now=now)


def take_away(case: Case, *, actor: User, now: datetime) -> None:
    """Take from those who may no longer know of the case whatever they had of it."""
    lost = _people_who_lost_sight(case)
    if not lost:
        return
    CaseAccess.objects.filter(case=case, person__in=lost).delete()
    if case.owner_id in lost:
        before, case.owner = case.owner, None
        case.save(update_fields=["owner", "updated_at"])
        record_event(
            case, actor=actor, action=EventAction.ASSIGNED, now=now, changes={"owner": (str(before), "nobody")}
        )
        signals.owner_changed.send(sender=Case, case=case, old=before, new=None, actor=actor, now=now)
    keeper = case.owner or actor
    Promise.objects.filter(case=case, owner__in=lost, state=PromiseState.OPEN).update(owner=keeper)
    ChecklistItem.objects.filter(case=case, assignee__in=lost, settled_at=None).update(assignee=case.owner)
    Notification.objects.filter(recipient__in=lost, url__contains=case.number).delete()
    OutboxEmail.objects.filter(recipient__in=lost, state=EmailState.PENDING, body__contains=case.number).delete()


def _add_leaders(named: NamedColleague) -> list[NamedColleague]:
    """Return the leaders who were not behind the wall yet."""
    team = named.colleague.team
    if team is None:
        return []
    known = set(NamedColleague.objects.filter(case=named.case_id).values_list("colleague_id", flat=True))
    leaders = team.leaders.exclude(pk__in=known)
    return NamedColleague.objects.bulk_create(
        [NamedColleague(case_id=named.case_id, colleague=leader, leads=named.colleague) for leader in leaders]
    )


def _people_who_lost_sight(case: Case) -> set[int]:
    walled = set(NamedColleague.objects.filter(case=case).values_list("colleague_id", flat=True))
    if not case.is_restricted:
        return walled
    admitted = CaseAccess.objects.filter(case=case).values("person_id")
    return walled | set(User.objects.people().exclude(pk__in=admitted).values_list("pk", flat=True))


def _require_somebody_left(case: Case) -> None:
    walled = NamedColleague.objects.filter(case=case).values("colleague_id")
    deciders = User.objects.people().filter(role__in=[Role.TEAM_LEADER, Role.MANAGER]).exclude(pk__in=walled)
    if not any(Case.objects.visible_to(person).filter(pk=case.pk).exists() for person in deciders):
        raise UserFacingError(
            "Nobody who can decide on the case would be left. Hand it to another team or admit a manager first."
        )
