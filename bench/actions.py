"""What a person does, as requests: each action is one call that can be repeated."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import count
from uuid import uuid4

from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.choices import Role
from accounts.models import User
from bench.measure import NotThereYetError
from cases.models import Case, Customer, InternalNote
from policies.models import Trigger

OK = {200, 302, 303}
NUMBERS = count(1)
RARE_WORD, COMMON_WORD = "nebuliser", "meter"


class Person:
    """Somebody signed in, whose requests must succeed."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client(raise_request_exception=True)
        self.client.force_login(user)

    def get(self, name: str, *args: object, **query: str | int) -> None:
        self._check(name, self.client.get(address(name, *args), query).status_code)

    def post(self, name: str, *args: object, **data: str | int) -> str:
        """Send a form and return the page that came after it."""
        response = self.client.post(address(name, *args), data, follow=True)
        self._check(name, response.status_code)
        return str(response.content.decode())

    def _check(self, name: str, status: int) -> None:
        if status not in OK:
            raise RuntimeError(f"{name} answered {status}")


def address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch as error:
        raise NotThereYetError(name) from error


def page_actions(now: datetime) -> Iterator[tuple[str, Callable[[], object]]]:
    agent = Person(busiest(Role.AGENT))
    leader = Person(busiest(Role.TEAM_LEADER))
    manager = Person(User.objects.filter(role=Role.MANAGER).order_by("pk")[0])
    yield "my day", lambda: agent.get("desk:my_day")
    customer = Customer.objects.order_by("pk").values_list("pk", flat=True)[0]
    trigger = Trigger.objects.order_by("pk").values_list("pk", flat=True)[0]
    yield "log a case", lambda: log_a_case(agent, customer=customer, trigger=trigger)
    yield "queue, first page", lambda: agent.get("desk:queue")
    yield "queue, 50th page", lambda: manager.get("desk:queue", page=50)
    yield "queue, filtered", lambda: leader.get("desk:queue", status="INVESTIGATING", priority="2")
    for entries in (3, 30, 300):
        case = case_with_entries(agent.user, entries, now=now)
        yield f"case page, {entries} entries", partial(agent.get, "cases:overview", case.reference)
    noted = case_with_entries(agent.user, 30, now=now)
    yield "add a note", lambda: add_a_note(agent, noted)
    yield "search, rare word", lambda: agent.post("desk:search", q=RARE_WORD)
    yield "search, common word", lambda: agent.post("desk:search", q=COMMON_WORD)
    yield "dashboard", lambda: manager.get("reporting:dashboard", "on-time")
    yield "themes", lambda: manager.get("reporting:themes")


def busiest(role: Role) -> User:
    """Return somebody of the first team that has cases."""
    return User.objects.filter(role=role, team__cases__isnull=False).order_by("pk")[0]


def log_a_case(agent: Person, *, customer: int, trigger: int) -> None:
    """Open the form, send it, and read the page after it."""
    form = agent.client.get(address("desk:log_case"), follow=True)
    page = agent.post(
        "desk:log_draft",
        form.request["PATH_INFO"].rstrip("/").rpartition("/")[2],
        customer=customer,
        identity_check="PASSED",
        channel="PHONE",
        story=f"The refund of £{next(NUMBERS)} that I was promised on 3 November has not arrived.",
        desired_outcome="REFUND",
        **{"triage_unhappy": "yes", "triage_broken-too": "no"},
        main_trigger=trigger,
        impact=2,
        urgency=2,
        is_mine="on",
    )
    if "Case logged" not in page:
        raise RuntimeError("The case was not logged; the form has changed.")


def add_a_note(agent: Person, case: Case) -> None:
    words = f"Asked metering for the job sheet, {next(NUMBERS)}."
    if words not in agent.post("cases:add_note", case.reference, body=words, submission=str(uuid4())):
        raise RuntimeError("The note was not added; the form has changed.")


def case_with_entries(owner: User, entries: int, *, now: datetime) -> Case:
    """Return an open case of `owner` with that many contacts and notes, made once."""
    position = {3: 0, 30: 1, 300: 2}[entries]
    case = Case.objects.open().filter(owner=owner, kind="COMPLAINT").order_by("pk")[position]
    missing = entries - case.contacts.count() - case.notes.count()
    InternalNote.objects.bulk_create(
        InternalNote(case=case, author=owner, body=f"Rang metering again, attempt {number}.", happened_at=now)
        for number in range(missing)
    )
    return case
