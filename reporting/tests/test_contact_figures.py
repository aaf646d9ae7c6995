"""What the telephone system counted, from the file to the quotients."""

import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import Team, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.tests.factories import NOW
from core.errors import TransitionNotAllowedError, UserFacingError
from reporting.measures.operations import Average, ContactTotals, Rate
from reporting.models import ContactFigures, ContactImport
from reporting.selectors.contact_figures import by_month, contacts_handled, totals
from reporting.services.contact_figures import import_contact_figures, take_out_import

HEADER = (
    "period,team,queue,person,contacts_handled,talk_seconds,hold_seconds,after_call_seconds,"
    "resolved_first_contact,resolution_checked\n"
)


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, team=None)


@pytest.fixture
def north() -> Team:
    return TeamFactory.create(name="North")


def bring_in(text: str, actor: User, *, header: str = HEADER) -> ContactImport:
    file = io.BytesIO((header + text).encode())
    return import_contact_figures(file=file, name="october.csv", actor=actor, now=NOW)


def reasons(made: ContactImport) -> list[str]:
    return [reason for _, reason in made.rejections]


# --- Quotients ----------------------------------------------------------------------------------------------------


def test_handling_time_is_talk_hold_and_after_call_work_over_contacts() -> None:
    counted = ContactTotals(handled=100, timed=100, talk_seconds=30_000, hold_seconds=1_200, after_call_seconds=12_000)

    assert counted.handling_time == Average(43_200, 100)
    assert str(counted.handling_time) == "7 min 12 s"
    assert str(counted.after_call_work) == "2 min 00 s"


def test_published_examples_come_out() -> None:
    assert str(ContactTotals(resolved_first=90, resolved_of=100).first_contact) == "90.0%"
    assert str(ContactTotals(abandoned=10, abandoned_of=100).abandonment) == "10.0%"
    assert str(ContactTotals(wait_seconds=500, wait_of=100).speed_of_answer) == "5 s"


def test_nothing_to_divide_by_is_not_a_nought() -> None:
    nothing = ContactTotals()

    assert str(nothing.handling_time) == str(nothing.first_contact) == str(nothing.complaints_per_thousand(3)) == "n/a"


def test_complaints_are_counted_for_each_thousand_contacts() -> None:
    assert ContactTotals(handled=4_100).complaints_per_thousand(12) == Rate(12, 4_100)
    assert str(Rate(12, 4_100)) == "2.9"


# --- The file -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_month_comes_in_and_adds_up(manager: User, north: Team) -> None:
    made = bring_in("2026-10,North,,,100,30000,1200,12000,90,100\n2026-09,north,,,50,10000,0,5000,40,\n", manager)

    assert (made.added, made.rejected) == (2, 0)
    october, september = by_month(ContactFigures.objects.visible_to(manager))
    assert october.first == date(2026, 10, 1)
    assert str(october.totals.handling_time) == "7 min 12 s"
    assert september.totals.resolved_of == 50


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(manager: User, north: Team) -> None:
    text = "2026-10,North,,,100,30000,1200,12000,90,100\n"
    bring_in(text, manager)

    again = bring_in(text, manager)

    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert ContactFigures.objects.count() == 1


@pytest.mark.django_db
def test_a_corrected_file_replaces_its_rows(manager: User, north: Team) -> None:
    bring_in("2026-10,North,,,100,30000,1200,12000,90,100\n", manager)

    again = bring_in("2026-10,North,,,120,30000,1200,12000,90,100\n", manager)

    assert again.changed == 1
    assert ContactFigures.objects.get().handled == 120


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2026-13,North,,,1,,,,,", "is no period"),
        ("2027-01,North,,,1,,,,,", "has not begun yet"),
        ("2026-10,,,,1,,,,,", "names no team"),
        ("2026-10,South,,,1,,,,,", "No team is called “South”"),
        ("2026-10,North,,nobody@example.com,1,,,,,", "No colleague has the email address"),
        ("2026-10,North,,,,,,,,", "contacts_handled is empty"),
        ("2026-10,North,,,1.5,,,,,", "Write a whole number"),
        ("2026-10,North,,,-1,,,,,", "Write a whole number"),
        ("2026-10,North,,,99999999999,,,,,", "more than can be"),
        ("2026-10,North,,,10,100,,,,", "talk, hold and after-call seconds together"),
        ("2026-10,North,,,10,300000,0,0,,", "more than two hours each"),
        ("2026-10,North,,,10,,,,11,10", "A part cannot be larger"),
        ("2026-10,North,,,10,,,,11,", "A part cannot be larger"),
        ("2026-10,North,,,10", "The row has 5 cells and the header 10"),
    ],
)
def test_a_row_that_makes_no_sense_is_left_out_with_its_line(manager: User, north: Team, row: str, reason: str) -> None:
    made = bring_in(f"2026-09,North,,,5,,,,,\n{row}\n", manager)

    assert (made.added, made.rejected) == (1, 1)
    assert made.rejections[0][0] == 3
    assert reason in made.rejections[0][1]


