"""What customers say about the outcome and the handling."""

from reporting.choices import Measure
from reporting.selectors.kpis import How, Kpi, Unit

CUSTOMERS = "What customers say"

KPIS = (
    Kpi(
        code="sorted",
        name="Customer says it is sorted",
        group=CUSTOMERS,
        tells="Whether the answer put it right.",
        cohort="Complaints about whose outcome the customer said something in the period; their last answer counts",
        numerator="Those who said that it is sorted",
        denominator="All who answered",
        how=How.SHARE,
        measure=Measure.CONFIRMED,
        hits=("SORTED",),
    ),
    Kpi(
        code="satisfied",
        name="Satisfied with how it was handled",
        group=CUSTOMERS,
        tells="What customers think of the handling, whatever the outcome.",
        cohort="Customers who answered the question in the period",
        numerator="Those who gave 4 or 5 of 5",
        denominator="All who answered the question",
        how=How.SHARE,
        measure=Measure.SATISFIED,
        hits=("4", "5"),
    ),
    Kpi(
        code="easy",
        name="Found it easy",
        group=CUSTOMERS,
        tells="How much effort we cost customers.",
        cohort="Customers who answered the question in the period",
        numerator="Those who gave 4 or 5 of 5",
        denominator="All who answered the question",
        how=How.SHARE,
        measure=Measure.EASE,
        hits=("4", "5"),
    ),
    Kpi(
        code="gave-feedback",
        name="Gave feedback",
        group=CUSTOMERS,
        tells="How many customers stand behind the figures on satisfaction.",
        cohort="Complaints about whose outcome the customer said something in the period",
        numerator="Those who also rated the handling",
        denominator="All who answered",
        how=How.SHARE,
        measure=Measure.SATISFIED,
        of=Measure.CONFIRMED,
    ),
    Kpi(
        code="recommends",
        name="Net promoter score",
        group=CUSTOMERS,
        tells="How many more customers would recommend us than would not.",
        cohort="Customers who answered the question in the period, from 0 to 10",
        numerator="Those who gave 9 or 10, less those who gave 0 to 6",
        denominator="All who answered the question",
        how=How.NET,
        unit=Unit.POINTS,
        measure=Measure.RECOMMEND,
        hits=("9", "10"),
        against=tuple(str(answer) for answer in range(7)),
    ),
)
