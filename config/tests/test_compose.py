"""No container engine runs here, so the compose file is read and held against what the product needs."""

import re

import pytest
import yaml
from django.conf import settings

COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
EXAMPLE = (settings.BASE_DIR / ".env.example").read_text()


def test_it_has_every_part_of_the_product() -> None:
    assert set(SERVICES) == {"postgres", "redis", "migrate", "web", "worker", "slow-worker", "beat"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_running_service_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker", "slow-worker", "beat"])
def test_nothing_starts_before_the_migrations(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_pages_do_not_wait_for_redis() -> None:
    assert "redis" not in SERVICES["web"]["depends_on"]


def test_every_queue_has_one_worker_and_what_is_slow_holds_up_nobody() -> None:
    commands = [SERVICES[name]["command"] for name in ("worker", "slow-worker")]

    assert [command[command.index("-Q") + 1] for command in commands] == [
        queue.name for queue in settings.CELERY_TASK_QUEUES
    ]


def test_what_is_kept_lies_in_named_volumes() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert used == set(COMPOSE["volumes"])


def test_the_example_names_every_variable_that_production_needs() -> None:
    production = (settings.BASE_DIR / "config/settings/prod.py").read_text()
    required = set(re.findall(r'env\.\w+\("(\w+)"\)', production)) | {"POSTGRES_PASSWORD"}

    assert required <= set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))
