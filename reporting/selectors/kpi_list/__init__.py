"""Every key figure that the system works out. Definitions: domain.md 5; the page `measures` shows them to everybody."""

from reporting.selectors.kpi_list import causes, contact_centre, customers, on_time, outcomes, work
from reporting.selectors.kpis import Kpi

GROUPS = (
    on_time.ON_TIME,
    work.FLOW,
    outcomes.OUTCOMES,
    causes.CAUSES,
    customers.CUSTOMERS,
    contact_centre.CONTACT_CENTRE,
)
KPIS: dict[str, Kpi] = {
    kpi.code: kpi
    for kpis in (on_time.KPIS, work.KPIS, outcomes.KPIS, causes.KPIS, customers.KPIS, contact_centre.KPIS)
    for kpi in kpis
}
