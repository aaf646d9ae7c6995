"""Reading the files of a pack: every record remembers its line, and says in a sentence what is wrong with it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from core.errors import UserFacingError

EnumT = TypeVar("EnumT", bound=Enum)
MISSING: Any = object()


class PackError(UserFacingError):
    """A pack cannot be loaded; the text names the file, the line and the remedy."""


class Record:
    """One mapping of a pack file. Keys are taken one by one; `finish` refuses those that nobody asked for."""

    def __init__(self, values: dict[str, Any], *, file: str, line: int) -> None:
        self.values = values
        self.file = file
        self.line = line
        self._taken: set[str] = set()

    def error(self, text: str) -> PackError:
        return PackError(f"{self.file}, line {self.line}: {text}")

    def take(self, key: str, default: Any = MISSING) -> Any:
        self._taken.add(key)
        value = self.values.get(key, default)
        if value is MISSING or (value is None and default is MISSING):
            raise self.error(f"“{key}” is missing.")
        return value

    def text(self, key: str, default: Any = MISSING, *, longest: int = 20_000) -> str:
        value = self.take(key, default)
        if not isinstance(value, str | int | float):
            raise self.error(f"“{key}” must be text.")
        text = str(value).strip()
        if len(text) > longest:
            raise self.error(f"“{key}” must be {longest} characters or fewer; it has {len(text)}.")
        return text

    def whole(self, key: str, default: Any = MISSING) -> int:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.error(f"“{key}” must be a whole number, 0 or more.")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.error(f"“{key}” must be true or false.")
        return value

    def money(self, key: str) -> Decimal:
        try:
            amount = Decimal(str(self.take(key)))
        except InvalidOperation as error:
            raise self.error(f"“{key}” must be an amount in pounds, such as 250 or 49.99.") from error
        if not 0 <= amount < 100_000_000:
            raise self.error(f"“{key}” must be between 0 and 99,999,999.")
        return amount

    def day(self, key: str, default: Any = MISSING) -> Any:
        value = self.take(key, default)
        if value is not default and type(value) is not date:
            raise self.error(f"“{key}” must be a date, such as 2026-04-08.")
        return value

    def choice(self, key: str, options: type[EnumT], default: Any = MISSING) -> EnumT:
        """Return the member of `options` that the file names."""
        value = self.take(key, default)
        if isinstance(value, Enum):
            return value  # type: ignore[return-value]
        if value not in options.__members__:
            raise self.error(f"“{key}” must be one of {', '.join(options.__members__)}; it is “{value}”.")
        return options[value]

    def records(self, key: str) -> list["Record"]:
        value = self.take(key, [])
        if not isinstance(value, list) or not all(isinstance(each, Record) for each in value):
            raise self.error(f"“{key}” must be a list of records.")
        return value

    def finish(self) -> None:
        """Refuse keys that were not taken: a misspelt key must not be ignored in silence."""
        if unknown := sorted(set(self.values) - self._taken):
            raise self.error(f"“{unknown[0]}” is not known here.")


class _LineLoader(yaml.SafeLoader):
    """Builds a `Record` for every mapping."""


def _construct_record(loader: _LineLoader, node: yaml.MappingNode) -> Iterator[Record]:
    record = Record({}, file=str(loader.name), line=node.start_mark.line + 1)
    yield record
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in record.values:
            raise PackError(f"{record.file}, line {key_node.start_mark.line + 1}: “{key}” is given twice.")
        record.values[key] = loader.construct_object(value_node, deep=True)


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_record)


def read_file(path: Path) -> Any:
    """Return what a YAML file of a pack holds, mappings as `Record`."""
    name = f"{path.parent.name}/{path.name}"
    try:
        loader = _LineLoader(path.read_text(encoding="utf-8"))
        loader.name = name
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError(f"{name}, line {line}: {error.problem or 'this is not YAML'}.") from error
    except UnicodeDecodeError as error:
        raise PackError(f"{name}: the file must be UTF-8 text.") from error


def read_records(path: Path) -> list[Record]:
    """Return the records of one section."""
    found = read_file(path) or []
    if not isinstance(found, list) or not all(isinstance(each, Record) for each in found):
        raise PackError(f"{path.parent.name}/{path.name}, line 1: a section is a list of records.")
    return found


def read_record(path: Path) -> Record:
    """Return the one record that a file such as pack.yaml is."""
    found = read_file(path)
    if not isinstance(found, Record):
        raise PackError(f"{path.parent.name}/{path.name}, line 1: this file is one record.")
    return found
