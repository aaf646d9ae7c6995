"""What earlier decisions on a case promised already, so that a second decision does not promise it again."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from cases.choices import ApprovalState, PromiseKind, PromiseState
from cases.models import Approval, Case
from complaints.models import Proposal

ONCE_APPROVED: Final = (ApprovalState.APPROVED, ApprovalState.VOID)


def promised_before(case: Case) -> Counter[tuple[str, str]]:
    """Count, by kind and words, what was approved on the case and is kept or still to be kept."""
    approved = Proposal.promises.through.objects.filter(proposal__approval__case=case)
    standing = approved.filter(promise__state__in=(PromiseState.OPEN, PromiseState.KEPT))
    return Counter(standing.values_list("promise__kind", "promise__text"))


def promises_standing(case: Case, rounds: Iterable[Approval]) -> list[str]:
    """Return the words of the payments and actions among them: what a new decision does not promise again."""
    if not any(each.state in ONCE_APPROVED for each in rounds):
        return []
    return sorted(text for kind, text in promised_before(case).elements() if kind != PromiseKind.FOLLOW_UP)
