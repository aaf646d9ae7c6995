"""The case, its customer, and who may know of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.choices import (
    CaseStatus,
    Channel,
    DesiredOutcome,
    IdentityCheck,
    LinkKind,
    WaitingOn,
)
from cases.querysets import CaseDraftQuerySet, CaseLinkQuerySet, CasePartQuerySet, CaseQuerySet, CustomerQuerySet
from core.models import TimeStampedModel
from policies.choices import CaseKind, Impact, Priority, TriageOutcome, Urgency

PREFIXES = {CaseKind.COMPLAINT: "CMP", CaseKind.INCIDENT: "INC", CaseKind.SERVICE_REQUEST: "REQ"}


class Customer(TimeStampedModel):
    """Someone who complained or was affected. May be anonymous, and may have neither e-mail nor phone."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    phone_digits = models.CharField(max_length=20, blank=True, editable=False)
    postcode = models.CharField(max_length=12, blank=True)
    account_number = models.CharField(max_length=40, blank=True)
    is_anonymous = models.BooleanField(default=False)
    contact_preference = models.CharField(max_length=10, choices=Channel, blank=True)
    support_need = models.CharField("what helps, in their words", max_length=300, blank=True)
    support_needs = models.ManyToManyField("policies.SupportNeed", blank=True, related_name="+")
    external_id = models.CharField(max_length=80, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["name"]),
            models.Index(fields=["phone_digits"]),
            models.Index(fields=["postcode"]),
            models.Index(fields=["account_number"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        return f"…{self.phone_digits[-4:]}" if self.phone_digits else ""

    @property
    def postcode_area(self) -> str:
        return self.postcode.split()[0] if self.postcode.strip() else ""


class NumberSeries(models.Model):
    """The last case number given out in a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    objects = models.Manager()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Case(TimeStampedModel):
    """One escalated case of any kind. What is special to a kind is a one-to-one row in that kind's app.

    `number` is given when the draft opens and never changes, whatever the kind becomes; `reference` adds the kind.
    `received_at` is when the customer told us, `logged_at` when we wrote it down. `next_due_at` is kept by the clocks.
    """

    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=16, choices=CaseKind)
    status = models.CharField(max_length=20, choices=CaseStatus, default=CaseStatus.LOGGED)
    waiting_on = models.CharField(max_length=12, choices=WaitingOn, blank=True, default=WaitingOn.NOBODY)
    summary = models.CharField(max_length=160)
    story = models.TextField()
    desired_outcome = models.CharField(max_length=12, choices=DesiredOutcome, blank=True)
    desired_outcome_detail = models.CharField(max_length=300, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cases")
    identity_check = models.CharField(max_length=16, choices=IdentityCheck, default=IdentityCheck.NOT_CHECKED)
    representative = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PHONE)
    category = models.ForeignKey(
        "policies.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    product = models.ForeignKey(
        "policies.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    journey_stage = models.ForeignKey(
        "policies.JourneyStage", on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    impact = models.PositiveSmallIntegerField(choices=Impact, default=Impact.INCONVENIENCE)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.P4)
    priority_reason = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_cases"
    )
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_restricted = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    external_source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    event_count = models.PositiveIntegerField(default=0)
    last_event_hash = models.CharField(max_length=64, blank=True)
    # The first lines of a case in the making, until `cases.services.history.first_lines` writes them together.
    gathered_events: list[tuple[Any, Any]] | None = None

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-logged_at", "-pk"]
        indexes = [
            models.Index(fields=["team", "next_due_at", "id"], condition=Q(closed_at=None), name="case_open_team_due"),
            models.Index(
                fields=["owner", "next_due_at", "id"], condition=Q(closed_at=None), name="case_open_owner_due"
            ),
            models.Index(fields=["next_due_at", "id"], condition=Q(closed_at=None), name="case_open_due"),
            models.Index(fields=["status", "next_due_at", "id"], name="case_status_due"),
            models.Index(fields=["received_at", "id"], name="case_received"),
            models.Index(fields=["closed_at", "id"], name="case_closed"),
            models.Index(fields=["customer", "received_at"], name="case_customer_received"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_source", "external_id"], condition=~Q(external_id=""), name="external_case_comes_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="case_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=CaseStatus.values), name="case_status_is_known"),
            models.CheckConstraint(condition=Q(logged_at__gte=F("received_at")), name="case_received_before_logged"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:overview", args=[self.reference])

    @property
    def reference(self) -> str:
        return f"{PREFIXES[CaseKind(self.kind)]}-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_in_the_making(self) -> bool:
        """Return whether this transaction has just made the case, so that nothing belongs to it but what it gives it."""
        return self.gathered_events is not None


class CaseDraft(TimeStampedModel):
    """What an agent has typed so far. The number is reserved when the form opens, and becomes the case's."""

    number = models.CharField(max_length=16, unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="case_drafts")
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    logged_as = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="draft")

    objects = CaseDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"Draft {self.number}"


class Referral(models.Model):
    """Why the case is not a first contact: who referred it, what triggered it and what had already been tried."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="referral")
    main_trigger = models.ForeignKey("policies.Trigger", on_delete=models.PROTECT, related_name="+")
    other_triggers = models.ManyToManyField("policies.Trigger", blank=True, related_name="+")
    referred_by = models.CharField(max_length=120, blank=True)
    already_tried = models.TextField(blank=True)

    objects = CasePartQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Referral of {self.case}"


class TriageDecision(models.Model):
    """Why the case is the kind it is. A changed mind adds a row, and the old one stays.

    `path` keeps questions and answers in the words of the day; without a `tree` they are those of the product, or
    nobody asked.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="triage_decisions")
    kind = models.CharField(max_length=16, choices=CaseKind)
    outcome = models.CharField(max_length=16, choices=TriageOutcome)
    path = models.JSONField(default=list, blank=True)
    tree = models.ForeignKey("policies.TriageTree", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    standard_code = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300)
    was_overridden = models.BooleanField(default=False)
    clause = models.ForeignKey("policies.Clause", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["decided_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_outcome_display()}"


class NamedColleague(models.Model):
    """A colleague the complaint is about, or who leads one (`leads`). They lose sight of the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="named_colleagues")
    colleague = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hides_leaders = models.BooleanField("who leads them loses sight of it too", default=False)
    leads = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CasePartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "colleague"], name="colleague_is_named_once")]

    def __str__(self) -> str:
        return f"{self.colleague} in {self.case}"

    @property
    def why(self) -> str:
        """Return in words why this person does not see the case."""
        if self.leads:
            return f"Leads {self.leads}"
        return f"The complaint is about them{'; hidden from who leads them, too' if self.hides_leaders else ''}"


class CaseAccess(models.Model):
    """A person who may see a restricted case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="access")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="person_is_admitted_once")]

    def __str__(self) -> str:
        return f"{self.person} on {self.case}"


class CaseLink(models.Model):
    """`source` is related to, caused by, or a duplicate of `target`."""

    source = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=12, choices=LinkKind)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = CaseLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="cases_are_linked_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="case_is_not_linked_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display().lower()} {self.target}"


class SearchDocument(models.Model):
    """The words that a case is found by, letters and digits only. The index over them is made by migration 0003."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="search_document")
    title = models.CharField(max_length=400)
    body = models.TextField()

    objects = CasePartQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title
