"""What an incident waits for is chased once each: promised updates, receipts, answers, actions of a review."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.services.news import News, tell
from cases.models import Case
from core.dates import moment
from incidents.choices import INCIDENT_NEWS
from incidents.models import HandOff, Incident, MajorIncident, ReviewAction

SOON: Final = timedelta(minutes=30)
RECEIPT_WITHIN: Final = timedelta(minutes=30)


def chase(*, now: datetime) -> int:
    """Tell whoever must hear of something that is due; return how many were told."""
    return _chase_updates(now=now) + _chase_hand_offs(now=now) + _chase_review_actions(now=now)


def _chase_updates(*, now: datetime) -> int:
    due = Incident.objects.open()
    unsaid = Q(chased_soon_for=None) | ~Q(chased_soon_for=F("next_update_due_at"))
    soon = due.filter(unsaid, next_update_due_at__gt=now, next_update_due_at__lte=now + SOON)
    unsaid = Q(chased_late_for=None) | ~Q(chased_late_for=F("next_update_due_at"))
    late = due.filter(unsaid, next_update_due_at__lte=now)
    told = sum(_chase_update(pk, "chased_soon_for", now=now) for pk in soon.values_list("pk", flat=True))
    return told + sum(_chase_update(pk, "chased_late_for", now=now) for pk in late.values_list("pk", flat=True))


@transaction.atomic
def _chase_update(pk: int, mark: str, *, now: datetime) -> int:
    incident = Incident.objects.select_for_update(of=("self",)).select_related("case__owner", "case__team").get(pk=pk)
    due = incident.next_update_due_at
    if due is None or getattr(incident, mark) == due:
        return 0
    setattr(incident, mark, due)
    incident.save(update_fields=[mark, "updated_at"])
    is_late = mark == "chased_late_for"
    words = "is late since" if is_late else "is due at"
    text = f"The next update on {incident.case} {words} {moment(due)}"
    people = [*_leads(incident.case), *(_leaders(incident.case) if is_late else ())]
    return _tell(incident.case, people, text=text, key=f"update:{mark}:{due.isoformat()}", section="updates", now=now)


def _chase_hand_offs(*, now: datetime) -> int:
    waiting = HandOff.objects.unanswered().filter(case__closed_at=None)
    silent = waiting.filter(received_at=None, chased_receipt_at=None, handed_at__lte=now - RECEIPT_WITHIN)
    late = waiting.filter(due_at__lte=now, chased_late_at=None)
    told = sum(_chase_hand_off(pk, "chased_receipt_at", now=now) for pk in silent.values_list("pk", flat=True))
    return told + sum(_chase_hand_off(pk, "chased_late_at", now=now) for pk in late.values_list("pk", flat=True))


@transaction.atomic
def _chase_hand_off(pk: int, mark: str, *, now: datetime) -> int:
    if not HandOff.objects.filter(pk=pk, **{mark: None}).update(**{mark: now}):
        return 0
    row = HandOff.objects.select_related("case__owner", "case__team", "handed_by").get(pk=pk)
    words = "has not answered in time" if mark == "chased_late_at" else "has not confirmed receipt"
    text = f"{row.resolver} {words} on {row.case}"
    people = [row.handed_by, *_leads(row.case)]
    return _tell(row.case, people, text=text, key=f"handoff:{row.pk}:{mark}", section="hand-offs", now=now)


def _chase_review_actions(*, now: datetime) -> int:
    due = ReviewAction.objects.not_done().filter(due_date__lte=timezone.localdate(now), told_due_at=None)
    return sum(_chase_review_action(pk, now=now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _chase_review_action(pk: int, *, now: datetime) -> int:
    if not ReviewAction.objects.filter(pk=pk, told_due_at=None).update(told_due_at=now):
        return 0
    row = ReviewAction.objects.select_related("case", "owner", "made_by").get(pk=pk)
    text = f"An action of the review of {row.case} is due"
    people = [row.owner, row.made_by]
    return _tell(row.case, people, text=text, key=f"reviewaction:{row.pk}", section="major", now=now)


def _leads(case: Case) -> list[User]:
    """Return the owner, and who leads the incident and its communications where it is major."""
    major = MajorIncident.objects.select_related("lead", "communications").filter(case=case, stood_down_at=None).first()
    return [*filter(None, [case.owner]), *([major.lead, major.communications] if major else ())]


def _leaders(case: Case) -> Iterable[User]:
    return case.team.leaders.filter(is_active=True) if case.team else ()


def _tell(case: Case, people: Iterable[User], *, text: str, key: str, section: str, now: datetime) -> int:
    """Tell those who see the incident."""
    news = [
        News(
            recipient=person,
            kind=INCIDENT_NEWS,
            key=f"incident:{case.pk}:{key}",
            text=text,
            url=f"{case.get_absolute_url()}{section}/",
        )
        for person in dict.fromkeys(people)
        if Case.objects.visible_to(person).filter(pk=case.pk).exists()
    ]
    return len(tell(news, now=now))
