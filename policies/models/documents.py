"""Policy documents, their editions and clauses."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import TimeStampedModel
from policies.choices import (
    VersionState,
)
from policies.querysets import (
    ClauseQuerySet,
    PolicyVersionQuerySet,
    PublishedQuerySet,
)


class PolicyDocument(TimeStampedModel):
    title = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    summary = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    review_date = models.DateField(null=True, blank=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("policies:document", args=[self.slug])


class PolicyVersion(TimeStampedModel):
    """One edition of a document. Published editions are never edited; a new one replaces them."""

    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    effective_from = models.DateField(null=True, blank=True)
    change_note = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="policy_version_number_is_unique"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state=VersionState.PUBLISHED), name="one_published_version_per_policy"
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("written_by")),
                name="policy_is_published_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} v{self.number}"


class Clause(models.Model):
    """A numbered paragraph that records cite. It belongs to one version, so the citation keeps its words."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="clauses")
    number = models.CharField(max_length=12)
    heading = models.CharField(max_length=160)
    text = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="clause_number_is_unique")]

    def __str__(self) -> str:
        return f"{self.version}, {self.number}"

    def get_absolute_url(self) -> str:
        edition = reverse("policies:edition", args=[self.version.document.slug, self.version.number])
        return f"{edition}#clause-{self.number}"
