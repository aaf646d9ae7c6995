"""Contributions with a date of their own, promises with proof and after-care, the chronology and the complexity score."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from accounts.tests.factories import UserFactory
from cases.choices import ContributionState, PromiseState
from cases.models import Case, CaseEvent, Contribution, NamedColleague, Promise
from cases.selectors.chronology import chronology_of
from cases.selectors.complexity import complexity_of
from cases.services.chasing import chase_contributions, tell_of_promises
from cases.services.checklist import create_checklist
from cases.services.contributions import answer_contribution, ask_for_contribution, drop_contribution
from cases.services.promises import hand_to_after_care, keep_promise, make_promise
from cases.tests.factories import (
    NOW,
    CaseFactory,
    ContactFactory,
    ContributionFactory,
    EvidenceFactory,
    PromiseFactory,
    StakeholderFactory,
)
from core.errors import UserFacingError
from policies.tests.factories import ChecklistTemplateFactory, ChecklistTemplateItemFactory

pytestmark = pytest.mark.django_db

DUE = NOW + timedelta(days=2)


@pytest.fixture
def case() -> Case:
    return CaseFactory.create()


@pytest.fixture
def colleague() -> User:
    return UserFactory.create()


@pytest.fixture
def asked(case, colleague) -> Contribution:
    person = StakeholderFactory.create(case=case, name="Payments")
    return ask_for_contribution(
        person, actor=case.owner, now=NOW, question="When was it paid?", due_at=DUE, colleague=colleague
    )


def page(asked: Contribution) -> str:
    return reverse("cases:contribution", args=[asked.pk])


# --- Contributions -------------------------------------------------------------------------------------------------


def test_a_colleague_who_cannot_see_the_case_reads_the_question_and_nothing_else(
    client, case, colleague, asked
) -> None:
    client.force_login(colleague)

    shown = client.get(page(asked)).content.decode()

    assert "When was it paid?" in shown
    assert case.reference not in shown
    assert case.customer.name not in shown
    assert case.summary not in shown
    assert Notification.objects.get(recipient=colleague).url == page(asked)
    assert client.get(case.get_absolute_url()).status_code == 404


def test_a_colleague_the_complaint_is_about_can_be_heard_and_still_does_not_see_it(client, case) -> None:
    named = UserFactory.create(team=case.team)
    NamedColleague.objects.create(case=case, colleague=named)
    person = StakeholderFactory.create(case=case)
    asked = ask_for_contribution(
        person, actor=case.owner, now=NOW, question="Your account?", due_at=DUE, colleague=named
    )
    client.force_login(named)

    client.post(page(asked), {"answer": "I was told to."})

    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.answered_by) == (ContributionState.ANSWERED, "I was told to.", named)
    assert client.get(case.get_absolute_url()).status_code == 404


def test_nobody_else_reads_it(client, asked) -> None:
    client.force_login(UserFactory.create())

    assert client.get(page(asked)).status_code == 404
    assert client.post(page(asked), {"answer": "Me"}).status_code == 404


def test_a_colleague_of_the_team_sees_it_and_may_not_answer_for_others(client, case, asked) -> None:
    client.force_login(UserFactory.create(team=case.team))

    assert client.get(page(asked)).status_code == 200
    assert client.post(page(asked), {"answer": "Me"}).status_code == 403


def test_it_is_chased_once_a_day_after_it_was_due_and_not_for_ever(case, asked) -> None:
    system = User.objects.system()

    assert chase_contributions(actor=system, now=DUE - timedelta(minutes=1)) == 0
    assert chase_contributions(actor=system, now=DUE) == 1
    assert chase_contributions(actor=system, now=DUE + timedelta(hours=23)) == 0
    for day in range(1, 9):
        chase_contributions(actor=system, now=DUE + timedelta(days=day))
    asked.refresh_from_db()
    assert asked.chases == 5
    assert CaseEvent.objects.filter(action="people.chased").count() == 5
    assert Notification.objects.filter(recipient=case.owner).count() == 5


def test_an_answer_or_letting_go_ends_the_chase(case, asked, colleague) -> None:
    other = ContributionFactory.create(stakeholder__case=case, due_at=DUE)
    answer_contribution(asked, actor=colleague, now=NOW, answer="On 3 November.")
    drop_contribution(other, actor=case.owner, now=NOW, reason="Known by now")

    assert chase_contributions(actor=User.objects.system(), now=DUE) == 0
    with pytest.raises(UserFacingError, match="settled already"):
        answer_contribution(asked, actor=colleague, now=NOW, answer="No")


def test_a_date_in_the_past_and_a_stranger_are_refused(case) -> None:
    person = StakeholderFactory.create(case=case)

    with pytest.raises(UserFacingError, match="must be in the future"):
        ask_for_contribution(person, actor=case.owner, now=NOW, question="?", due_at=NOW)
    with pytest.raises(PermissionDenied):
        ask_for_contribution(person, actor=UserFactory.create(), now=NOW, question="?", due_at=DUE)
    assert not Contribution.objects.exists()


def test_asking_from_the_page(client: Client, case, colleague) -> None:
    client.force_login(case.owner)
    person = StakeholderFactory.create(case=case)
    url = reverse("cases:ask_person", args=[case.reference, person.pk])
    typed = {"question": "When?", "due_date": "2099-01-05", "colleague_email": colleague.email}

    assert client.post(url, {**typed, "colleague_email": "nobody@example.com"}).status_code == 422
    assert client.post(url, typed).status_code == 302
    assert Contribution.objects.get().colleague == colleague
    assert "When?" in client.get(reverse("cases:people", args=[case.reference])).content.decode()


# --- Promises ------------------------------------------------------------------------------------------------------


def test_a_weekly_update_that_is_kept_makes_the_next_one_at_the_same_time_of_day(case) -> None:
    due = NOW.replace(month=3, day=25, year=2027)  # the clocks go forward on 28 March
    promise = make_promise(
        case, actor=case.owner, now=NOW, kind="UPDATE", text="Write every week", due_at=due, repeats_days=7
    )

    keep_promise(promise, actor=case.owner, now=due - timedelta(hours=1), outcome="Written")

    following = Promise.objects.get(state=PromiseState.OPEN)
    assert following.due_at == due + timedelta(days=7) - timedelta(hours=1)
    assert following.repeats_days == 7


def test_the_proof_of_a_promise_is_in_the_evidence_of_its_case(case) -> None:
    promise = PromiseFactory.create(case=case)

    with pytest.raises(UserFacingError, match="evidence of this case"):
        keep_promise(promise, actor=case.owner, now=NOW, outcome="Paid", evidence=EvidenceFactory.create())
    kept = keep_promise(
        promise, actor=case.owner, now=NOW, outcome="Paid", evidence=EvidenceFactory.create(case=case, title="Slip")
    )

    assert str(kept.evidence) == "Slip"


def test_after_care_names_who_keeps_it_and_they_must_see_the_case(client, case) -> None:
    promise = PromiseFactory.create(case=case)
    keeper = UserFactory.create(team=case.team)

    with pytest.raises(UserFacingError, match="cannot see this case"):
        hand_to_after_care(promise, actor=case.owner, now=NOW, owner=UserFactory.create(), reason="Later")
    client.force_login(case.owner)
    url = reverse("cases:promise", args=[case.reference, promise.pk])
    typed = {"state": "AFTER_CARE", "outcome": "The refund takes ten days"}
    assert client.post(url, typed).status_code == 422
    assert client.post(url, {**typed, "owner": keeper.pk}).status_code == 302

    promise.refresh_from_db()
    assert (promise.state, promise.in_after_care, promise.owner) == (PromiseState.OPEN, True, keeper)
    assert CaseEvent.objects.filter(action="promise.handed_over").count() == 1


def test_people_hear_of_a_promise_before_it_is_due_and_when_it_is_late_once_each(case) -> None:
    leader = UserFactory.create(role="TEAM_LEADER", team=case.team)
    case.team.leaders.add(leader)
    promise = PromiseFactory.create(case=case)

    for _ in range(2):
        tell_of_promises(now=promise.due_at - timedelta(hours=2))
        tell_of_promises(now=promise.due_at)

    told = Notification.objects.filter(kind="case.promise")
    assert told.filter(recipient=case.owner).count() == 2
    assert told.filter(recipient=leader).count() == 1


# --- Chronology and complexity -------------------------------------------------------------------------------------


def test_the_chronology_puts_evidence_on_the_day_it_tells_of(client, case) -> None:
    EvidenceFactory.create(case=case, shows="The bank rejected it", happened_on=date(2026, 11, 5))
    EvidenceFactory.create(case=case, shows="Removed piece", removed_at=NOW)
    ContactFactory.create(case=case, body="Still nothing")

    days = chronology_of(case)

    assert [day.day for day in days] == [date(2026, 11, 5), date(2026, 11, 20)]
    assert days[0].entries[0].words == "The bank rejected it"
    client.force_login(case.owner)
    shown = client.get(reverse("cases:chronology", args=[case.reference])).content.decode()
    assert "Still nothing" in shown
    assert "Removed piece" not in shown


def test_the_chronology_costs_the_same_for_one_entry_and_for_twenty(case, django_assert_num_queries) -> None:
    for _ in range(20):
        ContactFactory.create(case=case)
        EvidenceFactory.create(case=case)
        PromiseFactory.create(case=case)

    fresh = Case.objects.get(pk=case.pk)

    with django_assert_num_queries(4):
        chronology_of(fresh)


def test_the_complexity_score_adds_up_what_it_lists_and_brings_its_checklist(case) -> None:
    complex_ones = ChecklistTemplateFactory.create(name="Complex", least_complexity=3)
    ChecklistTemplateItemFactory.create(template=complex_ones, text="Second reader")
    assert complexity_of(case).score == 0
    assert create_checklist(case, now=NOW) == []

    for _ in range(3):
        StakeholderFactory.create(case=case)

    fresh = Case.objects.get(pk=case.pk)
    assert complexity_of(fresh).parts == (("3 people and teams have a part in it", 3),)
    assert [item.text for item in create_checklist(fresh, now=NOW)] == ["Second reader"]
