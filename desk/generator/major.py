"""The demonstration's major incident: declared, told about, with its affected cases and a message that waits."""

from datetime import datetime, timedelta
from typing import Final

from accounts.models import User
from cases.choices import CaseStatus
from cases.models import Case
from desk.generator.organisation import Organisation
from incidents.choices import Audience
from incidents.services.broadcasts import add_listener
from incidents.services.linking import link_cases
from incidents.services.mailings import Message, run_due_mailings, write_mailing
from incidents.services.major import Roles, declare_major, note_in_timeline
from incidents.services.updates import post_update
from policies.choices import CaseKind, LetterPurpose
from policies.models import LetterTemplate

MOST_AFFECTED: Final = 40
UNDERWAY: Final = (CaseStatus.IN_PROGRESS, CaseStatus.WAITING, CaseStatus.ASSESSED, CaseStatus.LOGGED)
REASON: Final = "Most homes of one postcode are affected, some of them with support needs."
LISTENERS: Final = (
    ("Network operator, control room", "control.room@network.example"),
    ("Press office", "press@northfold.example"),
    ("Contact centre floor", "floor@northfold.example"),
)
NOTES: Final = (
    (95, "First calls of one postcode within ten minutes."),
    (70, "Network operator sees the fault and gives the job number."),
    (40, "Visits of the day to this postcode are called off."),
)
INSIDE: Final = "The crew is on site. Do not book single visits for this postcode: there is one cause for all."
NEXT: Final = timedelta(hours=2)


def make_major_incident(organisation: Organisation, *, as_of: datetime) -> None:
    """Make the most urgent open incident major, and write to its customers without sending yet."""
    here = Case.objects.open().filter(kind=CaseKind.INCIDENT, status__in=UNDERWAY, is_restricted=False)
    leaders = {leader.team_id: leader for leader in organisation.leaders.values()}
    case = here.filter(team__in=leaders).order_by("priority", "-received_at", "-pk").first()
    if case is None or case.team_id is None:
        return
    leader = leaders[case.team_id]
    roles = Roles(lead=leader, communications=leader)
    declare_major(case_id=case.pk, reason=REASON, roles=roles, actor=leader, now=as_of)
    for minutes, text in NOTES:
        at = as_of - timedelta(minutes=minutes)
        note_in_timeline(case_id=case.pk, happened_at=at, text=text, actor=leader, now=as_of)
    for name, email in LISTENERS:
        add_listener(case_id=case.pk, name=name, email=email, actor=leader, now=as_of)
    _link(case, leader, as_of)
    post_update(
        case_id=case.pk,
        audience=Audience.STAKEHOLDERS,
        text=INSIDE,
        next_update_at=as_of + NEXT,
        actor=leader,
        now=as_of,
    )
    _write(case, leader, as_of)


def _link(case: Case, leader: User, as_of: datetime) -> None:
    same = Case.objects.visible_to(leader).filter(kind=CaseKind.COMPLAINT, category=case.category_id)
    caused = list(same.order_by("-received_at", "-pk").values_list("pk", flat=True)[:MOST_AFFECTED])
    link_cases(case_id=case.pk, caused=caused, actor=leader, now=as_of)


def _write(case: Case, leader: User, as_of: datetime) -> None:
    template = LetterTemplate.objects.active().filter(purpose=LetterPurpose.INCIDENT_UPDATE).order_by("pk").first()
    if template:
        message = Message(subject=template.subject, body=template.body, next_update_at=as_of + NEXT)
        write_mailing(case_id=case.pk, message=message, actor=leader, now=as_of)
        run_due_mailings(now=as_of)
