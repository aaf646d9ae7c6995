from django.db import models


class BulkAction(models.TextChoices):
    """What can be done to many cases at once. Never in bulk: sign off, send to a customer, close, erase."""

    ASSIGN = "ASSIGN", "Assign"
    CHANGE_TEAM = "CHANGE_TEAM", "Change team"


class BulkOutcome(models.TextChoices):
    CHANGED = "CHANGED", "Changed"
    REFUSED = "REFUSED", "Not changed"
    UNDONE = "UNDONE", "Put back"
    MOVED_ON = "MOVED_ON", "Left as it is: changed again since"


class SkipReason(models.TextChoices):
    WAITING = "WAITING", "I am waiting for an answer"
    HELP = "HELP", "I need help with it"
    NOT_MINE = "NOT_MINE", "Somebody else should do it"
    TIME = "TIME", "It needs more time than I have now"
    OTHER = "OTHER", "Another reason"
