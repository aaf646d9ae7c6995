from django.conf import settings
from django.db import models
from django.db.models import F, Q

from policies.choices import VersionState


class DraftableModel(models.Model):
    """An edition that one person writes, a second one publishes, and nobody edits after that."""

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    change_note = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("written_by")),
                name="%(class)s_needs_a_second_person",
            ),
        ]
