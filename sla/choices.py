from django.db import models

from sla.arithmetic.ledger import ClockState as _ClockState
from sla.arithmetic.ledger import EntryKind


class Measure(models.TextChoices):
    """How an allowance is counted; `Allowance.duration` makes the matching duration of it."""

    WORKING_HOURS = "WORKING_HOURS", "working hours"
    WORKING_DAYS = "WORKING_DAYS", "working days, to the end of the day"
    CLOSE_OF_WORKING_DAY = "CLOSE_OF_WORKING_DAY", "working days, to the close of business"
    ELAPSED_HOURS = "ELAPSED_HOURS", "hours on the clock"
    CALENDAR_DAYS = "CALENDAR_DAYS", "calendar days"
    WEEKS = "WEEKS", "weeks"
    MONTHS = "MONTHS", "months"
    FIXED_DATE = "FIXED_DATE", "a fixed date"


class SatisfiedBy(models.TextChoices):
    """What must happen before the deadline."""

    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledgement sent"
    FIRST_RESPONSE = "FIRST_RESPONSE", "First response sent"
    UPDATE_SENT = "UPDATE_SENT", "Update sent"
    HOLDING = "HOLDING", "Holding response sent"
    FINAL_RESPONSE = "FINAL_RESPONSE", "Final response sent"
    RESOLVED = "RESOLVED", "Resolved"
    REPORTED = "REPORTED", "Reported to the regulator"
    REFERRED = "REFERRED", "Referred by the customer"
    REVIEWED = "REVIEWED", "Review recorded"
    CLOSED = "CLOSED", "Case closed"


ALSO_SATISFIES: dict[SatisfiedBy, frozenset[SatisfiedBy]] = {
    SatisfiedBy.FIRST_RESPONSE: frozenset({SatisfiedBy.ACKNOWLEDGED}),
    SatisfiedBy.UPDATE_SENT: frozenset({SatisfiedBy.ACKNOWLEDGED, SatisfiedBy.FIRST_RESPONSE}),
    SatisfiedBy.HOLDING: frozenset({SatisfiedBy.ACKNOWLEDGED, SatisfiedBy.FIRST_RESPONSE, SatisfiedBy.UPDATE_SENT}),
    SatisfiedBy.FINAL_RESPONSE: frozenset(
        {SatisfiedBy.ACKNOWLEDGED, SatisfiedBy.FIRST_RESPONSE, SatisfiedBy.UPDATE_SENT, SatisfiedBy.HOLDING}
    ),
    SatisfiedBy.RESOLVED: frozenset({SatisfiedBy.UPDATE_SENT}),
}

# After these nobody waits for another update.
ENDS_UPDATES = frozenset({SatisfiedBy.FINAL_RESPONSE, SatisfiedBy.RESOLVED, SatisfiedBy.CLOSED})


class StartEvent(models.TextChoices):
    RECEIVED = "RECEIVED", "When the customer told us"
    LOGGED = "LOGGED", "When the case was logged"
    ACKNOWLEDGED = "ACKNOWLEDGED", "When the customer was sent an acknowledgement"
    STAGE_ENTERED = "STAGE_ENTERED", "When the case enters a stage"
    ANSWERED = "ANSWERED", "When the final response was sent"
    AFTER_TARGET = "AFTER_TARGET", "When another target was met"
    AWARE = "AWARE", "When we became aware of it"
    ON_REQUEST = "ON_REQUEST", "When a colleague starts it"


# Nobody can send these for us from here, so a colleague records that it happened.
RECORDED_BY_HAND = frozenset({SatisfiedBy.REPORTED, SatisfiedBy.REFERRED})

STARTED_WITH_THE_CASE = frozenset({StartEvent.RECEIVED, StartEvent.LOGGED})

# These wait for a colleague, who says from when they count.
STARTED_BY_HAND = frozenset({StartEvent.AWARE, StartEvent.ON_REQUEST})
SECOND_STAGE = "SECOND_STAGE"
MAJOR_REVIEW = "MAJOR_REVIEW"


class ClockState(models.TextChoices):
    RUNNING = _ClockState.RUNNING, "Running"
    PAUSED = _ClockState.PAUSED, "Paused"
    SATISFIED = _ClockState.SATISFIED, "Met"
    CANCELLED = _ClockState.CANCELLED, "Stopped"


