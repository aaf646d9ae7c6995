"""What people say about a case and a theme. It holds from tonight on, whatever the analysis finds."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.models import Case
from core.dates import local_day
from core.errors import UserFacingError
from reporting import permissions
from reporting.choices import MembershipVerdict, ThemeChange
from reporting.models import MembershipDecision, Theme, ThemeEvent, ThemeMembership
from reporting.permissions import ReportingAction
from reporting.selectors.themes.evidence import UNDO
from reporting.services import facts


@transaction.atomic
def decide_memberships(
    *, theme_id: int, case_ids: Collection[int], verdict: MembershipVerdict, actor: User, now: datetime
) -> int:
    """Say of cases that they belong to the theme, or that they do not; return how many that changed."""
    permissions.require(actor, ReportingAction.CONFIRM_MEMBERSHIP)
    theme = _live_theme(theme_id)
    cases = _visible_cases(case_ids, actor)
    known = dict(theme.decisions.filter(case__in=cases).values_list("case_id", "verdict"))
    changed = [case for case in cases if known.get(case.pk) != verdict]
    for case in changed:
        _decide(theme, case, verdict, actor=actor, now=now)
    facts.adopt_themes_of([case.pk for case in changed])
    return len(changed)


@transaction.atomic
def propose_membership(*, theme_id: int, case_id: int, actor: User, now: datetime) -> MembershipDecision:
    """Propose that a case belongs to a theme; a team leader confirms it."""
    permissions.require(actor, ReportingAction.PROPOSE_MEMBERSHIP)
    theme = _live_theme(theme_id)
    (case,) = _visible_cases([case_id], actor)
    decision, is_new = MembershipDecision.objects.get_or_create(
        case=case, theme=theme, defaults={"verdict": MembershipVerdict.PROPOSED, "decided_by": actor, "decided_at": now}
    )
    if is_new:
        ThemeEvent.objects.create(
            theme=theme, change=ThemeChange.CASE_PROPOSED, case=case, happened_at=now, actor=actor
        )
    return decision


@transaction.atomic
def undo_decisions(*, theme_id: int, case_ids: Collection[int], actor: User, now: datetime) -> int:
    """Take back what `actor` said within the last ten minutes; return of how many cases."""
    permissions.require(actor, ReportingAction.CONFIRM_MEMBERSHIP)
    theme = _live_theme(theme_id)
    recent = theme.decisions.filter(case__in=_visible_cases(case_ids, actor), decided_by=actor)
    recent = recent.filter(decided_at__gte=now - UNDO).exclude(verdict=MembershipVerdict.PROPOSED)
    decisions = list(recent.order_by("case_id"))
    if not decisions:
        raise UserFacingError("Undo is possible for 10 minutes, and for what you decided yourself.")
    for decision in decisions:
        ThemeMembership.objects.filter(case=decision.case_id).update(theme=decision.theme_before_id, is_pinned=False)
        back = decision.theme_before_id == theme.pk
        change = ThemeChange.CASE_ADDED if back else ThemeChange.CASE_REMOVED
        ThemeEvent.objects.create(
            theme=theme, change=change, case_id=decision.case_id, happened_at=now, actor=actor, note="Undone"
        )
    theme.decisions.filter(pk__in=[decision.pk for decision in decisions]).delete()
    facts.adopt_themes_of([decision.case_id for decision in decisions])
    return len(decisions)


def _live_theme(theme_id: int) -> Theme:
    theme = Theme.objects.select_for_update(of=("self",)).get(pk=theme_id)
    if not theme.is_live:
        raise UserFacingError(f"{theme.reference} is no longer a theme: {theme.get_state_display().lower()}.")
    return theme


def _visible_cases(case_ids: Collection[int], actor: User) -> list[Case]:
    cases = list(Case.objects.visible_to(actor).filter(pk__in=case_ids).order_by("pk"))
    if len(cases) != len(set(case_ids)):
        raise PermissionDenied("You cannot decide about a case that you may not see. A leader of its team can.")
    return cases


def _decide(theme: Theme, case: Case, verdict: MembershipVerdict, *, actor: User, now: datetime) -> None:
    before = ThemeMembership.objects.filter(case=case).values_list("theme_id", flat=True).first()
    MembershipDecision.objects.update_or_create(
        case=case,
        theme=theme,
        defaults={"verdict": verdict, "decided_by": actor, "decided_at": now, "theme_before_id": before},
    )
    belongs = verdict == MembershipVerdict.BELONGS
    if belongs:
        others = MembershipDecision.objects.filter(case=case, verdict=MembershipVerdict.BELONGS).exclude(theme=theme)
        others.delete()
        ThemeMembership.objects.update_or_create(
            case=case, defaults={"theme": theme, "is_pinned": True, "received_day": local_day(case.received_at)}
        )
    else:
        ThemeMembership.objects.filter(case=case, theme=theme).update(theme=None, is_pinned=False)
    change = ThemeChange.CASE_ADDED if belongs else ThemeChange.CASE_REMOVED
    ThemeEvent.objects.create(theme=theme, change=change, case=case, happened_at=now, actor=actor)
