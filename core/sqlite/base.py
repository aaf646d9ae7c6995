"""Django's SQLite, but for one thing: tables that triggers stand on or mention can be changed.

To change a table, SQLite makes a new one and gives it the old name. The triggers on the old table go with it, and one
that mentions it from elsewhere stops the change. Here both step aside, and stand again when the table does.
"""

from typing import Any

from django.db.backends.sqlite3 import base, schema


class SchemaEditor(schema.DatabaseSchemaEditor):
    def _remake_table(self, model: Any, *args: Any, **kwargs: Any) -> None:
        triggers = self._triggers_around(model._meta.db_table)
        for name in triggers:
            self.execute(f"DROP TRIGGER {self.quote_name(name)}")
        super()._remake_table(model, *args, **kwargs)  # type: ignore[misc]
        for statement in triggers.values():
            self.execute(statement, params=None)

    def _triggers_around(self, table: str) -> dict[str, str]:
        """Return the triggers on the table and those that mention it, by name."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND (tbl_name = %s OR instr(sql, %s))",
                [table, table],
            )
            return dict(cursor.fetchall())


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor
