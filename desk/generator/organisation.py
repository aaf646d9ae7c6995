"""Northfold Energy: four teams and a person in every role. All of them are invented."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.choices import Role
from accounts.models import Team, User
from policies.services.packs import load_pack

COMPANY = "Northfold Energy"
DOMAIN = "northfold.example"
PASSWORD = "northfold-demo"  # noqa: S105 - printed at every start; demonstration only
TEAMS = ("Complaints North", "Complaints South", "Billing resolution", "Field and metering")


@dataclass(frozen=True)
class Colleague:
    name: str
    role: Role
    team: str = ""
    is_reviewer: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{DOMAIN}"


COLLEAGUES = (
    Colleague("Rowan Ashdown", Role.AGENT, "Billing resolution"),
    Colleague("Imogen Farrow", Role.TEAM_LEADER, "Billing resolution"),
    Colleague("Marguerite Lindqvist", Role.MANAGER),
    Colleague("Idris Calloway", Role.ADMIN),
    Colleague("Petra Sandhu", Role.DATA_PROTECTION),
    Colleague("Callum Netherby", Role.AGENT, "Complaints North", is_reviewer=True),
    Colleague("Nadia Rahimi", Role.AGENT, "Complaints North"),
    Colleague("Owen Thackeray", Role.AGENT, "Complaints North"),
    Colleague("Seren Yardley", Role.AGENT, "Complaints North"),
    Colleague("Tariq Oakenshaw", Role.TEAM_LEADER, "Complaints South"),
    Colleague("Beatriz Ellerby", Role.AGENT, "Complaints South"),
    Colleague("Dylan Fennimore", Role.AGENT, "Complaints South"),
    Colleague("Mei Haddow", Role.AGENT, "Complaints South"),
    Colleague("Victor Mbeki", Role.AGENT, "Complaints South"),
    Colleague("Eilidh Dalgleish", Role.TEAM_LEADER, "Complaints North", is_reviewer=True),
    Colleague("Amara Nwosu", Role.AGENT, "Billing resolution"),
    Colleague("Gareth Jessop", Role.AGENT, "Billing resolution"),
    Colleague("Joanna Kaminska", Role.AGENT, "Billing resolution"),
    Colleague("Kieran Lomax", Role.AGENT, "Billing resolution"),
    Colleague("Sanjay Venkatesan", Role.TEAM_LEADER, "Field and metering"),
    Colleague("Fergus Carrick", Role.AGENT, "Field and metering"),
    Colleague("Hannah Wakefield", Role.AGENT, "Field and metering"),
    Colleague("Lucia Marchetti", Role.AGENT, "Field and metering"),
    Colleague("Rhys Pemberley", Role.AGENT, "Field and metering"),
    Colleague("Harriet Ravenscroft", Role.MANAGER),
)
TO_SIGN_IN_AS = COLLEAGUES[:5]  # the first of each role


@dataclass(frozen=True)
class Organisation:
    teams: dict[str, Team]
    agents: dict[str, list[User]]
    leaders: dict[str, User]
    managers: list[User]
    admin: User


@transaction.atomic
def make_organisation(*, now: datetime) -> Organisation:
    """Create what is missing of teams, people and the house rules, and return who works here."""
    teams = {name: Team.objects.get_or_create(name=name)[0] for name in TEAMS}
    people = [(colleague, _make_person(colleague, teams)) for colleague in COLLEAGUES]
    if not User.objects.filter(role=Role.SYSTEM).exists():
        User.objects.create_user(f"system@{DOMAIN}", full_name="Redress", role=Role.SYSTEM)
    load_pack("house", actor=User.objects.system(), now=now)
    return Organisation(
        teams=teams,
        agents={name: [u for c, u in people if c.team == name and c.role == Role.AGENT] for name in TEAMS},
        leaders={c.team: u for c, u in people if c.role == Role.TEAM_LEADER},
        managers=[u for c, u in people if c.role == Role.MANAGER],
        admin=next(u for c, u in people if c.role == Role.ADMIN),
    )


def _make_person(colleague: Colleague, teams: dict[str, Team]) -> User:
    team = teams.get(colleague.team)
    person = User.objects.filter(email=colleague.email).first() or User.objects.create_user(
        colleague.email,
        PASSWORD,
        full_name=colleague.name,
        role=colleague.role,
        team=team,
        is_reviewer=colleague.is_reviewer,
    )
    if team and colleague.role == Role.TEAM_LEADER:
        team.leaders.add(person)
    return person