OPEN_STATES = frozenset({ClockState.RUNNING, ClockState.PAUSED})


class ClockEventKind(models.TextChoices):
    STARTED = EntryKind.STARTED, "Started"
    RESTARTED = EntryKind.RESTARTED, "Started again"
    RETARGETED = EntryKind.RETARGETED, "Moved to another target"
    RECALCULATED = EntryKind.RECALCULATED, "Worked out again on a new calendar"
    PAUSED = EntryKind.PAUSED, "Paused"
    RESUMED = EntryKind.RESUMED, "Resumed"
    EXTENDED = EntryKind.EXTENDED, "Extended"
    BREACHED = EntryKind.BREACHED, "Became late"
    SATISFIED = EntryKind.SATISFIED, "Met"
    LAPSED = EntryKind.LAPSED, "Passed"
    CANCELLED = EntryKind.CANCELLED, "Stopped"


class ClockAction(models.TextChoices):
    """What the history of a case says of its clocks; every detail is in their ledgers."""

    NO_TARGET = "clock.no_target", "No target matches this case"
    STARTED = "clock.started", "Clock started by a colleague"
    RECORDED = "clock.recorded", "Recorded that a target was met"
    PAUSED = "clock.paused", "Clocks paused"
    RESUMED = "clock.resumed", "Clocks resumed"
    EXTENSION_ASKED = "clock.extension_asked", "Extension asked for"
    EXTENSION_DECIDED = "clock.extension_decided", "Extension decided"
    EXTENDED = "clock.extended", "Deadline extended"
    RECALCULATED = "clock.recalculated", "Deadline moved by a change of calendar"
    RETARGETED = "clock.retargeted", "Deadline moved by a change of policy"
    CAUSE_GIVEN = "clock.cause_given", "Cause of a missed deadline recorded"


class PauseReason(models.TextChoices):
    CUSTOMER = "CUSTOMER", "Waiting for the customer to answer"
    CLARIFICATION = "CLARIFICATION", "Waiting for proof of identity or clarification"
    THIRD_PARTY = "THIRD_PARTY", "Waiting for a third party"
    LEGAL = "LEGAL", "Legal proceedings or a police request"


# Nobody waits for an answer that was not asked for: these name the message that asked.
ASKED_OF_THE_CUSTOMER = frozenset({PauseReason.CUSTOMER, PauseReason.CLARIFICATION})


class ExtensionState(models.TextChoices):
    ASKED = "ASKED", "Waiting for approval"
    APPROVED = "APPROVED", "Approved: counts once the customer was told"
    REFUSED = "REFUSED", "Refused"
    COUNTED = "COUNTED", "Counts"


class ExceptionKind(models.TextChoices):
    HOLIDAY = "HOLIDAY", "Holiday"
    CLOSURE = "CLOSURE", "One-off closure"
    OPENING = "OPENING", "One-off hours"


class Audience(models.TextChoices):
    """The ladder of people who hear about a deadline."""

    OWNER = "OWNER", "Owner"
    LEADER = "LEADER", "Team leader"
    MANAGER = "MANAGER", "Manager"


class ReminderAnchor(models.TextChoices):
    PERCENT = "PERCENT", "% of the time from start to deadline"
    BEFORE = "BEFORE", "minutes before the deadline"
    AFTER = "AFTER", "minutes after the deadline"


# The kinds of news in everybody's preferences.
DEADLINE_NEAR = "deadline.near"
DEADLINE_LATE = "deadline.late"


class BreachCause(models.TextChoices):
    """Why a deadline was missed; asked before the case is closed."""

    WORKLOAD = "WORKLOAD", "Too much work for the people on shift"
    LATE_HANDOVER = "LATE_HANDOVER", "Handed over or assigned late"
    CUSTOMER_WAIT = "CUSTOMER_WAIT", "Waited for the customer"
    THIRD_PARTY_WAIT = "THIRD_PARTY_WAIT", "Waited for a third party"
    COMPLEXITY = "COMPLEXITY", "More complex than first thought"
    SYSTEM_FAULT = "SYSTEM_FAULT", "A system was unavailable"
    OVERSIGHT = "OVERSIGHT", "Overlooked"
    WRONG_TARGET = "WRONG_TARGET", "The target did not fit the case"
