"""Everything that the frame around every section of the case page shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from cases import case_page, permissions
from cases.case_page import Place
from cases.choices import ChecklistState, LinkKind
from cases.models import Case, CaseLink, ChecklistItem, Evidence
from cases.permissions import CaseAction
from cases.querysets import CaseQuerySet
from cases.selectors.figures import figures_of, with_figures
from policies.choices import TriggerEffect

ORDINALS = {3: "Third", 4: "Fourth", 5: "Fifth", 6: "Sixth", 7: "Seventh", 8: "Eighth", 9: "Ninth"}
OPEN_ITEMS_SHOWN = 6
EVIDENCE_SHOWN = 2


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    label: str
    url: str
    is_current: bool
    progress: str


def page_cases(user: User) -> QuerySet[Case]:
    """Return the cases that `user` may open, each with all that the frame of its page shows."""
    return _all_cases().visible_to(user)


@cache
def _all_cases() -> CaseQuerySet:
    """Return the query of the page before its reader is known: to build it costs more than to run it."""
    cases = with_figures(Case.objects.all().for_case_page())
    return cast(CaseQuerySet, reduce(lambda found, add: add(found), case_page.page.figures, cases))


def case_page_context(case: Case, user: User, section: str, now: datetime) -> dict[str, Any]:
    """Return what `cases/case_base.html` needs around the section with the key `section`.

    `case` is best found among `page_cases(user)`; any other visible case costs a few more queries.
    """
    current = next(each for each in case_page.sections_of(case.kind) if each.key == section)
    return {
        "case": case,
        "section": current,
        "sections": [_entry(each, case, section) for each in case_page.sections_of(case.kind)],
        "can": allowed(user, case),
        "flags": flags(case),
        "next_action": case_page.next_action(case, user, now),
        "menu": [(item.label, reverse(item.url_name, args=[case.reference])) for item in case_page.menu_of(case, user)],
        "identity_panels": render_context(case, user, now, Place.IDENTITY),
        "notice_panels": render_context(case, user, now, Place.NOTICE),
        "now": now,
    }


def overview_context(case: Case, user: User, now: datetime) -> dict[str, Any]:
    return {
        "track": case_page.track_of(case),
        "triggers": [each["label"] for each in triggers(case)],
        "main_panels": render_context(case, user, now, Place.MAIN),
        "side_panels": render_context(case, user, now, Place.SIDE),
    }


def render_context(case: Case, user: User, now: datetime, place: Place) -> list[dict[str, Any]]:
    """Return the panels of one place, each as its template and the values for it."""
    found = ((panel, panel.context(case, user, now)) for panel in case_page.panels_of(case.kind, place))
    return [{"template": panel.template, "values": values} for panel, values in found if values is not None]


def allowed(user: User, case: Case) -> dict[str, bool]:
    """Return {"write": True, …} for the buttons; whoever sees the page sees the case."""
    return {action.name.lower(): permissions.permits(user, action, case) for action in CaseAction}


def triggers(case: Case) -> list[dict[str, str]]:
    """Return the triggers of the referral with label and effect, the main one first."""
    referral = getattr(case, "referral", None)
    if referral is None:
        return []
    main = referral.main_trigger
    others = sorted(figures_of(case).other_triggers, key=lambda each: each["label"])
    return [{"label": main.label, "effect": main.effect}, *(each for each in others if each["label"] != main.label)]


def must_hide_leaders(case: Case) -> bool:
    """Return whether a trigger of the case says that who leads the colleague loses sight of it too."""
    return TriggerEffect.ABOUT_LEADER_TOO in {each["effect"] for each in triggers(case)}


def flags(case: Case) -> list[str]:
    return list(_flags(case))


def _flags(case: Case) -> Iterator[str]:
    effects, figures = {each["effect"] for each in triggers(case)}, figures_of(case)
    if case.is_restricted:
        people = "1 person" if figures.admitted == 1 else f"{figures.admitted} people"
        yield f"Restricted: {people} can see this"
    if figures.walled:
        people = "1 colleague" if figures.walled == 1 else f"{figures.walled} colleagues"
        yield f"About a colleague: hidden from {people}"
    if figures.support_needs or case.customer.support_need or TriggerEffect.SUPPORT_NEED in effects:
        yield "Needs extra support"
    if figures.contacts_in >= min(ORDINALS):
        ordinal = ORDINALS.get(figures.contacts_in)
        yield f"{ordinal} contact about this" if ordinal else f"{figures.contacts_in} contacts about this"
    if TriggerEffect.LEGAL in effects:
        yield "Legal or regulator"


@dataclass(frozen=True, kw_only=True)
class LinkedCase:
    """A link as this case reads it: "Caused by", or from the other end "Caused"."""

    pk: int
    words: str
    case: Case
    is_ours: bool


OTHER_END = {LinkKind.RELATED: "Related to", LinkKind.CAUSED_BY: "Caused", LinkKind.DUPLICATE_OF: "Has the duplicate"}


def linked_cases(case: Case, user: User) -> list[LinkedCase]:
    """Return the cases linked to this one that `user` sees, in either direction."""
    if not figures_of(case).links:
        return []
    links = CaseLink.objects.visible_to(user).filter(Q(source=case) | Q(target=case)).select_related("source", "target")
    return [_linked(link, case) for link in links.order_by("pk")]


def _linked(link: CaseLink, case: Case) -> LinkedCase:
    ours = link.source_id == case.pk
    words = LinkKind(link.kind).label if ours else OTHER_END[LinkKind(link.kind)]
    return LinkedCase(pk=link.pk, words=words, case=link.target if ours else link.source, is_ours=ours)


def _entry(section: case_page.Section, case: Case, current: str) -> NavigationEntry:
    return NavigationEntry(
        label=section.label,
        url=reverse(section.url_name, args=[case.reference]),
        is_current=section.key == current,
        progress=section.progress(case) if section.progress else "",
    )


def checklist_panel(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    """Return the steps still open, or the last ones done where none is."""
    figures = figures_of(case)
    if not figures.items:
        return None
    items = ChecklistItem.objects.filter(case=case).order_by("settled_at", "order", "pk")
    return {
        "progress": f"{figures.items_settled} of {figures.items} completed",
        "tasks": [_task(case, item) for item in items[:OPEN_ITEMS_SHOWN]],
        "case": case,
    }


def _task(case: Case, item: ChecklistItem) -> dict[str, str]:
    states = {ChecklistState.NOT_STARTED: "open", ChecklistState.IN_PROGRESS: "started"}
    state = states.get(ChecklistState(item.state), "done")
    meta = f"{item.due_date:%a} {item.due_date.day} {item.due_date:%b}" if item.due_date and state != "done" else ""
    return {
        "label": item.text,
        "url": reverse("cases:item", args=[case.reference, item.pk]),
        "meta": meta or item.get_state_display(),
        "state": state,
    }


def evidence_panel(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    figures = figures_of(case)
    if not figures.evidence:
        return None
    latest = Evidence.objects.filter(case=case, removed_at=None).order_by("-obtained_at", "-pk")[:EVIDENCE_SHOWN]
    return {"case": case, "count": figures.evidence, "latest": list(latest)}
