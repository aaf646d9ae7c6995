"""The complaints of a period as a return counts them, now or as they were when it was signed."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q

from accounts.models import User
from cases.models import Case
from cases.querysets import CaseQuerySet
from core import dates
from policies.models import Product, RootCause
from reporting.choices import ClockResult, ReturnPeriod
from reporting.measures.business_days import BusinessDays
from reporting.measures.return_counts import Entry, Rules, rules_of
from reporting.measures.return_rows import NOTHING
from reporting.measures.returns import CellOf, Figures, differences, entries_behind, tabulate
from reporting.models import CaseSpell, Return, ReturnForm
from reporting.selectors.names import names_of_codes

PERIODS_OFFERED = 6
DAYS = ("opened", "settled", "received")
DECIDED = frozenset({ClockResult.MET, ClockResult.LATE})
OF_THE_SPELL = ("case_id", "number", "opened_day", "settled_day", "outcome", "band", "redress_pence")
OF_THE_FACT = {
    "product": "product_id",
    "category": "category_id",
    "root_cause": "root_cause_id",
    "support": "needs_support",
    "received": "received_day",
    "last_settled": "settled_day",
    "answered": "answered",
}
MONTHS = {
    ReturnPeriod.MONTH: 1,
    ReturnPeriod.QUARTER: 3,
    ReturnPeriod.HALF_YEAR: 6,
    ReturnPeriod.YEAR: 12,
    ReturnPeriod.YEAR_FROM_APRIL: 12,
}


@dataclass(frozen=True)
class PeriodOffered:
    """A period that a form could be filled in for."""

    form: ReturnForm
    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.form}: {dates.day(self.first)} to {dates.day(self.last)}"

    @property
    def key(self) -> str:
        return f"{self.form.pk}:{self.first.isoformat()}"


def periods_of(period: ReturnPeriod, today: date) -> Iterator[tuple[date, date]]:
    """Yield the running period and those before it, the latest first."""
    months, offset = MONTHS[period], 3 if period == ReturnPeriod.YEAR_FROM_APRIL else 0
    number = (today.year * 12 + today.month - 1 - offset) // months * months + offset
    while True:
        first, after = _first_of(number), _first_of(number + months)
        yield first, after - timedelta(days=1)
        number -= months


def _first_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def periods_offered(forms: Sequence[ReturnForm], today: date) -> list[PeriodOffered]:
    """Return what can be started: the last periods of each form, in the edition that held on their first day."""
    offered = []
    for form in forms:
        for number, (first, last) in enumerate(periods_of(ReturnPeriod(form.period), today)):
            if number == PERIODS_OFFERED or first < form.valid_from:
                break
            if form.valid_to is None or first < form.valid_to:
                offered.append(PeriodOffered(form, first, last))
    return offered


def due_day(made: Return, calendars: Mapping[str, BusinessDays]) -> date:
    """Return by when the return goes out: so many business days after its period, on its form's calendar."""
    calendar = calendars.get(made.form.calendar, BusinessDays())
    return calendar.after(made.last, made.form.due_business_days)


def live_entries(first: date, last: date) -> list[Entry]:
    """Return the complaints that the period touches, as they are now. A return counts all, whoever reads it."""
    touched = CaseSpell.objects.filter(Q(settled_day=None) | Q(settled_day__gte=first), opened_day__lte=last)
    names = names_of_codes(User.objects.system())
    products = dict(Product.objects.values_list("pk", "name"))
    codes = dict(RootCause.objects.values_list("pk", "code"))
    of_fact = {name: F(f"case__fact__{field}") for name, field in OF_THE_FACT.items()}
    rows: Any = touched.order_by("case_id", "number").values(*OF_THE_SPELL, **of_fact)
    return [
        Entry(
            case=row["case_id"],
            number=row["number"],
            opened=row["opened_day"],
            settled=row["settled_day"],
            outcome=row["outcome"],
            band=row["band"],
            pence=row["redress_pence"],
            product=products.get(row["product"], ""),
            category=names.categories.get(str(row["category"]), ""),
            cause=names.causes.get(str(row["root_cause"]), ""),
            cause_code=codes.get(row["root_cause"], ""),
            needs_support=bool(row["support"]),
            received=row["received"],
            is_on_time=_is_on_time(row),
        )
        for row in rows
    ]


