from django.db import models


class CaseStatus(models.TextChoices):
    """Every status a case of any kind can have; which ones follow which is each kind's `lifecycle`."""

    LOGGED = "LOGGED", "Logged"
    INVESTIGATING = "INVESTIGATING", "Investigating"
    AWAITING_SIGN_OFF = "AWAITING_SIGN_OFF", "With approver"
    RETURNED = "RETURNED", "Returned"
    APPROVED = "APPROVED", "Approved"
    WITH_CUSTOMER = "WITH_CUSTOMER", "With customer"
    CONFIRMED = "CONFIRMED", "Confirmed"
    ASSESSED = "ASSESSED", "Assessed"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    WAITING = "WAITING", "Waiting"
    RESOLVED = "RESOLVED", "Resolved"
    FOLLOW_UP = "FOLLOW_UP", "In follow-up"
    CLOSED = "CLOSED", "Closed"
    REOPENED = "REOPENED", "Reopened"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


CLOSED_STATUSES = frozenset({CaseStatus.CLOSED, CaseStatus.WITHDRAWN})


class Channel(models.TextChoices):
    PHONE = "PHONE", "Phone"
    EMAIL = "EMAIL", "Email"
    CHAT = "CHAT", "Chat"
    LETTER = "LETTER", "Letter"
    WEB = "WEB", "Web form"
    SOCIAL = "SOCIAL", "Social media"
    IN_PERSON = "IN_PERSON", "In person"


class IdentityCheck(models.TextChoices):
    PASSED = "PASSED", "Yes, they passed security"
    REPRESENTATIVE = "REPRESENTATIVE", "Yes, they are an authorised representative"
    NOT_CHECKED = "NOT_CHECKED", "No – do not share account details"


class DesiredOutcome(models.TextChoices):
    APOLOGY = "APOLOGY", "An apology"
    EXPLANATION = "EXPLANATION", "An explanation"
    PUT_RIGHT = "PUT_RIGHT", "Put it right"
    REFUND = "REFUND", "A refund or compensation"
    CHANGE = "CHANGE", "A change so it does not happen again"
    OTHER = "OTHER", "Something else"


class WaitingOn(models.TextChoices):
    NOBODY = "", "Nobody"
    CUSTOMER = "CUSTOMER", "Waiting on customer"
    THIRD_PARTY = "THIRD_PARTY", "Waiting on third party"


class Direction(models.TextChoices):
    IN = "IN", "From the customer"
    OUT = "OUT", "To the customer"


class ContactPurpose(models.TextChoices):
    """What an outgoing contact did, so that the clocks know what it satisfies."""

    GENERAL = "GENERAL", "General"
    ACKNOWLEDGEMENT = "ACKNOWLEDGEMENT", "Acknowledgement"
    HOLDING = "HOLDING", "Holding update"
    DECISION = "DECISION", "Decision"
    CONFIRMATION = "CONFIRMATION", "Ask the customer to confirm"


class Composer(models.TextChoices):
    """The two places to write in, which never become one."""

    CUSTOMER = "CUSTOMER", "To the customer"
    NOTE = "NOTE", "To colleagues"


class ChecklistState(models.TextChoices):
    NOT_STARTED = "NOT_STARTED", "Not started"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    COMPLETED = "COMPLETED", "Completed"
    NOT_NEEDED = "NOT_NEEDED", "Not needed"


class StakeholderRole(models.TextChoices):
    CUSTOMER = "CUSTOMER", "Customer"
    REPRESENTATIVE = "REPRESENTATIVE", "Representative"
    COLLEAGUE = "COLLEAGUE", "Colleague involved"
    TEAM = "TEAM", "Team consulted"
    THIRD_PARTY = "THIRD_PARTY", "Third party"
    DECISION_MAKER = "DECISION_MAKER", "Decision-maker"


class ContributionState(models.TextChoices):
    ASKED = "ASKED", "Asked"
    ANSWERED = "ANSWERED", "Answered"
    DROPPED = "DROPPED", "No longer needed"


class PackState(models.TextChoices):
    WAITING = "WAITING", "Waiting to be made"
    MAKING = "MAKING", "Being made"
    READY = "READY", "Ready"
    FAILED = "FAILED", "Could not be made"


class EvidenceType(models.TextChoices):
    CALL_RECORDING = "CALL_RECORDING", "Call recording"
    LETTER = "LETTER", "Letter or email"
    CHAT = "CHAT", "Chat transcript"
    CRM_NOTE = "CRM_NOTE", "Account note"
    SYSTEM_LOG = "SYSTEM_LOG", "System log"
    POLICY = "POLICY", "Policy or terms in force"
    TRANSACTION = "TRANSACTION", "Transaction record"
    PHOTO = "PHOTO", "Photo or screen capture"
    STATEMENT = "STATEMENT", "Statement"
    REPORT = "REPORT", "Third-party report"


class PromiseKind(models.TextChoices):
    CALL_BACK = "CALL_BACK", "Call back"
    UPDATE = "UPDATE", "Send an update"
    PAYMENT = "PAYMENT", "Pay"
    ACTION = "ACTION", "Do something"
    FOLLOW_UP = "FOLLOW_UP", "Check afterwards"


