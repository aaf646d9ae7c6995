"""Which policy packs were loaded."""

from django.conf import settings
from django.db import models

from policies.querysets import (
    PublishedQuerySet,
)


class LoadedPack(models.Model):
    """Which policy pack was loaded when, with the digest of its files: loading the same again changes nothing."""

    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name
