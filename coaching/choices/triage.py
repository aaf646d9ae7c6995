from django.db import models


class TriageClaim(models.TextChoices):
    """What a triage decision says the case is not, and a reviewer judges."""

    NOT_COMPLAINT = "NOT_COMPLAINT", "Not a complaint"
    NOT_INCIDENT = "NOT_INCIDENT", "Not an incident"


class TriageVerdict(models.TextChoices):
    AGREE = "AGREE", "I agree"
    DISAGREE = "DISAGREE", "I disagree"


class ProposalState(models.TextChoices):
    """How the proposal to change the type stands; none where the reviewer agreed."""

    NONE = "NONE", "No proposal"
    OPEN = "OPEN", "Change of type proposed"
    ACCEPTED = "ACCEPTED", "Type changed"
    DECLINED = "DECLINED", "Type kept"
