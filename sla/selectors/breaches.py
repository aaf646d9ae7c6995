"""Missed deadlines: what is still to be explained before a case ends."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from cases.models import Case
from cases.selectors.closing import Obstacle
from sla.choices import ClockState


def breach_obstacles(case: Case, *, now: datetime) -> list[Obstacle]:
    """Return what keeps the case from ending: a sentence for each missed deadline, and where to say why.

    A deadline that has passed counts from that moment on, also before the tick has written it down.
    """
    missed = Q(breached_at__isnull=False) | Q(state=ClockState.RUNNING, due_at__lt=now)
    clocks = case.clocks.promises().filter(missed, breach_cause="").select_related("target")
    return [
        (
            f"Say why the deadline “{clock.target}” was missed.",
            reverse("sla:breach_cause", args=[case.reference, clock.pk]),
        )
        for clock in clocks.order_by("due_at", "pk")
    ]
