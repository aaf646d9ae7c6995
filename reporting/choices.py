from django.db import models

NO_CAUSE = "NONE"  # a missed deadline whose cause nobody has given yet


class ClockResult(models.TextChoices):
    """How a customer deadline ended. Open means that it still runs; past its day, that is a miss."""

    NONE = "", "No deadline"
    MET = "MET", "On time"
    LATE = "LATE", "Late"
    OPEN = "OPEN", "Still open"


class Band(models.TextChoices):
    """How long after receipt a complaint was settled, in the steps that regulators ask for."""

    THREE = "THREE", "Within 3 business days"
    EIGHT = "EIGHT", "After 3 business days, within 8 weeks"
    LATER = "LATER", "After 8 weeks"


class Reopening(models.TextChoices):
    """Whether a closed case came back, and how soon after it was first closed."""

    NONE = "", "Stayed closed"
    SOON = "SOON", "Reopened within 30 days"
    LATER = "LATER", "Reopened later"


class Measure(models.TextChoices):
    """What a daily fact counts, and which day of the case it belongs to."""

    RECEIVED = "RECEIVED", "Received"
    CATEGORY = "CATEGORY", "Received, by category"
    OPEN = "OPEN", "Open now, by the day received"
    CLOSED = "CLOSED", "Closed"
    OUTCOME = "OUTCOME", "Closed, by outcome"
    ROOT_CAUSE = "ROOT_CAUSE", "Closed, by root cause"
    JOURNEY = "JOURNEY", "Closed, by journey stage and cause"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledgement due, by result"
    ANSWERED = "ANSWERED", "Final response due, by result"
    MISSED = "MISSED", "Missed a deadline, by cause"
    THEME = "THEME", "Received, by theme"
    REPEAT = "REPEAT", "Received, by whether the customer came back"
    ACK_DAYS = "ACK_DAYS", "Acknowledged, by working days taken"
    ANSWER_DAYS = "ANSWER_DAYS", "Answered, by working days taken"
    BAND = "BAND", "Settled, by time since receipt"
    STAGE = "STAGE", "Settled, by stage"
    REDRESS = "REDRESS", "Settled with redress"
    REOPENED = "REOPENED", "Closed for the first time, by what followed"
    CERTAINTY = "CERTAINTY", "Closed, by how sure the root cause is"
    CONTACTS = "CONTACTS", "Closed, by contacts from the customer"
    HANDLING = "HANDLING", "Closed, with handling time"
    CONFIRMED = "CONFIRMED", "Confirmed, by the customer’s answer"
    SATISFIED = "SATISFIED", "Confirmed, by satisfaction"
    EASE = "EASE", "Confirmed, by how easy it was"
    RECOMMEND = "RECOMMEND", "Confirmed, by how likely they are to recommend us"
    REFERRED = "REFERRED", "Settled, by whether the ombudsman was asked"
    OVERTURNED = "OVERTURNED", "Decided by the ombudsman"
    CALLS = "CALLS", "Contacts handled"
    CALL_TIME = "CALL_TIME", "Contacts timed"
    CALL_AFTER = "CALL_AFTER", "Contacts timed, by the work after them"
    CALL_WAIT = "CALL_WAIT", "Contacts answered, by the wait before"
    CALL_FIRST = "CALL_FIRST", "Contacts, by whether the first was enough"
    CALL_LOST = "CALL_LOST", "Contacts offered, by whether the customer gave up"
    CALL_IN_TIME = "CALL_IN_TIME", "Contacts offered, by whether they were answered in time"
    CHANGE_DUE = "CHANGE_DUE", "Recommendations accepted, by whether the change was made"
    CHANGE_HELPED = "CHANGE_HELPED", "Recommendations decided after their check, by what it said"


OF_CONTACTS = frozenset(
    {
        Measure.CALLS,
        Measure.CALL_TIME,
        Measure.CALL_AFTER,
        Measure.CALL_WAIT,
        Measure.CALL_FIRST,
        Measure.CALL_LOST,
        Measure.CALL_IN_TIME,
    }
)
OF_RECOMMENDATIONS = frozenset({Measure.CHANGE_DUE, Measure.CHANGE_HELPED})


class ThemeState(models.TextChoices):
    """What people have said about a theme that the analysis found."""

    SUGGESTED = "SUGGESTED", "Suggested, not confirmed"
    CONFIRMED = "CONFIRMED", "Confirmed"
    MERGED = "MERGED", "Merged"
    REJECTED = "REJECTED", "Not a theme"
    RETIRED = "RETIRED", "No longer found"


