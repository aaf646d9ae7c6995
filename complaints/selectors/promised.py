"""What earlier decisions on a case promised already, so that a second decision does not promise it again."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from cases.choices import ApprovalState, PromiseKind, PromiseState
from cases.models import Approval, Case
from complaints.models import Proposal, ProposedAction, RedressItem

ONCE_APPROVED: Final = (ApprovalState.APPROVED, ApprovalState.VOID)


def promised_before(case: Case) -> Counter[tuple[str, str]]:
    """Count, by kind and words, what was approved on the case and is kept or still to be kept."""
    approved = Proposal.promises.through.objects.filter(proposal__approval__case=case)
    standing = approved.filter(promise__state__in=(PromiseState.OPEN, PromiseState.KEPT))
    return Counter(standing.values_list("promise__kind", "promise__text"))


def new_commitments(case: Case) -> tuple[list[ProposedAction], list[RedressItem]]:
    """Return the actions and the redress that no earlier decision promised."""
    before = promised_before(case)
    actions = case.proposed_actions.select_related("owner")
    return (
        [each for each in actions if _is_new(before, each.kind, each.text)],
        [item for item in case.redress.all() if _is_new(before, PromiseKind.PAYMENT, payment_words(item))],
    )


def payment_words(item: RedressItem) -> str:
    return f"Pay £{item.amount:,.2f} ({item.get_redress_type_display().lower()})"


def _is_new(before: Counter[tuple[str, str]], kind: str, text: str) -> bool:
    """Cross off one promise that was made before; return whether there was none."""
    if not before[kind, text]:
        return True
    before[kind, text] -= 1
    return False


def promises_standing(case: Case, rounds: Iterable[Approval]) -> list[str]:
    """Return the words of the payments and actions among them: what a new decision does not promise again."""
    if not any(each.state in ONCE_APPROVED for each in rounds):
        return []
    return sorted(text for kind, text in promised_before(case).elements() if kind != PromiseKind.FOLLOW_UP)
