"""Everything that the printed case pack holds."""

from datetime import datetime
from typing import Any

from accounts.models import User
from cases.case_page import Place
from cases.models import Case
from cases.selectors import fishbone
from cases.selectors.history import history
from cases.selectors.page import flags, linked_cases, render_context, triggers


def pack_context(case: Case, user: User, now: datetime) -> dict[str, Any]:
    analysis = getattr(case, "root_cause_analysis", None)
    causes = list(analysis.causes.all()) if analysis else []
    return {
        "case": case,
        "now": now,
        "flags": flags(case),
        "triggers": [each["label"] for each in triggers(case)],
        "links": linked_cases(case, user),
        "items": case.checklist.select_related("settled_by").order_by("order", "pk"),
        "people": case.stakeholders.all(),
        "contacts": case.contacts.select_related("author").order_by("happened_at", "pk"),
        "notes": case.notes.select_related("author").order_by("happened_at", "pk"),
        "promises": case.promises.select_related("owner").order_by("due_at", "pk"),
        "evidence": case.evidence.select_related("obtained_by").order_by("obtained_at", "pk"),
        "analysis": analysis,
        "whys": analysis.whys.select_related("evidence") if analysis else [],
        "branches": fishbone.branches(causes) if causes else [],
        "panels": render_context(case, user, now, Place.PACK),
        "events": list(history(case, user)),
    }
