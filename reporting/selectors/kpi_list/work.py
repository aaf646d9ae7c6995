"""How much comes in, leaves and comes back."""

from reporting.choices import Measure
from reporting.selectors.kpi_list.cohorts import CLOSED_COMPLAINTS
from reporting.selectors.kpis import How, Kpi, Unit

FLOW = "Work"

KPIS = (
    Kpi(
        code="received",
        name="Received",
        group=FLOW,
        tells="How much comes in.",
        cohort="Cases that customers brought to us in the period, by the day they told us",
        numerator="All of them",
        how=How.COUNT,
        unit=Unit.CASES,
        places=0,
        measure=Measure.RECEIVED,
    ),
    Kpi(
        code="closed",
        name="Closed",
        group=FLOW,
        tells="How much leaves.",
        cohort="Cases closed in the period and not open again since",
        numerator="All of them",
        how=How.COUNT,
        unit=Unit.CASES,
        places=0,
        measure=Measure.CLOSED,
    ),
    Kpi(
        code="open",
        name="Open now",
        group=FLOW,
        tells="How much waits.",
        cohort="Cases that are open, whenever they came in",
        numerator="All of them",
        how=How.OPEN,
        unit=Unit.CASES,
        places=0,
        measure=Measure.OPEN,
    ),
    Kpi(
        code="reopened",
        name="Reopened within 30 days",
        group=FLOW,
        tells="Whether closed means done.",
        cohort="Cases closed for the first time in the period; the last 30 days may still rise",
        numerator="Those opened again within 30 days",
        denominator="All that were closed for the first time",
        how=How.SHARE,
        measure=Measure.REOPENED,
        hits=("SOON",),
    ),
    Kpi(
        code="first-contact",
        name="Settled without a further contact",
        group=FLOW,
        tells="Whether customers must chase us.",
        cohort=CLOSED_COMPLAINTS,
        numerator="Those whose customer did not get in touch again after the case was logged",
        denominator="All that were closed",
        how=How.SHARE,
        measure=Measure.CONTACTS,
        hits=("0",),
    ),
    Kpi(
        code="handling-time",
        name="Handling time of a case, mean",
        group=FLOW,
        tells="How much of colleagues’ time a case takes.",
        cohort="Cases closed in the period for which contacts were timed",
        numerator="The time of all their contacts, in minutes",
        denominator="The number of those cases",
        how=How.MEAN,
        unit=Unit.MINUTES,
        measure=Measure.HANDLING,
        scale=60,
    ),
)
