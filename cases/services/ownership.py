"""Who works on the case, and who may know of it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.choices import Role
from accounts.models import Team, User
from accounts.services.news import News, tell
from cases import permissions, signals
from cases.choices import ASSIGNED_NEWS, EventAction
from cases.models import Case, CaseAccess, NamedColleague
from cases.permissions import CaseAction
from cases.services.facts import lock_case
from cases.services.history import record_event
from core.errors import UserFacingError

CASEWORKERS = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.MANAGER})


@transaction.atomic
def assign(case: Case, *, actor: User, now: datetime, owner: User | None, reason: str = "") -> Case:
    """Give the case to `owner`, or to nobody, and tell them."""
    locked = lock_case(case)
    permissions.require(actor, CaseAction.ASSIGN, locked)
    return _set_owner(locked, owner, actor=actor, now=now, reason=reason)


@transaction.atomic
def take(case: Case, *, actor: User, now: datetime) -> Case:
    """Become the owner of a case that has none."""
    locked = lock_case(case)
    permissions.require(actor, CaseAction.TAKE, locked)
    if locked.owner_id and locked.owner_id != actor.pk:
        raise UserFacingError(f"{locked.owner} took this case first. A team leader can give it to you.")
    return _set_owner(locked, actor, actor=actor, now=now, reason="")


@transaction.atomic
def change_team(case: Case, *, actor: User, now: datetime, team: Team, reason: str = "") -> Case:
    """Hand the case to another team. Its owner stays only if they work there."""
    locked = lock_case(case)
    permissions.require(actor, CaseAction.ASSIGN, locked)
    if locked.team_id == team.pk:
        return locked
    before, locked.team = locked.team, team
    locked.save(update_fields=["team", "updated_at"])
    changes = {"team": (str(before or ""), str(team))}
    record_event(locked, actor=actor, action=EventAction.MOVED, now=now, changes=changes, note=reason)
    if locked.owner and locked.owner.team_id != team.pk:
        _set_owner(locked, None, actor=actor, now=now, reason="")
    return locked


@transaction.atomic
def hand_over(case: Case, *, actor: User, now: datetime, owner: User | None, team: Team, reason: str = "") -> Case:
    """Change team and owner in one step."""
    moved = change_team(case, actor=actor, now=now, team=team, reason=reason)
    return assign(moved, actor=actor, now=now, owner=owner, reason=reason)


@transaction.atomic
def restrict(case: Case, *, actor: User, now: datetime, people: Collection[User]) -> Case:
    """Let only `people`, the owner and the person who restricts it know of the case."""
    locked = lock_case(case)
    permissions.require(actor, CaseAction.RESTRICT, locked)
    admitted = {person.pk: person for person in [*people, actor, *([locked.owner] if locked.owner else [])]}
    CaseAccess.objects.filter(case=locked).exclude(person__in=admitted).delete()
    CaseAccess.objects.bulk_create(
        [CaseAccess(case=locked, person=person) for person in admitted.values()], ignore_conflicts=True
    )
    locked.is_restricted = True
    locked.save(update_fields=["is_restricted", "updated_at"])
    names = ", ".join(sorted(str(person) for person in admitted.values()))
    record_event(locked, actor=actor, action=EventAction.RESTRICTED, now=now, changes={"access": ("", names)})
    return locked


@transaction.atomic
def open_up(case: Case, *, actor: User, now: datetime, reason: str) -> Case:
    """Lift the restriction: the team sees the case again."""
    locked = lock_case(case)
    permissions.require(actor, CaseAction.RESTRICT, locked)
    if locked.is_restricted:
        locked.is_restricted = False
        locked.save(update_fields=["is_restricted", "updated_at"])
        record_event(locked, actor=actor, action=EventAction.OPENED_UP, now=now, note=reason)
    return locked


def _set_owner(case: Case, owner: User | None, *, actor: User, now: datetime, reason: str) -> Case:
    before = case.owner
    if before == owner:
        return case
    if owner:
        _check_owner(case, owner)
    case.owner = owner
    case.save(update_fields=["owner", "updated_at"])
    if owner and case.is_restricted:
        CaseAccess.objects.get_or_create(case=case, person=owner)
    changes = {"owner": (str(before or ""), str(owner or "nobody"))}
    event = record_event(case, actor=actor, action=EventAction.ASSIGNED, now=now, changes=changes, note=reason)
    if owner and owner != actor:
        _tell(owner, case, actor=actor, now=now, key=f"assigned:{case.pk}:{event.seq}")
    signals.owner_changed.send(sender=Case, case=case, old=before, new=owner, actor=actor, now=now)
    return case


def _check_owner(case: Case, owner: User) -> None:
    """Refuse an owner who may not see the case. The words never say why: that would give the reason away."""
    walled_off = NamedColleague.objects.filter(case=case, colleague=owner).exists()
    if walled_off or not owner.is_active or owner.role not in CASEWORKERS:
        raise UserFacingError(f"{owner} cannot be given this case. Choose somebody else.")


def _tell(owner: User, case: Case, *, actor: User, now: datetime, key: str) -> None:
    news = News(
        recipient=owner,
        kind=ASSIGNED_NEWS,
        key=key,
        text=f"{actor} gave you {case}: {case.summary}",
        url=case.get_absolute_url(),
        reason="The case is yours.",
        email_text=f"{actor} gave you {case}",
    )
    tell([news], now=now)
