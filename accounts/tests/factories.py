import factory

from accounts.choices import Role
from accounts.models import Team, User


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(factory.django.DjangoModelFactory):
    """An agent; `role=` makes anyone else. A team leader leads the team they are in."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    role = Role.AGENT
    team = factory.SubFactory(TeamFactory)

    @factory.post_generation
    def leads(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create and self.role == Role.TEAM_LEADER and self.team:
            self.team.leaders.add(self)
