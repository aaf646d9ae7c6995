import pytest
from django.db import DatabaseError, connection
from django.test import Client

from config import views


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_running_process_with_its_database_is_ready(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_missing_migration_makes_the_process_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    views.require_every_migration.cache_clear()
    monkeypatch.setattr(views.MigrationExecutor, "migration_plan", lambda self, targets: ["accounts.0002"])

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.content == b"migrations are missing\n"


@pytest.mark.django_db
def test_a_silent_database_makes_the_process_not_ready_but_alive(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", refuse)

    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200
