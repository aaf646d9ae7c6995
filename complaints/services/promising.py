"""What was approved becomes promises, so that none of it is forgotten after the letter has gone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from accounts.models import User
from cases.choices import PromiseKind, PromiseState
from cases.models import Case, Promise
from cases.services.promises import make_promise
from complaints.selectors.promised import new_commitments, payment_words
from core.dates import day
from core.errors import UserFacingError

PAYMENT_WORKING_DAYS: Final = 10
ARRIVAL_WORKING_DAYS: Final = 3
CHECK_WORKING_DAYS: Final = 10
CONTACT_WORKING_DAYS: Final = 2
ARRIVED: Final = "Check that the payment arrived"
PUT_RIGHT: Final = "Call to check that it is put right"
END_OF_WORK: Final = time(17, 0)
END_OF_DAY: Final = time(23, 59)

Commitment = tuple[str, str, User, date]


def promise_what_was_approved(case: Case, *, actor: User, now: datetime) -> list[Promise]:
    """Make a promise of each approved action and payment, and of the standard follow-ups.

    What an earlier decision on the case promised is not promised, and not paid, a second time.
    """
    return [
        make_promise(case, actor=actor, now=now, kind=kind, text=text, owner=owner, due_at=_due_at(text, due, now))
        for kind, text, owner, due in _commitments(case, timezone.localdate(now))
    ]


def _commitments(case: Case, today: date) -> Iterator[Commitment]:
    actions, payments = new_commitments(case)
    keeper = case.owner or case.logged_by
    paid_by = working_days_after(today, PAYMENT_WORKING_DAYS)
    for action in actions:
        yield action.kind, action.text, action.owner, action.due_date
    for item in payments:
        yield PromiseKind.PAYMENT, payment_words(item), keeper, paid_by
    if payments:
        yield PromiseKind.FOLLOW_UP, ARRIVED, keeper, working_days_after(paid_by, ARRIVAL_WORKING_DAYS)
    if not case.promises.filter(kind=PromiseKind.FOLLOW_UP, text=PUT_RIGHT, state=PromiseState.OPEN).exists():
        yield PromiseKind.FOLLOW_UP, PUT_RIGHT, keeper, working_days_after(today, CHECK_WORKING_DAYS)


def promise_contact(case: Case, *, actor: User, now: datetime, on: date | None = None) -> Promise:
    """Promise to speak to a customer who says that it is not sorted; by itself within two working days."""
    due_on = on or working_days_after(timezone.localdate(now), CONTACT_WORKING_DAYS)
    return make_promise(
        case,
        actor=actor,
        now=now,
        kind=PromiseKind.CALL_BACK,
        text="Contact the customer about what is still wrong",
        due_at=_end_of(due_on, now),
    )


def _end_of(due: date, now: datetime) -> datetime:
    """Return the end of work on the day, or of the day itself when work has ended already."""
    at_end_of_work = timezone.make_aware(datetime.combine(due, END_OF_WORK))
    return at_end_of_work if at_end_of_work > now else timezone.make_aware(datetime.combine(due, END_OF_DAY))


def _due_at(text: str, due: date, now: datetime) -> datetime:
    due_at = _end_of(due, now)
    if due_at <= now:
        raise UserFacingError(f"“{text}” was due on {day(due)}. Return the proposal, so that its date can be moved.")
    return due_at


def working_days_after(start: date, count: int) -> date:
    """Return the `count`-th Monday to Friday after `start`."""
    found = start
    while count:
        found += timedelta(days=1)
        count -= found.weekday() < 5
    return found
