"""One message to everybody whom an incident affected: who they are, and what stands in the way of each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db.models import Count

from accounts.models import User
from cases.choices import Channel
from cases.models import Case, Customer
from cases.selectors.merging import merge_values
from core.dates import moment
from incidents.choices import Telling
from incidents.models import Incident, Mailing, MailingRow
from incidents.selectors.listing import caused_cases
from policies.choices import WayToReach
from policies.letters import MERGE_FIELDS, fields_in

OF_EVERYBODY: Final = (
    "customer_name",
    "reference",
    "summary",
    "received_date",
    "colleague_name",
    "team_name",
    "organisation_name",
    "affected_service",
    "resolution",
    "next_contact_date",
)
BY_EMAIL: Final = frozenset({"", Channel.EMAIL, Channel.WEB, Channel.CHAT, Channel.SOCIAL})


def case_for_each_customer(incident: Case, *, user: User) -> dict[int, int]:
    """Return {customer: case} for all affected whom `user` may know of: each once, on their newest case, open if any is."""
    rows = caused_cases(incident, user=user).filter(customer__erased_at=None).order_by("pk")
    chosen: dict[int, tuple[bool, int]] = {}
    for pk, customer_id, closed_at in rows.values_list("pk", "customer_id", "closed_at"):
        candidate = (closed_at is None, pk)
        chosen[customer_id] = max(candidate, chosen.get(customer_id, candidate))
    return {customer_id: pk for customer_id, (_, pk) in chosen.items()}


def unusable_fields(*texts: str) -> list[str]:
    """Return the merge fields that cannot be filled for everybody, as each case would need somebody's answer."""
    return [name for text in texts for name in fields_in(text) if name not in OF_EVERYBODY]


def incident_values(incident: Incident, mailing: Mailing) -> dict[str, str]:
    """Return what a message may name of the incident, the same for everybody."""
    return {
        "affected_service": incident.affected,
        "resolution": incident.resolution,
        "next_contact_date": moment(mailing.next_update_at) if mailing.next_update_at else "",
    }


def values_for(case: Case, *, author: User, shared: Mapping[str, str]) -> dict[str, str]:
    """Return what the message says to the customer of `case`; a name that nobody gave is not known."""
    values = {**merge_values(case, author), **shared}
    return values | {"customer_name": "" if case.customer.is_anonymous else case.customer.name}


def problem_of(case: Case, fields: Iterable[str], values: Mapping[str, str]) -> str:
    """Return why the message cannot go to the customer of `case`, or nothing. Their support needs must be at hand."""
    customer = case.customer
    if missing := [MERGE_FIELDS[name] for name in fields if not values.get(name)]:
        listed = ", ".join(f"{label[:1].lower()}{label[1:]}" for label in missing)
        return f"Not known: {listed}."
    for need in customer.support_needs.all():
        if need.rules_out == WayToReach.EMAIL:
            return f"Do not use email: they need “{need.label.lower()}”. {need.what_we_do}"[:300]
    if customer.contact_preference not in BY_EMAIL:
        return f"They asked to be reached another way: {customer.get_contact_preference_display().lower()}."
    return "" if customer.email else "No email address on file."


def cases_to_check(rows: Sequence[MailingRow], *, user: User) -> dict[int, Case]:
    """Return the cases of these rows that `user` may still know of, with everything that the check asks."""
    cases = Case.objects.visible_to(user).filter(pk__in=[row.case_id for row in rows])
    return {case.pk: case for case in cases.with_people().prefetch_related("customer__support_needs").defer("story")}


def standing_of(mailing: Mailing, *, user: User) -> list[tuple[Telling, int]]:
    """Return how many customers stand where, in the order in which they are shown."""
    rows = MailingRow.objects.visible_to(user).filter(mailing=mailing)
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return [(state, counts[state]) for state in Telling if state in counts]


def sample_for(mailing: Mailing, *, user: User, incident: Incident) -> tuple[Customer, dict[str, str]] | None:
    """Return the first customer who is ready, and what the message says to them."""
    rows = MailingRow.objects.visible_to(user).filter(mailing=mailing, state__in=[Telling.READY, Telling.QUEUED])
    row = rows.select_related("case__customer", "case__team").first()
    if row is None:
        return None
    shared = incident_values(incident, mailing)
    return row.case.customer, values_for(row.case, author=mailing.sent_by or mailing.asked_by, shared=shared)
