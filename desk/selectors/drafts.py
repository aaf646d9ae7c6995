from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from cases.models import CaseDraft, Customer
from cases.services.intake import summary_of


@dataclass(frozen=True, kw_only=True)
class LabelledDraft:
    """A draft with the words that tell it from the others."""

    draft: CaseDraft
    customer: str
    summary: str


def with_labels(drafts: Iterable[CaseDraft], *, user: User) -> list[LabelledDraft]:
    found = list(drafts)
    chosen = {draft.pk: _first(draft, "customer") for draft in found}
    known = Customer.objects.visible_to(user).in_bulk([int(pk) for pk in chosen.values() if pk.isdecimal()])
    return [
        LabelledDraft(
            draft=draft,
            customer=known[int(pk)].name if pk.isdecimal() and int(pk) in known else _first(draft, "name"),
            summary=summary_of(_first(draft, "story")),
        )
        for draft, pk in ((draft, chosen[draft.pk]) for draft in found)
    ]


def _first(draft: CaseDraft, name: str) -> str:
    return str(next(iter(draft.answers.get(name) or []), ""))
