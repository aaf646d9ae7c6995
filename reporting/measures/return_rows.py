"""In which row of a return's table a complaint counts: by the form's own lists of products, groups and causes."""

from collections.abc import Mapping
from typing import Any

from reporting.measures.return_counts import Entry

NOTHING = "Not given"
ROW_BY = ("TOTAL", "PRODUCT", "GROUP", "CATEGORY", "CAUSE")

Form = Mapping[str, Any]


def label_of(form: Form, entry: Entry, row_by: str) -> str:
    """Return the row in which a complaint counts."""
    match row_by:
        case "GROUP":
            return _group_of(form, product_of(form, entry))
        case "PRODUCT":
            return product_of(form, entry)
        case "CAUSE":
            return cause_of(form, entry)
        case "CATEGORY":
            return entry.category or NOTHING
        case _:
            return NOTHING


def product_of(form: Form, entry: Entry) -> str:
    """Return the form's name for the product; one that is not on the form's list keeps its own."""
    name = str(form.get("our_products", {}).get(entry.product, entry.product))
    return name or NOTHING


def cause_of(form: Form, entry: Entry) -> str:
    """Return the form's cause: the one that names our code, or the part of the list above it; else its rest."""
    causes = form.get("causes", ())
    if not causes or not entry.cause_code:
        return entry.cause or NOTHING
    found = [
        (len(code), cause["name"])
        for cause in causes
        for code in cause["codes"]
        if entry.cause_code == code or entry.cause_code.startswith(f"{code}-")
    ]
    rest = next((str(cause["name"]) for cause in causes if cause["takes_the_rest"]), entry.cause)
    return str(max(found)[1]) if found else rest


def listed(form: Form, row_by: str) -> list[str]:
    """Return the rows that the form prints whether or not anything counts in them, in its order."""
    groups = form.get("groups", ())
    match row_by:
        case "GROUP":
            return [group["name"] for group in groups]
        case "PRODUCT":
            return [product for group in groups for product in group["products"]]
        case "CAUSE":
            return [cause["name"] for cause in form.get("causes", ())]
        case _:
            return []


def _group_of(form: Form, product: str) -> str:
    groups = {name: group["name"] for group in form.get("groups", ()) for name in group["products"]}
    return str(groups.get(product, product))
