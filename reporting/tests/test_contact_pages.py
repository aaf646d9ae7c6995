"""Contact figures on the page and from the command line."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from reporting.models import ContactFigures, ContactImport

pytestmark = pytest.mark.django_db

HEADER = "period,team,person,contacts_handled,talk_seconds,hold_seconds,after_call_seconds,resolved_first_contact\n"


def last_month() -> str:
    today = timezone.localdate()
    first = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    return f"{first:%Y-%m}"


def send(client: Client, text: str) -> object:
    file = SimpleUploadedFile("october.csv", (HEADER + text).encode(), content_type="text/csv")
    return client.post(reverse("reporting:contact_import"), {"file": file}, follow=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_file_comes_in_and_its_figures_stand_with_both_their_numbers() -> None:
    TeamFactory.create(name="North")
    client = signed_in(UserFactory.create(role=Role.ADMIN, team=None))

    page = send(client, f"{last_month()},North,,1000,300000,12000,120000,824\n{last_month()},South,,1,,,,\n")

    assert "No team is called “South”." in page.content.decode()
    shown = client.get(reverse("reporting:contact_figures")).content.decode()
    for words in ("7 min 12 s", "432,000 seconds over 1,000 contacts", "82.4%", "824 of 1,000"):
        assert words in shown


def test_a_header_that_cannot_be_used_comes_back_on_the_form() -> None:
    client = signed_in(UserFactory.create(role=Role.MANAGER, team=None))
    file = SimpleUploadedFile("x.csv", b"team\nNorth\n")

    refused = client.post(reverse("reporting:contact_import"), {"file": file})

    assert refused.status_code == 422
    assert "no column period" in refused.content.decode()
    assert client.post(reverse("reporting:contact_import"), {}).status_code == 422
    assert not ContactImport.objects.exists()


def test_an_import_can_be_taken_out_again() -> None:
    TeamFactory.create(name="North")
    client = signed_in(UserFactory.create(role=Role.MANAGER, team=None))
    send(client, f"{last_month()},North,,1000,,,,\n")
    undo = reverse("reporting:contact_import_undo", args=[ContactImport.objects.get().pk])

    assert "1 rows that this file wrote last are deleted." in client.get(undo).content.decode()
    assert client.post(undo).status_code == 302
    assert not ContactFigures.objects.exists()
    assert client.post(undo).status_code == 422


def test_the_leader_finds_people_by_name_and_nobody_is_ranked() -> None:
    team = TeamFactory.create(name="North")
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=team)
    busy, quiet = (UserFactory.create(team=team, full_name=name) for name in ("Zoe Busy", "Al Quiet"))
    manager = signed_in(UserFactory.create(role=Role.MANAGER, team=None))
    send(manager, f"{last_month()},North,{busy.email},90,,,,\n{last_month()},North,{quiet.email},7,,,,\n")

    page = signed_in(leader).get(reverse("reporting:contact_figures")).content.decode()

    assert page.index("Al Quiet") < page.index("Zoe Busy")
    theirs = reverse("reporting:contact_figures_person", args=[busy.pk])
    assert ">90<" in signed_in(leader).get(theirs).content.decode()
    assert ">90<" in signed_in(busy).get(theirs).content.decode()
    assert manager.get(theirs).status_code == signed_in(quiet).get(theirs).status_code == 404
    assert "Zoe Busy" not in manager.get(reverse("reporting:contact_figures")).content.decode()


def test_the_example_file_can_be_brought_in_as_it_is() -> None:
    TeamFactory.create(name="Complaints North")
    client = signed_in(UserFactory.create(role=Role.ADMIN, team=None))
    example = b"".join(client.get(reverse("reporting:contact_import_template")).streaming_content)

    client.post(reverse("reporting:contact_import"), {"file": SimpleUploadedFile("example.csv", example)})

    made = ContactImport.objects.get()
    assert (made.added, made.rejected) == (1, 0)


def test_the_command_brings_in_a_file_and_says_what_became_of_it(tmp_path: Path, capsys: object) -> None:
    TeamFactory.create(name="North")
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    path = tmp_path / "october.csv"
    path.write_text(f"{HEADER}{last_month()},North,,1000,,,,\n{last_month()},South,,1,,,,\n")

    call_command("import_kpis", path, by=admin.email)

    assert ContactFigures.objects.get().handled == 1000
    told = capsys.readouterr()  # type: ignore[attr-defined]
    assert "Added: 1" in told.out
    assert "No team is called" in told.err
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_kpis", tmp_path / "missing.csv", by=admin.email)
    with pytest.raises(CommandError, match="Nobody has the email"):
        call_command("import_kpis", path, by="x@example.com")
