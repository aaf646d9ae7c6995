"""The one thing to do next on a complaint: the first rule that has something to say wins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases.case_page import NextAction
from cases.choices import CaseStatus, ContactPurpose, PromiseKind, PromiseState
from cases.models import Case, ChecklistItem, Promise
from cases.permissions import CaseAction, permits
from cases.selectors.figures import CaseFigures, figures_of
from complaints import permissions
from complaints.choices import Answer, ComplaintAction
from complaints.selectors.gates import SETTLED
from complaints.selectors.standing import Standing, standing_of
from core.dates import clock_time, day, moment

WORKING: Final = frozenset({CaseStatus.LOGGED, CaseStatus.INVESTIGATING, CaseStatus.RETURNED, CaseStatus.REOPENED})
ANSWERABLE: Final = frozenset({CaseStatus.WITH_CUSTOMER, CaseStatus.CONFIRMED, CaseStatus.FOLLOW_UP})
ASK_AGAIN_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True)
class Situation:
    """What the rules look at. `figures` and `standing` are each one query, asked once for the whole page."""

    case: Case
    user: User
    now: datetime
    figures: CaseFigures
    standing: Standing

    @property
    def status(self) -> CaseStatus:
        return CaseStatus(self.case.status)

    @property
    def customer(self) -> str:
        return self.case.customer.name

    @cached_property
    def due_promise(self) -> Promise | None:
        """Return the first open promise due by the end of today; asks only when the figures say that there is one."""
        due = self.figures.promise_due_at
        if due is None or timezone.localdate(due) > timezone.localdate(self.now):
            return None
        return Promise.objects.filter(case=self.case, state=PromiseState.OPEN).order_by("due_at", "pk").first()

    def link(self, url_name: str, *args: object, query: str = "") -> str:
        return reverse(url_name, args=[self.case.reference, *args]) + query


Rule = Callable[[Situation], NextAction | None]


def next_action(case: Case, user: User, now: datetime) -> NextAction | None:
    """Return what `user` should do next on `case`, or nothing when it is somebody else's turn."""
    situation = Situation(case, user, now, figures_of(case), standing_of(case))
    return next((found for rule in RULES if (found := rule(situation))), None)


def _late(it: Situation) -> NextAction | None:
    due, told = it.case.next_due_at, it.standing.last_out_at
    if not it.case.is_open or due is None or due >= it.now or (told and told >= due):
        return None
    return NextAction(
        text="Send a holding update",
        reason=f"The deadline of {moment(due)} has passed and {it.customer} has not heard from us since.",
        button="Write to customer",
        url=it.link("cases:write", query=f"?purpose={ContactPurpose.HOLDING}"),
    )


def _unacknowledged(it: Situation) -> NextAction | None:
    if it.status not in WORKING or it.standing.last_out_at:
        return None
    return NextAction(
        text="Send acknowledgement",
        reason=f"{it.customer} has not heard from us about this case yet.",
        button="Write to customer",
        url=it.link("cases:write", query=f"?purpose={ContactPurpose.ACKNOWLEDGEMENT}"),
    )


def _unread(it: Situation) -> NextAction | None:
    if not it.figures.contacts_unread:
        return None
    return NextAction(
        text="Read and answer the reply",
        reason=f"{it.customer} has written to us.",
        button="Read the reply",
        url=it.link("cases:timeline", query="?show=customer"),
    )


def _call_back(it: Situation) -> NextAction | None:
    promise = it.due_promise
    if promise is None or promise.kind != PromiseKind.CALL_BACK:
        return None
    return NextAction(
        text=f"Call {it.customer} back before {clock_time(promise.due_at)}",
        reason=f"Promised on {moment(promise.made_at)}: {promise.text}",
        button="Log the call",
        url=it.link("cases:log_contact"),
    )


def _returned(it: Situation) -> NextAction | None:
    if it.status != CaseStatus.RETURNED:
        return None
    return NextAction(
        text="Read what to change",
        reason="The proposal was returned.",
        button="Read the comment",
        url=it.link("complaints:resolution", query="#decisions"),
    )


def _unowned(it: Situation) -> NextAction | None:
    if it.case.owner_id or not it.case.is_open or not permits(it.user, CaseAction.ASSIGN, it.case):
        return None
    return NextAction(
        text="Assign an owner",
        reason="Nobody owns this case yet.",
        button="Choose an owner",
        url=it.link("cases:owner"),
    )


def _start(it: Situation) -> NextAction | None:
    if it.status != CaseStatus.LOGGED:
        return None
    return NextAction(
        text="Start the investigation",
        reason="The case is logged and nobody has begun.",
        button="Start investigation",
        url=it.link("complaints:start"),
    )


def _investigate(it: Situation) -> NextAction | None:
    if it.status != CaseStatus.INVESTIGATING or it.figures.items_settled >= it.figures.items:
        return None
    open_items = ChecklistItem.objects.filter(case=it.case).exclude(state__in=SETTLED)
    item = open_items.order_by("-is_mandatory", "due_date", "order", "pk")[0]
    return NextAction(
        text=f"Continue the investigation: {item.text}",
        reason=f"{it.figures.items_settled} of {it.figures.items} steps are completed.",
        button="Open the step",
        url=it.link("cases:item", item.pk),
    )


