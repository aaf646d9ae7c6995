from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import product
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.asserts import assertContains

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import Case, NamedColleague
from cases.tests.factories import CaseFactory
from reporting.choices import Band, ReturnPeriod
from reporting.measures.return_counts import COUNTS, Entry, Rules, rules_of, total_of
from reporting.measures.return_rows import label_of
from reporting.measures.returns import balance, tabulate
from reporting.models import CaseFact, CaseSpell, Return, ReturnForm
from reporting.selectors.business_calendars import business_days_of
from reporting.selectors.counting import facts_behind
from reporting.selectors.kpi_list import KPIS
from reporting.selectors.returns import (
    due_day,
    live_entries,
    periods_of,
    periods_offered,
    recount,
    signed_entries,
)
from reporting.services.returns import sign_return
from reporting.tests.factories import CaseFactFactory, ReturnFactory, ReturnFormFactory
from sla.tests.factories import make_system_user

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
RULES = Rules(FIRST, LAST, frozenset({"FORWARDED", "DUPLICATE"}))
DAY = timedelta(days=1)


def total(code: str, *entries: Entry) -> int:
    return sum(COUNTS[code][1](entry, RULES) for entry in entries)


@pytest.mark.parametrize(
    ("opened", "settled", "counted"),
    [
        (FIRST - DAY, None, {"BROUGHT_FORWARD", "CARRIED_FORWARD"}),
        (FIRST - DAY, FIRST - DAY, set()),
        (FIRST - DAY, FIRST, {"BROUGHT_FORWARD", "CLOSED"}),
        (FIRST, LAST, {"OPENED", "CLOSED"}),
        (LAST, None, {"OPENED", "CARRIED_FORWARD"}),
        (LAST, LAST + DAY, {"OPENED", "CARRIED_FORWARD"}),
        (LAST + DAY, None, set()),
    ],
)
def test_the_edges_of_a_period(opened: date, settled: date | None, counted: set[str]) -> None:
    entry = Entry(case=1, opened=opened, settled=settled)
    flow = ("BROUGHT_FORWARD", "OPENED", "REOPENED", "CLOSED", "CARRIED_FORWARD")

    assert {code for code in flow if total(code, entry)} == counted


def test_partly_upheld_is_upheld_and_rejected_with_goodwill_is_not_but_its_money_counts() -> None:
    partly = Entry(case=1, opened=FIRST, settled=LAST, outcome="PARTLY_UPHELD", pence=10_000)
    goodwill = Entry(case=2, opened=FIRST, settled=LAST, outcome="NOT_UPHELD", pence=5_000)

    assert total("UPHELD", partly, goodwill) == 1
    assert total("NOT_UPHELD", partly, goodwill) == 1
    assert total("REDRESS", partly, goodwill) == 15_000
    assert total("REDRESS_UPHELD", partly, goodwill) == 10_000


FORM: dict[str, Any] = {
    "left_out": ["FORWARDED"],
    "upheld": ["UPHELD", "PARTLY_UPHELD"],
    "support_causes": ["policy-support"],
    "hide_below": 10,
    "show_share_from": 30,
    "publish_from": 20,
    "groups": [{"name": "Cards", "products": ["Gold card", "Blue card"]}],
    "tables": [
        {
            "title": "Published",
            "rows": "GROUP",
            "is_published": True,
            "columns": [
                {"title": "Opened", "count": "OPENED"},
                {"title": "Within 3 days", "share": ["CLOSED_THREE", "CLOSED"]},
                {"title": "Main cause", "main_cause": True},
                {"title": "Per 1000", "per_thousand": "OPENED"},
            ],
        },
    ],
}


def cells(figures: dict[str, Any]) -> dict[str, list[str]]:
    return {row["label"]: [cell["text"] for cell in row["cells"]] for row in figures["tables"][0]["rows"]}


def test_a_publication_table_groups_products_and_hides_small_numbers() -> None:
    entries = [
        Entry(case=n, opened=FIRST, settled=LAST, band="THREE" if n < 12 else "EIGHT", product=name, cause=cause)
        for n, (name, cause) in enumerate(
            [("Gold card", "Delay"), ("Blue card", "Delay"), ("Blue card", "Error")] * 12 + [("Loan", "Error")] * 4
        )
    ]

    figures = tabulate(FORM, entries, rules_of(FORM, FIRST, LAST), {"Cards": 8_000})

    assert cells(figures) == {
        "Cards": ["36", "33.33%", "Delay", "4.50"],
        "Loan": ["<10", "n/a", "Error", "n/a"],
        "Total": ["40", "30.00%", "Delay", "n/a"],
    }
    assert figures["is_published"]


