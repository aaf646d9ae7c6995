"""Write very many rows fast: keys given out here, rows copied in bulk. For invented data only; it asks no permission."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

NULL = r"\N"


class Table:
    """The rows of one model that wait to be written."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.position = {field.attname: index for index, field in enumerate(self.fields)}
        self.defaults = [_default(field) for field in self.fields]
        self.changed = self.position.get("updated_at")
        self.key = self.position[model._meta.pk.attname]
        self.next_key = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        self.rows: list[list[Any]] = []

    def add(self, values: dict[str, Any]) -> int:
        row = self.defaults.copy()
        for name, value in values.items():
            row[self.position[name]] = value
        if self.changed is not None:
            row[self.changed] = values["created_at"]
        key: int = row[self.key] or self.reserve()
        row[self.key] = key
        self.rows.append(row)
        return key

    def reserve(self) -> int:
        self.next_key += 1
        return self.next_key - 1

    def row(self, key: int) -> list[Any]:
        return self.rows[len(self.rows) - (self.next_key - key)]

    def change(self, key: int, values: dict[str, Any]) -> None:
        row = self.row(key)
        for name, value in values.items():
            row[self.position[name]] = value

    def take(self) -> "Waiting":
        waiting, self.rows = Waiting(self.model, self.fields, self.rows), []
        return waiting


@dataclass(frozen=True)
class Waiting:
    """Rows of one table, ready to be written."""

    model: type[models.Model]
    fields: list[Any]
    rows: list[list[Any]]

    def write(self) -> None:
        if connection.vendor == "postgresql":
            self._copy()
        else:
            self._insert()

    def _copy(self) -> None:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        json_columns = [i for i, field in enumerate(self.fields) if isinstance(field, models.JSONField)]
        for row in self.rows:
            for position in json_columns:
                row[position] = json.dumps(row[position])
            writer.writerow([NULL if value is None else value for value in row])
        buffer.seek(0)
        columns = ", ".join(f'"{field.column}"' for field in self.fields)
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY \"{self.model._meta.db_table}\" ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", buffer
            )

    def _insert(self) -> None:
        columns = ", ".join(f'"{field.column}"' for field in self.fields)
        places = ", ".join(["%s"] * len(self.fields))
        rows = [
            [field.get_db_prep_save(value, connection) for field, value in zip(self.fields, row, strict=True)]
            for row in self.rows
        ]
        with connection.cursor() as cursor:
            cursor.executemany(f'INSERT INTO "{self.model._meta.db_table}" ({columns}) VALUES ({places})', rows)  # noqa: S608


class RowWriter:
    """All tables together. Foreign keys are checked at the commit, so the order of tables is ours to choose.

    The `first` are written before all others, for guards that look at how other rows stood at the time.
    """

    def __init__(self, *, first: Sequence[type[models.Model]] = ()) -> None:
        self.tables: dict[type[models.Model], Table] = {model: Table(model) for model in first}

    def add(self, model: type[models.Model], **values: Any) -> int:
        """Add a row, named by column (`case_id=`), and return its key."""
        return self.table(model).add(values)

    def reserve(self, model: type[models.Model]) -> int:
        """Return a key for a row of `model` that is added later, by that key."""
        return self.table(model).reserve()

    def change(self, model: type[models.Model], key: int, **values: Any) -> None:
        """Change a row that is not written yet."""
        self.table(model).change(key, values)

    def value(self, model: type[models.Model], key: int, name: str) -> Any:
        """Return what a row that is not written yet holds."""
        table = self.table(model)
        return table.row(key)[table.position[name]]

    def table(self, model: type[models.Model]) -> Table:
        if model not in self.tables:
            self.tables[model] = Table(model)
        return self.tables[model]

    def take(self) -> list["Waiting"]:
        """Return the rows that wait, and start anew."""
        return [table.take() for table in self.tables.values() if table.rows]

    def reset_keys(self) -> None:
        """Let the database give out keys after ours."""
        for statement in connection.ops.sequence_reset_sql(no_style(), list(self.tables)):
            with connection.cursor() as cursor:
                cursor.execute(statement)


def _default(field: "models.Field[Any, Any]") -> Any:
    return field.get_default() if field.has_default() or field.empty_strings_allowed else None
