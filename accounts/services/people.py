"""Accounts and teams: added, changed and switched off by an admin, never deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.choices import Role, SettingsArea
from accounts.models import OutboxEmail, Team, User
from accounts.permissions import PeopleAction, require
from accounts.services.changes import bring_to, record_settings_change
from accounts.signals import leaders_changed
from core.errors import UserFacingError


class AccountRefusedError(UserFacingError):
    """The account cannot be changed in this way; the text says what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a person's account allows: their role, where they work, and which teams they lead."""

    full_name: str
    role: Role
    team: Team | None = None
    leads: Collection[Team] = ()
    is_reviewer: bool = False


@dataclass(frozen=True, kw_only=True)
class TeamFacts:
    name: str
    time_zone: str
    leaders: Collection[User] = ()
    emails_an_hour: int | None = None
    is_active: bool = True


@transaction.atomic
def invite_person(*, email: str, access: Access, actor: User, now: datetime) -> User:
    """Open an account and send a link with which its owner sets their own password."""
    require(actor, PeopleAction.MANAGE)
    _refuse_system(access.role)
    if User.objects.get_queryset().filter(email__iexact=email).exists():
        raise AccountRefusedError(f"There is an account for {email} already. Change that one, or switch it on again.")
    person = User.objects.create_user(
        email, full_name=access.full_name, role=access.role, team=access.team, is_reviewer=access.is_reviewer
    )
    person.led_teams.set(access.leads)
    record_settings_change(person, area=SettingsArea.PEOPLE, what="added", actor=actor, now=now)
    _queue_invitation(person, now=now)
    return person


@transaction.atomic
def send_invitation_again(*, person_id: int, actor: User, now: datetime) -> User:
    require(actor, PeopleAction.MANAGE)
    person = _locked(person_id)
    if not person.is_active:
        raise AccountRefusedError("This account is switched off. Switch it on first.")
    _queue_invitation(person, now=now)
    record_settings_change(person, area=SettingsArea.PEOPLE, what="invited again", actor=actor, now=now)
    return person


@transaction.atomic
def change_access(*, person_id: int, access: Access, actor: User, now: datetime) -> User:
    """Change what an account allows. Nobody changes their own role, and one admin always remains."""
    require(actor, PeopleAction.MANAGE)
    _refuse_system(access.role)
    person = _locked(person_id)
    if access.role != person.role:
        _refuse_own(person, actor, "change your own role")
        _keep_one_admin(person)
    values = {
        "full_name": access.full_name,
        "role": access.role,
        "team": access.team,
        "is_reviewer": access.is_reviewer,
    }
    changes = bring_to(person, values)
    before = sorted(person.led_teams.values_list("name", flat=True))
    person.led_teams.set(access.leads)
    after = sorted(team.name for team in access.leads)
    if before != after:
        changes["leads"] = (", ".join(before), ", ".join(after))
    if changes:
        record_settings_change(person, area=SettingsArea.PEOPLE, what="changed", actor=actor, now=now, changes=changes)
        teams = {team.pk for team in access.leads} | ({access.team.pk} if access.team else set())
        leaders_changed.send(sender=Team, team_ids=teams, now=now)
    return person


@transaction.atomic
def switch_account(*, person_id: int, is_active: bool, actor: User, now: datetime) -> User:
    """Switch an account off or on. What the person did stays under their name."""
    require(actor, PeopleAction.MANAGE)
    person = _locked(person_id)
    if not is_active:
        _refuse_own(person, actor, "switch off your own account")
        _keep_one_admin(person)
    if changes := bring_to(person, {"is_active": is_active}):
        what = "switched on" if is_active else "switched off"
        record_settings_change(person, area=SettingsArea.PEOPLE, what=what, actor=actor, now=now, changes=changes)
    return person


@transaction.atomic
def save_team(*, team_id: int | None, facts: TeamFacts, actor: User, now: datetime) -> Team:
    """Add a team, or change one."""
    require(actor, PeopleAction.MANAGE)
    team = Team.objects.select_for_update().get(pk=team_id) if team_id else Team()
    values = {
        "name": facts.name,
        "time_zone": facts.time_zone,
        "emails_an_hour": facts.emails_an_hour,
        "is_active": facts.is_active,
    }
    if team_id:
        changes = bring_to(team, values)
    else:
        changes = {name: ("", value) for name, value in values.items()}
        team = Team.objects.create(**values)
    before = sorted(team.leaders.values_list("full_name", flat=True))
    team.leaders.set(facts.leaders)
    after = sorted(person.full_name for person in facts.leaders)
    if before != after:
        changes["leaders"] = (", ".join(before), ", ".join(after))
    if changes:
        what = "changed" if team_id else "added"
        record_settings_change(team, area=SettingsArea.TEAMS, what=what, actor=actor, now=now, changes=changes)
        leaders_changed.send(sender=Team, team_ids={team.pk}, now=now)
    return team


def _locked(person_id: int) -> User:
    return User.objects.get_queryset().select_for_update().exclude(role=Role.SYSTEM).get(pk=person_id)


def _refuse_system(role: Role) -> None:
    if role == Role.SYSTEM:
        raise AccountRefusedError("The system role belongs to Redress itself. Select another role.")


def _refuse_own(person: User, actor: User, words: str) -> None:
    if person.pk == actor.pk:
        raise AccountRefusedError(f"You cannot {words}. Another admin can.")


def _keep_one_admin(person: User) -> None:
    admins = User.objects.people().filter(role=Role.ADMIN)
    if person.role == Role.ADMIN and person.is_active and not admins.exclude(pk=person.pk).exists():
        raise AccountRefusedError("This is the only admin. Make somebody else an admin first.")


def _queue_invitation(person: User, *, now: datetime) -> None:
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    path = reverse("account_reset_password_from_key", kwargs=key)
    OutboxEmail.objects.create(
        to=person.email,
        recipient=person,
        subject="Your Redress account",
        body=(
            f"Hello {person.full_name},\n\nan account for Redress has been opened for you. "
            f"Set your password here:\n\n{settings.SITE_URL}{path}\n\n"
            "The link works once. If it has run out, use “I cannot sign in” on the sign-in page.\n"
        ),
        dedupe_key=f"invitation:{person.pk}:{now.isoformat()}",
        send_after=now,
        created_at=now,
    )
