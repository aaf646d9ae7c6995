from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from accounts.choices import Role
from cases.choices import CaseStatus, WaitingOn

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from cases.models import (
        Attachment,
        Case,
        CaseDraft,
        CaseEvent,
        CaseLink,
        Contribution,
        Customer,
        HistoryCheckpoint,
        MessageDraft,
        PersonalDataRead,
    )

ModelT = TypeVar("ModelT", bound=models.Model)

WAITS_FOR_CUSTOMER = Q(waiting_on=WaitingOn.CUSTOMER) | Q(status=CaseStatus.WITH_CUSTOMER)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the cases that `user` may know about.

        A colleague named in a complaint does not see it, not even in a count; a restricted case is seen by the people
        named on it alone; an unknown role sees none.
        """
        if not user.is_authenticated:
            return self.none()
        match user.role:
            case Role.SYSTEM:
                return self.all()
            case Role.MANAGER:
                return self.not_walled_from(user)
            case Role.TEAM_LEADER:
                led = user.led_teams.through.objects.filter(user_id=user.pk).values("team_id")
                return self.not_walled_from(user).filter(
                    Q(team_id__in=led) | Q(team_id=user.team_id, team_id__isnull=False) | Q(owner_id=user.pk)
                )
            case Role.AGENT:
                return self.not_walled_from(user).filter(
                    Q(team_id=user.team_id, team_id__isnull=False) | Q(owner_id=user.pk)
                )
            case _:
                return self.none()

    def not_walled_from(self, user: User) -> Self:
        """Return the cases that no wall hides from `user`, in whichever team; for what they did to a case themselves."""
        named = apps.get_model("cases", "NamedColleague")._default_manager.filter(colleague_id=user.pk)
        admitted = apps.get_model("cases", "CaseAccess")._default_manager.filter(person_id=user.pk)
        return self.filter(Q(is_restricted=False) | Q(pk__in=admitted.values("case_id"))).exclude(
            pk__in=named.values("case_id")
        )

    def behind_no_wall(self) -> Self:
        """Return the cases that may be counted for every reader: not restricted, and about no colleague."""
        named = apps.get_model("cases", "NamedColleague")._default_manager.values("case_id")
        return self.filter(is_restricted=False).exclude(pk__in=named)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def waiting_on_customer(self) -> Self:
        return self.open().filter(WAITS_FOR_CUSTOMER)

    def closed(self) -> Self:
        return self.exclude(closed_at=None)

    def overdue(self, *, now: datetime) -> Self:
        return self.open().filter(next_due_at__lt=now)

    def due_between(self, start: datetime, end: datetime) -> Self:
        return self.open().filter(next_due_at__gte=start, next_due_at__lt=end)

    def owned_by(self, user: User) -> Self:
        return self.filter(owner_id=user.pk)

    def unassigned(self) -> Self:
        return self.filter(owner=None)

    def overseen_by(self, user: User | AnonymousUser) -> Self:
        """Return the cases of which the person may read who did what and who looked, but nothing that was written."""
        if user.is_authenticated and user.role in {Role.DATA_PROTECTION, Role.ADMIN}:
            named = apps.get_model("cases", "NamedColleague")._default_manager.filter(colleague_id=user.pk)
            return self.exclude(pk__in=named.values("case_id"))
        return self.none()

    def with_people(self) -> Self:
        """Join what every row of a list shows."""
        return self.select_related("customer", "owner", "team", "category")

    def for_case_page(self) -> Self:
        """Join what the case page shows of the case itself; `selectors.figures.figures_of` reads the counts."""
        return self.with_people().select_related(
            "product", "journey_stage", "logged_by", "referral__main_trigger", "root_cause_analysis__root_cause__parent"
        )


class CasePartQuerySet(models.QuerySet[ModelT]):
    """Rows that belong to a case are seen by whoever sees the case."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        cases: Any = apps.get_model("cases", "Case")._default_manager
        return self.filter(case__in=cases.visible_to(user))


class CaseEventQuerySet(CasePartQuerySet["CaseEvent"]):
    def readable_by(self, user: User | AnonymousUser) -> Self:
        """Leave out the lines whose subject is another case that the person may not know of: links, merges.

        For somebody who sees the case itself; such a line names the other case, and so would give it away.
        """
        cases: Any = apps.get_model("cases", "Case")._default_manager
        subject = Concat(Value("case:"), Cast("pk", models.CharField()))
        visible = cases.visible_to(user).annotate(as_subject=subject).filter(as_subject=OuterRef("subject"))
        return self.exclude(Q(subject__startswith="case:") & ~Exists(visible))


class ReadQuerySet(CasePartQuerySet["PersonalDataRead"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return every read to the data protection lead, but those of a case that is about them."""
        if user.is_authenticated and user.role == Role.DATA_PROTECTION:
            named = apps.get_model("cases", "NamedColleague")._default_manager.filter(colleague_id=user.pk)
            return self.exclude(case__in=named.values("case_id"))
        return super().visible_to(user)


class HistoryCheckpointQuerySet(models.QuerySet["HistoryCheckpoint"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the checkpoints to those who answer for the histories; they hold nothing of any case."""
        if user.is_authenticated and user.role in {Role.DATA_PROTECTION, Role.ADMIN, Role.MANAGER, Role.SYSTEM}:
            return self.all()
        return self.none()


class CaseLinkQuerySet(models.QuerySet["CaseLink"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the links of which the person sees both ends."""
        cases: Any = apps.get_model("cases", "Case")._default_manager
        visible = cases.visible_to(user).values("pk")
        return self.filter(source__in=visible, target__in=visible)


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return every customer to those who may log a case: a caller can be anybody's customer."""
        if user.is_authenticated and user.role in {Role.AGENT, Role.TEAM_LEADER, Role.MANAGER, Role.SYSTEM}:
            return self.filter(erased_at=None)
        return self.none()


class CaseDraftQuerySet(models.QuerySet["CaseDraft"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the person's own drafts; nobody reads another's."""
        return self.filter(author=user) if user.is_authenticated else self.none()

    def unfinished(self) -> Self:
        return self.filter(logged_as=None, discarded_at=None)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        cases: Any = apps.get_model("cases", "Case")._default_manager
        return self.filter(contact__case__in=cases.visible_to(user))


class ContributionQuerySet(CasePartQuerySet["Contribution"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what the person sees with its case, and what they themselves were asked, without its case."""
        if not user.is_authenticated:
            return self.none()
        cases: Any = apps.get_model("cases", "Case")._default_manager
        return self.filter(Q(case__in=cases.visible_to(user)) | Q(colleague=user))


class MessageDraftQuerySet(CasePartQuerySet["MessageDraft"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the person's own drafts on the cases that they see; nobody reads another's."""
        return super().visible_to(user).filter(author=user) if user.is_authenticated else self.none()
