"""A STAR record is its author's: facts by choice, one for each incident, one page, no names in the portfolio."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pypdf import PdfReader

from accounts.choices import Role
from accounts.models import Notification, Team, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case
from cases.tests.factories import NOW, CaseFactory, ContactFactory
from coaching.choices.star import StarPart, StarState
from coaching.models import StarRecord
from coaching.services.star import add_facts, agree_star, open_star, save_star, share_star
from coaching.tests.factories import SharedStarFactory, StarFactory
from core.errors import StaleVersionError, UserFacingError
from policies.choices import CaseKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return TeamFactory.create()


@pytest.fixture
def author(client: Client, team: Team) -> User:
    person = UserFactory.create(team=team, full_name="Ann Lee")
    client.force_login(person)
    return person


@pytest.fixture
def coach(team: Team) -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, team=team, full_name="Tom Reed")


@pytest.fixture
def incident(team: Team, author: User) -> Case:
    return CaseFactory.create(kind=CaseKind.INCIDENT, team=team, owner=author, customer__name="Zofia Kaminska")


@pytest.fixture
def record(incident: Case, author: User) -> StarRecord:
    return StarFactory.create(case=incident, author=author)


def sees(user: User, record: StarRecord) -> bool:
    return StarRecord.objects.visible_to(user).filter(pk=record.pk).exists()


def words(record: StarRecord, **other: object) -> dict[str, object]:
    parts = ("situation", "task", "action", "result", "learning", "outcome_measure")
    return {name: getattr(record, name) for name in parts} | {"clause": None, "evidence": []} | other


def test_there_is_one_record_for_a_colleague_and_incident(client: Client, incident: Case, author: User) -> None:
    for _ in range(2):
        client.post(f"/cases/{incident.reference}/star/")

    assert open_star(case=incident, actor=author) == StarRecord.objects.get()


def test_a_complaint_has_none(client: Client, team: Team, author: User) -> None:
    complaint = CaseFactory.create(team=team, owner=author)

    assert client.post(f"/cases/{complaint.reference}/star/").status_code == 404
    with pytest.raises(PermissionDenied):
        open_star(case=complaint, actor=author)


def test_it_is_the_authors_until_shared_and_then_also_the_coachs(record: StarRecord, author: User, coach: User) -> None:
    mate, manager = UserFactory.create(team=author.team), UserFactory.create(role=Role.MANAGER)
    assert [sees(each, record) for each in (author, coach, mate, manager)] == [True, False, False, False]

    share_star(record_id=record.pk, coach=coach, actor=author, now=NOW)
    assert [sees(each, record) for each in (author, coach, mate, manager)] == [True, True, False, False]

    author.team.leaders.remove(coach)
    assert [sees(each, record) for each in (author, coach)] == [True, False]


def test_facts_are_dated_lines_and_the_words_stay_the_authors(record: StarRecord, author: User) -> None:
    call = ContactFactory.create(case=record.case, subject="Payment fails")

    for _ in range(2):
        add_facts(record_id=record.pk, part=StarPart.SITUATION, anchors=[f"contact-{call.pk}"], actor=author)

    fact = record.facts.get()
    assert (fact.happened_at, fact.part) == (NOW, StarPart.SITUATION)
    record.refresh_from_db()
    assert record.situation == "Online payments failed for two hours"


def test_a_part_holds_five_facts(record: StarRecord, author: User) -> None:
    calls = ContactFactory.create_batch(6, case=record.case)

    with pytest.raises(UserFacingError, match="5 facts at most"):
        add_facts(
            record_id=record.pk,
            part=StarPart.ACTION,
            anchors=[f"contact-{call.pk}" for call in calls],
            actor=author,
        )

    assert not record.facts.exists()


def test_another_tab_does_not_overwrite(record: StarRecord, author: User) -> None:
    with pytest.raises(StaleVersionError):
        save_star(record_id=record.pk, version=5, values=words(record), actor=author)


def test_what_is_agreed_is_not_changed(record: StarRecord, author: User, coach: User) -> None:
    share_star(record_id=record.pk, coach=coach, actor=author, now=NOW)
    with pytest.raises(PermissionDenied, match="Tom Reed can agree"):
        agree_star(record_id=record.pk, actor=author, now=NOW)
    agree_star(record_id=record.pk, actor=coach, now=NOW)

    with pytest.raises(UserFacingError, match="cannot be changed any more"):
        save_star(record_id=record.pk, version=1, values=words(record, task="Other"), actor=author)


def test_the_coach_does_not_write(record: StarRecord, author: User, coach: User) -> None:
    share_star(record_id=record.pk, coach=coach, actor=author, now=NOW)

    with pytest.raises(PermissionDenied, match="Ann Lee alone writes"):
        save_star(record_id=record.pk, version=1, values=words(record, task="Other"), actor=coach)


def test_sharing_needs_the_four_parts_and_somebody_who_leads(record: StarRecord, author: User, coach: User) -> None:
    with pytest.raises(UserFacingError, match="does not lead your team"):
        share_star(record_id=record.pk, coach=UserFactory.create(role=Role.TEAM_LEADER), actor=author, now=NOW)
    StarRecord.objects.update(result="")
    with pytest.raises(UserFacingError, match="Write something under result"):
        share_star(record_id=record.pk, coach=coach, actor=author, now=NOW)

    record.refresh_from_db()
    assert record.state == StarState.DRAFT


def test_the_pages_and_what_they_refuse(client: Client, record: StarRecord, coach: User) -> None:
    long = client.post(f"/coaching/star/{record.pk}/write/", {"draft_version": 1, "situation": "x" * 1801})
    assert long.status_code == 422
    saved = client.post(f"/coaching/star/{record.pk}/write/", {"draft_version": 1, "situation": "New words"})
    assert saved.status_code == 302
    for path in ["", "write/", "portfolio/"]:
        assert "New words" in client.get(f"/coaching/star/{record.pk}/{path}").content.decode()
    assert client.post(f"/coaching/star/{record.pk}/share/", {"coach": coach.pk}).status_code == 422


@pytest.mark.parametrize("length", [40, 600, 1790])
def test_it_prints_on_one_page_however_long(client: Client, record: StarRecord, length: int) -> None:
    text = ("Online payments failed and customers rang us. " * 60)[:length]
    StarRecord.objects.update(**dict.fromkeys(["situation", "task", "action", "result", "learning"], text))
    for part in StarPart:
        for number in range(5):
            record.facts.create(part=part, anchor=f"a{number}", text="Update sent to customers", happened_at=NOW)

    answer = client.get(f"/coaching/star/{record.pk}/star.pdf")

    document = PdfReader(BytesIO(answer.content))
    assert len(document.pages) == 1
    assert record.case.reference in document.pages[0].extract_text()


def test_the_portfolio_names_nobody_and_asks_for_a_check(client: Client, record: StarRecord) -> None:
    StarRecord.objects.update(
        situation=f"Zofia Kaminska rang about {record.case.reference} on 07700 900123", result="Ann Lee rang her back"
    )
    page = client.get(f"/coaching/star/{record.pk}/portfolio/")
    shown = page.context["form"].initial
    assert not any(name in str(shown) for name in ["Zofia", "Kaminska", "Ann", "Lee", record.case.number, "900123"])

    unchecked = client.post(f"/coaching/star/{record.pk}/portfolio/", shown)
    assert unchecked.status_code == 422

    answer = client.post(f"/coaching/star/{record.pk}/portfolio/", shown | {"is_checked": "on"})
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert answer["Content-Type"] == "application/pdf"
    assert not any(name in text for name in ["Zofia", "Kaminska", "Ann Lee", record.case.number, record.case.summary])


def test_a_shared_record_is_taken_away_by_its_author_alone(client: Client, coach: User, author: User) -> None:
    shared = SharedStarFactory.create(case__team=author.team, author=author, coach=coach)
    client.force_login(coach)

    assert client.get(f"/coaching/star/{shared.pk}/").status_code == 200
    assert client.get(f"/coaching/star/{shared.pk}/portfolio/").status_code == 403


def test_it_saves_itself_as_typed_and_never_over_another_tab(client: Client, record: StarRecord, author: User) -> None:
    client.force_login(author)
    url = f"/coaching/star/{record.pk}/save/"

    saved = client.post(url, {"draft_version": 1, "situation": "New words"})
    stale = client.post(url, {"draft_version": 1, "situation": "Older words"})
    too_long = client.post(url, {"draft_version": 2, "situation": "x" * 1801})

    record.refresh_from_db()
    assert (saved.status_code, saved.json()["version"]) == (200, 2)
    assert (stale.status_code, too_long.status_code) == (409, 422)
    assert record.situation == "New words"


def test_a_coach_sends_a_record_back_with_a_comment(
    client: Client, record: StarRecord, author: User, coach: User
) -> None:
    share_star(record_id=record.pk, coach=coach, actor=author, now=NOW)
    client.force_login(coach)
    url = f"/coaching/star/{record.pk}/send-back/"

    empty = client.post(url, {"comment": ""})
    client.post(url, {"comment": "Say what you did yourself."})

    record.refresh_from_db()
    assert empty.status_code == 422
    assert (record.state, sees(coach, record)) == (StarState.DRAFT, False)
    assert Notification.objects.filter(recipient=author, text__contains="sent your STAR record back").exists()
    client.force_login(author)
    assert "Say what you did yourself." in client.get(f"/coaching/star/{record.pk}/write/").content.decode()
