"""The section of a policy pack that belongs to reporting: the forms of complaints returns."""

from typing import Any, Final

from complaints.choices import Outcome
from policies.packs.records import Record
from policies.packs.registry import PackRun, SectionLoader
from policies.services.rows import put
from reporting.choices import ReturnPeriod
from reporting.measures.return_counts import COUNTS, UPHELD
from reporting.measures.return_rows import ROW_BY
from reporting.measures.returns import RATES
from reporting.models import ReturnForm


def load_returns(records: list[Record], run: PackRun) -> int:
    return sum(_load_form(record, run) for record in records)


def _load_form(record: Record, run: PackRun) -> int:
    key = {"code": record.text("code", longest=60), "valid_from": record.day("valid_from", run.valid_from)}
    values = {
        "pack": run.pack,
        "title": record.text("title", longest=120),
        "valid_to": record.day("valid_to", None),
        "period": record.choice("period", ReturnPeriod),
        "due_business_days": record.whole("due_business_days", 30),
        "calendar": record.text("calendar", "", longest=80),
        "source": record.text("source", "", longest=200),
        "is_unconfirmed": record.flag("is_unconfirmed"),
        "content": {
            "left_out": _outcomes(record, "left_out"),
            "upheld": _outcomes(record, "upheld") or list(UPHELD),
            "support_causes": _names(record, "support_causes"),
            "short_form_below": record.whole("short_form_below", 0),
            "publish_from": record.whole("publish_from", 0),
            "show_share_from": record.whole("show_share_from", 0),
            "hide_below": record.whole("hide_below", 0),
            "groups": [_group(each) for each in record.records("groups")],
            "our_products": _our_products(record),
            "causes": [_cause(each) for each in record.records("causes")],
            "tables": [_table(each) for each in record.records("tables")],
        },
    }
    record.finish()
    if not values["content"]["tables"]:
        raise record.error("A return needs at least one table.")
    return int(put(ReturnForm, key=key, values=values)[1])


def _outcomes(record: Record, key: str) -> list[str]:
    names = _names(record, key)
    if unknown := next((name for name in names if name not in Outcome), None):
        raise record.error(f"“{key}” must name outcomes such as {Outcome.UPHELD}; it has “{unknown}”.")
    return names


def _names(record: Record, key: str) -> list[str]:
    names = record.take(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise record.error(f"“{key}” must be a list of names.")
    return names


def _group(record: Record) -> dict[str, Any]:
    group = {"name": record.text("name", longest=120), "products": _names(record, "products")}
    record.finish()
    return group


def _our_products(record: Record) -> dict[str, str]:
    """Return which line of the form each of our own products counts in, where the form calls it something else."""
    given = {each.text("ours", longest=120): each.text("line", longest=120) for each in record.records("our_products")}
    for each in record.records("our_products"):
        each.finish()
    return given


def _cause(record: Record) -> dict[str, Any]:
    cause = {
        "name": record.text("name", longest=120),
        "codes": _names(record, "codes"),
        "takes_the_rest": record.flag("takes_the_rest"),
    }
    record.finish()
    return cause


def _table(record: Record) -> dict[str, Any]:
    table = {
        "title": record.text("title", longest=120),
        "note": record.text("note", "", longest=500),
        "rows": record.text("rows"),
        "is_published": record.flag("is_published"),
        "is_full_form_only": record.flag("is_full_form_only"),
        "has_every_row": record.flag("has_every_row"),
        "columns": [_column(each) for each in record.records("columns")],
    }
    record.finish()
    if table["rows"] not in ROW_BY:
        raise record.error(f"“rows” must be one of {', '.join(ROW_BY)}; it is “{table['rows']}”.")
    return table


def _column(record: Record) -> dict[str, Any]:
    """Return a column: a count, a share of two counts, a rate for each thousand, or the main cause."""
    column: dict[str, Any] = {"title": record.text("title", longest=80)}
    if "main_cause" in record.values:
        column["main_cause"] = record.flag("main_cause")
    elif "share" in record.values:
        column["share"] = _names(record, "share")
    else:
        kind = next((unit for unit in RATES if unit in record.values), "count")
        column[kind] = record.text(kind)
        if volume := record.text("volume", "", longest=40):
            column["volume"] = volume
    record.finish()
    codes = [code for key in ("share", *RATES, "count") if key in column for code in _as_list(column[key])]
    if unknown := next((code for code in codes if code not in COUNTS), None):
        raise record.error(f"“{unknown}” is not counted. There are: {', '.join(COUNTS)}.")
    if "share" in column and len(codes) != 2:
        raise record.error("“share” must name two counts: of what, and of how many.")
    return column


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


SECTIONS: Final[dict[str, SectionLoader]] = {"returns": load_returns}
