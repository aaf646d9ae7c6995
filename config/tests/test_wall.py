"""A colleague complained about meets the case nowhere: with it and without it, every page is the same to the letter.

The case is as full as a case gets, belongs to their team, their incident, their theme and their recommendation, and
they had to do with it before they were named. What they are answered is compared with the answers before it existed.
"""

import difflib
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Notification, OutboxEmail
from accounts.tests.factories import TeamFactory, UserFactory
from cases.choices import CaseStatus, LinkKind, PromiseKind
from cases.models import Case, NamedColleague, Referral
from cases.services.contacts import add_note
from cases.services.history import record_event
from cases.services.links import link_cases
from cases.services.ownership import assign
from cases.services.wall import name_colleague
from cases.tests.factories import (
    NOW,
    CaseFactory,
    ChecklistItemFactory,
    ContactFactory,
    CustomerFactory,
    EvidenceFactory,
    PromiseFactory,
    StakeholderFactory,
)
from complaints.choices import InboxView
from complaints.services.opening import open_complaint
from complaints.tests.factories import ProposalFactory, RedressItemFactory, set_limits
from config.tests.access_table import TABLE
from core.tests.test_architecture import named_patterns
from desk.models import BulkChange, BulkChangeRow, Skip
from desk.selectors.queue.system_views import VIEWS
from incidents.services.linking import link_cases as link_to_incident
from incidents.tests.factories import IncidentCaseFactory
from policies.models import Category
from policies.tests.factories import TriggerFactory
from reporting.models import RecommendationCase, ThemeMembership
from reporting.services.facts import rebuild_facts
from reporting.tests.factories import RecommendationFactory, ThemeFactory
from sla.tests.factories import make_clock

pytestmark = pytest.mark.django_db

