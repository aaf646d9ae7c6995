"""Saved examples held against rules."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.dates import moment
from sla.arithmetic import Pause, add
from sla.models import DeadlineExample, RuleSetVersion
from sla.selectors.planning import PlannedClock, Rulebook, Situation, rulebook_of


@dataclass(frozen=True)
class FailingExample:
    example: DeadlineExample
    found: datetime | None

    @property
    def sentence(self) -> str:
        found = f"these rules give {moment(self.found)}" if self.found else "these rules give no such deadline"
        return f"“{self.example.name}” is due {moment(self.example.expected_due_at)}, {found}."


def failing_examples(version: RuleSetVersion) -> list[FailingExample]:
    """Return the examples of the set that `version` answers differently."""
    rulebook = rulebook_of(version)
    examples = version.rule_set.examples.select_related("target").order_by("name", "pk")
    found = [FailingExample(example, _due(rulebook, example)) for example in examples]
    return [each for each in found if each.found != each.example.expected_due_at]


def try_rules(rulebook: Rulebook, answers: dict[str, Any]) -> list[PlannedClock]:
    """Return the clocks for a made-up case: the fields of `Situation`, `received_at` in ISO form, and `pauses` in pairs.

    What starts later is worked out as if it had started then. Pauses move the handling clocks alone.
    """
    facts = dict(answers)
    received = datetime.fromisoformat(facts.pop("received_at"))
    pauses = [Pause(*map(datetime.fromisoformat, pair)) for pair in facts.pop("pauses", [])]
    for name in ("trigger_ids", "need_ids"):
        facts[name] = frozenset(facts.get(name, ()))
    planned = rulebook.plan_everything(Situation(**facts), received_at=received)
    return [_paused(each, pauses) for each in planned] if pauses else planned


def _paused(planned: PlannedClock, pauses: list[Pause]) -> PlannedClock:
    if planned.allowance.terms.is_customer_clock:
        return planned
    deadline = planned.deadline
    return replace(planned, deadline=add(deadline.duration, deadline.start, deadline.calendar, pauses))


def _due(rulebook: Rulebook, example: DeadlineExample) -> datetime | None:
    planned = try_rules(rulebook, example.situation)
    return next((each.deadline.due for each in planned if each.allowance.target_id == example.target_id), None)
