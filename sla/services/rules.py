"""Rules are written as a draft of their set, tried, and published by a second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from accounts.choices import SettingsArea
from accounts.models import User
from accounts.services.changes import record_settings_change
from policies.choices import VersionState
from sla.models import Allowance, DeadlineExample, Rule, RuleSet, RuleSetVersion, Target
from sla.permissions import SlaAction, require
from sla.selectors.examples import failing_examples
from sla.services.drafts import RulesRefusedError, check_draft
from sla.services.targets import apply_target_drafts

CONDITIONS = ("name", "kind", "priority", "category", "team", "channel", "trigger", "need")
TERMS = (
    "target",
    "measure",
    "amount",
    "calendar",
    "rolls",
    "cut_off",
    "counts_from_next_day",
    "closes_at",
    "fixed_day",
)


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """A rule as it is typed: its conditions, and the terms of each target that it allows."""

    conditions: Mapping[str, Any]
    terms: Sequence[Mapping[str, Any]]


@transaction.atomic
def draft_rules(rule_set: RuleSet, *, actor: User, now: datetime) -> RuleSetVersion:
    """Return the set's draft; where there is none, a copy of the newest published version."""
    require(actor, SlaAction.EDIT)
    draft = rule_set.versions.filter(state=VersionState.DRAFT).first()
    if draft:
        return draft
    newest = rule_set.versions.published().order_by("-valid_from").first()
    number = (rule_set.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = RuleSetVersion.objects.create(rule_set=rule_set, number=number, valid_from=now.date(), written_by=actor)
    for rule in newest.rules.prefetch_related("allowances") if newest else ():
        copy = Rule.objects.create(
            version=draft, order=rule.order, **{name: getattr(rule, name) for name in CONDITIONS}
        )
        Allowance.objects.bulk_create(
            Allowance(rule=copy, **{name: getattr(each, name) for name in TERMS}) for each in rule.allowances.all()
        )
    return draft


@transaction.atomic
def discard_rules(draft: RuleSetVersion, *, actor: User, now: datetime) -> None:
    """Discard the draft with its rules and with what it changes about targets."""
    check_draft(draft, actor)
    record_settings_change(draft.rule_set, area=SettingsArea.RULES, what=f"Discarded {draft}", actor=actor, now=now)
    draft.delete()


@transaction.atomic
def save_rule(draft: RuleSetVersion, facts: RuleFacts, *, rule: Rule | None = None, actor: User) -> Rule:
    """Write a rule of the draft, a new one at the end, and replace what it allows."""
    check_draft(draft, actor)
    if rule is None:
        last = draft.rules.aggregate(last=Max("order"))["last"] or 0
        rule = Rule.objects.create(version=draft, order=last + 1, **facts.conditions)
    else:
        draft.rules.filter(pk=rule.pk).update(**facts.conditions)
        rule.allowances.all().delete()
    allowances = [Allowance(rule=rule, **terms) for terms in facts.terms]
    for allowance in allowances:
        _ = allowance.duration  # refuses what nobody could keep
    Allowance.objects.bulk_create(allowances)
    return rule


@transaction.atomic
def drop_rule(draft: RuleSetVersion, rule: Rule, *, actor: User) -> None:
    check_draft(draft, actor)
    draft.rules.filter(pk=rule.pk).delete()


@transaction.atomic
def move_rule_up(draft: RuleSetVersion, rule: Rule, *, actor: User) -> None:
    """Let the rule be asked before the one above it."""
    check_draft(draft, actor)
    above = draft.rules.filter(order__lt=rule.order).order_by("-order").first()
    if above:
        spare = draft.rules.aggregate(last=Max("order"))["last"] + 1
        for pk, order in ((above.pk, spare), (rule.pk, above.order), (above.pk, rule.order)):
            draft.rules.filter(pk=pk).update(order=order)


@transaction.atomic
def publish_rules(draft: RuleSetVersion, *, valid_from: date, note: str, actor: User, now: datetime) -> RuleSetVersion:
    """Let the draft hold for what is received from `valid_from` on; open cases are moved as a step of its own."""
    require(actor, SlaAction.PUBLISH)
    draft = RuleSetVersion.objects.select_for_update(of=("self",)).select_related("rule_set").get(pk=draft.pk)
    if draft.state != VersionState.DRAFT:
        raise RulesRefusedError("This version has been published already.")
    if draft.written_by_id == actor.pk:
        raise RulesRefusedError("You wrote these rules, so someone else must publish them. An admin or manager can.")
    if failing := failing_examples(draft):
        raise RulesRefusedError(f"These saved examples fail: {'; '.join(each.sentence for each in failing)}")
    _make_room(draft.rule_set, valid_from)
    later = draft.rule_set.versions.published().filter(valid_from__gt=valid_from).order_by("valid_from").first()
    draft.state, draft.valid_from = VersionState.PUBLISHED, valid_from
    draft.valid_to = later.valid_from if later else None
    draft.change_note, draft.published_by, draft.published_at = note, actor, now
    draft.save()
    apply_target_drafts(draft, actor=actor, now=now)
    record_settings_change(draft.rule_set, area=SettingsArea.RULES, what=f"Published {draft}", actor=actor, now=now)
    return draft


def _make_room(rule_set: RuleSet, valid_from: date) -> None:
    """End what held until now on that day; a version that would have begun on the same day is replaced."""
    published = rule_set.versions.published()
    published.filter(valid_from=valid_from).update(state=VersionState.REPLACED)
    published.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), valid_from__lt=valid_from).update(
        valid_to=valid_from
    )


@transaction.atomic
def switch_rule_set(rule_set: RuleSet, *, is_active: bool, actor: User, now: datetime) -> None:
    """Let the set start clocks on new cases, or no longer; clocks that run go on."""
    require(actor, SlaAction.EDIT)
    RuleSet.objects.filter(pk=rule_set.pk).update(is_active=is_active)
    what = "Switched on" if is_active else "Switched off"
    record_settings_change(rule_set, area=SettingsArea.RULES, what=what, actor=actor, now=now)


@transaction.atomic
def save_example(
    rule_set: RuleSet, *, name: str, situation: dict[str, Any], target: Target, due_at: datetime, actor: User
) -> DeadlineExample:
    """Keep a worked case; rules that give another answer cannot be published."""
    require(actor, SlaAction.EDIT)
    return DeadlineExample.objects.create(
        rule_set=rule_set, name=name, situation=situation, target=target, expected_due_at=due_at
    )


@transaction.atomic
def drop_example(example: DeadlineExample, *, actor: User) -> None:
    require(actor, SlaAction.EDIT)
    example.delete()
