"""Whose names stand on a case, so that they can be taken out of what is told about it elsewhere."""

from accounts.models import User
from cases.models import Case, Stakeholder
from core.anonymise import anonymised


def names_on(case: Case) -> list[str]:
    """Return the names of everybody on the case: the customer, who speaks for them, colleagues and others."""
    colleagues = User.objects.filter(pk__in=[pk for pk in (case.owner_id, case.logged_by_id) if pk])
    named = User.objects.filter(pk__in=case.named_colleagues.values("colleague_id"))
    stakeholders = Stakeholder.objects.filter(case=case)
    return [
        case.customer.name,
        case.representative,
        *(colleagues | named).values_list("full_name", flat=True),
        *stakeholders.exclude(role__in=["TEAM", "THIRD_PARTY"]).values_list("name", flat=True),
    ]


def told_anonymously(case: Case, text: str) -> str:
    """Return `text` about the case without the people on it."""
    account = case.customer.account_number
    return anonymised(text.replace(account, "[number]") if account else text, names=names_on(case))
