"""What is still missing before a step. The page lists it with links; the services refuse by the same list."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from cases.choices import ChecklistState, PromiseState
from cases.models import Case, ChecklistItem, Promise
from cases.selectors.figures import figures_of
from cases.selectors.letter_check import check_letter
from complaints.choices import Answer, ComplaintAction, GivesWanted
from complaints.models import ComplaintPoint, ProposedAction, RedressItem, Resolution
from complaints.selectors.letters import letter_of, points_line
from complaints.selectors.promised import promised_before
from complaints.selectors.working_copy import WorkingCopy, working_copy_of
from core.dates import day
from sla.selectors.breaches import breach_obstacles

SETTLED: Final = (ChecklistState.COMPLETED, ChecklistState.NOT_NEEDED)
SILENCE_ENDS: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of a ready list: what it looks at, what is missing in full sentences, and where to put it right."""

    label: str
    url_name: str
    missing: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        return not self.missing


def checks_for(
    action: ComplaintAction, case: Case, *, now: datetime, proposal: WorkingCopy | None = None
) -> list[Check]:
    """Return the ready list of a step; a step without a list has nothing to get ready."""
    match action:
        case ComplaintAction.SUBMIT:
            return _ready_for_sign_off(case, proposal or working_copy_of(case), now)
        case ComplaintAction.CLOSE:
            return [_answer(case, now), _promises(case), _missed_deadlines(case, now)]
        case ComplaintAction.WITHDRAW | ComplaintAction.SET_ASIDE:
            return [_promises(case), _missed_deadlines(case, now)]
        case _:
            return []


def missing_for(action: ComplaintAction, case: Case, *, now: datetime) -> list[str]:
    """Return what stands between the case and the step, as sentences; empty when nothing does."""
    return [sentence for check in checks_for(action, case, now=now) for sentence in check.missing]


def _ready_for_sign_off(case: Case, proposal: WorkingCopy, now: datetime) -> list[Check]:
    resolution = proposal.resolution or Resolution(case=case)
    return [
        _investigation(case),
        _root_cause(case),
        _findings(proposal.points),
        _clauses(proposal.points),
        _redress(proposal.redress),
        _actions(case, proposal.actions, now),
        _wanted(resolution),
        *_letter(case, resolution, proposal.points, now),
    ]


def _investigation(case: Case) -> Check:
    items = ChecklistItem.objects.filter(case=case, is_mandatory=True).exclude(state__in=SETTLED)
    texts = items.values_list("text", flat=True) if figures_of(case).mandatory_open else ()
    return Check(
        label="Mandatory investigation items",
        url_name="cases:investigation",
        missing=tuple(f"Complete “{text}” in the investigation." for text in texts),
    )


def _root_cause(case: Case) -> Check:
    analysis = getattr(case, "root_cause_analysis", None)
    known = analysis is not None and analysis.root_cause_id and analysis.certainty
    return Check(
        label="Root cause recorded",
        url_name="cases:root_cause",
        missing=() if known else ("Record the root cause, and how sure you are.",),
    )


def _findings(points: list[ComplaintPoint]) -> Check:
    missing = [f"Answer point {point.number}: “{point.text}”." for point in points if not point.finding]
    if not points:
        missing = ["Add at least one point of complaint."]
    return Check(label="Every point answered", url_name="complaints:points", missing=tuple(missing))


def _clauses(points: list[ComplaintPoint]) -> Check:
    return Check(
        label="Policy clause linked",
        url_name="complaints:points",
        missing=tuple(
            f"Link the policy clause that point {point.number} relies on."
            for point in points
            if point.finding and not point.clause_id
        ),
    )


def _redress(redress: list[RedressItem]) -> Check:
    return Check(
        label="Redress inside the usual range",
        url_name="complaints:resolution",
        missing=tuple(
            f"Say why £{item.amount:,.2f} is outside the usual range of £{item.usual.minimum:,.2f} "
            f"to £{item.usual.maximum:,.2f}."
            for item in redress
            if item.usual and not item.is_usual and not item.outside_reason
        ),
    )


def _actions(case: Case, actions: list[ProposedAction], now: datetime) -> Check:
    """An action that an earlier decision promised has its date from then."""
    today = timezone.localdate(now)
    past = [each for each in actions if each.due_date < today]
    promised = promised_before(case) if past else ()
    return Check(
        label="Actions have dates to come",
        url_name="complaints:resolution",
        missing=tuple(
            f"Move the date of “{each.text}” to today or later."
            for each in past
            if (each.kind, each.text) not in promised
        ),
    )


def _wanted(resolution: Resolution) -> Check:
    missing = []
    if not resolution.gives_wanted:
        missing.append("Say whether it gives the customer what they asked for.")
    elif resolution.gives_wanted != GivesWanted.YES and not resolution.gives_wanted_reason:
        missing.append("Say why it does not give the customer all they asked for.")
    if resolution.has_apology is None:
        missing.append("Say whether we apologise.")
    return Check(
        label="Apology and what the customer asked for", url_name="complaints:resolution", missing=tuple(missing)
    )


def _letter(case: Case, resolution: Resolution, points: list[ComplaintPoint], now: datetime) -> list[Check]:
    """Return the lines of the letter check, the same that the sending service refuses by."""
    if not resolution.letter.strip():
        missing = ("Write the letter to the customer.",)
        return [Check(label="Letter is written", url_name="complaints:resolution", missing=missing)]
    answers = [points_line(resolution.letter, points)]
    lines = check_letter(case, letter_of(resolution.letter), now=now, answers=answers).lines
    return [
        Check(
            label=f"Letter: {line.label[:1].lower()}{line.label[1:]}",
            url_name="complaints:resolution",
            missing=line.problems,
        )
        for line in lines
    ]


def _answer(case: Case, now: datetime) -> Check:
    """A complaint closes when the customer says that it is sorted, or has had 30 days to say otherwise.

    What they said to an earlier decision answers nothing about this one.
    """
    sent_at = case.complaint.decision_sent_at
    said = case.confirmations.filter(recorded_at__gte=sent_at).first() if sent_at else None
    missing: tuple[str, ...] = ()
    if sent_at is None:
        missing = ("Send the decision to the customer.",)
    elif said is None and now < sent_at + SILENCE_ENDS:
        missing = (f"Record the customer’s answer, or wait until {day(sent_at + SILENCE_ENDS)}.",)
    elif said is not None and said.answer != Answer.SORTED:
        missing = ("The customer says that it is not sorted. Reopen the case.",)
    return Check(label="Customer’s answer", url_name="complaints:resolution", missing=missing)


def _promises(case: Case) -> Check:
    """Nothing promised is left behind: it is kept, released, or somebody by name keeps it after the case."""
    open_promises = Promise.objects.filter(case=case, state=PromiseState.OPEN, in_after_care=False)
    return Check(
        label="Everything promised is done or in after-care",
        url_name="cases:follow_up",
        missing=tuple(
            f"Keep or release the promise “{promise.text}”, or hand it to after-care."
            for promise in open_promises.order_by("due_at", "pk")
        ),
    )


def _missed_deadlines(case: Case, now: datetime) -> Check:
    return Check(
        label="Every missed deadline explained",
        url_name="sla:deadlines",
        missing=tuple(sentence for sentence, _ in breach_obstacles(case, now=now)),
    )
