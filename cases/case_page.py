"""What the case page is made of. Apps above `cases` add their own parts here when they start; `cases` imports none.

    # complaints/apps.py, in ready()
    register_section(Section(key="resolution", label="Resolution", url_name="complaints:resolution", order=60,
                             kinds=frozenset({CaseKind.COMPLAINT}), progress=selectors.resolution_progress))
    register_panel(Panel(key="points", template="complaints/_points_panel.html", order=10,
                         context=selectors.points_panel, kinds=frozenset({CaseKind.COMPLAINT})))
    register_next_action(CaseKind.COMPLAINT, selectors.next_action)
    register_track(CaseKind.COMPLAINT, selectors.track)
    register_menu_item(MenuItem(label="Refer up", url_name="complaints:refer", kinds=..., is_offered=selectors.may_refer))
    register_event_labels(ComplaintEvent)
    register_figures(with_standing)

Every section is a page of its own with a real URL, `reverse(url_name, args=[case.reference])`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db.models import QuerySet, TextChoices

from accounts.models import User
from cases.choices import EventAction
from cases.models import Case
from policies.choices import CaseKind

ALL_KINDS = frozenset(CaseKind)


class Place(Enum):
    """Where a panel stands on the case page."""

    IDENTITY = "in the identity bar of every section: a <div> with <dt> and <dd>"
    NOTICE = "above every section"
    MAIN = "on the overview, in the wide column after the facts"
    SIDE = "on the overview, in the narrow column"
    FOLLOW_UP = "on the follow-up section, after the promises"
    PACK = "in the printed case pack"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One entry of the side navigation. `progress` says how far it is in a word or two, such as "5 of 8"."""

    key: str
    label: str
    url_name: str
    order: int
    kinds: frozenset[CaseKind] = ALL_KINDS
    progress: Callable[[Case], str] | None = None


@dataclass(frozen=True, kw_only=True)
class NextAction:
    """The one thing to do now: a sentence, why now, and where the button leads."""

    text: str
    reason: str
    button: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A box on the case page: `template` is rendered with `context(case, user, now)`, or left out if that is None."""

    key: str
    template: str
    order: int
    context: Callable[[Case, User, datetime], dict[str, object] | None]
    kinds: frozenset[CaseKind] = ALL_KINDS
    place: Place = Place.SIDE


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stop of the progress track; `state` is "past", "now" or empty."""

    label: str
    note: str = "not yet"
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One entry under "More actions"; `is_offered` leaves it out for those who may not, or while it is not possible."""

    label: str
    url_name: str
    kinds: frozenset[CaseKind] = ALL_KINDS
    is_offered: Callable[[User, Case], bool] = lambda user, case: True


@dataclass(frozen=True, kw_only=True)
class EvidenceUse:
    """What the pieces of evidence of a case bear on: `find` gives words by the id of a piece; the page changes it."""

    find: Callable[[Case], dict[int, list[str]]]
    url_name: str


NextActionFinder = Callable[[Case, User, datetime], NextAction | None]
ComplexityFinder = Callable[[Case], list[tuple[str, int]]]
TrackFinder = Callable[[Case], list[Step]]
FigureAdder = Callable[[QuerySet[Case]], QuerySet[Case]]


@dataclass
class CasePage:
    sections: list[Section] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    menu: list[MenuItem] = field(default_factory=list)
    next_actions: dict[CaseKind, list[NextActionFinder]] = field(default_factory=dict)
    tracks: dict[CaseKind, TrackFinder] = field(default_factory=dict)
    event_labels: dict[str, str] = field(default_factory=dict)
    complexity: dict[CaseKind, list[ComplexityFinder]] = field(default_factory=dict)
    evidence_uses: dict[CaseKind, EvidenceUse] = field(default_factory=dict)
    figures: list[FigureAdder] = field(default_factory=list)


page = CasePage()


def register_section(section: Section) -> None:
    page.sections.append(section)
    page.sections.sort(key=lambda each: each.order)


def register_panel(panel: Panel) -> None:
    page.panels.append(panel)
    page.panels.sort(key=lambda each: each.order)


def register_menu_item(item: MenuItem) -> None:
    page.menu.append(item)


def register_next_action(kind: CaseKind, finder: NextActionFinder) -> None:
    """Add a finder for a kind; the first one that answers wins, in the order of registration."""
    page.next_actions.setdefault(kind, []).append(finder)


def register_track(kind: CaseKind, finder: TrackFinder) -> None:
    page.tracks[kind] = finder


def register_event_labels(actions: type[TextChoices]) -> None:
    """Give the actions that an app writes into the history their words."""
    page.event_labels.update({value: str(label) for value, label in actions.choices})


register_event_labels(EventAction)


def register_complexity(kind: CaseKind, finder: ComplexityFinder) -> None:
    """Let the app of a kind add points to the complexity score, each with the words for it."""
    page.complexity.setdefault(kind, []).append(finder)


def register_evidence_use(kind: CaseKind, use: EvidenceUse) -> None:
    page.evidence_uses[kind] = use


def evidence_use_of(case: Case) -> EvidenceUse | None:
    return page.evidence_uses.get(CaseKind(case.kind))


def register_figures(adder: FigureAdder) -> None:
    """Let an app join and annotate what its parts of the page show, so that the query that finds the case brings it."""
    page.figures.append(adder)


def complexity_parts(case: Case) -> list[tuple[str, int]]:
    return [part for find in page.complexity.get(CaseKind(case.kind), []) for part in find(case)]


def event_label(action: str) -> str:
    """Return the words for an action of the history; one that nobody named reads as its code."""
    return page.event_labels.get(action) or action.rpartition(".")[2].replace("_", " ").capitalize()


def sections_of(kind: str) -> list[Section]:
    return [section for section in page.sections if kind in section.kinds]


def panels_of(kind: str, place: Place = Place.SIDE) -> list[Panel]:
    return [panel for panel in page.panels if panel.place is place and kind in panel.kinds]


def menu_of(case: Case, user: User) -> list[MenuItem]:
    return [item for item in page.menu if case.kind in item.kinds and item.is_offered(user, case)]


def track_of(case: Case) -> list[Step]:
    finder = page.tracks.get(CaseKind(case.kind))
    return finder(case) if finder else []


def next_action(case: Case, user: User, now: datetime) -> NextAction | None:
    """Return the first action that any finder of the case's kind proposes."""
    finders = page.next_actions.get(CaseKind(case.kind), [])
    return next((found for find in finders if (found := find(case, user, now))), None)
