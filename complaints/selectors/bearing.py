"""Which points of complaint a piece of evidence bears on."""

from cases.models import Case
from complaints.models import ComplaintPoint


def points_by_evidence(case: Case) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = ComplaintPoint.objects.filter(case=case, evidence__isnull=False).order_by("number")
    for number, piece in rows.values_list("number", "evidence"):
        found.setdefault(piece, []).append(f"point {number}")
    return found
