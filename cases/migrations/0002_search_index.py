"""The full-text index over cases_searchdocument, in the database's own way."""

from django.db import migrations

POSTGRESQL = [
    """
    ALTER TABLE cases_searchdocument ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')
    ) STORED
    """,
    "CREATE INDEX cases_searchdocument_words ON cases_searchdocument USING GIN (words)",
]

SQLITE = [
    """
    CREATE VIRTUAL TABLE cases_searchindex USING fts5(
        title, body, content='cases_searchdocument', content_rowid='case_id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER cases_searchdocument_added AFTER INSERT ON cases_searchdocument BEGIN
        INSERT INTO cases_searchindex (rowid, title, body) VALUES (new.case_id, new.title, new.body);
    END
    """,
    """
    CREATE TRIGGER cases_searchdocument_removed AFTER DELETE ON cases_searchdocument BEGIN
        INSERT INTO cases_searchindex (cases_searchindex, rowid, title, body)
        VALUES ('delete', old.case_id, old.title, old.body);
    END
    """,
    """
    CREATE TRIGGER cases_searchdocument_changed AFTER UPDATE ON cases_searchdocument BEGIN
        INSERT INTO cases_searchindex (cases_searchindex, rowid, title, body)
        VALUES ('delete', old.case_id, old.title, old.body);
        INSERT INTO cases_searchindex (rowid, title, body) VALUES (new.case_id, new.title, new.body);
    END
    """,
]

DROP = {
    "postgresql": ["ALTER TABLE cases_searchdocument DROP COLUMN words"],
    "sqlite": [
        "DROP TRIGGER cases_searchdocument_added",
        "DROP TRIGGER cases_searchdocument_removed",
        "DROP TRIGGER cases_searchdocument_changed",
        "DROP TABLE cases_searchindex",
    ],
}


def build(apps, schema_editor):
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(build, drop)]