@pytest.mark.parametrize(
    ("number", "of", "printed"),
    [(154, 441, "34.92%"), (21, 59, "35.59%"), (36, 59, "61.02%"), (31, 59, "52.54%"), (9743, 27562, "35.35%"),
     (17733, 27562, "64.34%"), (292, 530, "55.09%"), (389, 530, "73.40%")],
)  # fmt: skip
def test_shares_of_published_tables_come_out_rounded_half_up(number: int, of: int, printed: str) -> None:
    form = {
        "tables": [{"title": "T", "rows": "TOTAL", "columns": [{"title": "3", "share": ["CLOSED_THREE", "CLOSED"]}]}]
    }
    entry = Entry(case=1, opened=FIRST, settled=LAST, band="THREE")

    figures = tabulate(form, [entry] * number + [replace(entry, band="EIGHT")] * (of - number), RULES)

    assert cells(figures)["Total"] == [printed]


def test_forwarded_in_its_entirety_is_in_no_count() -> None:
    figures = tabulate(
        FORM, [Entry(case=1, opened=FIRST, settled=LAST, outcome="FORWARDED")], rules_of(FORM, FIRST, LAST)
    )

    assert figures["is_nil"]
    assert not figures["is_published"]


def test_a_short_form_leaves_the_details_out() -> None:
    form = {**FORM, "short_form_below": 500, "tables": [{**FORM["tables"][0], "is_full_form_only": True}]}

    assert tabulate(form, [Entry(case=1, opened=FIRST)], rules_of(form, FIRST, LAST))["tables"] == []


def test_support_needs_are_two_numbers() -> None:
    rules = rules_of(FORM, FIRST, LAST)
    entries = [
        Entry(case=1, opened=FIRST, needs_support=True),
        Entry(case=2, opened=FIRST, cause_code="policy-support"),
        Entry(case=3, opened=FIRST, cause_code="policy-price"),
    ]

    assert [
        sum(COUNTS[code][1](entry, rules) for entry in entries) for code in ("SUPPORT_OPENED", "SUPPORT_CAUSED")
    ] == [
        1,
        1,
    ]


def test_what_came_and_went_explains_what_is_left() -> None:
    entries = [
        Entry(case=1, opened=FIRST - DAY, settled=FIRST + DAY),
        Entry(case=1, number=2, opened=FIRST + 5 * DAY, settled=None),
        Entry(case=2, opened=FIRST, settled=LAST),
        Entry(case=3, opened=FIRST - 40 * DAY),
    ]

    found = balance(entries, RULES)

    assert found == {"start": 2, "opened": 1, "reopened": 1, "closed": 2, "end": 2, "comes_out": True}


def test_periods_follow_the_calendar() -> None:
    def first(period: ReturnPeriod, today: date) -> list[tuple[date, date]]:
        periods = periods_of(period, today)
        return [next(periods), next(periods)]

    assert first(ReturnPeriod.HALF_YEAR, date(2026, 11, 26)) == [
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 6, 30)),
    ]
    assert first(ReturnPeriod.YEAR_FROM_APRIL, date(2026, 3, 31))[0] == (date(2025, 4, 1), date(2026, 3, 31))
    assert first(ReturnPeriod.QUARTER, date(2026, 1, 1))[1] == (date(2025, 10, 1), date(2025, 12, 31))


pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER)