@pytest.mark.django_db
def test_contacts_are_never_counted_twice(manager: User, north: Team) -> None:
    bring_in("2026-10,North,,,100,,,,,\n", manager)

    made = bring_in("2026-10-14,North,,,4,,,,,\n2026-10,North,Billing,,60,,,,,\n2026-11-02,North,,,4,,,,,\n", manager)

    assert made.added == 1
    assert all("count contacts twice" in reason for reason in reasons(made))


@pytest.mark.django_db
def test_a_line_that_says_the_same_again_is_left_out(manager: User, north: Team) -> None:
    made = bring_in("2026-10,North,,,100,,,,,\n2026-10,North,,,90,,,,,\n", manager)

    assert reasons(made) == ["Line 2 gives the same period, team, queue and person."]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("team,contacts_handled\n", "no column period"),
        ("period,team,team,contacts_handled\n", "there twice"),
        ("", "The file is empty"),
    ],
)
def test_a_header_that_cannot_be_used_refuses_the_file(manager: User, header: str, reason: str) -> None:
    with pytest.raises(UserFacingError, match=reason):
        bring_in("", manager, header=header)

    assert not ContactImport.objects.exists()


@pytest.mark.django_db
def test_columns_may_be_written_as_words(manager: User, north: Team) -> None:
    made = bring_in("2026-10,North,12\n", manager, header="Period,Team,Contacts handled\n")

    assert made.added == 1


@pytest.mark.django_db
def test_taking_an_import_out_deletes_what_it_wrote_last(manager: User, north: Team) -> None:
    first = bring_in("2026-09,North,,,5,,,,,\n2026-10,North,,,100,,,,,\n", manager)
    bring_in("2026-10,North,,,120,,,,,\n", manager)

    gone = take_out_import(import_id=first.pk, actor=manager, now=NOW)

    assert gone == 1
    assert ContactFigures.objects.get().handled == 120
    with pytest.raises(TransitionNotAllowedError, match="taken out already"):
        take_out_import(import_id=first.pk, actor=manager, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.DATA_PROTECTION])
def test_only_managers_and_admins_bring_figures_in(role: Role, north: Team) -> None:
    with pytest.raises(PermissionDenied, match="A manager or an admin can"):
        bring_in("2026-10,North,,,100,,,,,\n", UserFactory.create(role=role))

    assert not ContactImport.objects.exists()


# --- Who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_persons_numbers_are_theirs_and_their_leaders(manager: User, north: Team) -> None:
    agent = UserFactory.create(team=north, email="agent@example.com")
    colleague = UserFactory.create(team=north)
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=north)
    other_leader = UserFactory.create(role=Role.TEAM_LEADER)
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    bring_in("2026-10,North,,,100,,,,,\n2026-10,North,,AGENT@example.com,40,,,,,\n", manager)

    def own_rows(user: User) -> int:
        return ContactFigures.objects.visible_to(user).filter(person=agent).count()

    assert [own_rows(user) for user in (agent, leader)] == [1, 1]
    assert [own_rows(user) for user in (colleague, other_leader, manager, admin)] == [0, 0, 0, 0]
    assert contacts_handled(manager, first=date(2026, 10, 1), last=date(2026, 10, 31)) == 100
    assert contacts_handled(other_leader, first=date(2026, 10, 1), last=date(2026, 10, 31)) == 0


@pytest.mark.django_db
def test_a_row_without_times_is_in_neither_half_of_the_handling_time(manager: User, north: Team) -> None:
    TeamFactory.create(name="South")
    bring_in("2026-10,North,,,100,30000,0,0,,\n2026-10,South,,,900,,,,,\n", manager)

    counted = totals(ContactFigures.objects.visible_to(manager).of_teams())

    assert counted.handling_time == Average(30_000, 100)
    assert counted.handled == 1_000


@pytest.mark.django_db
def test_reading_a_file_takes_as_many_questions_for_many_rows(
    manager: User, north: Team, django_assert_max_num_queries: object
) -> None:
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 11) for day in range(1, 29)]
    text = "".join(f"{day},North,,,10,,,,,\n" for day in days)

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        made = bring_in(text, manager)

    assert made.added == 280