def _is_on_time(row: Mapping[str, Any]) -> bool | None:
    """Return whether the answer kept its deadline; `None` where it had none, or another answer came later."""
    is_last = row["settled_day"] is not None and row["settled_day"] == row["last_settled"]
    return row["answered"] == ClockResult.MET if is_last and row["answered"] in DECIDED else None


def signed_entries(made: Return) -> list[Entry]:
    """Return the complaints as they stood when the return was signed."""
    return [entry_from(values) for values in signed_values(made)]


def signed_values(made: Return) -> list[dict[str, Any]]:
    return list(made.entries.values_list("values", flat=True))


def as_values(entry: Entry) -> dict[str, Any]:
    values = asdict(entry)
    return {**values, **{name: values[name] and values[name].isoformat() for name in DAYS}}


def entry_from(values: dict[str, Any]) -> Entry:
    days = {name: date.fromisoformat(values[name]) for name in DAYS if values.get(name)}
    return Entry(**{**values, **days})


def entries_of(made: Return) -> list[Entry]:
    return signed_entries(made) if made.is_signed else live_entries(made.first, made.last)


def form_of(made: Return) -> dict[str, Any]:
    """Return the form's content: as it was signed, or as it is."""
    content: dict[str, Any] = made.content if made.is_signed else made.form.content
    return content


def rules_for(made: Return) -> Rules:
    return rules_of(form_of(made), made.first, made.last)


def filled_in(made: Return) -> Figures:
    """Return the figures: those signed, or today's."""
    if made.is_signed:
        signed: Figures = made.figures
        return signed
    return worked_out(made, live_entries(made.first, made.last))


def worked_out(made: Return, entries: Sequence[Entry]) -> Figures:
    return tabulate(form_of(made), entries, rules_for(made), made.volumes)


@dataclass(frozen=True)
class Recount:
    """What a signed return would say today, against what it says."""

    cells: list[tuple[str, str, str, str, str]]
    cases: list[int]


def recount(made: Return) -> Recount:
    """Work a signed return out again from today's cases; return the cells and the cases that differ."""
    signed, now = signed_values(made), live_entries(made.first, made.last)
    known = sorted(signed[0]) if signed else ["case"]  # what was signed long ago knows less of each complaint
    before, after = (
        {tuple(each[name] for name in ["case", *known]) for each in rows} for rows in (signed, map(as_values, now))
    )
    changed = {case for case, *_ in before ^ after}
    return Recount(differences(made.figures, worked_out(made, now)), sorted(changed))


def cases_in_cell(made: Return, user: User, cell: CellOf) -> tuple[CaseQuerySet, int]:
    """Return the cases behind a cell that the reader may know of, and how many there are in all."""
    found = entries_behind(form_of(made), entries_of(made), rules_for(made), cell)
    ids = {entry.case for entry in found}
    return Case.objects.visible_to(user).filter(pk__in=ids), len(ids)


def brought_forward(made: Return, figures: Figures) -> tuple[Return, int] | None:
    """Return the signed return of the period before, where it ended on another number than this one starts with."""
    before = Return.objects.filter(form__code=made.form.code, last=made.first - timedelta(days=1))
    signed = before.exclude(signed_at=None).order_by("-revision").select_related("form").first()
    if signed is None or signed.figures["balance"]["end"] == figures["balance"]["start"]:
        return None
    return signed, signed.figures["balance"]["end"]


def digest_of(made: Return, figures: Figures, entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the fingerprint of everything that was signed: the form, the period, the figures, the complaints."""
    whole = {
        "form": [made.form.code, made.form.valid_from.isoformat(), form_of(made)],
        "period": [made.first.isoformat(), made.last.isoformat(), made.revision],
        "volumes": made.volumes,
        "figures": figures,
        "entries": list(entries),
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def is_as_signed(made: Return) -> bool:
    """Return whether nothing of a signed return was changed since."""
    return digest_of(made, made.figures, signed_values(made)) == made.digest


def rows_with_volumes(figures: Figures) -> list[str]:
    """Return the rows whose rate needs to know how many accounts, policies or homes there are."""
    rated = (
        cell["volume"]
        for table in figures["tables"]
        for row in table["rows"]
        for cell in row["cells"]
        if cell.get("is_rate") and row["label"] != NOTHING
    )
    return list(dict.fromkeys(rated))
