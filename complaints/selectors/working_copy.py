"""The proposal as it is written now, read once for the page, for its ready list and for the refusals of the services."""

from dataclasses import dataclass
from decimal import Decimal

from cases.models import Case
from complaints.models import ComplaintPoint, ProposedAction, RedressItem, Resolution


@dataclass(frozen=True, kw_only=True)
class WorkingCopy:
    points: list[ComplaintPoint]
    redress: list[RedressItem]
    actions: list[ProposedAction]
    resolution: Resolution | None
    total: Decimal

    @property
    def answered(self) -> int:
        return sum(1 for point in self.points if point.is_answered)


def working_copy_of(case: Case) -> WorkingCopy:
    points = ComplaintPoint.objects.filter(case=case).select_related("clause__version__document")
    redress = list(case.redress.select_related("usual", "point"))
    return WorkingCopy(
        points=list(points.prefetch_related("evidence").order_by("number")),
        redress=redress,
        actions=list(case.proposed_actions.select_related("owner")),
        resolution=Resolution.objects.filter(case=case).select_related("edited_by").first(),
        total=sum((item.amount for item in redress), Decimal("0.00")),
    )
