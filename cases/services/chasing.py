"""What was promised or asked for does not wait to be looked up: people are told when it is due, once each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.services.news import News, tell
from cases.choices import CONTRIBUTION_NEWS, PROMISE_NEWS, ContributionState, EventAction, PromiseState
from cases.models import Case, Contribution, Promise
from cases.services.history import record_event
from core.dates import moment

SOON: Final = timedelta(hours=2)
CHASE_AGAIN: Final = timedelta(days=1)
MOST_CHASES: Final = 5


def tell_of_promises(*, now: datetime) -> int:
    """Tell the owner two hours before a promise is due, and the owner and the team's leaders when it is late."""
    open_promises = Promise.objects.filter(state=PromiseState.OPEN)
    soon = open_promises.filter(due_at__lte=now + SOON, due_at__gt=now, told_soon_at=None)
    late = open_promises.filter(due_at__lte=now, told_late_at=None)
    told = sum(_tell_soon(pk, now=now) for pk in soon.values_list("pk", flat=True))
    return told + sum(_tell_late(pk, now=now) for pk in late.values_list("pk", flat=True))


@transaction.atomic
def _tell_soon(pk: int, *, now: datetime) -> int:
    if not Promise.objects.filter(pk=pk, told_soon_at=None).update(told_soon_at=now):
        return 0
    promise = Promise.objects.select_related("case", "owner").get(pk=pk)
    text = f"Promise due at {moment(promise.due_at)} on {promise.case}"
    return _tell(promise, [promise.owner], text=text, key="soon", now=now)


@transaction.atomic
def _tell_late(pk: int, *, now: datetime) -> int:
    if not Promise.objects.filter(pk=pk, told_late_at=None).update(told_late_at=now):
        return 0
    promise = Promise.objects.select_related("case__team", "owner").get(pk=pk)
    team = promise.case.team
    people = [promise.owner, *(team.leaders.filter(is_active=True) if team else ())]
    return _tell(
        promise, people, text=f"Promise late since {moment(promise.due_at)} on {promise.case}", key="late", now=now
    )


def _tell(promise: Promise, people: Iterable[User], *, text: str, key: str, now: datetime) -> int:
    """Tell those who see the case."""
    case = promise.case
    seeing = [person for person in dict.fromkeys(people) if Case.objects.visible_to(person).filter(pk=case.pk).exists()]
    news = [
        News(
            recipient=person,
            kind=PROMISE_NEWS,
            key=f"promise:{promise.pk}:{key}",
            text=text,
            reason=promise.text,
            url=f"{case.get_absolute_url()}follow-up/",
        )
        for person in seeing
    ]
    return len(tell(news, now=now))


def chase_contributions(*, actor: User, now: datetime) -> int:
    """Remind those who were asked and have not answered, once a day after it was due; then only the asker is told."""
    due = Contribution.objects.filter(state=ContributionState.ASKED, due_at__lte=now, case__closed_at=None)
    waiting = due.filter(Q(chased_at=None) | Q(chased_at__lte=now - CHASE_AGAIN), chases__lt=MOST_CHASES)
    return sum(_chase(pk, actor=actor, now=now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _chase(pk: int, *, actor: User, now: datetime) -> int:
    mine = Contribution.objects.filter(Q(chased_at=None) | Q(chased_at__lte=now - CHASE_AGAIN), pk=pk)
    asked = mine.filter(state=ContributionState.ASKED).select_for_update(of=("self",)).first()
    if asked is None:
        return 0
    asked.chases, asked.chased_at = asked.chases + 1, now
    asked.save(update_fields=["chases", "chased_at", "updated_at"])
    record_event(
        asked.case,
        actor=actor,
        action=EventAction.CONTRIBUTION_CHASED,
        now=now,
        changes={"person": ("", str(asked.stakeholder))},
        subject=f"contribution:{asked.pk}",
    )
    remind_of(asked, now=now)
    return 1


def remind_of(asked: Contribution, *, now: datetime) -> None:
    """Tell the colleague who was asked, and whoever asked, each by what they may open."""
    lines = []
    if asked.colleague:
        words = "is waiting for your answer" if asked.chases else "asks for your contribution"
        lines.append((asked.colleague, f"{asked.asked_by} {words}, due {moment(asked.due_at)}", asked.answer_url))
    if asked.chases:
        url = f"{asked.case.get_absolute_url()}people/"
        lines.append((asked.asked_by, f"{asked.stakeholder} has not answered on {asked.case}", url))
    news = [
        News(
            recipient=person,
            kind=CONTRIBUTION_NEWS,
            key=f"contribution:{asked.pk}:{asked.chases}:{person.pk}",
            text=text,
            url=url,
        )
        for person, text, url in lines
    ]
    tell(news, now=now)
