from django.db import models


class PracticeState(models.TextChoices):
    """Where an article stands. Out of date is a published one whose review date has passed; nobody sets it."""

    DRAFT = "DRAFT", "Draft"
    IN_REVIEW = "IN_REVIEW", "In review"
    PUBLISHED = "PUBLISHED", "Published"
    RETIRED = "RETIRED", "Retired"


class PracticeAction(models.TextChoices):
    """The steps of an article; `lifecycle.practice` says which follow which, `permissions.practice` whose they are."""

    EDIT = "EDIT", "Change the article"
    SUBMIT = "SUBMIT", "Send for review"
    RETURN = "RETURN", "Ask for changes"
    PUBLISH = "PUBLISH", "Publish the article"
    CONFIRM = "CONFIRM", "It still holds"
    REVISE = "REVISE", "Take back to draft"
    RETIRE = "RETIRE", "Retire the article"


class PracticeEventKind(models.TextChoices):
    """A line in the history of an article."""

    WRITTEN = "WRITTEN", "wrote the article"
    CHANGED = "CHANGED", "changed the article"
    SUBMITTED = "SUBMITTED", "sent it for review"
    RETURNED = "RETURNED", "asked for changes"
    PUBLISHED = "PUBLISHED", "published it"
    CONFIRMED = "CONFIRMED", "confirmed that it still holds"
    REVISED = "REVISED", "took it back to draft"
    RETIRED = "RETIRED", "retired it"
