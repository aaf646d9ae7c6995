"""Calendars are written as drafts and published by a second person; what is published is never edited."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from accounts.choices import SettingsArea
from accounts.models import User
from accounts.services.changes import record_settings_change
from core.errors import UserFacingError
from policies.choices import VersionState
from sla.choices import ExceptionKind
from sla.models import CalendarException, CalendarVersion, CalendarWeek, WorkingCalendar
from sla.permissions import SlaAction, require
from sla.selectors.calendars import build_calendar, digest_of
from sla.services.holidays import bank_holidays

COPIED = ("day", "kind", "name", "hours", "source", "is_accepted")


class CalendarRefusedError(UserFacingError):
    """The calendar cannot be changed or published as asked."""


@transaction.atomic
def draft_calendar(calendar: WorkingCalendar, *, actor: User) -> CalendarVersion:
    """Return the calendar's draft; where there is none, a copy of what is in force."""
    require(actor, SlaAction.EDIT)
    draft = calendar.versions.filter(state=VersionState.DRAFT).first()
    if draft:
        return draft
    current = calendar.versions.published().get()
    draft = CalendarVersion.objects.create(
        calendar=calendar,
        number=calendar.versions.order_by("-number").values_list("number", flat=True)[0] + 1,
        time_zone=current.time_zone,
        hours=current.hours,
        written_by=actor,
    )
    CalendarException.objects.bulk_create(
        CalendarException(version=draft, **{name: getattr(row, name) for name in COPIED})
        for row in current.exceptions.all()
    )
    CalendarWeek.objects.bulk_create(
        CalendarWeek(version=draft, valid_from=row.valid_from, hours=row.hours, time_zone=row.time_zone)
        for row in current.weeks.all()
    )
    return draft


@transaction.atomic
def discard_calendar(draft: CalendarVersion, *, actor: User, now: datetime) -> None:
    """Discard the draft with its hours and dates."""
    _check_draft(draft, actor)
    record_settings_change(draft.calendar, area=SettingsArea.RULES, what=f"Discarded {draft}", actor=actor, now=now)
    draft.delete()


@transaction.atomic
def set_hours(draft: CalendarVersion, *, hours: str, time_zone: str, actor: User) -> None:
    """Write the weekly hours; refuse those that contradict themselves."""
    _check_draft(draft, actor)
    draft.hours, draft.time_zone = hours.strip(), time_zone
    build_calendar(draft)
    draft.save(update_fields=["hours", "time_zone", "updated_at"])


@transaction.atomic
def put_week(draft: CalendarVersion, *, valid_from: date, hours: str, time_zone: str = "", actor: User) -> CalendarWeek:
    """Let other weekly hours, and another zone, take over on `valid_from`; one week for each first day, the newest wins."""
    _check_draft(draft, actor)
    week, _ = CalendarWeek.objects.update_or_create(
        version=draft, valid_from=valid_from, defaults={"hours": hours.strip(), "time_zone": time_zone}
    )
    build_calendar(draft)
    return week


@transaction.atomic
def drop_week(draft: CalendarVersion, *, week_id: int, actor: User) -> None:
    _check_draft(draft, actor)
    draft.weeks.filter(pk=week_id).delete()


@transaction.atomic
def put_exception(
    draft: CalendarVersion, *, day: date, kind: ExceptionKind, name: str, hours: str = "", actor: User
) -> CalendarException:
    """Let `day` have hours of its own, or none; one row for each date, the newest wins."""
    _check_draft(draft, actor)
    row, _ = CalendarException.objects.update_or_create(
        version=draft,
        day=day,
        defaults={"kind": kind, "name": name, "hours": hours, "source": str(actor), "is_accepted": True},
    )
    build_calendar(draft)
    return row


@transaction.atomic
def drop_exception(draft: CalendarVersion, *, exception_id: int, actor: User) -> None:
    _check_draft(draft, actor)
    draft.exceptions.filter(pk=exception_id).delete()


@transaction.atomic
def accept_exceptions(draft: CalendarVersion, *, accepted: Iterable[int], actor: User) -> None:
    """Let exactly these rows count."""
    _check_draft(draft, actor)
    draft.exceptions.update(is_accepted=False)
    draft.exceptions.filter(pk__in=list(accepted)).update(is_accepted=True)


@transaction.atomic
def propose_holidays(draft: CalendarVersion, *, division: str, years: Iterable[int], actor: User) -> int:
    """Add the holidays that the draft does not have yet, each waiting to be accepted; return how many."""
    _check_draft(draft, actor)
    known = set(draft.exceptions.values_list("day", flat=True))
    new = [holiday for holiday in bank_holidays(division, years) if holiday.day not in known]
    CalendarException.objects.bulk_create(
        CalendarException(version=draft, day=each.day, name=each.name, source=each.source) for each in new
    )
    return len(new)


@transaction.atomic
def publish_calendar(draft: CalendarVersion, *, note: str, actor: User, now: datetime) -> CalendarVersion:
    """Put the draft in force for every clock that starts from now on. Moving the open ones is a step of its own."""
    require(actor, SlaAction.PUBLISH)
    draft = CalendarVersion.objects.select_for_update(of=("self",)).select_related("calendar").get(pk=draft.pk)
    if draft.state != VersionState.DRAFT:
        raise CalendarRefusedError("This version has been published already.")
    if draft.written_by_id == actor.pk:
        raise CalendarRefusedError("You wrote this version, so someone else must publish it. An admin or manager can.")
    return put_in_force(draft, note=note, actor=actor, now=now)


def put_in_force(draft: CalendarVersion, *, note: str, actor: User | None, now: datetime) -> CalendarVersion:
    """Publish without asking who; for the loader of packs, whose files somebody else has written."""
    build_calendar(draft)
    draft.calendar.versions.published().update(state=VersionState.REPLACED)
    draft.state, draft.change_note = VersionState.PUBLISHED, note
    draft.published_by, draft.published_at, draft.digest = actor, now, digest_of(draft)
    draft.save()
    return draft


def _check_draft(draft: CalendarVersion, actor: User) -> None:
    require(actor, SlaAction.EDIT)
    if draft.state != VersionState.DRAFT:
        raise CalendarRefusedError("A published version is never edited. Make a new draft.")
