from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.choices import Role
from coaching.choices.sessions import SessionState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from coaching.models import CoachingSession, SessionCase, SessionEvent


class SessionQuerySet(models.QuerySet["CoachingSession"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the notes that are `user`'s business: about them once shared, or theirs while they lead the colleague.

        Leadership is asked now, not when the note was written: who no longer leads the colleague's team sees nothing
        of it any more. The colleague always does. Nobody else sees a note, not even in a count.
        """
        if not user.is_authenticated:
            return self.none()
        about_me = Q(colleague_id=user.pk) & ~Q(state=SessionState.DRAFT)
        if user.role != Role.TEAM_LEADER:
            return self.filter(about_me)
        led = user.led_teams.through.objects.filter(user_id=user.pk).values("team_id")
        return self.filter(about_me | Q(leader_id=user.pk, colleague__team_id__in=led))

    def shared(self) -> Self:
        return self.exclude(state=SessionState.DRAFT)

    def finished(self) -> Self:
        return self.filter(state=SessionState.RESOLVED)

    def unfinished(self) -> Self:
        return self.exclude(state=SessionState.RESOLVED)

    def about(self, user: User) -> Self:
        return self.filter(colleague_id=user.pk)

    def by(self, user: User) -> Self:
        return self.filter(leader_id=user.pk)

    def with_open_action(self) -> Self:
        """Return the notes whose agreed action is still to be done; what is disputed is not agreed."""
        still_agreed = self.shared().exclude(state__in=[SessionState.RESOLVED, SessionState.DISPUTED])
        return still_agreed.exclude(action="").exclude(action_due_date=None)

    def action_due(self, *, today: date) -> Self:
        return self.with_open_action().filter(action_due_date__lte=today)

    def with_people(self) -> Self:
        return self.select_related("colleague__team", "leader")


class SessionPartQuerySet(models.QuerySet[Any]):
    """What belongs to a note is seen by whoever sees the note."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        sessions: Any = apps.get_model("coaching", "CoachingSession")._default_manager
        return self.filter(session__in=sessions.visible_to(user))


class SessionCaseQuerySet(SessionPartQuerySet, models.QuerySet["SessionCase"]):
    pass


class SessionEventQuerySet(SessionPartQuerySet, models.QuerySet["SessionEvent"]):
    """The history of a note only grows: what somebody wrote stays as they wrote it."""

    def update(self, **fields: Any) -> NoReturn:
        raise TypeError("The history of a note is not changed.")
