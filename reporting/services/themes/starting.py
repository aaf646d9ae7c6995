"""Read the cases now instead of tonight: one row waits for its turn, however often somebody asks."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reporting import permissions
from reporting.choices import RunState
from reporting.models import AnalysisRun
from reporting.permissions import ReportingAction
from reporting.services.themes.nightly import nightly


@transaction.atomic
def ask_for_analysis(*, actor: User, now: datetime) -> bool:
    """Let the analysis start as soon as a worker is free; return whether none was waiting or running already."""
    permissions.require(actor, ReportingAction.ANALYSE_THEMES)
    if AnalysisRun.objects.underway().exists():
        return False
    day = timezone.localdate(now, timezone.get_default_timezone())
    _, is_new = AnalysisRun.objects.get_or_create(
        state=RunState.WAITING, defaults={"as_of": day, "started_at": now, "alive_at": now}
    )
    return is_new


def start_waiting(*, now: datetime) -> int:
    """Run the analysis that somebody asked for; return how many cases it read, none if nobody did."""
    if not AnalysisRun.objects.waiting().exists() or AnalysisRun.objects.filter(state=RunState.RUNNING).exists():
        return 0
    return nightly(now=now).cases_read
