"""The nine answers, and the few that only some calls need."""

from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from cases.choices import Channel, DesiredOutcome, IdentityCheck
from cases.models import Case, Customer
from core.forms import RedressForm, RowsField
from desk.forms.fields import FollowUpEmailField, FollowUpField
from desk.forms.widgets import TriggerBoxes, TriggerRadios
from desk.permissions import DeskAction, may
from desk.selectors.answers import Answers, NewCustomer
from desk.selectors.card_numbers import without_card_numbers
from desk.selectors.outlook import kind_of
from desk.services.drafts import Typed
from policies.choices import NAMES_A_COLLEAGUE, CaseKind, Impact, Priority, Urgency
from policies.forms.triage import FIELD_PREFIX, triage_answers, triage_fields, triage_questions
from policies.models import Category, JourneyStage, Product, Trigger
from policies.selectors import triage_tree
from policies.triage import Tree, Walk, walk

STORY_LIMIT: Final = 20_000
OLDEST: Final = timedelta(days=3 * 365)
RAISE_NEW: Final = "new"
ESCALATION_ANSWERS: Final = ("main_trigger", "impact", "urgency")
REASONS: Final = (
    ("kind", "kind_reason", "type changes"),
    ("priority", "priority_reason", "priority changes"),
    ("received_on", "received_reason", "case is logged later than it was received"),
)
AS_TYPED: Final = (
    "identity_check",
    "representative",
    "channel",
    "story",
    "desired_outcome",
    "desired_outcome_detail",
    "kind_reason",
    "main_trigger",
    "support_need",
    "impact",
    "urgency",
    "priority",
    "priority_reason",
    "category",
    "product",
    "journey_stage",
    "received_on",
    "received_reason",
    "referred_by",
    "already_tried",
    "contact_preference",
    "is_mine",
)


