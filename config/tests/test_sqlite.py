"""On SQLite, a change of a table leaves the triggers around it as they were."""

import pytest
from django.db import connection

from cases.models import NamedColleague, SearchDocument

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Other databases change tables in place."),
]


def triggers() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


@pytest.mark.parametrize(
    "model",
    [pytest.param(SearchDocument, id="that has triggers"), pytest.param(NamedColleague, id="that a trigger mentions")],
)
def test_a_table_can_be_changed(model: type[NamedColleague | SearchDocument]) -> None:
    before = triggers()

    with connection.schema_editor() as editor:
        editor._remake_table(model)

    assert before
    assert triggers() == before
