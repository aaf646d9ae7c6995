"""Who may decide how much, who signs off, and what redress is usual."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.choices import Role
from policies.choices import (
    RedressType,
    SignOffSituation,
)
from policies.models.effective import EffectiveModel
from policies.querysets import (
    EffectiveQuerySet,
    PublishedQuerySet,
)


class AuthorityLimit(EffectiveModel):
    """How much redress one case may carry in all, in pounds, before someone higher must sign it off.

    A row for a person goes before the row for their role.
    """

    role = models.CharField(max_length=20, choices=Role, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="authority_limits"
    )
    amount = models.DecimalField(max_digits=10, decimal_places=2)

    objects = EffectiveQuerySet.as_manager()

    class Meta(EffectiveModel.Meta):
        ordering = ["amount", "pk"]
        constraints = [
            *EffectiveModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(role="", person__isnull=False) | (~Q(role="") & Q(person=None)),
                name="authority_is_for_a_role_or_a_person",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="authority_is_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.get_role_display())

    @property
    def amount_in_words(self) -> str:
        return f"£{self.amount:,.2f}"


class SignOffRule(EffectiveModel):
    """Who signs off in a situation, whatever the amount. Of several rules that fit the strictest holds."""

    situation = models.CharField(max_length=16, choices=SignOffSituation)
    least_role = models.CharField(
        "at least", max_length=20, choices=[(Role.TEAM_LEADER, "Team leader"), (Role.MANAGER, "Manager")]
    )
    approvers = models.PositiveSmallIntegerField("how many people", choices=[(1, "One"), (2, "Two")], default=1)

    objects = EffectiveQuerySet.as_manager()

    class Meta(EffectiveModel.Meta):
        ordering = ["situation", "valid_from", "pk"]
        constraints = [
            *EffectiveModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["situation", "valid_from"], name="one_sign_off_rule_per_situation_and_date"
            ),
            models.CheckConstraint(condition=Q(approvers__in=[1, 2]), name="one_or_two_people_sign_off"),
        ]

    def __str__(self) -> str:
        return self.get_situation_display()


class RedressRange(EffectiveModel):
    """What is usual for one type of redress at one level of harm, in pounds."""

    redress_type = models.CharField(max_length=14, choices=RedressType)
    level = models.CharField(max_length=60)
    guidance = models.CharField(max_length=300, blank=True)
    minimum = models.DecimalField(max_digits=10, decimal_places=2)
    maximum = models.DecimalField(max_digits=10, decimal_places=2)

    objects = EffectiveQuerySet.as_manager()

    class Meta(EffectiveModel.Meta):
        ordering = ["redress_type", "minimum", "pk"]
        constraints = [
            *EffectiveModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(minimum__gte=0, maximum__gte=F("minimum")), name="redress_range_runs_upwards"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_redress_type_display()}, {self.level}: £{self.minimum} to £{self.maximum}"


class BaseRate(models.Model):
    """The central bank's base rate from a day on; interest on money that was held back follows it."""

    starts_on = models.DateField("from", unique=True)
    percent = models.DecimalField("rate", max_digits=5, decimal_places=2)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=-5, percent__lte=50), name="base_rate_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on.day} {self.starts_on:%B %Y}"

    @property
    def percent_in_words(self) -> str:
        return f"{self.percent}%"