class LogCaseForm(RedressForm):
    """Checks what was typed. Which answers are required follows from the triage questions."""

    customer = forms.ModelChoiceField(queryset=Customer.objects.none(), required=False, widget=forms.HiddenInput)
    customer_text = forms.CharField(required=False, max_length=120)
    is_new_customer = forms.BooleanField(required=False, widget=forms.HiddenInput)
    name = FollowUpField(label="Name", max_length=120)
    phone = FollowUpField(label="Phone", max_length=30)
    email = FollowUpEmailField(label="Email")
    postcode = forms.CharField(label="Postcode", required=False, max_length=12)
    account_number = forms.CharField(label="Account number", required=False, max_length=40)
    is_anonymous = forms.BooleanField(label="The customer does not want to give details", required=False)
    identity_check = forms.ChoiceField(
        label="Have you checked who you are speaking to?",
        choices=IdentityCheck.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether you have checked who you are speaking to"},
    )
    representative = FollowUpField(label="Name and authority", max_length=200)
    channel = forms.ChoiceField(label="Channel", choices=Channel.choices, required=False)
    story = forms.CharField(
        label="What is the customer telling you?",
        help_text="What went wrong, when, and what has been done so far. "
        "Leave out card numbers and anything you do not need.",
        widget=forms.Textarea(attrs={"rows": 5, "data-grows": True}),
        max_length=STORY_LIMIT,
        error_messages={"required": "Enter what the customer is telling you"},
    )
    keeps_card_number = forms.BooleanField(label="It is not a card number. Keep it", required=False)
    desired_outcome = forms.ChoiceField(
        label="What does the customer want most?",
        choices=DesiredOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the customer wants most"},
    )
    desired_outcome_detail = FollowUpField(label="What do they want?", max_length=300)
    main_trigger = forms.ModelChoiceField(
        label="Main reason for escalating",
        queryset=Trigger.objects.none(),
        widget=TriggerRadios,
        empty_label=None,
        error_messages={"required": "Select the main reason for escalating"},
    )
    other_triggers = RowsField(
        label="Other reasons", queryset=Trigger.objects.none(), widget=TriggerBoxes, required=False
    )
    colleague = FollowUpField(
        label="Which colleague is it about?",
        help_text="Their work email, or their full name. They will not see this case.",
        max_length=254,
    )
    support_need = forms.CharField(
        label="What support do they need?",
        help_text="Record the support need, not a diagnosis.",
        required=False,
        max_length=300,
    )
    impact = forms.TypedChoiceField(
        label="Who is affected?",
        choices=Impact.choices,
        coerce=lambda value: Impact(int(value)),
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who is affected"},
    )
    urgency = forms.TypedChoiceField(
        label="How soon does it matter?",
        choices=Urgency.choices,
        coerce=lambda value: Urgency(int(value)),
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how soon it matters"},
    )
    referred_by = forms.CharField(label="Who referred it to you?", required=False, max_length=120)
    already_tried = forms.CharField(
        label="What was already tried?",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "data-grows": True}),
    )
    category = forms.ModelChoiceField(
        label="Category", queryset=Category.objects.none(), required=False, empty_label="Not set"
    )
    product = forms.ModelChoiceField(
        label="Product", queryset=Product.objects.none(), required=False, empty_label="Not set"
    )
    journey_stage = forms.ModelChoiceField(
        label="Journey stage", queryset=JourneyStage.objects.none(), required=False, empty_label="Not set"
    )
    contact_preference = forms.ChoiceField(
        label="How do they want to hear from us?",
        choices=[("", "Not asked"), *Channel.choices],
        required=False,
    )
    received_on = forms.DateField(
        label="Date received",
        help_text="If the customer told us before today. The clocks start on this date.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    received_reason = FollowUpField(label="Why is it logged later?", max_length=300)
    kind = forms.ChoiceField(label="Type", choices=[("", "As the questions decide"), *CaseKind.choices], required=False)
    kind_reason = FollowUpField(label="Why does the type change?", max_length=200)
    priority = forms.TypedChoiceField(
        label="Priority",
        choices=[("", "As the policy decides"), *Priority.choices],
        coerce=lambda value: Priority(int(value)),
        empty_value=None,
        required=False,
    )
    priority_reason = FollowUpField(label="Why does the priority change?", max_length=200)
    incident = forms.CharField(required=False, max_length=16)
    is_mine = forms.BooleanField(label="Assign it to me", required=False)
    dismissed = forms.CharField(required=False, max_length=200)

    def __init__(self, data: Any = None, *, user: User, now: datetime, tree: Tree | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.user, self.today = user, timezone.localtime(now).date()
        self.colleagues: tuple[User, ...] = ()
        self.tree = tree or triage_tree(day=self.today)
        self.fields.update(triage_fields(self.tree))
        self._choices("customer", Customer.objects.visible_to(user))
        for name in ("main_trigger", "other_triggers"):
            self._choices(name, Trigger.objects.active())
        self._choices("category", Category.objects.active().select_related("team"))
        self._choices("product", Product.objects.active())
        self._choices("journey_stage", JourneyStage.objects.active())
        if not may(user, DeskAction.BACKDATE):
            del self.fields["received_on"], self.fields["received_reason"]

    @property
    def triage_questions(self) -> list[forms.BoundField]:
        return triage_questions(self)

    def triage_walk(self) -> Walk:
        return walk(self.tree, triage_answers(self))

    def _choices(self, name: str, queryset: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = queryset

    def clean_story(self) -> str:
        story: str = self.cleaned_data["story"]
        return story if self.data.get("keeps_card_number") else without_card_numbers(story)

    def clean_colleague(self) -> str:
        typed: str = self.cleaned_data["colleague"].strip()
        if not typed:
            return ""
        people = User.objects.people().filter(Q(email__iexact=typed) | Q(full_name__iexact=typed))[:2]
        if len(people) != 1:
            problem = "More than one colleague has this name" if people else "No colleague has this name or email"
            raise forms.ValidationError(f"{problem}. Enter their work email")
        self.colleagues = tuple(people)
        return typed

    def clean_received_on(self) -> date | None:
        day: date | None = self.cleaned_data["received_on"]
        if day and day > self.today:
            raise forms.ValidationError("Date received must be today or earlier")
        if day and day < self.today - OLDEST:
            raise forms.ValidationError("Date received must be within the last 3 years")
        return day

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        self._check_customer(answers)
        if answers.get("identity_check") == IdentityCheck.REPRESENTATIVE:
            self._require(answers, "representative", "Enter who is speaking for the customer, and on what authority")
        if answers.get("desired_outcome") == DesiredOutcome.OTHER:
            self._require(answers, "desired_outcome_detail", "Enter what the customer wants")
        for name, reason, what in REASONS:
            if answers.get(name):
                self._require(answers, reason, f"Enter why the {what}")
        self._check_triage()
        self._check_escalation(answers)
        return answers

    def _check_triage(self) -> None:
        """Ask for the answer that the answers before it lead to."""
        open_question = self.triage_walk().waits_for
        name = f"{FIELD_PREFIX}{open_question.code}" if open_question else ""
        if open_question and name not in self.errors:
            self.add_error(name, f"Answer the question “{open_question.text}”")

    def _check_customer(self, answers: dict[str, Any]) -> None:
        if not answers.get("is_new_customer"):
            if not answers.get("customer") and "customer" not in self.errors:
                self.add_error("customer_text", "Find the customer, or add a new one")
            return
        if answers.get("is_anonymous"):
            return
        self._require(answers, "name", "Enter the customer's name")
        if not {"phone", "email"} & self.errors.keys() and not answers.get("phone") and not answers.get("email"):
            self.add_error("phone", "Enter a phone number or an email address. One of the two is enough")

    def _check_escalation(self, answers: dict[str, Any]) -> None:
        """A service request needs no reason for escalating; a complaint about a colleague needs to know which one."""
        if kind_of(answers_of(self)) == CaseKind.SERVICE_REQUEST:
            for name in ESCALATION_ANSWERS:
                self.errors.pop(name, None)
            return
        if NAMES_A_COLLEAGUE & {each.effect for each in answers_of(self).triggers}:
            self._require(answers, "colleague", "Enter which colleague it is about, so that they cannot see the case")

    def _require(self, answers: dict[str, Any], name: str, message: str) -> None:
        if name not in self.errors and answers.get(name) in (None, ""):
            self.add_error(name, message)


def answers_of(form: LogCaseForm) -> Answers:
    """Return what the form holds, leaving out what was not understood."""
    typed = form.cleaned_data
    incident = typed.get("incident") or ""
    return Answers(
        customer=None if typed.get("is_new_customer") else typed.get("customer"),
        new_customer=_new_customer(typed) if typed.get("is_new_customer") else None,
        triage=form.triage_walk(),
        kind=CaseKind(typed["kind"]) if typed.get("kind") else None,
        incident=_incident(form.user, incident),
        raises_incident=incident == RAISE_NEW,
        other_triggers=tuple(typed.get("other_triggers") or ()),
        colleagues=form.colleagues,
        dismissed=frozenset((typed.get("dismissed") or "").split()),
        **{name: typed[name] for name in AS_TYPED if typed.get(name) is not None},
    )


def _new_customer(typed: dict[str, Any]) -> NewCustomer:
    names = ("name", "phone", "email", "postcode", "account_number", "is_anonymous")
    return NewCustomer(**{name: typed[name] for name in names if name in typed})


def _incident(user: User, number: str) -> Case | None:
    """Return the open incident that was chosen, if the person may know about it."""
    if not number or number == RAISE_NEW:
        return None
    return Case.objects.visible_to(user).open().filter(kind=CaseKind.INCIDENT, number=number).first()


def form_data(answers: Typed) -> MultiValueDict[str, str]:
    """Return a draft's answers as if they had just been sent."""
    return MultiValueDict(answers)


def initial_from(answers: Typed) -> dict[str, Any]:
    """Return a draft's answers as the starting values of the form, without judging them."""
    data = form_data(answers)
    known = {
        name: field.widget.value_from_datadict(data, MultiValueDict(), name)
        for name, field in LogCaseForm.base_fields.items()
        if name in answers
    }
    return known | {name: data[name] for name in answers if name.startswith(FIELD_PREFIX)}
