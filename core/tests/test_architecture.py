"""What the import linter cannot see: new apps, upward foreign keys, open URLs, forgotten migrations."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import Field, Model
from django.urls import URLPattern, URLResolver, get_resolver

CONFIG = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]
LINES = next(contract["layers"] for contract in CONFIG["contracts"] if contract["id"] == "apps")
RANK = {app.strip(): line for line, apps_ in enumerate(LINES) for app in apps_.split("|")}  # 0 is the top
TOOLS = {"scripts", "bench"}  # start and measure the product, are no part of it

PUBLIC = {
    "complaints:confirm",
    "livez",
    "readyz",
    "help",
    "accessibility",
    "privacy",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
}


def test_every_package_has_a_layer() -> None:
    packages = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")} - TOOLS

    assert packages == set(RANK) == set(CONFIG["root_packages"])


def test_foreign_keys_point_downwards() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for model, field, target in foreign_keys()
        if target._meta.app_label != model._meta.app_label
        and RANK[target._meta.app_label] <= RANK[model._meta.app_label]
    ]

    assert upward == []


def test_views_start_from_what_the_person_may_see() -> None:
    unguarded = [
        f"{path.relative_to(settings.BASE_DIR)}: {match.group()}"
        for path in view_files()
        for match in re.finditer(r"\w+\.objects\.(?!visible_to\()\w+", path.read_text())
    ]

    assert unguarded == []


def test_every_url_needs_a_login_unless_it_is_listed() -> None:
    public = {name for name, pattern in named_patterns() if not getattr(pattern.callback, "login_required", True)}

    assert public == PUBLIC


def test_every_url_has_a_name() -> None:
    unnamed = [str(pattern.pattern) for _, pattern in named_patterns() if not pattern.name]

    assert unnamed == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True)


def foreign_keys() -> Iterator[tuple[type[Model], Field, type[Model]]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if model._meta.app_label in RANK and field.concrete and target and target._meta.app_label in RANK:
                yield model, field, target


def view_files() -> Iterator[Path]:
    for app in RANK:
        yield from settings.BASE_DIR.glob(f"{app}/views.py")
        yield from settings.BASE_DIR.glob(f"{app}/**/views/*.py")


def named_patterns(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Return every URL pattern with its full name, such as `cases:detail`."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or ''}", entry
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named_patterns(entry, inner)
