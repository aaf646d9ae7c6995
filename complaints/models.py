"""What a complaint adds to the case file: its points, what we propose, who signed it off, what the customer said."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.choices import Role
from cases.choices import Channel, PromiseKind
from cases.querysets import CasePartQuerySet
from complaints.choices import Answer, Finding, GivesWanted, OmbudsmanDecision, Outcome, Stage
from complaints.querysets import ConfirmationLinkQuerySet, DelegationQuerySet, MergeQuerySet
from core.models import TimeStampedModel
from policies.choices import RedressType

PEOPLE = settings.AUTH_USER_MODEL


class Complaint(TimeStampedModel):
    """The complaint as agreed with the customer, and how it ended."""

    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="complaint")
    definition = models.TextField("what the complaint is, as agreed with the customer", blank=True)
    definition_agreed_on = models.DateField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(choices=Stage, default=Stage.FIRST)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    outcome_reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_sent_at = models.DateTimeField(null=True, blank=True)
    answer_asked_at = models.DateTimeField(null=True, blank=True)
    reopening_plan = models.TextField("what we do about what is still wrong", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision_sent_at=None) | Q(decided_at__isnull=False), name="decision_is_made_before_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"Complaint {self.case}"


class ComplaintPoint(TimeStampedModel):
    """One thing the customer complains of. Each gets an answer of its own before anybody can sign off."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="points")
    number = models.PositiveSmallIntegerField()
    text = models.CharField("what the customer says", max_length=300)
    standard = models.TextField("what should have happened", blank=True)
    facts = models.TextField("what happened", blank=True)
    evidence = models.ManyToManyField("cases.Evidence", blank=True, related_name="points")
    finding = models.CharField(max_length=14, choices=Finding, blank=True)
    reason = models.TextField(blank=True)
    clause = models.ForeignKey("policies.Clause", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    impact = models.CharField("what it meant for the customer", max_length=300, blank=True)
    remedy = models.CharField("what we do about it", max_length=300, blank=True)
    edited_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="points_are_numbered"),
            models.CheckConstraint(condition=Q(finding="") | ~Q(reason=""), name="finding_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def is_answered(self) -> bool:
        return bool(self.finding and self.reason and self.clause_id)


class Resolution(TimeStampedModel):
    """What we propose to the customer: one working copy per case. What was submitted is kept in `Proposal`."""

    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="resolution")
    has_apology = models.BooleanField("do we apologise?", null=True, blank=True)
    apology = models.TextField("words of the apology", blank=True)
    gives_wanted = models.CharField(
        "does it give the customer what they asked for?", max_length=6, choices=GivesWanted, blank=True
    )
    gives_wanted_reason = models.CharField(max_length=500, blank=True)
    letter = models.TextField(blank=True)
    edited_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = CasePartQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Resolution of {self.case}"


class RedressItem(TimeStampedModel):
    """Money for one point, or for the case as a whole. Always pounds; the currency is the organisation's.

    `account` says how an amount of interest was worked out: see `complaints.services.interest`.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="redress")
    point = models.ForeignKey(ComplaintPoint, on_delete=models.CASCADE, null=True, blank=True, related_name="redress")
    redress_type = models.CharField("type", max_length=14, choices=RedressType)
    usual = models.ForeignKey(
        "policies.RedressRange", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    outside_reason = models.CharField("why outside the usual range", max_length=300, blank=True)
    account = models.JSONField("how it was worked out", default=dict, blank=True)
    added_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="redress_is_more_than_nothing")]

    def __str__(self) -> str:
        return f"{self.get_redress_type_display()}: £{self.amount}"

    @property
    def is_usual(self) -> bool:
        return self.usual is None or self.usual.minimum <= self.amount <= self.usual.maximum


class ProposedAction(TimeStampedModel):
    """Something we would do. On approval it becomes a promise."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="proposed_actions")
    kind = models.CharField(max_length=10, choices=PromiseKind, default=PromiseKind.ACTION)
    text = models.CharField(max_length=200)
    owner = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["due_date", "pk"]

    def __str__(self) -> str:
        return self.text


class Contributor(models.Model):
    """Someone who wrote a part of what is proposed: a point, a finding, redress, the letter. They never sign it off."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="contributors")
    person = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    last_at = models.DateTimeField()

    objects = CasePartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="contributor_is_listed_once")]

    def __str__(self) -> str:
        return f"{self.person} on {self.case}"


class FormerOwner(models.Model):
    """Somebody who owned the case up to `until`; for 30 days after it they do not decide on its resolution."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="former_owners")
    person = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()

    objects = CasePartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="former_owner_is_listed_once")]

    def __str__(self) -> str:
        return f"{self.person} owned {self.case}"


