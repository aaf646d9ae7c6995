"""How far each section of a case is, in a word or two."""

from cases.choices import Certainty
from cases.models import Case
from cases.selectors.figures import figures_of

SHORT = {Certainty.CONFIRMED: "Confirmed", Certainty.LIKELY: "Likely", Certainty.UNKNOWN: "Not known"}


def of_timeline(case: Case) -> str:
    figures = figures_of(case)
    return str(figures.contacts + figures.notes) if figures.contacts + figures.notes else ""


def of_investigation(case: Case) -> str:
    figures = figures_of(case)
    return f"{figures.items_settled} of {figures.items}" if figures.items else "Not started"


def of_people(case: Case) -> str:
    figures = figures_of(case)
    if figures.stakeholders_waiting:
        return f"{figures.stakeholders_waiting} to answer"
    return str(figures.stakeholders) if figures.stakeholders else ""


def of_root_cause(case: Case) -> str:
    analysis = getattr(case, "root_cause_analysis", None)
    if analysis is None:
        return "Not started"
    return SHORT[Certainty(analysis.certainty)] if analysis.certainty else "Started"


def of_follow_up(case: Case) -> str:
    promises = figures_of(case).promises_open
    return f"{promises} promise{'' if promises == 1 else 's'}" if promises else ""


def of_evidence(case: Case) -> str:
    evidence = figures_of(case).evidence
    return str(evidence) if evidence else ""
