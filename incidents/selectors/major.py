"""A major incident on its page: where it stands, and everything that happened in one line of time."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from cases.models import Case
from incidents.models import HandOff, IncidentUpdate, MajorIncident, MajorNote
from incidents.selectors.figures import figures_of


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One line of the timeline: when, what kind of thing, in whose words."""

    at: datetime
    label: str
    text: str
    who: str


def major_of(case: Case) -> MajorIncident | None:
    """Return the major incident of the case with its leads, read with the figures; None where none was declared."""
    return getattr(figures_of(case).incident.case, "major_incident", None)


def people_who_lead(case: Case) -> QuerySet[User]:
    """Return the leaders and managers who can be given a role on this incident."""
    leads_here = Q(team=case.team_id) | Q(led_teams=case.team_id)
    able = Q(role=Role.MANAGER) | Q(leads_here, role=Role.TEAM_LEADER)
    return User.objects.filter(able, is_active=True).distinct().order_by("full_name", "pk")


def people_who_act(case: Case) -> QuerySet[User]:
    """Return everybody who can be given an action: they see the incident by their team, or as managers."""
    able = Q(role=Role.MANAGER) | Q(role__in=[Role.AGENT, Role.TEAM_LEADER], team=case.team_id)
    return User.objects.filter(able, is_active=True).order_by("full_name", "pk")


def timeline_of(case: Case, major: MajorIncident) -> list[Moment]:
    """Return what happened, the newest first: notes, updates, hand-offs, and the steps of the procedure."""
    notes = MajorNote.objects.filter(case=case).select_related("author")
    moments = [Moment(at=each.happened_at, label="Note", text=each.text, who=str(each.author)) for each in notes]
    moments += _updates(case) + _hand_offs(case) + _steps(major)
    return sorted(moments, key=lambda each: each.at, reverse=True)


def _updates(case: Case) -> list[Moment]:
    rows = IncidentUpdate.objects.filter(case=case).select_related("author")
    return [
        Moment(at=row.sent_at, label=f"Told {row.get_audience_display().lower()}", text=row.text, who=str(row.author))
        for row in rows
    ]


def _hand_offs(case: Case) -> list[Moment]:
    moments = []
    for row in HandOff.objects.filter(case=case).select_related("handed_by"):
        moments.append(Moment(at=row.handed_at, label="Handed off", text=str(row), who=str(row.handed_by)))
        if row.answered_at:
            moments.append(Moment(at=row.answered_at, label="Answered", text=row.answer, who=row.resolver))
    return moments


def _steps(major: MajorIncident) -> list[Moment]:
    steps = [
        (major.declared_at, "Declared major", major.reason, major.declared_by),
        (major.stood_down_at, "Stood down", major.stand_down_note, major.stood_down_by),
        (major.reviewed_at, "Reviewed", "The review was recorded.", major.reviewed_by),
    ]
    return [Moment(at=at, label=label, text=text, who=str(who)) for at, label, text, who in steps if at]
