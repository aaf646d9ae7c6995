from django.db import models


class SessionState(models.TextChoices):
    """Where a coaching note stands between the two people it is about."""

    DRAFT = "DRAFT", "Draft"
    SHARED = "SHARED", "To be read"
    ACKNOWLEDGED = "ACKNOWLEDGED", "Read"
    RESPONDED = "RESPONDED", "Answered"
    DISPUTED = "DISPUTED", "Disputed"
    RESOLVED = "RESOLVED", "Finished"


class SessionAction(models.TextChoices):
    """The steps of a note; `lifecycle.sessions` says which follow which, `permissions.sessions` whose they are."""

    EDIT = "EDIT", "Change the note"
    SHARE = "SHARE", "Share the note"
    DISCARD = "DISCARD", "Discard the draft"
    ACKNOWLEDGE = "ACKNOWLEDGE", "I have read this"
    RESPOND = "RESPOND", "Answer"
    DISPUTE = "DISPUTE", "I see this differently"
    REPLY = "REPLY", "Reply"
    RESOLVE = "RESOLVE", "Record what came of it"
    SETTLE = "SETTLE", "This is settled"
    HAND_ON = "HAND_ON", "Hand on to my new leader"


class SessionEventKind(models.TextChoices):
    """A line in the history of a note; the label follows the person's name."""

    WRITTEN = "WRITTEN", "wrote the note"
    SHARED = "SHARED", "shared the note"
    CHANGED = "CHANGED", "changed the note"
    ACKNOWLEDGED = "ACKNOWLEDGED", "has read the note"
    RESPONDED = "RESPONDED", "answered"
    DISPUTED = "DISPUTED", "sees this differently"
    REPLIED = "REPLIED", "replied"
    RESOLVED = "RESOLVED", "recorded what came of it"
    SETTLED = "SETTLED", "says that this is settled"
    HANDED_ON = "HANDED_ON", "handed the note on"


EVENTS_OF_STEPS: dict[SessionAction, SessionEventKind] = {
    SessionAction.SHARE: SessionEventKind.SHARED,
    SessionAction.ACKNOWLEDGE: SessionEventKind.ACKNOWLEDGED,
    SessionAction.RESPOND: SessionEventKind.RESPONDED,
    SessionAction.DISPUTE: SessionEventKind.DISPUTED,
    SessionAction.REPLY: SessionEventKind.REPLIED,
    SessionAction.RESOLVE: SessionEventKind.RESOLVED,
    SessionAction.SETTLE: SessionEventKind.SETTLED,
}
