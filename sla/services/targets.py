"""What a target is changes with the draft of its rule set: one person writes it, a second one publishes it.

A new target starts no clock until published rules allow it, so it can be written down at once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.choices import SettingsArea
from accounts.models import User
from accounts.services.changes import record_settings_change
from core.errors import UserFacingError
from sla.models import Allowance, FormerTerms, RuleSetVersion, Target, TargetDraft
from sla.models.targets import WORDS_OF_A_TARGET
from sla.selectors.targets import chain_of, changes_of, check_chain, terms_of, why_target_stays
from sla.services.drafts import check_draft

# What clocks were judged by, and reports count them by; another promise is another target.
FIXED_ONCE_USED = ("satisfied_by", "is_window")


class TargetRefusedError(UserFacingError):
    """The target cannot be changed as asked."""


@transaction.atomic
def add_target(draft: RuleSetVersion, terms: Mapping[str, Any], *, actor: User, now: datetime) -> Target:
    """Write down a new target, named for people and, from that, for packs and commands."""
    check_draft(draft, actor)
    known = draft.rule_set.targets
    code = slugify(terms["name"])[:60]
    if not code:
        raise TargetRefusedError("“Name” must have a letter or a digit in it. Write one such as “Second response”.")
    if known.filter(code=code).exists():
        raise TargetRefusedError(
            f"“Name”: there is a target “{code}” already. Choose another name, or change that one."
        )
    order = (known.aggregate(last=Max("order"))["last"] or 0) + 1
    target = Target.objects.create(rule_set=draft.rule_set, code=code, order=order, **terms)
    record_settings_change(
        draft.rule_set, area=SettingsArea.RULES, what=f"Added the target {target}", actor=actor, now=now
    )
    return target


@transaction.atomic
def change_target(draft: RuleSetVersion, target: Target, terms: Mapping[str, Any], *, actor: User) -> None:
    """Keep with the draft what the target becomes; nothing is kept where that is what it is."""
    check_draft(draft, actor)
    _check_fixed(target, terms)
    check_chain(chain_of(target, terms["after"], draft))
    draft.target_drafts.filter(target=target).delete()
    if any(getattr(target, name) != value for name, value in terms.items()):
        TargetDraft.objects.create(version=draft, target=target, **terms)


@transaction.atomic
def drop_target_change(draft: RuleSetVersion, target: Target, *, actor: User) -> None:
    check_draft(draft, actor)
    draft.target_drafts.filter(target=target).delete()


@transaction.atomic
def drop_target(draft: RuleSetVersion, target: Target, *, actor: User, now: datetime) -> None:
    """Take back a target that no published rules have ever allowed, with what the draft allows it."""
    check_draft(draft, actor)
    if reason := why_target_stays(target):
        raise TargetRefusedError(reason)
    Allowance.objects.filter(target=target).delete()
    what = f"Removed the target {target}"
    target.delete()
    record_settings_change(draft.rule_set, area=SettingsArea.RULES, what=what, actor=actor, now=now)


def apply_target_drafts(version: RuleSetVersion, *, actor: User, now: datetime) -> None:
    """Let the targets become what the version that is being published says; the caller's transaction holds both.

    Cases that run by the versions before keep what the target was, until they move to this one.
    """
    for each in version.target_drafts.select_related("target"):
        _check_fixed(each.target, terms_of(each))
        check_chain(chain_of(each.target, each.after, version))
        changes = {change.field: (change.before, change.after) for change in changes_of(each)}
        if set(changes) - WORDS_OF_A_TARGET:
            _keep_former_terms(each.target, version, now=now)
        Target.objects.filter(pk=each.target_id).update(**terms_of(each))
        what = f"Changed the target {each.target}"
        record_settings_change(
            version.rule_set, area=SettingsArea.RULES, what=what, actor=actor, now=now, changes=changes
        )


def _keep_former_terms(target: Target, version: RuleSetVersion, *, now: datetime) -> None:
    before = Allowance.objects.filter(target=target, former_terms=None).exclude(rule__version=version)
    if before.exists():
        before.update(former_terms=FormerTerms.objects.create(target=target, until=now, **terms_of(target)))


def _check_fixed(target: Target, terms: Mapping[str, Any]) -> None:
    changed = [name for name in FIXED_ONCE_USED if getattr(target, name) != terms[name]]
    if changed and target.clocks.exists():
        label = str(Target._meta.get_field(changed[0]).verbose_name)  # type: ignore[union-attr]
        raise TargetRefusedError(
            f"“{label.capitalize()}” stays as it is, because cases have been judged by this target. Add a new target."
        )
