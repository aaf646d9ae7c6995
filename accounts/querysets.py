from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.choices import EmailState, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import MailStop, Notification, OutboxEmail, Session, SettingsChange, Team, User


STUCK_AFTER = timedelta(minutes=15)


class UserQuerySet(models.QuerySet["User"]):
    def people(self) -> Self:
        """Return everyone who can sign in; the system user is not a person."""
        return self.filter(is_active=True).exclude(role=Role.SYSTEM)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the colleagues whose name and team `user` may see: everyone who works here."""
        if not user.is_authenticated:
            return self.none()
        return self.exclude(role=Role.SYSTEM)

    def with_frame(self) -> Self:
        """Join the team and count the unread lines of the inbox, which every page shows."""
        return self.select_related("team").annotate(unread_lines=_unread_lines(OuterRef("pk")))

    def listed_for(self, user: User) -> Self:
        """Return the accounts that the page on people and access shows: to a leader those of the teams they lead."""
        match user.role:
            case Role.ADMIN | Role.MANAGER | Role.DATA_PROTECTION:
                return self.exclude(role=Role.SYSTEM)
            case Role.TEAM_LEADER:
                return self.filter(team__in=user.led_teams.values("pk")).exclude(role=Role.SYSTEM)
            case _:
                return self.none()


def _unread_lines(person: OuterRef) -> Coalesce:
    lines = apps.get_model("accounts", "Notification")._default_manager.filter(recipient=person, read_at=None)
    return Coalesce(Subquery(lines.order_by().values("recipient").annotate(n=Count("pk")).values("n")), 0)


class OpenSessionQuerySet(models.QuerySet["Session"]):
    def with_person(self) -> Self:
        """Bring along who is signed in, with all that the frame of every page shows of them."""
        return self.select_related("person__team").annotate(unread_lines=_unread_lines(OuterRef("person")))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def people(self) -> UserQuerySet:
        return self.get_queryset().people()

    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def with_frame(self) -> UserQuerySet:
        return self.get_queryset().with_frame()

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Create a person who signs in with `email`; without a password they must reset it first."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """Create an admin; the name is Django's, the rights are those of the admin role."""
        fields.setdefault("full_name", email.partition("@")[0])
        return self.create_user(email, password, role=Role.ADMIN, **fields)

    def system(self) -> User:
        """Return the user in whose name the clocks and the nightly work act."""
        return self.get(role=Role.SYSTEM)


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def with_sizes(self) -> Self:
        """Count the members who can sign in, as `size`."""
        return self.annotate(size=models.Count("members", filter=models.Q(members__is_active=True)))


class SettingsChangeQuerySet(models.QuerySet["SettingsChange"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the record of changes to those who make, approve or audit them."""
        if user.is_authenticated and user.role in {Role.ADMIN, Role.MANAGER, Role.DATA_PROTECTION, Role.SYSTEM}:
            return self.all()
        return self.none()


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def awaiting_digest(self, *, now: datetime) -> Self:
        return self.filter(digest_at__lte=now, digest_email=None)


class MailStopQuerySet(models.QuerySet["MailStop"]):
    def in_force(self) -> Self:
        return self.filter(is_in_force=True)


class OutboxEmailQuerySet(models.QuerySet["OutboxEmail"]):
    def due(self, *, now: datetime) -> Self:
        """Return what waits to be sent, and what a dead worker left half way (its lease has run out)."""
        waiting = models.Q(state=EmailState.PENDING, send_after__lte=now)
        abandoned = models.Q(state=EmailState.SENDING, leased_until__lte=now)
        return self.filter(waiting | abandoned).order_by("send_after", "pk")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows whose fate `user` watches; nobody reads the letters themselves there."""
        watches = user.is_authenticated and user.role in {Role.ADMIN, Role.MANAGER}
        return self.all() if watches else self.none()

    def waiting(self) -> Self:
        return self.filter(state=EmailState.PENDING)

    def failed(self) -> Self:
        return self.filter(state=EmailState.FAILED)

    def stuck(self, *, now: datetime) -> Self:
        """Return what should have left long ago: overdue by more than `STUCK_AFTER`, or left half way."""
        overdue = models.Q(state=EmailState.PENDING, send_after__lte=now - STUCK_AFTER)
        abandoned = models.Q(state=EmailState.SENDING, leased_until__lte=now)
        return self.filter(overdue | abandoned)

    def maybe_twice(self) -> Self:
        """Return what may have arrived twice: a sender died between the server's yes and our commit."""
        return self.filter(maybe_duplicate=True)
