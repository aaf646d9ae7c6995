"""Bank holidays come from a maintained library, as rows that name it; nothing is read from the network."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version as installed_version
from typing import Final, NamedTuple

from holidays import country_holidays

from core.errors import UserFacingError

DIVISIONS: Final = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
SOURCE: Final = f"holidays {installed_version('holidays')}"
# A name that only one year of these around it knows is a one-off, such as a coronation or a match.
YEARS_AROUND: Final = 2


class Holiday(NamedTuple):
    """A row to show. A one-off waits until a person has checked it; lists of holidays disagree about those."""

    day: date
    name: str
    source: str
    is_one_off: bool


def bank_holidays(division: str, years: Iterable[int]) -> list[Holiday]:
    """Return the bank holidays of a part of the United Kingdom, earliest first."""
    if division not in DIVISIONS:
        raise UserFacingError(f"There are no holidays for “{division}”. There are: {', '.join(DIVISIONS)}.")
    wanted = sorted(set(years))
    around = range(wanted[0] - YEARS_AROUND, wanted[-1] + YEARS_AROUND + 1)
    found = sorted(country_holidays("GB", subdiv=DIVISIONS[division], years=around).items())
    seen_in = Counter(name for name, _ in {(_plain(name), day.year) for day, name in found})
    return [
        Holiday(day, name, SOURCE, is_one_off=seen_in[_plain(name)] == 1) for day, name in found if day.year in wanted
    ]


def _plain(name: str) -> str:
    """Return the name without what tells a substitute day from the day itself."""
    return re.sub(r"\s*\(.*\)", "", name)
