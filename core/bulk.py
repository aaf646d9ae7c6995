"""Write rows other than one by one through the ORM: very many are copied in on PostgreSQL, in a third of the time."""

import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Max
from django.db.models.constants import OnConflict

ModelT = TypeVar("ModelT", bound=models.Model)
NULL = r"\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_rows(rows: Sequence[ModelT], *, now: datetime) -> None:
    """Insert new objects of one model; those without a key get one, but do not learn which."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._base_manager.bulk_create(rows)
        return
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    if rows[0].pk is None:
        fields = [field for field in fields if not field.primary_key]
    stamps = {
        field.attname for field in fields if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    }
    buffer = io.StringIO()
    names = [(field.attname, isinstance(field, models.JSONField), field.attname in stamps) for field in fields]
    for row in rows:
        values = row.__dict__
        cells = [_cell(now if is_stamp else values[name], is_json=is_json) for name, is_json, is_stamp in names]
        buffer.write("\t".join(cells) + "\n")
    buffer.seek(0)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN', buffer)


def update_rows(rows: Sequence[ModelT], names: Sequence[str]) -> None:
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
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, count]
        )
        return [number for (number,) in cursor.fetchall()]


def _cell(value: Any, *, is_json: bool) -> str:
    if value is None:
        return NULL
    if is_json:
        value = json.dumps(value, cls=DjangoJSONEncoder)
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)