def _root_cause(it: Situation) -> NextAction | None:
    if it.status != CaseStatus.INVESTIGATING or it.standing.has_root_cause:
        return None
    return NextAction(
        text="Record the root cause",
        reason="The investigation steps are completed.",
        button="Record root cause",
        url=it.link("cases:root_cause"),
    )


def _propose(it: Situation) -> NextAction | None:
    if it.status != CaseStatus.INVESTIGATING:
        return None
    waiting = it.standing.points - it.standing.answered
    if waiting or not it.standing.points:
        return NextAction(
            text="Propose a resolution",
            reason=f"{waiting} {'point has' if waiting == 1 else 'points have'} no answer yet.",
            button="Answer the points",
            url=it.link("complaints:points"),
        )
    if it.standing.has_proposal:
        return None
    return NextAction(
        text="Propose a resolution",
        reason="Every point has its answer.",
        button="Write the resolution",
        url=it.link("complaints:resolution"),
    )


def _submit(it: Situation) -> NextAction | None:
    if it.status != CaseStatus.INVESTIGATING:
        return None
    return NextAction(
        text="Send for sign-off",
        reason="The proposal is written and nobody has been asked to decide.",
        button="Check and send",
        url=it.link("complaints:resolution", query="#ready"),
    )


def _decide(it: Situation) -> NextAction | None:
    """Offer the decision to leaders and managers; whether this one may is said on the page."""
    if it.status != CaseStatus.AWAITING_SIGN_OFF or not permissions.may(it.user, ComplaintAction.APPROVE):
        return None
    if it.case.owner_id == it.user.pk:
        return None
    return NextAction(
        text="Decide on the proposed resolution",
        reason="It waits for a sign-off.",
        button="Read and decide",
        url=it.link("complaints:sign_off"),
    )


def _send(it: Situation) -> NextAction | None:
    if it.status != CaseStatus.APPROVED:
        return None
    return NextAction(
        text="Send the decision to the customer",
        reason=f"It was approved on {day(it.standing.decided_at)}." if it.standing.decided_at else "It is approved.",
        button="Send decision",
        url=it.link("complaints:send"),
    )


def _ask(it: Situation) -> NextAction | None:
    told = it.standing.last_out_at or it.standing.sent_at
    is_told = it.status == CaseStatus.WITH_CUSTOMER or (
        it.status == CaseStatus.FOLLOW_UP and not it.standing.is_answered
    )
    if not is_told or told is None or it.now < told + ASK_AGAIN_AFTER:
        return None
    return NextAction(
        text="Ask the customer to confirm",
        reason=f"{it.customer} has not answered since {day(told)}.",
        button="Ask the customer",
        url=it.link("complaints:ask"),
    )


def _wait(it: Situation) -> NextAction | None:
    """Say until when the customer is left in peace; who hears from them earlier writes the answer down."""
    told = it.standing.last_out_at or it.standing.sent_at
    if it.status != CaseStatus.WITH_CUSTOMER or told is None:
        return None
    may_answer = permissions.permits(it.user, ComplaintAction.CONFIRM, it.case)
    return NextAction(
        text=f"Wait for {it.customer}",
        reason=f"The decision went out on {day(told)}. If no answer comes by {day(told + ASK_AGAIN_AFTER)}, ask.",
        button="Record the customer’s answer" if may_answer else "Read the decision",
        url=it.link("complaints:answer" if may_answer else "complaints:resolution"),
    )


def _plan(it: Situation) -> NextAction | None:
    if it.status != CaseStatus.REOPENED:
        return None
    said_no = it.standing.last_answer in (Answer.NO, Answer.PARTLY)
    return NextAction(
        text="Plan what to do next",
        reason=f"{it.customer} says that it is not sorted." if said_no else "The case was reopened.",
        button="Write the plan",
        url=it.link("complaints:start"),
    )


def _follow_up(it: Situation) -> NextAction | None:
    promise = it.due_promise if it.status in ANSWERABLE else None
    if promise is None:
        return None
    return NextAction(
        text=f"Do the follow-up: {promise.text}",
        reason=f"Promised for {moment(promise.due_at)}.",
        button="Open the follow-up",
        url=it.link("cases:follow_up"),
    )


def _close(it: Situation) -> NextAction | None:
    is_done = it.status in (CaseStatus.CONFIRMED, CaseStatus.FOLLOW_UP) and not it.figures.promises_open
    if not is_done or not it.standing.is_answered or it.standing.last_answer != Answer.SORTED:
        return None
    return NextAction(
        text="Close the case",
        reason=f"{it.customer} says that it is sorted, and everything promised is done.",
        button="Close case",
        url=it.link("complaints:close"),
    )


RULES: Final[tuple[Rule, ...]] = (
    _late,
    _unacknowledged,
    _unread,
    _call_back,
    _returned,
    _unowned,
    _start,
    _plan,
    _investigate,
    _root_cause,
    _propose,
    _submit,
    _decide,
    _send,
    _follow_up,
    _ask,
    _wait,
    _close,
)
