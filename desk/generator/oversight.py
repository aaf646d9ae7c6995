"""What the people who watch over the demonstration find: who looked, who stands in, what the ombudsman asked, a checkpoint."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.choices import CaseStatus
from cases.models import Case, PersonalDataRead
from cases.services.night import check_histories
from cases.services.reads import basis_of
from complaints.models import Delegation
from complaints.services.ombudsman import ReferralFacts, save_referral
from policies.choices import CaseKind

CURIOUS_LOOKED_AT = 46


def make_oversight(*, as_of: datetime) -> None:
    """Make a week of looks, with one colleague who looked at too much, and what waits for the others who decide."""
    rng = Random(7)
    cases = list(Case.objects.open().exclude(owner=None).select_related("owner").order_by("pk")[:120])
    if not cases:
        return
    _looks(cases, rng, as_of)
    _stand_in(as_of)
    _ombudsman(as_of)
    check_histories(now=as_of)


def _looks(cases: list[Case], rng: Random, as_of: datetime) -> None:
    rows = []
    for number in range(160):
        case = rng.choice(cases)
        at = as_of - timedelta(minutes=35 * number + rng.randrange(30))
        what, via = rng.choice((*[("case", "overview")] * 6, ("case", "timeline"), ("contact details", "case page")))
        rows.append(_read(case.owner or case.logged_by, case, what, via, at))
    curious = User.objects.people().filter(role=Role.AGENT).order_by("-pk").first()
    if curious:
        others = [case for case in cases if case.owner_id != curious.pk][:CURIOUS_LOOKED_AT]
        yesterday = as_of - timedelta(days=1)
        rows += [
            _read(curious, case, "case", "overview", yesterday + timedelta(minutes=2 * place))
            for place, case in enumerate(others)
        ]
    PersonalDataRead.objects.bulk_create(rows)


def _read(reader: User, case: Case, what: str, via: str, at: datetime) -> PersonalDataRead:
    return PersonalDataRead(case=case, reader=reader, what=what, via=via, why=basis_of(reader, case), read_at=at)


def _stand_in(as_of: datetime) -> None:
    leader = User.objects.people().filter(role=Role.TEAM_LEADER).order_by("pk").first()
    manager = User.objects.people().filter(role=Role.MANAGER).order_by("pk").first()
    if leader and manager:
        today = timezone.localdate(as_of)
        Delegation.objects.create(
            giver=leader,
            receiver=manager,
            first_day=today + timedelta(days=3),
            last_day=today + timedelta(days=10),
            reason="On leave",
        )


def _ombudsman(as_of: datetime) -> None:
    sent = Case.objects.filter(kind=CaseKind.COMPLAINT, status=CaseStatus.WITH_CUSTOMER).exclude(owner=None)
    manager = User.objects.people().filter(role=Role.MANAGER).first()
    case = sent.order_by("-pk").first()
    if case and manager:
        today = timezone.localdate(as_of)
        facts = ReferralFacts(
            body="Energy Ombudsman", reference="EO-48213", referred_on=today, file_due_on=today + timedelta(days=28)
        )
        save_referral(case_id=case.pk, version=0, facts=facts, actor=manager, now=as_of)
