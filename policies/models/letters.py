"""Templates of letters, and what a letter must say."""

from django.db import models

from policies.choices import (
    CaseKind,
    LetterPurpose,
)
from policies.models.effective import EffectiveModel
from policies.querysets import (
    EffectiveQuerySet,
    PublishedQuerySet,
)


class LetterTemplate(models.Model):
    """A message with merge fields from a fixed list; see `policies.services` for which."""

    name = models.CharField(max_length=120, unique=True)
    purpose = models.CharField(max_length=16, choices=LetterPurpose)
    subject = models.CharField(max_length=160)
    body = models.TextField()
    is_active = models.BooleanField(default=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["purpose", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class LetterElement(EffectiveModel):
    """Something that letters for one purpose must say: one of `phrases`, as `policies.letters.says` reads them.

    `from_day` leaves it out of letters sent before that many days after the complaint was received.
    """

    code = models.SlugField(max_length=40)
    label = models.CharField("what the letter must say", max_length=160)
    purpose = models.CharField(max_length=16, choices=LetterPurpose)
    kind = models.CharField(max_length=16, choices=CaseKind, default=CaseKind.COMPLAINT)
    phrases = models.JSONField(default=list)
    from_day = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = EffectiveQuerySet.as_manager()

    class Meta(EffectiveModel.Meta):
        ordering = ["purpose", "label", "pk"]
        constraints = [
            *EffectiveModel.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_letter_element_per_code_and_date"),
        ]

    def __str__(self) -> str:
        return self.label
