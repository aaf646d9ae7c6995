"""The clocks on the case page."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from accounts.models import User
from cases.models import Case
from cases.permissions import CaseAction, permits
from sla.choices import ClockState
from sla.models import Clock, Extension
from sla.selectors.clocks import Badge, ClockView, badge_of, views_of
from sla.selectors.planning import load_rulebook


def deadlines_panel(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    """Return the open clocks, or all of them once none is open; nothing for a case without deadlines."""
    clocks = loaded_clocks(case)
    shown = [clock for clock in clocks if clock.is_open] or clocks
    return {"clocks": views_of(shown, now=now), "case": case} if shown else None


def next_deadline(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    """Return the badge of the identity bar."""
    badge = next_badge(case, now=now)
    return {"badge": badge} if badge else None


def next_badge(case: Case, *, now: datetime) -> Badge | None:
    running = [clock for clock in loaded_clocks(case) if clock.is_open and not clock.target.is_window]
    running.sort(key=lambda clock: (clock.state != ClockState.RUNNING, clock.due_at))
    return badge_of(running[0], now=now) if running else None


def loaded_clocks(case: Case) -> list[Clock]:
    """Return the case's clocks, open ones first; read once for every part of the page that shows them."""
    prefetch_related_objects([case], Prefetch("clocks", Clock.objects.with_policy()))
    return sorted(case.clocks.all(), key=lambda clock: (not clock.is_open, clock.due_at, clock.pk))


def full_views_of(case: Case, *, now: datetime) -> list[ClockView]:
    """Return every clock of the case with its extensions, and with the rules that were passed over for its rule."""
    clocks = loaded_clocks(case)
    extensions = Extension.objects.select_related("asked_by", "decided_by")
    prefetch_related_objects(clocks, "allowance__rule__version__rule_set", Prefetch("extensions", extensions))
    skipped = {match.rule.pk: match.skipped for match in load_rulebook().matches_for(case)} if clocks else {}
    return [replace(view, skipped=skipped.get(view.clock.allowance.rule_id, ())) for view in views_of(clocks, now=now)]


def may_pause(user: User, case: Case) -> bool:
    return permits(user, CaseAction.PAUSE, case) and case.is_open
