from django.db import models


class TeamAnswer(models.TextChoices):
    """Whether the team may read a praise; the colleague decides, and may decide again."""

    ASKED = "ASKED", "Not answered yet"
    AGREED = "AGREED", "The team can read it"
    KEPT = "KEPT", "Between the two of you"


class GoalState(models.TextChoices):
    OPEN = "OPEN", "Being worked on"
    REACHED = "REACHED", "Reached"
    DROPPED = "DROPPED", "Put aside"
