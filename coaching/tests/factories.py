from datetime import date, timedelta

import factory

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from cases.tests.factories import NOW, CaseFactory
from coaching.choices.sessions import SessionState
from coaching.choices.star import StarState
from coaching.models import CoachingSession, DevelopmentGoal, Recognition, StarRecord
from policies.choices import CaseKind


class SessionFactory(factory.django.DjangoModelFactory):
    """A draft that says what is needed, by the leader of the colleague's team."""

    class Meta:
        model = CoachingSession

    colleague = factory.SubFactory(UserFactory)
    leader = factory.LazyAttribute(lambda note: UserFactory.create(role=Role.TEAM_LEADER, team=note.colleague.team))
    held_on = date(2026, 11, 18)
    situation = "A call about a refund on Wednesday morning"
    behaviour = "The customer was asked for the account number twice"
    impact = "The customer said that nobody listens"
    strengths = "The refund was explained in two clear sentences"
    first_priority = "Says back what was asked before looking it up"


class SharedSessionFactory(SessionFactory):
    """A note that waits to be read."""

    state = SessionState.SHARED
    shared_at = NOW - timedelta(days=1)
    action = "Say back the question on each call"
    action_due_date = date(2026, 11, 25)
    support = "Half an hour of listening in on Monday"


class RecognitionFactory(factory.django.DjangoModelFactory):
    """Praise for the owner of a case, who has not said yet whether the team may read it."""

    class Meta:
        model = Recognition

    case = factory.SubFactory(CaseFactory)
    colleague = factory.SelfAttribute("case.owner")
    giver = factory.LazyAttribute(lambda row: UserFactory.create(team=row.case.team))
    text = "Stayed calm and rang back on the minute"
    given_at = NOW


class GoalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DevelopmentGoal

    owner = factory.SubFactory(UserFactory)
    title = "Lead a major incident call"


class StarFactory(factory.django.DjangoModelFactory):
    """A draft that says what is needed."""

    class Meta:
        model = StarRecord

    case = factory.SubFactory(CaseFactory, kind=CaseKind.INCIDENT)
    author = factory.SelfAttribute("case.owner")
    situation = "Online payments failed for two hours"
    task = "I was to keep customers told"
    action = "I wrote an update every half hour"
    result = "Nobody had to call twice"


class SharedStarFactory(StarFactory):
    state = StarState.SHARED
    shared_at = NOW
    coach = factory.LazyAttribute(lambda record: UserFactory.create(role=Role.TEAM_LEADER, team=record.author.team))