class MembershipVerdict(models.TextChoices):
    """What a person says about a case and a theme."""

    PROPOSED = "PROPOSED", "Proposed"
    BELONGS = "BELONGS", "Belongs"
    DOES_NOT_BELONG = "DOES_NOT_BELONG", "Does not belong"


class ThemeChange(models.TextChoices):
    """A line in the history of a theme."""

    FOUND = "FOUND", "Found"
    CONFIRMED = "CONFIRMED", "Confirmed"
    RENAMED = "RENAMED", "Renamed"
    OWNER_CHANGED = "OWNER_CHANGED", "Given an owner"
    MERGED = "MERGED", "Merged"
    SPLIT = "SPLIT", "Split"
    REJECTED = "REJECTED", "Set aside as not a theme"
    RESTORED = "RESTORED", "Taken up again"
    RETIRED = "RETIRED", "Replaced when themes were learned anew"
    CASE_PROPOSED = "CASE_PROPOSED", "Case proposed"
    CASE_ADDED = "CASE_ADDED", "Case added"
    CASE_REMOVED = "CASE_REMOVED", "Case removed"
    ALARM_RAISED = "ALARM_RAISED", "Higher than usual"
    ALARM_SETTLED = "ALARM_SETTLED", "Alarm settled"


class RunState(models.TextChoices):
    WAITING = "WAITING", "Waiting for its turn"
    RUNNING = "RUNNING", "Running"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Failed"


class AlarmState(models.TextChoices):
    """How an alarm stands. Cleared means that it went away by itself."""

    OPEN = "OPEN", "Open"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Acknowledged"
    DISMISSED = "DISMISSED", "Dismissed"
    CLEARED = "CLEARED", "Cleared"


class SuggestionState(models.TextChoices):
    PROPOSED = "PROPOSED", "Suggested"
    ACCEPTED = "ACCEPTED", "Made a theme"
    REJECTED = "REJECTED", "Not a theme"


class RecommendationState(models.TextChoices):
    """Where a recommendation stands in plan, do, check, act."""

    DRAFT = "DRAFT", "Draft"
    SUBMITTED = "SUBMITTED", "Waiting for a decision"
    ACCEPTED = "ACCEPTED", "Being done"
    CHECKING = "CHECKING", "Being checked"
    ADOPTED = "ADOPTED", "Adopted"
    ADJUSTED = "ADJUSTED", "Adjusted, to be tried again"
    DROPPED = "DROPPED", "Dropped"
    DECLINED = "DECLINED", "Declined"


class Stage(models.TextChoices):
    """The four columns of the board."""

    PLAN = "PLAN", "Plan"
    DO = "DO", "Do"
    CHECK = "CHECK", "Check"
    ACT = "ACT", "Act"


class HarmState(models.TextChoices):
    """What was done for a customer who may have been harmed by the same cause."""

    TO_CONTACT = "TO_CONTACT", "To be contacted"
    CONTACTED = "CONTACTED", "Contacted"
    PUT_RIGHT = "PUT_RIGHT", "Put right"
    NOT_AFFECTED = "NOT_AFFECTED", "Not affected"


class RecommendationAction(models.TextChoices):
    EDIT = "EDIT", "Edit"
    SUBMIT = "SUBMIT", "Send for decision"
    ACCEPT = "ACCEPT", "Accept"
    RETURN = "RETURN", "Ask for changes"
    DECLINE = "DECLINE", "Decline"
    LOG = "LOG", "Add to the log"
    CHECK = "CHECK", "Start the check"
    ADOPT = "ADOPT", "Adopt"
    ADJUST = "ADJUST", "Adjust"
    DROP = "DROP", "Drop"


class Grain(models.TextChoices):
    """How long a row of contact figures lasts."""

    DAY = "DAY", "Day"
    MONTH = "MONTH", "Month"


class ReturnPeriod(models.TextChoices):
    """How long a return looks back, by the calendar."""

    MONTH = "MONTH", "Month"
    QUARTER = "QUARTER", "Quarter"
    HALF_YEAR = "HALF_YEAR", "Half year"
    YEAR = "YEAR", "Year"
    YEAR_FROM_APRIL = "YEAR_FROM_APRIL", "Year from April"


class ReportRhythm(models.TextChoices):
    """How often a kept dashboard is sent to its owner."""

    NONE = "", "Not sent"
    WEEKLY = "WEEKLY", "Sent every Monday"
    MONTHLY = "MONTHLY", "Sent on the first of the month"
