"""Targets as they are, and as a draft would have them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cases.choices import Channel
from core.errors import UserFacingError
from policies.choices import VersionState
from sla.models import Allowance, FormerTerms, RuleSetVersion, Target, TargetDraft
from sla.models.targets import TERMS_OF_A_TARGET, TargetTerms


class CyclicChainError(UserFacingError):
    """Targets wait for each other in a circle, so none of them would ever start."""


@dataclass(frozen=True)
class Change:
    """One thing that a draft changes about a target, in words."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class TargetRow:
    """A target on the page of its set, as the shown version has it, and what the draft would change."""

    target: Target
    terms: TargetTerms
    changes: tuple[Change, ...]
    is_allowed: bool

    @property
    def channels(self) -> str:
        return ", ".join(str(Channel(channel).label) for channel in self.terms.channels)


def target_rows(targets: Iterable[Target], version: RuleSetVersion | None) -> list[TargetRow]:
    """Return the targets with what `version` changes, and whether its rules allow them any time."""
    drafts, terms = _drafts_of(version), _terms_in(version)
    return [
        TargetRow(
            target,
            terms.get(target.pk) or target,
            tuple(changes_of(drafts[target.pk])) if target.pk in drafts else (),
            is_allowed=target.pk in terms,
        )
        for target in targets
    ]


def _drafts_of(version: RuleSetVersion | None) -> dict[int, TargetDraft]:
    if version is None or version.state != VersionState.DRAFT:
        return {}
    return {each.target_id: each for each in version.target_drafts.select_related("target", "after")}


def _terms_in(version: RuleSetVersion | None) -> dict[int, FormerTerms | None]:
    """Return the targets that the version's rules allow, each with its former terms if it has changed since."""
    if version is None:
        return {}
    allowances = Allowance.objects.filter(rule__version=version).select_related("former_terms__after")
    return {each.target_id: each.former_terms for each in allowances}


def terms_of(row: TargetTerms) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TERMS_OF_A_TARGET}


def changes_of(draft: TargetDraft) -> list[Change]:
    return [
        Change(name, _label(name), _in_words(draft.target, name), _in_words(draft, name))
        for name in TERMS_OF_A_TARGET
        if getattr(draft.target, name) != getattr(draft, name)
    ]


def chain_of(target: Target, after: Target | None, version: RuleSetVersion | None = None) -> list[Target]:
    """Return `target` and those it waits for, one after another, as `version` has them; a circle ends where it closes."""
    drafts = {each.target_id: each.after for each in version.target_drafts.select_related("after")} if version else {}
    chain = [target]
    while after is not None:
        chain.append(after)
        if after in chain[:-1]:
            break
        after = drafts.get(after.pk, after.after)
    return chain


def check_chain(chain: Sequence[Target]) -> None:
    """Refuse targets that wait for each other in a circle."""
    if chain[-1] in chain[:-1]:
        names = ", which waits for ".join(f"“{each.code}”" for each in chain[1:])
        raise CyclicChainError(
            f"“After which target” goes round in a circle: “{chain[0].code}” waits for {names}. "
            "Choose another target for one of them, or let it start otherwise."
        )


def why_target_stays(target: Target) -> str:
    """Return why `target` cannot be taken back, as a sentence; empty where nothing was ever judged by it."""
    settled = Allowance.objects.filter(target=target).exclude(rule__version__state=VersionState.DRAFT)
    if target.clocks.exists() or settled.exists():
        return f"“{target}” stays, because published rules have allowed it. Leave it out of the rules instead."
    waiting = Target.objects.filter(after=target).first() or Target.objects.filter(drafts__after=target).first()
    if waiting:
        return f"“{waiting}” starts after “{target}”. Let it start otherwise first."
    if target.rule_set.examples.filter(target=target).exists():
        return f"A saved example is about “{target}”. Remove the example first."
    if target.rule_set.reminder_steps.filter(target=target).exists():
        return f"Reminders of the policy pack name “{target}”, so it stays."
    return ""


def _label(name: str) -> str:
    label = "after which target" if name == "after" else str(Target._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _in_words(row: TargetTerms, name: str) -> str:
    if name == "channels":
        return ", ".join(str(Channel(channel).label) for channel in row.channels) or "every channel"
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in (None, "") else "nothing"