class Proposal(models.Model):
    """Exactly what was submitted in one round of sign-off; `Approval.content_hash` is the digest of `content`."""

    approval = models.OneToOneField("cases.Approval", on_delete=models.PROTECT, related_name="proposal")
    content = models.JSONField()
    least_role = models.CharField(max_length=20, choices=Role, default=Role.TEAM_LEADER)
    referred_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    voided_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    promises = models.ManyToManyField("cases.Promise", blank=True, related_name="+")

    objects = models.Manager()

    def __str__(self) -> str:
        return f"Proposal {self.approval}"


class Delegation(TimeStampedModel):
    """`giver` lets `receiver` sign off with their limit, from the first day to the last."""

    giver = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="delegations_given")
    receiver = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="delegations_received")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_delegates_to_themselves"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="delegation_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.giver} to {self.receiver}"


class ConfirmationLink(models.Model):
    """The customer's own way to answer. Only a digest of the token is kept, so that a stolen table opens nothing."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="confirmation_links")
    token_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    failed_tries = models.PositiveSmallIntegerField(default=0)

    objects = ConfirmationLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Link for {self.case}"


class Confirmation(models.Model):
    """What the customer said about the outcome: who said it, in which words, and who wrote it down."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="confirmations")
    answer = models.CharField(max_length=6, choices=Answer)
    said_by = models.CharField("who said it", max_length=120)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PHONE)
    words = models.TextField("their exact words", blank=True)
    recorded_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    link = models.ForeignKey(ConfirmationLink, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer=Answer.SORTED) | ~Q(words=""), name="unsorted_says_what_is_wrong"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_answer_display()}"


class Feedback(models.Model):
    """How the customer found the handling; every question may be skipped.

    Scales run from 1 (worst) to 5; how likely they are to recommend us from 0 to 10.
    """

    confirmation = models.OneToOneField(Confirmation, on_delete=models.CASCADE, related_name="feedback")
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)
    ease = models.PositiveSmallIntegerField(null=True, blank=True)
    informed = models.PositiveSmallIntegerField(null=True, blank=True)
    recommend = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True)
    may_contact = models.BooleanField(null=True, blank=True)

    objects = models.Manager()

    def __str__(self) -> str:
        return f"Feedback on {self.confirmation}"


class Forwarding(TimeStampedModel):
    """A complaint, or some of its points, that another organisation has to answer."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="forwardings")
    is_whole = models.BooleanField("the whole complaint")
    points = models.ManyToManyField(ComplaintPoint, blank=True, related_name="forwardings")
    organisation = models.CharField(max_length=160)
    contact = models.CharField("how the customer reaches them", max_length=300)
    reason = models.CharField("why it is theirs", max_length=300)
    forwarded_on = models.DateField()
    told_on = models.DateField("customer told on", null=True, blank=True)
    made_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["-forwarded_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_on=None) | Q(told_on__gte=F("forwarded_on")), name="customer_is_told_after_forwarding"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} to {self.organisation}"


class Merge(models.Model):
    """`case` is the same complaint as `into`: it is closed, counts no more, and can be taken out again whole."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="merges")
    into = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="merged_cases")
    reason = models.CharField(max_length=300)
    promises = models.JSONField("ids of the promises that moved", default=list, blank=True)
    made_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undone_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(undone_at=None), name="case_is_merged_into_one"),
            models.CheckConstraint(condition=~Q(case=F("into")), name="case_is_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.case} into {self.into}"


class OmbudsmanReferral(TimeStampedModel):
    """The customer went to the ombudsman: a track of its own, with its dates, its outcome and what we learnt."""

    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="ombudsman")
    body = models.CharField("which ombudsman", max_length=120)
    reference = models.CharField("their reference", max_length=60, blank=True)
    referred_on = models.DateField("they told us on")
    file_due_on = models.DateField("our file is due on", null=True, blank=True)
    file_sent_on = models.DateField("our file went on", null=True, blank=True)
    decision = models.CharField(max_length=14, choices=OmbudsmanDecision, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    award = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    award_due_on = models.DateField("award to be paid by", null=True, blank=True)
    award_paid_on = models.DateField("award paid on", null=True, blank=True)
    learning = models.TextField("what we learn from it", blank=True)
    edited_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["-referred_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(decision="") & Q(decided_on=None)) | (~Q(decision="") & Q(decided_on__isnull=False)),
                name="ombudsman_decision_has_its_day",
            ),
            models.CheckConstraint(condition=Q(award=None) | Q(award__gte=0), name="award_is_not_negative"),
            models.CheckConstraint(
                condition=Q(decision="") | ~Q(learning=""), name="ombudsman_decision_is_learnt_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} at {self.body}"

    @property
    def state(self) -> str:
        """Return where the referral stands, in words."""
        if self.decision:
            return self.get_decision_display()
        return "With the ombudsman" if self.file_sent_on else "Our file is to be sent"
