"""Whether we know why, and whether what we change helps."""

from reporting.choices import Measure
from reporting.selectors.kpi_list.cohorts import CLOSED_COMPLAINTS
from reporting.selectors.kpis import How, Kpi

CAUSES = "Causes"

KPIS = (
    Kpi(
        code="repeat",
        name="Told us before",
        group=CAUSES,
        tells="Whether the same thing keeps happening to the same people.",
        cohort="Complaints received in the period",
        numerator="Those whose customer complained in the same category in the 90 days before",
        denominator="All that were received",
        how=How.SHARE,
        measure=Measure.REPEAT,
        hits=("True",),
    ),
    Kpi(
        code="cause-confirmed",
        name="Root cause confirmed by evidence",
        group=CAUSES,
        tells="Whether we know why.",
        cohort=CLOSED_COMPLAINTS,
        numerator="Those with a coded root cause that evidence confirms",
        denominator="All that were closed",
        how=How.SHARE,
        measure=Measure.CERTAINTY,
        hits=("CONFIRMED",),
    ),
    Kpi(
        code="changes-made",
        name="Recommendations carried out in time",
        group=CAUSES,
        tells="Whether what was accepted is done.",
        cohort="Accepted recommendations whose day to check fell in the period, up to yesterday",
        numerator="Those whose change took effect by that day",
        denominator="All of them",
        how=How.SHARE,
        measure=Measure.CHANGE_DUE,
        hits=("YES",),
        of_what="recommendation",
    ),
    Kpi(
        code="changes-helped",
        name="Recommendations that helped",
        group=CAUSES,
        tells="Whether what was changed made a difference.",
        cohort="Recommendations decided after their check in the period",
        numerator="Those whose figure moved towards its target by more than chance explains",
        denominator="All of them, those with too little data among them",
        how=How.SHARE,
        measure=Measure.CHANGE_HELPED,
        hits=("HELPED",),
        of_what="recommendation",
    ),
)
