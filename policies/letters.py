"""Letters as data: the merge fields, a fixed list that somebody can fill, and phrases that a letter must hold."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from core.errors import UserFacingError

MERGE_FIELDS: Final = {
    "customer_name": "The customer's name",
    "reference": "The case reference",
    "summary": "What the case is about, in one line",
    "received_date": "The day the customer told us",
    "colleague_name": "Who writes",
    "team_name": "The team that handles the case",
    "organisation_name": "Who we are",
    "next_contact_date": "When we will be in touch next",
    "final_response_date": "When we will have answered by",
    "findings": "Each point of complaint with its finding and reason",
    "actions": "What we will do, and by when",
    "redress_amount": "The amount we will pay",
    "next_steps": "What the customer can do if they disagree",
    "other_organisation": "To whom a complaint is forwarded",
    "forwarded_points": "What is forwarded: points of complaint, or all of it",
    "forwarding_reason": "Why another organisation has to answer",
    "customer_contact": "How the customer is reached",
    "affected_service": "What an incident affects",
    "resolution": "How an incident was resolved",
}

FIELD: Final = re.compile(r"\{\{\s*(?P<name>[^{}]*?)\s*\}\}")


MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
TOKENS: Final = {
    "<date>": rf"\d{{1,2}} (?:{MONTHS}) \d{{4}}",
    "<number>": r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve)",
    "<amount>": r"£ ?\d[\d,.]*",
    "…": r".{0,120}?",
}
TOKEN: Final = re.compile("|".join(TOKENS))


class UnknownMergeFieldError(UserFacingError):
    """A template names something that is not in the list."""


class MissingMergeValueError(UserFacingError):
    """A message cannot be written yet: something that it names is not known."""


def fields_in(text: str) -> list[str]:
    """Return the merge fields that `text` names, in order, each once."""
    return list(dict.fromkeys(match["name"] for match in FIELD.finditer(text)))


def check_fields(*texts: str) -> None:
    """Refuse a template that names an unknown field or leaves a brace open."""
    for text in texts:
        if unknown := [name for name in fields_in(text) if name not in MERGE_FIELDS]:
            raise UnknownMergeFieldError(f"“{unknown[0]}” is not a merge field. Use one of: {', '.join(MERGE_FIELDS)}.")
        if "{{" in (rest := FIELD.sub("", text)) or "}}" in rest:
            raise UnknownMergeFieldError("A merge field is written {{ customer_name }}, with two braces on each side.")


def merge_with_gaps(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with what is known filled in, and a bracket to fill for the rest: a start for the writer."""
    return FIELD.sub(
        lambda match: values.get(match["name"]) or f"[{MERGE_FIELDS.get(match['name'], match['name'])}]", text
    )


def merge(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with every field filled; an empty value is refused, never sent as a gap."""
    if missing := [name for name in fields_in(text) if not values.get(name)]:
        labels = ", ".join(MERGE_FIELDS.get(name, name).lower() for name in missing)
        raise MissingMergeValueError(f"The message cannot be written yet: {labels} is not known.")
    return FIELD.sub(lambda match: values[match["name"]], text)


def says(text: str, phrases: Iterable[str]) -> bool:
    """Return whether `text` holds one of the phrases, whatever the case and the line breaks.

    In a phrase `<date>`, `<number>` and `<amount>` stand for one of those, and `…` for a few words in between.
    """
    plain = " ".join(text.replace("’", "'").split())
    return any(re.search(_pattern(phrase), plain, re.IGNORECASE) for phrase in phrases)


def _pattern(phrase: str) -> str:
    words = " ".join(phrase.replace("’", "'").split())
    parts, end = [], 0
    for token in TOKEN.finditer(words):
        parts += [re.escape(words[end : token.start()]), TOKENS[token[0]]]
        end = token.end()
    return "".join([*parts, re.escape(words[end:])])
