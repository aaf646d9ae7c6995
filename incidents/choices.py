from django.db import models


class IncidentAction(models.TextChoices):
    """The steps of an incident's life; `lifecycle` says which follow which."""

    ASSESS = "ASSESS", "Assess incident"
    START = "START", "Start work"
    WAIT = "WAIT", "Wait"
    RESUME = "RESUME", "Resume work"
    RESOLVE = "RESOLVE", "Resolve incident"
    FOLLOW_UP = "FOLLOW_UP", "Start follow-up"
    CLOSE = "CLOSE", "Close incident"
    REOPEN = "REOPEN", "Reopen incident"


class Audience(models.TextChoices):
    """Who an update is for. The two never share a composer: what colleagues say must not reach a customer."""

    CUSTOMERS = "CUSTOMERS", "Customers"
    STAKEHOLDERS = "STAKEHOLDERS", "Internal stakeholders"


class RecoveryKind(models.TextChoices):
    APOLOGY = "APOLOGY", "Apology"
    FIX = "FIX", "Put it right"
    GOODWILL = "GOODWILL", "Goodwill"
    FOLLOW_UP = "FOLLOW_UP", "Follow-up"


class RecoveryState(models.TextChoices):
    PROPOSED = "PROPOSED", "Needs sign-off"
    AGREED = "AGREED", "Agreed"
    DONE = "DONE", "Done"
    DROPPED = "DROPPED", "Dropped"


class JobState(models.TextChoices):
    WAITING = "WAITING", "Waiting for its turn"
    RUNNING = "RUNNING", "Under way"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Stopped"


class LinkSource(models.TextChoices):
    SEARCH = "SEARCH", "Search"
    FILE = "FILE", "File"


class LinkOutcome(models.TextChoices):
    """What came of one row that was to be linked. A case that one may not see answers as if it were not there."""

    WAITING = "WAITING", "Waiting"
    LINKED = "LINKED", "Linked"
    KNOWN = "KNOWN", "Already linked"
    UNKNOWN = "UNKNOWN", "Not found, or not visible to you"
    UNREADABLE = "UNREADABLE", "Cannot be read"


class MailingPhase(models.TextChoices):
    CHECK = "CHECK", "Checking every customer"
    SEND = "SEND", "Sending"


class Telling(models.TextChoices):
    """Where one customer stands in a mailing."""

    WAITING = "WAITING", "Not checked yet"
    READY = "READY", "Ready"
    PROBLEM = "PROBLEM", "Cannot be sent"
    LEFT_OUT = "LEFT_OUT", "Left out"
    QUEUED = "QUEUED", "Sent"


class IncidentEvent(models.TextChoices):
    """What the history of a case says happened to its incident."""

    OPENED = "incident.opened", "Incident opened"
    ASSESSED = "incident.assessed", "Incident assessed"
    STARTED = "incident.started", "Work started"
    WAITED = "incident.waited", "Work waits"
    RESUMED = "incident.resumed", "Work resumed"
    RESOLVED = "incident.resolved", "Incident resolved"
    FOLLOW_UP_STARTED = "incident.follow_up_started", "Follow-up started"
    CLOSED = "incident.closed", "Incident closed"
    REOPENED = "incident.reopened", "Incident reopened"
    CUSTOMERS_TOLD = "incident.customers_told", "Customers told"
    STAKEHOLDERS_TOLD = "incident.stakeholders_told", "Stakeholders told"
    HANDED_OFF = "incident.handed_off", "Handed off"
    HAND_OFF_RECEIVED = "incident.hand_off_received", "Receipt of a hand-off confirmed"
    HAND_OFF_ANSWERED = "incident.hand_off_answered", "Hand-off answered"
    RECOVERY_PROPOSED = "incident.recovery_proposed", "Service recovery proposed"
    RECOVERY_AGREED = "incident.recovery_agreed", "Service recovery agreed"
    RECOVERY_DONE = "incident.recovery_done", "Service recovery done"
    RECOVERY_DROPPED = "incident.recovery_dropped", "Service recovery dropped"
    CASES_LINKED = "incident.cases_linked", "Cases that it caused linked"
    DECLARED_MAJOR = "incident.declared_major", "Declared a major incident"
    ROLES_CHANGED = "incident.roles_changed", "Leads of the major incident changed"
    NOTED = "incident.noted", "Timeline of the major incident added to"
    STOOD_DOWN = "incident.stood_down", "Major incident stood down"
    REVIEWED = "incident.reviewed", "Review of the major incident recorded"
    REVIEW_ACTION_ADDED = "incident.review_action_added", "Action of the review added"
    REVIEW_ACTION_DONE = "incident.review_action_done", "Action of the review done"
    LISTENER_ADDED = "incident.listener_added", "Stakeholder added"
    LISTENER_REMOVED = "incident.listener_removed", "Stakeholder removed"
    REQUEST_ANSWERED = "request.answered", "Request answered and closed"


EVENTS_OF_STEPS: dict[IncidentAction, IncidentEvent] = {
    IncidentAction.ASSESS: IncidentEvent.ASSESSED,
    IncidentAction.START: IncidentEvent.STARTED,
    IncidentAction.WAIT: IncidentEvent.WAITED,
    IncidentAction.RESUME: IncidentEvent.RESUMED,
    IncidentAction.RESOLVE: IncidentEvent.RESOLVED,
    IncidentAction.FOLLOW_UP: IncidentEvent.FOLLOW_UP_STARTED,
    IncidentAction.CLOSE: IncidentEvent.CLOSED,
    IncidentAction.REOPEN: IncidentEvent.REOPENED,
}

INCIDENT_NEWS = "incident.chase"  # a row in everybody's preferences
