"""What exactly is signed off: the points, the redress, the actions and the letter, as one comparable whole."""

import hashlib
from datetime import date
from typing import Any

from cases.chain import canonical_json
from cases.models import Case, Evidence
from complaints.choices import Finding, GivesWanted
from complaints.errors import Difference
from complaints.models import ComplaintPoint, Proposal, RedressItem, Resolution
from core.dates import day
from policies.choices import RedressType
from policies.models import Clause

Content = dict[str, Any]

PARTS = {
    "definition": "the agreed definition",
    "actions": "the actions",
    "redress": "the redress",
    "apology": "the apology",
    "gives_wanted": "whether it gives the customer what they asked for",
    "letter": "the letter",
}
POINT_PARTS = {
    "text": "the words of",
    "standard": "what should have happened on",
    "facts": "what happened on",
    "evidence": "the evidence for",
    "finding": "the finding on",
    "reason": "the reason on",
    "clause": "the policy clause of",
    "impact": "the impact of",
    "remedy": "the remedy for",
}


def proposal_content(case: Case) -> Content:
    """Return everything an approver approves, in a fixed order."""
    resolution = Resolution.objects.filter(case=case).first()
    points = ComplaintPoint.objects.filter(case=case).prefetch_related("evidence").order_by("number")
    return {
        "definition": case.complaint.definition,
        "points": [_point(point) for point in points],
        "redress": [_redress(item) for item in case.redress.order_by("pk")],
        "actions": [
            {"kind": each.kind, "text": each.text, "owner": each.owner_id, "due": each.due_date.isoformat()}
            for each in case.proposed_actions.order_by("pk")
        ],
        "apology": [resolution.has_apology, resolution.apology] if resolution else [None, ""],
        "gives_wanted": [resolution.gives_wanted, resolution.gives_wanted_reason] if resolution else ["", ""],
        "letter": resolution.letter if resolution else "",
    }


def _redress(item: RedressItem) -> Content:
    content = {
        "type": item.redress_type,
        "amount": str(item.amount),
        "point": item.point_id,
        "usual": item.usual_id,
        "outside_reason": item.outside_reason,
    }
    return content | ({"account": item.account} if item.account else {})


def _point(point: ComplaintPoint) -> Content:
    return {
        "number": point.number,
        "text": point.text,
        "standard": point.standard,
        "facts": point.facts,
        "evidence": sorted(item.pk for item in point.evidence.all()),
        "finding": point.finding,
        "reason": point.reason,
        "clause": point.clause_id,
        "impact": point.impact,
        "remedy": point.remedy,
    }


def content_hash(content: Content) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()


def differences(before: Content, after: Content) -> list[Difference]:
    """Return what is not the same in the two, such as "the finding on point 2", with both texts."""
    found = [
        Difference(words=words, before=_readable(part, before.get(part)), now=_readable(part, after.get(part)))
        for part, words in PARTS.items()
        if before.get(part) != after.get(part)
    ]
    old = {point["number"]: point for point in before["points"]}
    new = {point["number"]: point for point in after["points"]}
    for number in sorted(old.keys() | new.keys()):
        if number not in old or number not in new:
            words = f"point {number} was {'added' if number in new else 'removed'}"
            texts = old.get(number, {}).get("text", ""), new.get(number, {}).get("text", "")
            found.append(Difference(words=words, before=texts[0], now=texts[1]))
            continue
        found += [
            Difference(
                words=f"{words} point {number}",
                before=_readable(part, old[number][part]),
                now=_readable(part, new[number][part]),
            )
            for part, words in POINT_PARTS.items()
            if old[number][part] != new[number][part]
        ]
    return found


def _readable(part: str, value: Any) -> str:
    """Return one part of the content as people read it."""
    match part:
        case "redress":
            lines = [f"£{item['amount']} {RedressType(item['type']).label.lower()}" for item in value or []]
            return "\n".join(lines)
        case "actions":
            return "\n".join(f"{each['text']}, by {day(date.fromisoformat(each['due']))}" for each in value or [])
        case "apology":
            return str(value[1] or ("Yes" if value[0] else "None"))
        case "gives_wanted":
            label = GivesWanted(value[0]).label if value[0] else ""
            return " ".join(filter(None, (label, value[1])))
        case "finding":
            return Finding(value).label if value else ""
        case "clause":
            clause = Clause.objects.select_related("version__document").filter(pk=value).first()
            return str(clause or "")
        case "evidence":
            return ", ".join(Evidence.objects.filter(pk__in=value).order_by("pk").values_list("title", flat=True))
        case _:
            return str(value or "")


def content_read(case: Case, digest: str) -> Content | None:
    """Return what somebody had before them who read the version with this digest."""
    found = Proposal.objects.filter(approval__case=case, approval__content_hash=digest).order_by("-approval__round")
    content: Content | None = found.values_list("content", flat=True).first()
    return content


def short_hash(digest: str) -> str:
    """Return the start of a digest as people compare it, such as "a41f 09c2"."""
    return f"{digest[:4]} {digest[4:8]}"