NUMBER = "2026-990099"
CANARY = "Quibbleworth"
STORY = f"The colleague {CANARY} laughed at me when I asked about the refund of my Quibbleworth boiler."
ROLES = (Role.AGENT, Role.TEAM_LEADER, Role.MANAGER)
PATTERNS = dict(named_patterns())
CHANGES_BY_ITSELF = {"desk:log_case", "accounts:session"}  # opens a draft under a new number; counts down
VARIES = re.compile(
    r'csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|name="(?:submission|seed)" value="[^"]+"|[0-9a-f-]{36}'
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


class Place:
    """Where everything happens: a team, an incident, a theme and a recommendation that the person sees."""

    def __init__(self, role: Role) -> None:
        set_limits()
        self.team = TeamFactory.create(name="Billing")
        self.person = UserFactory.create(role=role, team=self.team, full_name="Rowan Pike")
        self.leader = UserFactory.create(role=Role.TEAM_LEADER, team=self.team, full_name="Sam Okafor")
        self.agent = UserFactory.create(team=self.team, full_name="Priya Shah")
        self.manager = UserFactory.create(role=Role.MANAGER, team=None, full_name="Mira Castell")
        self.customer = CustomerFactory.create(name="Ann Lee", email="ann@example.com")
        self.category = Category.objects.create(name="Refunds", team=self.team)
        self.trigger = TriggerFactory.create(label="Asked for a manager")
        self.case = self.make_case(number="2026-110011", summary="The first refund has not arrived")
        self.incident = IncidentCaseFactory.create(team=self.team, owner=self.agent, number="2026-220022")
        self.theme = ThemeFactory.create(title="Rejected refunds")
        self.recommendation = RecommendationFactory.create(author=self.manager)
        self.put_into_themes(self.case)
        make_clock(self.case)
        link_to_incident(case_id=self.incident.pk, caused=[self.case.pk], actor=self.manager, now=NOW)

    def make_case(self, **values: object) -> Case:
        case = CaseFactory.create(
            team=self.team,
            owner=self.agent,
            customer=self.customer,
            category=self.category,
            status=CaseStatus.AWAITING_SIGN_OFF,
            next_due_at=NOW - timedelta(hours=2),
            **values,
        )
        Referral.objects.create(case=case, main_trigger=self.trigger)
        record_event(case, actor=self.agent, action="case.logged", now=NOW)
        open_complaint(case, actor=self.agent, now=NOW)
        ProposalFactory.create(approval__case=case, approval__requested_by=self.agent)
        return case

    def put_into_themes(self, case: Case) -> None:
        ThemeMembership.objects.create(case=case, theme=self.theme, received_day=NOW.date())
        RecommendationCase.objects.create(recommendation=self.recommendation, case=case, shows=case.summary)

    def tell_everything(self) -> Case:
        """Make the case about the person, as full as can be; first they work on it, then they are named."""
        case = self.make_case(number=NUMBER, summary=f"{CANARY} was rude", story=STORY)
        self.put_into_themes(case)
        make_clock(case)
        for make in (ContactFactory, ChecklistItemFactory, StakeholderFactory, EvidenceFactory, RedressItemFactory):
            make.create(case=case)
        ChecklistItemFactory.create(case=case, assignee=self.person, text=f"Listen to the call with {CANARY}")
        PromiseFactory.create(case=case, owner=self.person, kind=PromiseKind.CALL_BACK, due_at=NOW)
        add_note(case, actor=self.agent, now=NOW, body=f"{CANARY} again")
        link_cases(case, target=self.case, kind=LinkKind.RELATED, actor=self.agent, now=NOW)
        link_to_incident(case_id=self.incident.pk, caused=[case.pk], actor=self.manager, now=NOW)
        assign(case, actor=self.manager, now=NOW, owner=self.person)
        change = BulkChange.objects.create(actor=self.person, action="ASSIGN", made_at=NOW)
        BulkChangeRow.objects.create(change=change, case=case, outcome="CHANGED")
        Skip.objects.create(person=self.person, case=case, reason="OTHER", note="Not now", skipped_at=NOW)
        case.refresh_from_db()
        name_colleague(case, colleague=self.person, hides_leaders=False, actor=self.manager, now=NOW)
        return case


def pages(place: Place) -> list[str]:
    """Return every address that can be opened by a GET without anything in it, and those of what the person sees."""
    lines = {line.split()[0] for line in TABLE.strip().splitlines()[1:] if " GET " in line}
    found = []
    for name in sorted(lines - CHANGES_BY_ITSELF):
        kwargs = arguments(name, place)
        if kwargs is not None:
            found.append(reverse(name, kwargs=kwargs))
    queue = reverse("desk:queue")
    found += [f"{queue}?{urlencode({'view': view.key})}" for view in VIEWS]
    found += [f"{queue}?sort={sort}&view=open" for sort in ("due", "oldest", "newest", "priority")]
    found += [f"{reverse('complaints:inbox')}?view={view.value}" for view in InboxView]
    found += [f"{reverse('incidents:list')}?view={view}" for view in ("open", "late", "major", "closed")]
    return found


def arguments(name: str, place: Place) -> dict[str, object] | None:
    """Return what fills the address with things that the person sees; none where there is nothing of the kind."""
    wanted = PATTERNS[name].pattern.regex.groupindex
    numbers = {"incidents": place.incident.reference, "reporting": place.theme.number}
    rows = {"recommendation": place.recommendation.pk, "theme": place.theme.pk}
    known = {
        "number": numbers.get(name.partition(":")[0], place.case.reference),
        "slug": "on-time",
        "chart": "open-by-age",
        "measure": "ANSWERED",
        "table": "products",
        "pk": rows.get(name.partition(":")[2].partition("_")[0]) if name.startswith("reporting:") else None,
    }
    if name.startswith(("sla:", "policies:", "account", "mfa")) and wanted:
        return None
    values = {key: known.get(key) for key in wanted}
    return None if None in values.values() else values


def posts(place: Place) -> list[tuple[str, dict[str, str]]]:
    """Return what a person can ask by POST that answers with a list, a count, a file or a typeahead."""
    return [
        (reverse("desk:search"), {"q": CANARY}),
        (reverse("desk:search"), {"q": "refund"}),
        (reverse("desk:search"), {"q": NUMBER}),
        (reverse("desk:search"), {"q": "Ann Lee"}),
        (reverse("desk:customer_options"), {"customer_text": "Ann"}),
        (reverse("desk:export"), {"view": "open"}),
        (reverse("desk:bulk"), {"action": "ASSIGN", "case": NUMBER}),
        (reverse("desk:next_case"), {}),
        (reverse("cases:link", args=[place.case.reference]), {"kind": "RELATED", "reference": NUMBER}),
    ]


def answers(place: Place) -> dict[str, str]:
    """Return what the person is answered everywhere; what a question changes is undone."""
    rebuild_facts(now=NOW + timedelta(hours=1))
    cache.clear()
    client = Client()
    client.force_login(place.person)
    found = {}
    for path in pages(place):
        found[path] = ask(client, "get", path)
    for path, data in posts(place):
        found[f"POST {path} {data}"] = ask(client, "post", path, data)
    return found


def difference(before: str, after: str) -> str:
    """Return the lines that are not the same, for the message of a failure."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "without", "with", n=0, lineterm="")
    return "\n".join(lines)[:600]


def ask(client: Client, method: str, path: str, data: dict[str, str] | None = None) -> str:
    with transaction.atomic():
        response = getattr(client, method)(path, data or {}, follow=True)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return f"{response.status_code} {VARIES.sub('*', words_of(body))}"


def words_of(body: bytes) -> str:
    """Return a page as text; of a workbook its sheets, without the time at which it was made."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with ZipFile(BytesIO(body)) as workbook:
        names = sorted(name for name in workbook.namelist() if name.startswith(("xl/worksheets", "xl/sharedStrings")))
        return "\n".join(workbook.read(name).decode() for name in names)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_the_same_to_the_letter_with_the_case_and_without_it(role: Role) -> None:
    place = Place(role)
    before = answers(place)

    place.tell_everything()
    after = answers(place)

    assert len(before) > 60
    assert {path: difference(before[path], after[path]) for path in before if before[path] != after[path]} == {}
    assert not [
        path for path, text in after.items() if CANARY in text and "desk:search" not in path and "q'" not in path
    ]


@pytest.mark.parametrize("role", ROLES)
def test_somebody_else_in_the_same_place_does_see_it(role: Role) -> None:
    place = Place(role)
    case = place.tell_everything()
    place.person = UserFactory.create(role=role, team=place.team)

    seen = [path for path, text in answers(place).items() if CANARY in text]

    assert len(seen) > 8
    assert Case.objects.visible_to(place.person).filter(pk=case.pk).exists()


@pytest.mark.parametrize("role", ROLES)
def test_every_address_of_the_case_answers_as_if_there_were_none(role: Role) -> None:
    place = Place(role)
    case = place.tell_everything()
    client = Client()
    client.force_login(place.person)
    asked = 0

    for name, pattern in PATTERNS.items():
        wanted = pattern.pattern.regex.groupindex
        if "number" not in wanted or not name.startswith(("cases:", "complaints:", "incidents:", "sla:")):
            continue
        row = {"pk": _a_part_of(case)} if "pk" in wanted else {}
        reference = f"{'INC' if name.startswith('incidents:') else 'CMP'}-{case.number}"
        address = reverse(name, kwargs={"number": reference, **row})
        for method in (client.get, client.post):
            with transaction.atomic():
                response = method(address)
                of_nothing = method(address.replace(case.number, "2026-999999"))
                transaction.set_rollback(True)
            assert response.status_code in (403, 404, 405), name
            assert response.status_code == of_nothing.status_code, name
            assert CANARY not in response.content.decode(errors="replace")
        asked += 1

    assert asked > 50


def _a_part_of(case: Case) -> int:
    return case.checklist.first().pk


def test_a_part_of_the_case_is_not_reached_through_another_case() -> None:
    place = Place(Role.AGENT)
    case = place.tell_everything()
    place.case.owner = place.person
    place.case.save()
    client = Client()
    client.force_login(place.person)
    parts = {
        "cases:item": case.checklist.first().pk,
        "cases:person": case.stakeholders.first().pk,
        "cases:promise": case.promises.first().pk,
        "cases:remove_evidence": case.evidence.first().pk,
        "complaints:bearing": case.evidence.first().pk,
        "complaints:edit_point": case.points.first().pk,
    }

    for name, pk in parts.items():
        assert client.get(reverse(name, args=[place.case.reference, pk])).status_code == 404, name


def test_what_they_had_of_the_case_goes_to_others() -> None:
    place = Place(Role.AGENT)

    case = place.tell_everything()

    case.refresh_from_db()
    assert case.owner is None
    assert not case.promises.filter(owner=place.person).exists()
    assert not case.checklist.filter(assignee=place.person).exists()
    assert not Notification.objects.filter(recipient=place.person, url__contains=NUMBER).exists()
    assert not OutboxEmail.objects.filter(recipient=place.person, body__contains=NUMBER).exists()
    assert NamedColleague.objects.get(case=case).colleague == place.person
