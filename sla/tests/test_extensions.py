from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Notification, User
from accounts.tests.factories import UserFactory
from cases.choices import Channel, Direction
from cases.models import Case, Contact
from cases.tests.factories import NOW, CaseFactory
from sla import services
from sla.choices import ExtensionState
from sla.models import Clock, Extension
from sla.services.extensions import ExtensionRefusedError
from sla.tests.factories import make_clock

pytestmark = pytest.mark.django_db

DUE = "2026-11-27"
TEN_WORKING_DAYS_LATER = "2026-12-11"


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, leads=True)


@pytest.fixture
def case(leader: User, time_machine: object) -> Case:
    time_machine.move_to(NOW, tick=False)
    return CaseFactory.create(priority=1, team=leader.team)


@pytest.fixture
def clock(case: Case) -> Clock:
    clock = make_clock(case)
    clock.target.longest_extension_days = 10
    clock.target.save()
    return clock


@pytest.fixture
def letter(case: Case) -> Contact:
    return Contact.objects.create(
        case=case, direction=Direction.OUT, channel=Channel.LETTER, body="We need longer.", happened_at=NOW
    )


def ask(clock: Clock, days: int = 10, actor: User | None = None) -> Extension:
    asker = actor or clock.case.owner
    return services.ask_extension(clock, working_days=days, reason="Records arrive late.", actor=asker, now=NOW)


def approve(extension: Extension, leader: User) -> Extension:
    return services.decide_extension(extension, is_approved=True, note="", actor=leader, now=NOW)


def due(clock: Clock) -> str:
    return Clock.objects.get(pk=clock.pk).due_at.date().isoformat()


def test_the_deadline_moves_only_once_the_customer_was_told(clock: Clock, leader: User, letter: Contact) -> None:
    extension = ask(clock)
    asked = due(clock)
    approve(extension, leader)
    approved = due(clock)

    services.count_extension(extension, contact=letter, actor=clock.case.owner, now=NOW)

    assert (asked, approved, due(clock)) == (DUE, DUE, TEN_WORKING_DAYS_LATER)
    actions = clock.case.events.filter(action__startswith="clock.ext").values_list("action", flat=True)
    assert list(actions) == ["clock.extension_asked", "clock.extension_decided", "clock.extended"]


def test_the_leaders_hear_of_a_request(clock: Clock, leader: User) -> None:
    ask(clock)

    line = Notification.objects.get(recipient=leader)
    assert "asks for 10 more working days" in line.text
    assert line.reason == "You lead the team that this case is with."


def test_nobody_approves_their_own_request(clock: Clock, leader: User) -> None:
    extension = ask(clock, actor=leader)

    with pytest.raises(ExtensionRefusedError, match="You asked for this extension"):
        approve(extension, leader)


def test_an_agent_does_not_approve(clock: Clock) -> None:
    extension = ask(clock)

    with pytest.raises(PermissionDenied, match="A team leader can"):
        services.decide_extension(extension, is_approved=True, note="", actor=clock.case.owner, now=NOW)


def test_a_refused_or_undecided_request_never_counts(clock: Clock, leader: User, letter: Contact) -> None:
    extension = ask(clock)

    with pytest.raises(ExtensionRefusedError, match="has been approved"):
        services.count_extension(extension, contact=letter, actor=leader, now=NOW)
    with pytest.raises(ExtensionRefusedError, match="Say why it is refused"):
        services.decide_extension(extension, is_approved=False, note=" ", actor=leader, now=NOW)
    services.decide_extension(extension, is_approved=False, note="We can answer today.", actor=leader, now=NOW)
    with pytest.raises(ExtensionRefusedError, match="has been approved"):
        services.count_extension(extension, contact=letter, actor=leader, now=NOW)
    assert due(clock) == DUE


def test_the_cap_holds_over_all_extensions(clock: Clock, leader: User, letter: Contact) -> None:
    first = ask(clock, days=6)
    with pytest.raises(ExtensionRefusedError, match="on its way already"):
        ask(clock, days=1)
    approve(first, leader)
    services.count_extension(first, contact=letter, actor=leader, now=NOW)

    with pytest.raises(ExtensionRefusedError, match="10 working days in all, and 6 are used"):
        ask(clock, days=5)


def test_a_letter_from_the_customer_is_not_one_to_them(clock: Clock, leader: User, letter: Contact) -> None:
    extension = approve(ask(clock), leader)
    letter.direction = Direction.IN
    letter.save()

    with pytest.raises(ExtensionRefusedError, match="Record the letter"):
        services.count_extension(extension, contact=letter, actor=leader, now=NOW)


def test_a_letter_after_the_deadline_extends_nothing(clock: Clock, leader: User, letter: Contact) -> None:
    extension = approve(ask(clock), leader)
    letter.happened_at = clock.due_at + timedelta(minutes=1)
    letter.save()

    with pytest.raises(ExtensionRefusedError, match="not late"):
        services.count_extension(extension, contact=letter, actor=leader, now=letter.happened_at)


def test_the_pages_lead_through_all_three_steps(client: Client, clock: Clock, leader: User, letter: Contact) -> None:
    case = clock.case

    def page(name: str, pk: int) -> str:
        return reverse(f"sla:{name}", args=[case.reference, pk])

    client.force_login(case.owner)
    asked = client.post(page("extend", clock.pk), {"working_days": 10, "reason": "Records arrive late."})
    extension = Extension.objects.get()
    own = client.post(page("decide_extension", extension.pk), {"decision": "APPROVE", "note": ""})
    client.force_login(leader)
    shown = client.get(reverse("sla:deadlines", args=[case.reference])).content.decode()
    decided = client.post(page("decide_extension", extension.pk), {"decision": "APPROVE", "note": ""})
    without = client.post(page("extension_letter", extension.pk), {"contact": ""})
    told = client.post(page("extension_letter", extension.pk), {"contact": letter.pk})

    assert (asked.status_code, own.status_code, decided.status_code) == (302, 403, 302)
    assert (without.status_code, told.status_code) == (422, 302)
    assert page("decide_extension", extension.pk) in shown
    extension.refresh_from_db()
    assert extension.state == ExtensionState.COUNTED
    assert due(clock) == TEN_WORKING_DAYS_LATER
