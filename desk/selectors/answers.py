"""What an agent has answered so far. The panel beside the form and the service that logs the case read the same."""

from dataclasses import dataclass, field
from datetime import date

from accounts.models import User
from cases.choices import Channel, IdentityCheck
from cases.models import Case, Customer
from policies.choices import CaseKind, Impact, Priority, Urgency
from policies.models import Category, JourneyStage, Product, Trigger
from policies.triage import Walk


@dataclass(frozen=True, kw_only=True)
class NewCustomer:
    """Somebody we do not know yet. May be anonymous; then there is no name and nothing to reach them by."""

    name: str = ""
    phone: str = ""
    email: str = ""
    postcode: str = ""
    account_number: str = ""
    is_anonymous: bool = False


@dataclass(frozen=True, kw_only=True)
class Answers:
    """`None` and "" mean: not answered yet. `kind` and `priority` are set only where the agent changed them."""

    customer: Customer | None = None
    new_customer: NewCustomer | None = None
    identity_check: str = IdentityCheck.NOT_CHECKED
    representative: str = ""
    channel: str = Channel.PHONE
    story: str = ""
    desired_outcome: str = ""
    desired_outcome_detail: str = ""
    triage: Walk | None = None
    kind: CaseKind | None = None
    kind_reason: str = ""
    incident: Case | None = None
    raises_incident: bool = False
    main_trigger: Trigger | None = None
    other_triggers: tuple[Trigger, ...] = ()
    colleagues: tuple[User, ...] = ()
    support_need: str = ""
    impact: Impact | None = None
    urgency: Urgency | None = None
    priority: Priority | None = None
    priority_reason: str = ""
    category: Category | None = None
    product: Product | None = None
    journey_stage: JourneyStage | None = None
    received_on: date | None = None
    received_reason: str = ""
    referred_by: str = ""
    already_tried: str = ""
    contact_preference: str = ""
    is_mine: bool = False
    dismissed: frozenset[str] = field(default_factory=frozenset)

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Return the main reason first, each reason once."""
        main = (self.main_trigger,) if self.main_trigger else ()
        return main + tuple(each for each in self.other_triggers if each not in main)
