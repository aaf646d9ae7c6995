from django.db import models


class Finding(models.TextChoices):
    """The answer to one point of complaint."""

    UPHELD = "UPHELD", "Upheld"
    PARTLY_UPHELD = "PARTLY_UPHELD", "Partly upheld"
    NOT_UPHELD = "NOT_UPHELD", "Not upheld"
    UNDECIDED = "UNDECIDED", "Could not decide"


class Outcome(models.TextChoices):
    """How the complaint as a whole ended. The first four follow from the findings; the others end it without any."""

    UPHELD = "UPHELD", "Upheld"
    PARTLY_UPHELD = "PARTLY_UPHELD", "Partly upheld"
    NOT_UPHELD = "NOT_UPHELD", "Not upheld"
    UNDECIDED = "UNDECIDED", "Could not decide"
    WITHDRAWN = "WITHDRAWN", "Withdrawn by the customer"
    OUT_OF_SCOPE = "OUT_OF_SCOPE", "Out of scope"
    FORWARDED = "FORWARDED", "Forwarded to another organisation"
    DUPLICATE = "DUPLICATE", "Same complaint as another case"


SET_ASIDE_OUTCOMES = (Outcome.OUT_OF_SCOPE, Outcome.FORWARDED, Outcome.DUPLICATE)


class OmbudsmanDecision(models.TextChoices):
    """How the ombudsman's look at a case ended."""

    WITH_US = "WITH_US", "Agreed with us"
    FOR_CUSTOMER = "FOR_CUSTOMER", "Changed in the customer’s favour"
    SETTLED = "SETTLED", "Settled before a decision"
    OUTSIDE = "OUTSIDE", "Outside their rules"
    WITHDRAWN = "WITHDRAWN", "Withdrawn by the customer"


class Stage(models.IntegerChoices):
    """The second stage is a fresh look by somebody who did not decide the first."""

    FIRST = 1, "Stage 1"
    SECOND = 2, "Stage 2"


class GivesWanted(models.TextChoices):
    YES = "YES", "Yes"
    PARTLY = "PARTLY", "Partly"
    NO = "NO", "No"


class Answer(models.TextChoices):
    """What the customer says about whether it has been put right."""

    SORTED = "SORTED", "Yes, it is sorted"
    PARTLY = "PARTLY", "Partly"
    NO = "NO", "No"


class InterestMethod(models.TextChoices):
    """How interest is worked out when money was held back."""

    BASE_PLUS_ONE = "BASE_PLUS_ONE", "Base rate plus 1 percentage point"
    SIMPLE_8 = "SIMPLE_8", "8% a year"


class ProposalPart(models.TextChoices):
    """What an approver can ask to have changed."""

    POINTS = "POINTS", "Findings"
    REDRESS = "REDRESS", "Redress"
    ACTIONS = "ACTIONS", "Actions"
    LETTER = "LETTER", "Letter"
    INVESTIGATION = "INVESTIGATION", "Investigation"


class ComplaintAction(models.TextChoices):
    """Every step of a complaint's life; the label completes "… is not possible while"."""

    START = "START", "Starting the investigation"
    ANSWER_POINTS = "ANSWER_POINTS", "Changing the points of complaint"
    PROPOSE = "PROPOSE", "Changing the resolution"
    SUBMIT = "SUBMIT", "Sending for sign-off"
    TAKE_BACK = "TAKE_BACK", "Taking the proposal back"
    APPROVE = "APPROVE", "Approving"
    RETURN = "RETURN", "Returning the proposal"
    REFER = "REFER", "Referring up"
    SEND = "SEND", "Sending the decision"
    CONFIRM = "CONFIRM", "Recording that it is sorted"
    DISPUTE = "DISPUTE", "Recording that it is not sorted"
    FOLLOW_UP = "FOLLOW_UP", "Starting the follow-up"
    CLOSE = "CLOSE", "Closing"
    REOPEN = "REOPEN", "Reopening"
    WITHDRAW = "WITHDRAW", "Withdrawing"
    SET_ASIDE = "SET_ASIDE", "Closing without a finding"
    VOID = "VOID", "Voiding the sign-off"
    CALL_OFF = "CALL_OFF", "Calling the decision off"


class ComplaintEvent(models.TextChoices):
    """What the history says happened to the complaint; a step of its life is `complaint.` and the step."""

    DEFINED = "complaint.defined", "Complaint defined with the customer"
    POINT_ADDED = "complaint.point_added", "Point of complaint added"
    POINT_SAVED = "complaint.point_saved", "Point of complaint changed"
    BEARING_SAVED = "complaint.bearing_saved", "Points that evidence bears on changed"
    RESOLUTION_SAVED = "complaint.resolution_saved", "Resolution changed"
    REDRESS_ADDED = "complaint.redress_added", "Redress added"
    REDRESS_REMOVED = "complaint.redress_removed", "Redress removed"
    ACTION_ADDED = "complaint.action_added", "Action added"
    ACTION_REMOVED = "complaint.action_removed", "Action removed"
    CONFIRMED = "complaint.confirm", "Customer says that it is sorted"
    DISPUTED = "complaint.dispute", "Customer says that it is not sorted"
    STARTED = "complaint.start", "Investigation started"
    SUBMITTED = "complaint.submit", "Sent for sign-off"
    TAKEN_BACK = "complaint.take_back", "Proposal taken back"
    APPROVED = "complaint.approve", "Resolution approved"
    FIRST_APPROVAL = "complaint.first_approval", "Approved by the first of two people"
    RETURNED = "complaint.return", "Returned for changes"
    REFERRED = "complaint.refer", "Referred up"
    VOIDED = "complaint.void", "Sign-off void: the proposal was changed"
    SENT = "complaint.send", "Decision sent to the customer"
    CALLED_OFF = "complaint.call_off", "Decision called off before it left"
    FOLLOW_UP = "complaint.follow_up", "Follow-up started"
    CLOSED = "complaint.close", "Case closed"
    REOPENED = "complaint.reopen", "Case reopened"
    WITHDRAWN = "complaint.withdraw", "Withdrawn at the customer’s request"
    SET_ASIDE = "complaint.set_aside", "Closed without a finding"
    FORWARDED = "complaint.forwarded", "Forwarded to another organisation"
    MERGED = "complaint.merged", "Merged with another case"
    GOT_A_DUPLICATE = "complaint.got_duplicate", "Another case was merged into this one"
    UNMERGED = "complaint.unmerged", "Merge taken back"
    OMBUDSMAN = "complaint.ombudsman", "Referred to the ombudsman"
    OMBUDSMAN_SAVED = "complaint.ombudsman_saved", "Ombudsman referral updated"


class InboxView(models.TextChoices):
    MINE = "mine", "Waiting for me"
    OTHERS = "others", "Waiting for others"
    RETURNED = "returned", "Returned"
    DECIDED = "decided", "Decided"


SIGN_OFF_NEWS = "complaint.sign_off"  # a row in everybody's preferences
