from fractions import Fraction
from typing import Final

from django.db import models


class Rating(models.TextChoices):
    """How a criterion was met."""

    MET = "MET", "Met"
    PARTLY = "PARTLY", "Partly met"
    NOT_MET = "NOT_MET", "Not met"
    NOT_APPLICABLE = "NA", "Does not apply"


SHARES: Final[dict[Rating, Fraction | None]] = {
    Rating.MET: Fraction(1),
    Rating.PARTLY: Fraction(1, 2),
    Rating.NOT_MET: Fraction(0),
    Rating.NOT_APPLICABLE: None,
}
FATAL_RATINGS: Final = frozenset({Rating.MET, Rating.NOT_MET, Rating.NOT_APPLICABLE})


class ScorecardState(models.TextChoices):
    DRAFT = "DRAFT", "Draft"
    PUBLISHED = "PUBLISHED", "Published"


class ReviewState(models.TextChoices):
    OPEN = "OPEN", "Being reviewed"
    FINISHED = "FINISHED", "Finished"


class AppealState(models.TextChoices):
    """How a second look stands."""

    WAITING = "WAITING", "Waiting for another reviewer"
    TAKEN = "TAKEN", "Being looked at again"
    STANDS = "STANDS", "The result stands"
    CHANGED = "CHANGED", "The result changed"
