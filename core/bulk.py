"""Write rows other than one by one through the ORM: very many are copied in on PostgreSQL, in a third of the time."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Max
from django.db.models.constants import OnConflict

NULL: Final = r"\N"
CHUNK: Final = 1 << 18
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def insert_rows(rows: Sequence[models.Model], *, now: datetime) -> None:
    """Insert new objects of one model; those without a key get one, but do not learn which."""
    if not rows:
        return
    fields = _written(type(rows[0]), with_key=rows[0].pk is not None)
    names = [field.attname for field in fields if not _is_stamp(field)]
    insert_values(type(rows[0]), names, [[getattr(row, name) for name in names] for row in rows], now=now)


def insert_values(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    now: datetime,
    same: Mapping[str, Any] = NOTHING,
) -> None:
    """Insert rows given as the values of `names`; the other fields are the `same` in all, or have their default.

    Making an object of each row would take longer than all the rest of writing it.
    """
    rest = {field.attname: field for field in _written(model, with_key=model._meta.pk.attname in names)}
    given = [rest.pop(name) for name in names]
    fixed = {
        field: now if _is_stamp(field) else same[name] if name in same else field.get_default()
        for name, field in rest.items()
    }
    columns = ", ".join(f'"{field.column}"' for field in [*given, *fixed])
    write = _copy if connection.vendor == "postgresql" else _insert
    write(f'"{model._meta.db_table}" ({columns})', given, fixed, rows)


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that exist, in one statement on PostgreSQL, however many there are."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._base_manager.bulk_update(rows, names)
        return
    key = model._meta.pk
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    selected = ", ".join(f'unnest(%s::{field.db_type(connection)}[]) AS "{field.column}"' for field in (key, *fields))
    changes = ", ".join(f'"{field.column}" = new."{field.column}"' for field in fields)
    table, column = model._meta.db_table, key.column
    cells = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in (key, *fields)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {changes} FROM (SELECT {selected}) new WHERE "{table}"."{column}" = new."{column}"',  # noqa: S608 -- names of our own columns; values are parameters
            cells,
        )


def insert_once(row: models.Model) -> None:
    """Insert a row in one statement, or nothing where a constraint says that it is there already."""
    model = type(row)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    model._base_manager._insert([row], fields=fields, using=connection.alias, on_conflict=OnConflict.IGNORE)  # type: ignore[attr-defined]


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """Return keys that nobody else gets, for rows that refer to one another before they are written."""
    table, key = model._meta.db_table, model._meta.pk.column
    if connection.vendor != "postgresql":  # SQLite lets one transaction write at a time
        first = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        return list(range(first, first + count))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [*cursor.fetchone(), count])
        return [number for (number,) in cursor.fetchall()]


def _written(model: type[models.Model], *, with_key: bool) -> list[Any]:
    fields = model._meta.concrete_fields
    return [field for field in fields if not field.generated and (with_key or not field.primary_key)]


def _is_stamp(field: Any) -> bool:
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def _copy(into: str, given: Sequence[Any], fixed: Mapping[Any, Any], rows: Iterable[Sequence[Any]]) -> None:
    """Write the lines that PostgreSQL copies in; what is fixed stands in a pattern that each row fills."""
    ends = [
        _cell(value, is_json=isinstance(field, models.JSONField)).replace("%", "%%") for field, value in fixed.items()
    ]
    pattern = "\t".join(["%s"] * len(given) + ends) + "\n"
    json_at = {place for place, field in enumerate(given) if isinstance(field, models.JSONField)}
    lines = [
        pattern % tuple([_cell(value, is_json=place in json_at) for place, value in enumerate(row)]) for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {into} FROM STDIN", io.BytesIO("".join(lines).encode()), CHUNK)


def _cell(value: Any, *, is_json: bool) -> str:
    if value is None:
        return NULL
    if is_json:
        value = json.dumps(value, cls=DjangoJSONEncoder)
    if not isinstance(value, str):
        return str(value)
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _insert(into: str, given: Sequence[Any], fixed: Mapping[Any, Any], rows: Iterable[Sequence[Any]]) -> None:
    ends = tuple([_prepared(field, value) for field, value in fixed.items()])
    places = ", ".join(["%s"] * (len(given) + len(ends)))
    parameters = [tuple(map(_prepared, given, row)) + ends for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {into} VALUES ({places})", parameters)  # noqa: S608 -- names of our own columns


def _prepared(field: Any, value: Any) -> Any:
    if type(value) in (str, int) and not isinstance(field, models.JSONField):
        return value
    return field.get_db_prep_save(value, connection)
