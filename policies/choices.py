from django.db import models


class VersionState(models.TextChoices):
    DRAFT = "DRAFT", "Draft"
    PUBLISHED = "PUBLISHED", "Published"
    REPLACED = "REPLACED", "Replaced"


class CaseKind(models.TextChoices):
    """What triage decided the customer brought. Defined here, because policy is written per kind."""

    COMPLAINT = "COMPLAINT", "Complaint"
    INCIDENT = "INCIDENT", "Incident"
    SERVICE_REQUEST = "SERVICE_REQUEST", "Service request"


class TriageOutcome(models.TextChoices):
    """Where the triage questions end. An enquiry is recorded and closed like a service request."""

    COMPLAINT = "COMPLAINT", "Complaint"
    INCIDENT = "INCIDENT", "Incident"
    SERVICE_REQUEST = "SERVICE_REQUEST", "Service request"
    ENQUIRY = "ENQUIRY", "Enquiry"

    @property
    def kind(self) -> CaseKind:
        return CaseKind.SERVICE_REQUEST if self == TriageOutcome.ENQUIRY else CaseKind(self.value)


class Impact(models.IntegerChoices):
    INCONVENIENCE = 1, "This customer – inconvenience"
    SERIOUS = 2, "This customer – serious loss, distress or support need"
    SEVERAL = 3, "Several customers"
    MANY = 4, "Many customers, or a safety or legal risk"


class Urgency(models.IntegerChoices):
    NORMAL = 1, "It can wait for our normal time"
    WORSENING = 2, "It is getting worse, or there is a date within 5 working days"
    NOW = 3, "Harm is happening now"


class Priority(models.IntegerChoices):
    P1 = 1, "P1 Critical"
    P2 = 2, "P2 High"
    P3 = 3, "P3 Medium"
    P4 = 4, "P4 Low"


class TriggerEffect(models.TextChoices):
    """What a trigger changes beyond checklist and priority."""

    NONE = "NONE", "Nothing more"
    ABOUT_COLLEAGUE = "ABOUT_COLLEAGUE", "The colleague named loses access"
    ABOUT_LEADER_TOO = "ABOUT_LEADER_TOO", "The colleague named and who leads them lose access"
    SUPPORT_NEED = "SUPPORT_NEED", "Ask which support the customer needs"
    LEGAL = "LEGAL", "Legal or regulator: a manager signs off"
    ABOVE_LIMIT = "ABOVE_LIMIT", "Loss above the front-line limit"


NAMES_A_COLLEAGUE = frozenset({TriggerEffect.ABOUT_COLLEAGUE, TriggerEffect.ABOUT_LEADER_TOO})


class SignOffSituation(models.TextChoices):
    """What about a case, besides the amount, decides who signs off its resolution."""

    LEGAL = "LEGAL", "A legal or regulator trigger"
    PRIORITY_1 = "PRIORITY_1", "Priority P1"
    PRIORITY_2 = "PRIORITY_2", "Priority P2"
    SUPPORT_NEED = "SUPPORT_NEED", "The customer needs extra support"
    ABOUT_COLLEAGUE = "ABOUT_COLLEAGUE", "The complaint is about a colleague"
    SECOND_STAGE = "SECOND_STAGE", "The second stage"


class WayToReach(models.TextChoices):
    """Ways to reach a customer that a support need can rule out; the codes are those of the case file's channels."""

    PHONE = "PHONE", "Phone"
    EMAIL = "EMAIL", "Email"
    LETTER = "LETTER", "Letter"


class LetterStyle(models.TextChoices):
    STANDARD = "STANDARD", "As usual"
    LARGE_PRINT = "LARGE_PRINT", "Large print"


class ChecklistGroup(models.TextChoices):
    FACTS = "FACTS", "Facts"
    PEOPLE = "PEOPLE", "People"
    RECORDS = "RECORDS", "Records"
    POLICY = "POLICY", "Policy"
    FAIRNESS = "FAIRNESS", "Fairness"


class RedressType(models.TextChoices):
    REFUND = "REFUND", "Refund"
    COMPENSATION = "COMPENSATION", "Compensation for financial loss"
    DISTRESS = "DISTRESS", "Distress and inconvenience"
    GOODWILL = "GOODWILL", "Goodwill"
    WAIVER = "WAIVER", "Charge waived"
    INTEREST = "INTEREST", "Interest"


class LetterPurpose(models.TextChoices):
    ACKNOWLEDGEMENT = "ACKNOWLEDGEMENT", "Acknowledgement"
    HOLDING = "HOLDING", "Holding update"
    DECISION = "DECISION", "Decision"
    CONFIRMATION = "CONFIRMATION", "Ask the customer to confirm"
    FORWARDING = "FORWARDING", "Forward to another organisation"
    INCIDENT_UPDATE = "INCIDENT_UPDATE", "Incident update"
    GENERAL = "GENERAL", "Other"