@pytest.fixture
def reader(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def complaint(opened: date, settled: date | None = None, **values: Any) -> Case:
    case = CaseFactory.create()
    CaseFactFactory.create(case=case, received_day=opened, category=case.category)
    CaseSpell.objects.create(case=case, number=1, opened_day=opened, settled_day=settled, **values)
    return case


NOON = "2026-11-20 12:00"


@time_machine.travel(NOON)
def test_every_number_opens_as_many_complaints(reader: Client) -> None:
    complaint(FIRST - DAY)
    complaint(FIRST, LAST, outcome="UPHELD", band="EIGHT", redress_pence=1250)
    complaint(LAST, LAST + DAY)
    made = ReturnFactory.create()

    page = reader.get(made.get_absolute_url())

    (row,) = page.context["figures"]["tables"][0]["rows"]
    assert [cell["text"] for cell in row["cells"]] == ["1", "2", "0", "1", "2", "100.00%", "£12.50", "n/a"]
    for cell, expected in zip(row["cells"][:5], (1, 2, 0, 1, 2), strict=True):
        behind = reader.get(
            reverse("reporting:return_cases", args=[made.pk]), {"count": cell["count"], "rows": "TOTAL"}
        )
        assert behind.context["page"].paginator.count == expected


@time_machine.travel(NOON)
def test_a_signed_return_is_frozen_and_says_what_would_differ(reader: Client, manager: User) -> None:
    case = complaint(FIRST, LAST, outcome="UPHELD", band="EIGHT")
    made = ReturnFactory.create()
    reader.post(reverse("reporting:return_sign", args=[made.pk]), {"note": "As agreed"})
    made.refresh_from_db()
    assert made.signed_by == manager
    assert len(made.digest) == 64

    CaseSpell.objects.filter(case=case).update(settled_day=None, outcome="")
    complaint(FIRST)

    page = reader.get(made.get_absolute_url())
    assertContains(page, "Unchanged since")
    assert page.context["figures"]["tables"][0]["rows"][0]["cells"][1]["text"] == "1"
    found = recount(made)
    assert ("Complaints in the period", "Total", "Opened", "1", "2") in found.cells
    assert case.pk in found.cases
    assertContains(reader.get(reverse("reporting:return_differences", args=[made.pk])), case.reference)


@time_machine.travel(NOON)
def test_a_return_that_comes_out_the_same_says_so(reader: Client, manager: User) -> None:
    complaint(FIRST, LAST, outcome="UPHELD", band="EIGHT", redress_pence=99)
    made = ReturnFactory.create()
    reader.post(reverse("reporting:return_sign", args=[made.pk]), {"note": ""})

    assert recount(Return.objects.get()).cells == []
    assertContains(reader.get(reverse("reporting:return_differences", args=[made.pk])), "It comes out the same today")


@time_machine.travel(NOON)
def test_tampering_with_what_was_signed_is_seen(reader: Client, manager: User) -> None:
    complaint(FIRST, LAST)
    made = ReturnFactory.create()
    reader.post(reverse("reporting:return_sign", args=[made.pk]), {"note": ""})
    made.refresh_from_db()
    made.figures["balance"]["opened"] = 5
    made.save()

    assertContains(reader.get(made.get_absolute_url()), "What is stored is not what was signed")


@time_machine.travel(NOON)
@pytest.mark.parametrize("step", ["return_sign", "return_volumes", "return_discard"])
def test_a_signed_return_is_not_touched_again(reader: Client, manager: User, step: str) -> None:
    complaint(FIRST, LAST)
    made = ReturnFactory.create()
    reader.post(reverse("reporting:return_sign", args=[made.pk]), {"note": ""})
    digest = Return.objects.get().digest

    response = reader.post(reverse(f"reporting:{step}", args=[made.pk]), {"note": "", "row_0": "5"})

    assertContains(response, "This return is signed", status_code=422)
    assert Return.objects.get().digest == digest


@time_machine.travel("2026-09-30 12:00")
def test_a_period_that_has_not_ended_is_not_signed(reader: Client) -> None:
    made = ReturnFactory.create()

    response = reader.post(reverse("reporting:return_sign", args=[made.pk]), {"note": ""})

    assertContains(response, "The period has not ended yet", status_code=422)
    assert Return.objects.get().signed_at is None


@time_machine.travel(NOON)
def test_a_return_that_starts_on_another_number_than_the_last_ended_on_says_so(reader: Client, manager: User) -> None:
    made = ReturnFactory.create()
    sign_return(return_id=made.pk, note="", actor=manager, now=made.created_at)
    complaint(LAST - DAY)

    following = ReturnFactory.create(form=made.form, first=date(2026, 10, 1), last=date(2026, 12, 31))

    assertContains(reader.get(following.get_absolute_url()), "ended with 0 outstanding, and this one starts with 1")


@time_machine.travel(NOON)
def test_a_return_counts_a_complaint_that_its_reader_may_not_open(reader: Client, manager: User) -> None:
    case = complaint(FIRST)
    NamedColleague.objects.create(case=case, colleague=manager)
    made = ReturnFactory.create()

    behind = reader.get(reverse("reporting:return_cases", args=[made.pk]), {"count": "OPENED", "rows": "TOTAL"})

    assertContains(behind, "1 complaint")
    assertContains(behind, "You may open 0 of them")


@time_machine.travel(NOON)
def test_rates_need_the_number_of_accounts(reader: Client) -> None:
    complaint(FIRST)
    made = ReturnFactory.create()

    reader.post(reverse("reporting:return_volumes", args=[made.pk]), {"row_0": "500"})

    page = reader.get(made.get_absolute_url())
    assert page.context["figures"]["tables"][0]["rows"][0]["cells"][-1]["text"] == "2.00"


@time_machine.travel(NOON)
def test_files_have_the_numbers_of_the_page(reader: Client) -> None:
    complaint(FIRST, LAST, outcome="UPHELD", redress_pence=1250)
    made = ReturnFactory.create()

    book = load_workbook(BytesIO(reader.get(reverse("reporting:return_xlsx", args=[made.pk])).content))
    lines = b"".join(reader.get(reverse("reporting:return_csv", args=[made.pk]))).decode("utf-8-sig")

    assert list(book.worksheets[0].values)[3] == ("Total", 0, 1, 0, 1, 0, "100.00%", "£12.50", "n/a")
    assert "Complaints in the period,Total,Opened,1" in lines


@time_machine.travel(NOON)
def test_a_return_is_started_once_and_corrected_after_signing(reader: Client, manager: User) -> None:
    form = ReturnFormFactory.create()
    key = {"period": f"{form.pk}:2026-07-01"}

    reader.post(reverse("reporting:returns"), key)
    assertContains(reader.post(reverse("reporting:returns"), key), "started already", status_code=422)
    reader.post(reverse("reporting:return_sign", args=[Return.objects.get().pk]), {"note": ""})
    reader.post(reverse("reporting:returns"), key)

    assert list(Return.objects.order_by("revision").values_list("revision", "last")) == [(1, LAST), (2, LAST)]


@pytest.mark.parametrize("query", ["count=NONSENSE", "count=OPENED&rows=NONSENSE", "rows=TOTAL"])
def test_a_cell_that_does_not_exist_is_not_found(reader: Client, query: str) -> None:
    assert (
        reader.get(f"{reverse('reporting:return_cases', args=[ReturnFactory.create().pk])}?{query}").status_code == 404
    )


def test_the_shipped_forms_load_and_change_over_on_their_day() -> None:
    make_system_user()
    call_command("load_policy_pack", "fca-disp", "house", "housing-code", "ofcom")
    forms = list(ReturnForm.objects.filter(code="fca-complaints"))

    offered = periods_offered(forms, date(2027, 7, 1))

    titles = {one.first: one.form.title for one in offered}
    assert titles[date(2026, 7, 1)] == "Complaints return (DISP 1 Annex 1R)"
    assert titles[date(2027, 1, 1)] == "Consolidated complaints return (PS25/19)"
    assert ReturnForm.objects.count() == 5
    for form in ReturnForm.objects.all():
        rules = rules_of(form.content, FIRST, LAST)
        assert tabulate(form.content, [Entry(case=1, opened=FIRST)], rules)["balance"]["comes_out"]


def test_the_page_costs_the_same_however_many_complaints(reader: Client, django_assert_max_num_queries: Any) -> None:
    made = ReturnFactory.create()
    for _ in range(20):
        complaint(FIRST, LAST, outcome="UPHELD")

    with django_assert_max_num_queries(15):
        reader.get(made.get_absolute_url())


@time_machine.travel(NOON)
def test_what_was_signed_can_be_read_back_to_the_letter(manager: User) -> None:
    complaint(FIRST, LAST, outcome="UPHELD", band="EIGHT", redress_pence=5)
    made = ReturnFactory.create()
    sign_return(return_id=made.pk, note="", actor=manager, now=made.created_at)

    (entry,) = signed_entries(Return.objects.get())

    assert (entry.opened, entry.settled, entry.outcome, entry.pence) == (FIRST, LAST, "UPHELD", 5)
    assert recount(Return.objects.get()).cases == []


@pytest.mark.parametrize(
    ("settled", "counted"),
    [
        (FIRST, {"CLOSED_WEEK", "CLOSED_SIX_WEEKS"}),
        (FIRST + 7 * DAY, {"CLOSED_WEEK", "CLOSED_SIX_WEEKS"}),
        (FIRST + 8 * DAY, {"CLOSED_SIX_WEEKS"}),
        (FIRST + 42 * DAY, {"CLOSED_SIX_WEEKS"}),
        (FIRST + 43 * DAY, {"CLOSED_OVER_SIX_WEEKS"}),
        (None, {"LEFT_OVER_SIX_WEEKS"}),
    ],
)
def test_weeks_count_from_the_day_it_was_first_raised(settled: date | None, counted: set[str]) -> None:
    entry = Entry(case=1, number=2, opened=settled or LAST, settled=settled, received=FIRST)
    codes = ("CLOSED_WEEK", "CLOSED_SIX_WEEKS", "CLOSED_OVER_SIX_WEEKS", "LEFT_OVER_SIX_WEEKS")

    assert {code for code in codes if total(code, entry)} == counted


LISTS: dict[str, Any] = {
    "groups": [{"name": "Cards", "products": ["Credit cards", "Debit cards"]}],
    "our_products": {"Gold card": "Credit cards"},
    "causes": [
        {"name": "Delays", "codes": ["process-follow-up"], "takes_the_rest": False},
        {"name": "Service", "codes": ["process"], "takes_the_rest": False},
        {"name": "Other", "codes": [], "takes_the_rest": True},
    ],
}


@pytest.mark.parametrize(
    ("rows", "values", "label"),
    [
        ("PRODUCT", {"product": "Gold card"}, "Credit cards"),
        ("GROUP", {"product": "Gold card"}, "Cards"),
        ("PRODUCT", {"product": "Loan"}, "Loan"),
        ("CAUSE", {"cause_code": "process-follow-up-call"}, "Delays"),
        ("CAUSE", {"cause_code": "process-unclear"}, "Service"),
        ("CAUSE", {"cause_code": "processing"}, "Other"),
        ("CAUSE", {"cause_code": ""}, "Not given"),
    ],
)
def test_our_names_count_in_the_lines_of_the_form(rows: str, values: dict[str, str], label: str) -> None:
    assert label_of(LISTS, Entry(case=1, opened=FIRST, **values), rows) == label


def test_a_form_prints_its_own_lines_also_where_nothing_counts() -> None:
    table = {"title": "T", "rows": "PRODUCT", "has_every_row": True, "columns": [{"title": "n", "count": "OPENED"}]}
    form = {**LISTS, "tables": [table]}

    figures = tabulate(form, [Entry(case=1, opened=FIRST, product="Loan")], RULES)

    assert cells(figures) == {"Credit cards": ["0"], "Debit cards": ["0"], "Loan": ["1"], "Total": ["1"]}


def test_holidays_give_more_time() -> None:
    make_system_user()
    call_command("load_policy_pack", "house")
    made = ReturnFactory.create(last=date(2026, 12, 24), form__due_business_days=2, form__calendar="england-and-wales")
    calendars = business_days_of({"england-and-wales"})

    assert due_day(made, calendars) == date(2026, 12, 30)
    assert due_day(made, {}) == date(2026, 12, 28)


@time_machine.travel(NOON)
def test_the_main_cause_opens_its_complaints(reader: Client) -> None:
    complaint(FIRST)
    tables = [{"title": "T", "rows": "TOTAL", "columns": [{"title": "Main cause", "main_cause": True}]}]
    made = ReturnFactory.create(form__content={"tables": tables})
    (cell,) = reader.get(made.get_absolute_url()).context["figures"]["tables"][0]["rows"][0]["cells"]

    query = {"count": cell["count"], "rows": "TOTAL", "cause": cell["cause"]}
    behind = reader.get(reverse("reporting:return_cases", args=[made.pk]), query)

    assert cell["text"] == "Not given"
    assert behind.context["page"].paginator.count == 1


def test_a_return_and_the_measures_call_the_same_things_upheld_and_in_time(manager: User) -> None:
    for outcome, band in product(("UPHELD", "PARTLY_UPHELD", "NOT_UPHELD", "WITHDRAWN"), Band.values):
        case = complaint(FIRST, LAST, outcome=outcome, band=band)
        CaseFact.objects.filter(case=case).update(settled_day=LAST, closed_day=LAST, outcome=outcome, band=band)
    entries, rules = live_entries(FIRST, LAST), rules_of({}, FIRST, LAST)

    pairs = {"within-3-days": "CLOSED_THREE", "within-8-weeks": "CLOSED_EIGHT", "over-8-weeks": "CLOSED_LATER"}
    for code, count in {**pairs, "upheld": "UPHELD"}.items():
        kpi = KPIS[code]
        behind = facts_behind(CaseFact.objects.all(), kpi.measure, key=",".join(kpi.hits), first=FIRST, last=LAST)
        assert behind.count() == total_of(count, entries, rules), code
