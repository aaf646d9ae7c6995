from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.choices import Role
from accounts.models import OutboxEmail, User
from accounts.tests.factories import UserFactory
from core.pdf import PdfUnavailableError
from reporting.models import ReportIssue, SavedDashboard
from reporting.services import reports
from reporting.tests.factories import CaseFactFactory

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONDAY = FRIDAY + timedelta(days=3)


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> list[dict[str, Any]]:
    settings.MEDIA_ROOT = tmp_path
    contexts: list[dict[str, Any]] = []

    def draw(template: str, context: dict[str, Any]) -> bytes:
        contexts.append(context)
        return b"%PDF-1.7"

    monkeypatch.setattr(reports, "pdf_from_template", draw)
    return contexts


def kept(manager: User, rhythm: str = "WEEKLY") -> SavedDashboard:
    with time_machine.travel(FRIDAY):
        return reports.keep_dashboard(
            name="For Monday", question="on-time", parameters={"kind": "COMPLAINT"}, rhythm=rhythm, actor=manager
        )


def test_a_report_goes_out_once_a_week_with_the_figures_of_the_week_before(
    manager: User, drawn: list[dict[str, Any]]
) -> None:
    CaseFactFactory.create(received_day=FRIDAY.date(), kind="COMPLAINT")
    kept(manager)

    sent = [reports.send_due_reports(now=now) for now in (FRIDAY, MONDAY, MONDAY + timedelta(hours=1))]

    assert sent == [0, 1, 0]
    email = OutboxEmail.objects.get()
    assert "Received: 1" in email.body
    assert email.attachments[0]["name"] == "on-time-2026-11-22.pdf"
    figures = {item.label: item.figure for item in drawn[0]["answer"].key_figures}
    assert figures["Received"] == "1"
    assert reports.send_due_reports(now=MONDAY + timedelta(days=7)) == 1


def test_a_shared_dashboard_is_seen_by_the_team_and_removed_by_its_owner_alone(client: Client) -> None:
    agent = UserFactory.create()
    shared = SavedDashboard.objects.create(owner=agent, name="Ours", question="on-time", is_shared=True)
    SavedDashboard.objects.create(owner=agent, name="Mine alone", question="on-time")
    near, leader, far = (
        UserFactory.create(team=agent.team),
        UserFactory.create(role=Role.TEAM_LEADER),
        UserFactory.create(),
    )
    leader.led_teams.add(agent.team)

    seen = {}
    for person in (agent, near, leader, far):
        client.force_login(person)
        seen[person] = {one.name for one in client.get(reverse("reporting:saved")).context["saved"]}
        if person != agent:
            assert client.post(reverse("reporting:saved_forget", args=[shared.pk])).status_code == 404

    assert seen == {agent: {"Ours", "Mine alone"}, near: {"Ours"}, leader: {"Ours"}, far: set()}


def test_two_workers_send_one_report(manager: User, drawn: list[dict[str, Any]]) -> None:
    saved = kept(manager)
    ReportIssue.objects.create(saved=saved, period=MONDAY.date(), issued_at=MONDAY)

    assert reports._issue(saved, MONDAY.date(), now=MONDAY) is False
    assert not OutboxEmail.objects.exists()


def test_without_the_library_the_figures_still_go_out(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(template: str, context: dict[str, Any]) -> bytes:
        raise PdfUnavailableError("This server cannot make PDF files.")

    monkeypatch.setattr(reports, "pdf_from_template", refuse)
    kept(manager)

    assert reports.send_due_reports(now=MONDAY) == 1
    email = OutboxEmail.objects.get()
    assert email.attachments == []
    assert "cannot make PDF files" in email.body


@pytest.mark.parametrize("rhythm", ["", "MONTHLY"])
def test_what_is_not_due_is_not_sent(manager: User, rhythm: str, drawn: list[dict[str, Any]]) -> None:
    kept(manager, rhythm)

    assert reports.send_due_reports(now=MONDAY) == 0


def test_somebody_who_left_gets_nothing(manager: User, drawn: list[dict[str, Any]]) -> None:
    kept(manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)

    assert reports.send_due_reports(now=MONDAY) == 0


def test_a_dashboard_is_kept_with_its_filters_and_seen_by_its_owner_alone(client: Client, manager: User) -> None:
    client.force_login(manager)
    address = reverse("reporting:saved_keep", args=["on-time"])

    client.post(f"{address}?kind=COMPLAINT", {"name": "Mine", "rhythm": "WEEKLY"})

    assertContains(client.get(reverse("reporting:saved")), "Sent every Monday")
    assert SavedDashboard.objects.get().parameters == {"kind": "COMPLAINT"}
    assert client.post(f"{reverse('reporting:saved_keep', args=['nonsense'])}", {"name": "x"}).status_code == 422
    client.force_login(UserFactory.create(role=Role.MANAGER))
    forget = reverse("reporting:saved_forget", args=[SavedDashboard.objects.get().pk])
    assert client.post(forget).status_code == 404
