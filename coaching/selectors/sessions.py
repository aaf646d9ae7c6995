"""What the pages on coaching notes show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.choices import Role
from accounts.models import User
from cases.models import Case
from coaching.choices.sessions import SessionAction as Action
from coaching.choices.sessions import SessionState as State
from coaching.lifecycle.sessions import is_possible
from coaching.models import CoachingSession, Review
from coaching.permissions.sessions import is_step_of
from coaching.querysets.sessions import SessionQuerySet

OBSERVED: Final = ("situation", "behaviour", "impact")
FIELDS: Final = (
    "held_on",
    *OBSERVED,
    "strengths",
    "first_priority",
    "second_priority",
    "goal",
    "reality",
    "options",
    "way_forward",
    "action",
    "action_due_date",
    "support",
    "process_issue",
)


def colleagues_of(leader: User) -> QuerySet[User]:
    """Return the people of the teams that `leader` leads, other than the leader."""
    led = leader.led_teams.through.objects.filter(user_id=leader.pk).values("team_id")
    people = User.objects.people().filter(team_id__in=led).exclude(pk=leader.pk)
    return people.exclude(role=Role.SYSTEM).order_by("full_name", "pk")


def with_last_note(colleagues: QuerySet[User], *, leader: User) -> QuerySet[User]:
    """Add when `leader` last spoke with each, as `last_spoke`, and how many agreed actions are open, as `open_actions`."""
    mine = CoachingSession.objects.visible_to(leader).by(leader).filter(colleague=OuterRef("pk")).order_by()
    last = mine.shared().values("colleague").annotate(last=Max("held_on")).values("last")
    actions = mine.with_open_action().values("colleague").annotate(count=Count("pk")).values("count")
    return colleagues.annotate(last_spoke=Subquery(last), open_actions=Coalesce(Subquery(actions), 0))


def notes_about(user: User) -> SessionQuerySet:
    return CoachingSession.objects.visible_to(user).about(user).with_people()


def notes_by(user: User) -> SessionQuerySet:
    return CoachingSession.objects.visible_to(user).by(user).with_people()


def cases_looked_at(session: CoachingSession, *, reader: User) -> list[Case]:
    """Return the cases of the note that the reader may see now."""
    links = session.case_links.values("case_id")
    return list(Case.objects.visible_to(reader).filter(pk__in=links).with_people().order_by("-pk"))


def reviews_to_discuss(leader: User, colleague: User) -> QuerySet[Review]:
    """Return the finished reviews of the colleague's work that both may read, the latest first."""
    reviews = Review.objects.visible_to(leader).finished().first_looks().filter(subject=colleague)
    return reviews.filter(pk__in=Review.objects.visible_to(colleague)).with_people().order_by("-finished_at", "-pk")


def reviews_looked_at(session: CoachingSession, *, reader: User) -> QuerySet[Review]:
    """Return the reviews of the note that the reader may read now."""
    return Review.objects.visible_to(reader).filter(pk__in=session.reviews.values("pk")).with_people()


def unseen_by(colleague: User, case_ids: Iterable[int]) -> list[Case]:
    """Return those of the cases that the colleague may not see."""
    wanted = set(case_ids)
    seen = set(Case.objects.visible_to(colleague).filter(pk__in=wanted).values_list("pk", flat=True))
    return list(Case.objects.filter(pk__in=wanted - seen).order_by("pk"))


def steps_for(user: User, session: CoachingSession) -> list[Action]:
    """Return what the person can do with the note now, in the order of its life."""
    state = State(session.state)
    return [action for action in Action if is_possible(state, action) and is_step_of(user, action, session)]


def leader_still_sees(session: CoachingSession) -> bool:
    return CoachingSession.objects.visible_to(session.leader).filter(pk=session.pk).exists()


def new_leaders(session: CoachingSession) -> QuerySet[User]:
    """Return who leads the colleague's team now and could take the note over."""
    leaders = User.objects.people().filter(role=Role.TEAM_LEADER, led_teams=session.colleague.team_id)
    return leaders.exclude(pk__in=[session.leader_id, session.colleague_id]).order_by("full_name", "pk")


@dataclass(frozen=True)
class Check:
    """One question that a leader asks of a note before the colleague reads it."""

    label: str
    is_met: bool
    is_needed: bool = False

    @property
    def state(self) -> str:
        return "done" if self.is_met else "started" if self.is_needed else "open"

    @property
    def meta(self) -> str:
        return "" if self.is_met else "needed" if self.is_needed else "worth a thought"


def checks_of(session: CoachingSession) -> list[Check]:
    """Return whether the note is fit to be shared: what is needed, and what makes it fair and useful."""
    return [
        Check("Says when and where it was", bool(session.situation.strip()), is_needed=True),
        Check("Says what you saw or heard", bool(session.behaviour.strip()), is_needed=True),
        Check("Says what it led to", bool(session.impact.strip()), is_needed=True),
        Check("Names something that went well", bool(session.strengths.strip())),
        Check("Rests on a case that you both can open", session.case_links.exists()),
        Check("Ends in an action with a day", bool(session.action and session.action_due_date)),
        Check("Says how you will help", bool(session.support.strip())),
    ]


def missing_to_share(session: CoachingSession) -> list[str]:
    return [check.label for check in checks_of(session) if check.is_needed and not check.is_met]


def is_due(session: CoachingSession, *, today: date) -> bool:
    """Return whether the agreed action waits for its result."""
    due = session.action_due_date
    return bool(
        due and session.action and due <= today and session.state not in {State.DRAFT, State.RESOLVED, State.DISPUTED}
    )
