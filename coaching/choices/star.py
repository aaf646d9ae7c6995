from django.db import models


class StarState(models.TextChoices):
    DRAFT = "DRAFT", "Draft"
    SHARED = "SHARED", "Shared with your coach"
    AGREED = "AGREED", "Agreed"


class StarPart(models.TextChoices):
    SITUATION = "SITUATION", "Situation"
    TASK = "TASK", "Task"
    ACTION = "ACTION", "Action"
    RESULT = "RESULT", "Result"
    LEARNING = "LEARNING", "Learning"
