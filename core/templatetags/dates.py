"""The words of `core.dates` as template filters; an empty value stays empty."""

from collections.abc import Callable
from datetime import date, datetime

from django import template

from core import dates

register = template.Library()


def _filter(name: str, words: Callable[..., str]) -> None:
    def in_words(value: date | datetime | None) -> str:
        return words(value) if value else ""

    register.filter(name, in_words)


for _name in ("day", "weekday", "full_day", "clock_time", "moment"):
    _filter(_name, getattr(dates, _name))