class PromiseState(models.TextChoices):
    OPEN = "OPEN", "Open"
    KEPT = "KEPT", "Kept"
    RELEASED = "RELEASED", "No longer needed"


class Certainty(models.TextChoices):
    CONFIRMED = "CONFIRMED", "Confirmed by evidence"
    LIKELY = "LIKELY", "Likely"
    UNKNOWN = "UNKNOWN", "Not known"


class FishboneBranch(models.TextChoices):
    PEOPLE = "PEOPLE", "People"
    PROCESS = "PROCESS", "Process"
    POLICY = "POLICY", "Policy"
    SYSTEMS = "SYSTEMS", "Systems"
    INFORMATION = "INFORMATION", "Information"
    OUTSIDE = "OUTSIDE", "Outside our control"


class CauseVerdict(models.TextChoices):
    CONTRIBUTED = "CONTRIBUTED", "Contributed"
    RULED_OUT = "RULED_OUT", "Ruled out"
    OPEN = "OPEN", "Not decided"


class LinkKind(models.TextChoices):
    RELATED = "RELATED", "Related to"
    CAUSED_BY = "CAUSED_BY", "Caused by"
    DUPLICATE_OF = "DUPLICATE_OF", "Duplicate of"


class ApprovalState(models.TextChoices):
    PENDING = "PENDING", "Waiting for sign-off"
    APPROVED = "APPROVED", "Approved"
    RETURNED = "RETURNED", "Returned"
    REFERRED = "REFERRED", "Referred up"
    VOID = "VOID", "Void: changed after it was submitted"
    TAKEN_BACK = "TAKEN_BACK", "Taken back"


class Decision(models.TextChoices):
    APPROVE = "APPROVE", "Approve"
    RETURN = "RETURN", "Return for changes"
    REFER = "REFER", "Refer up"


class EventAction(models.TextChoices):
    """What the history of the shared part of a case says happened. The kinds add their own steps."""

    LOGGED = "case.logged", "Case logged"
    RECLASSIFIED = "case.reclassified", "Type of case changed"
    FACTS_CHANGED = "case.facts_changed", "Facts changed"
    PRIORITY_CHANGED = "case.priority_changed", "Priority changed"
    ASSIGNED = "case.assigned", "Owner changed"
    MOVED = "case.moved", "Team changed"
    RESTRICTED = "case.restricted", "Access restricted to named people"
    OPENED_UP = "case.opened_up", "Restriction lifted"
    SUPPORT_CHANGED = "customer.support_changed", "Support needs recorded"
    COLLEAGUE_NAMED = "case.colleague_named", "Colleague named whom the complaint is about"
    COLLEAGUE_CLEARED = "case.colleague_cleared", "Colleague no longer named in the complaint"
    LINKED = "case.linked", "Linked to another case"
    UNLINKED = "case.unlinked", "Link to another case removed"
    CONTACT_LOGGED = "contact.logged", "Contact recorded"
    MESSAGE_SENT = "contact.sent", "Message sent to the customer"
    LETTER_MADE = "contact.letter_made", "Letter to the customer made"
    MESSAGE_CALLED_OFF = "contact.called_off", "Message called off before it left"
    CONTACT_READ = "contact.read", "Message from the customer read"
    NOTE_ADDED = "note.added", "Internal note added"
    CHECKLIST_CREATED = "checklist.created", "Investigation checklist set up"
    ITEM_ADDED = "checklist.item_added", "Investigation step added"
    ITEM_SETTLED = "checklist.item_settled", "Investigation step updated"
    STAKEHOLDER_ADDED = "people.added", "Person added"
    STAKEHOLDER_CHANGED = "people.changed", "Person updated"
    CONTRIBUTION_ASKED = "people.asked", "Contribution asked for"
    CONTRIBUTION_CHASED = "people.chased", "Contribution chased"
    CONTRIBUTION_ANSWERED = "people.answered", "Contribution received"
    CONTRIBUTION_DROPPED = "people.dropped", "Contribution no longer needed"
    PACK_ASKED = "pack.asked", "Case pack asked for"
    EVIDENCE_ADDED = "evidence.added", "Evidence added"
    EVIDENCE_REMOVED = "evidence.removed", "Evidence removed"
    WHYS_SAVED = "root_cause.whys_saved", "Five whys saved"
    CAUSE_ADDED = "root_cause.cause_added", "Possible cause added"
    CAUSE_CHANGED = "root_cause.cause_changed", "Possible cause updated"
    ROOT_CAUSE_SAVED = "root_cause.saved", "Root cause recorded"
    PROMISE_MADE = "promise.made", "Promise made"
    PROMISE_KEPT = "promise.kept", "Promise kept"
    PROMISE_HANDED_OVER = "promise.handed_over", "Promise handed to after-care"
    PROMISE_RELEASED = "promise.released", "Promise no longer needed"


class TimelineFilter(models.TextChoices):
    EVERYTHING = "everything", "Everything"
    CUSTOMER = "customer", "With customer"
    INTERNAL = "internal", "Internal"
    SYSTEM = "system", "System"


ASSIGNED_NEWS = "case.assigned"  # a row in everybody's preferences
NOTE_NEWS = "case.note"
PROMISE_NEWS = "case.promise"
CONTRIBUTION_NEWS = "case.contribution"
