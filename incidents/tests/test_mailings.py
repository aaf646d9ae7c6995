"""One message to everybody who is affected: checked for each, refused while somebody has a gap, sent once."""

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import OutboxEmail, User
from accounts.tests.factories import UserFactory
from cases.choices import Channel, LinkKind
from cases.models import Case, Contact
from cases.services.history import break_in_history
from cases.services.posting import UNDO, release_messages
from cases.tests.factories import NOW, CaseFactory, CaseLinkFactory, CustomerFactory
from core.errors import UserFacingError
from incidents.choices import Audience, JobState, MailingPhase, Telling
from incidents.models import IncidentUpdate, Mailing
from incidents.services import mailings
from incidents.services.mailings import Message
from incidents.tests.factories import IncidentCaseFactory
from policies.models import SupportNeed

pytestmark = pytest.mark.django_db

SUBJECT = "We are working on {{ affected_service }}"
BODY = "Dear {{ customer_name }},\n\nWe are working on it. Your reference is {{ reference }}."


@pytest.fixture
def incident() -> Case:
    return IncidentCaseFactory.create()


@pytest.fixture
def leader(client: Client, incident: Case) -> User:
    person = UserFactory.create(role=Role.TEAM_LEADER, team=incident.team)
    client.force_login(person)
    return person


def affected(incident: Case, **customer: object) -> Case:
    values = {"email": "someone@example.com"} | customer
    case = CaseFactory.create(team=incident.team, customer=CustomerFactory.create(**values))
    CaseLinkFactory.create(source=case, target=incident, kind=LinkKind.CAUSED_BY)
    return case


def written(incident: Case, leader: User, body: str = BODY) -> Mailing:
    message = Message(subject=SUBJECT, body=body)
    mailing = mailings.write_mailing(case_id=incident.pk, message=message, actor=leader, now=NOW)
    mailings.run_due_mailings(now=NOW)
    mailing.refresh_from_db()
    return mailing


def send(mailing: Mailing, leader: User) -> None:
    mailings.send_mailing(mailing_id=mailing.pk, actor=leader, now=NOW)
    mailings.run_due_mailings(now=NOW)
    mailing.refresh_from_db()


def test_every_customer_gets_their_own_copy_once_and_it_stands_in_their_case(incident: Case, leader: User) -> None:
    first, second = affected(incident, name="Ann Lee"), affected(incident, name="Bo Shaw")
    again = CaseFactory.create(team=incident.team, customer=first.customer)
    CaseLinkFactory.create(source=again, target=incident, kind=LinkKind.CAUSED_BY)

    mailing = written(incident, leader)
    assert (mailing.is_checked, OutboxEmail.objects.count()) == (True, 0)
    send(mailing, leader)
    send(mailing, leader)

    assert mailing.is_sent
    assert dict(Contact.objects.values_list("case", "body")) == {
        again.pk: f"Dear Ann Lee,\n\nWe are working on it. Your reference is {again.reference}.",
        second.pk: f"Dear Bo Shaw,\n\nWe are working on it. Your reference is {second.reference}.",
    }
    emails = OutboxEmail.objects.order_by("pk")
    assert [each.subject for each in emails] == [
        f"We are working on Online payments [{again.reference}]",
        f"We are working on Online payments [{second.reference}]",
    ]
    assert {each.send_after for each in emails} == {NOW + UNDO}
    assert IncidentUpdate.objects.get().audience == Audience.CUSTOMERS
    again.refresh_from_db()
    assert break_in_history(again) == ""
    assert release_messages(now=NOW + UNDO) == 2


def test_a_gap_for_three_of_many_stops_the_sending_until_they_are_left_out_by_name(
    client: Client, incident: Case, leader: User
) -> None:
    for _ in range(4):
        affected(incident)
    nameless = [affected(incident, name="Not given", is_anonymous=True) for _ in range(3)]
    mailing = written(incident, leader)
    page = f"/cases/{incident.reference}/affected/messages/{mailing.pk}/"

    assert client.get(page).content.decode().count("Not known: the customer") == 3
    with pytest.raises(UserFacingError, match="cannot be sent to 3 customers"):
        send(mailing, leader)
    assert not OutboxEmail.objects.exists()
    nameless[0].customer.is_anonymous = False
    nameless[0].customer.save()
    assert client.post(page, {"then": "check"}).status_code == 302
    mailings.run_due_mailings(now=NOW)
    in_the_way = mailing.rows.filter(state=Telling.PROBLEM)
    assert in_the_way.count() == 2
    client.post(page, {"then": "leave_out", "rows": [row.pk for row in in_the_way]})
    assert client.post(page, {"then": "send"}).status_code == 302
    mailings.run_due_mailings(now=NOW)

    assert OutboxEmail.objects.count() == 5
    assert mailing.rows.filter(state=Telling.LEFT_OUT, left_out_by=leader).count() == 2


def test_nobody_is_reached_in_a_way_that_they_cannot_use(incident: Case, leader: User) -> None:
    no_email = affected(incident, email="")
    by_letter = affected(incident, contact_preference=Channel.LETTER)
    in_need = affected(incident, support_need="Call, do not write")
    need = SupportNeed.objects.create(code="no-email", label="No emails", what_we_do="Call them.", rules_out="EMAIL")
    in_need.customer.support_needs.add(need)

    mailing = written(incident, leader)

    assert dict(mailing.rows.values_list("case", "problem")) == {
        no_email.pk: "No email address on file.",
        by_letter.pk: "They asked to be reached another way: letter.",
        in_need.pk: "Do not use email: they need “no emails”. Call them.",
    }


def test_what_changes_after_the_check_keeps_that_customer_from_being_written_to(incident: Case, leader: User) -> None:
    kept, lost = affected(incident), affected(incident)
    mailing = written(incident, leader)
    mailings.send_mailing(mailing_id=mailing.pk, actor=leader, now=NOW)
    lost.customer.email = ""
    lost.customer.save()

    mailings.run_due_mailings(now=NOW)

    assert list(Contact.objects.values_list("case", flat=True)) == [kept.pk]
    assert mailing.rows.get(case=lost).problem == "No email address on file."


def test_a_sending_that_was_cut_off_goes_on_and_writes_to_nobody_twice(
    incident: Case, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailings, "BATCH", 2)
    for _ in range(5):
        affected(incident)
    mailing = written(incident, leader)
    mailings.send_mailing(mailing_id=mailing.pk, actor=leader, now=NOW)
    mailings._next(mailing.pk, NOW)
    assert Contact.objects.count() == 2

    mailings.run_due_mailings(now=NOW)

    mailing.refresh_from_db()
    assert (mailing.phase, mailing.state, mailing.done) == (MailingPhase.SEND, JobState.DONE, 5)
    assert Contact.objects.values("case").distinct().count() == OutboxEmail.objects.count() == 5


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Dear {{ customer_name }}, {{ findings }}", "Take “findings” out"),
        ("Dear {{ nobody }}", "“nobody” is not a merge field"),
        ("Dear {{ customer_name }}, call [number]", "Fill in or remove “[number]”"),
        ("Dear Ann Lee, we are working on it.", "Remove the name Ann Lee"),
    ],
)
def test_words_that_are_not_fit_for_many_are_refused_with_nothing_lost(
    client: Client, incident: Case, leader: User, body: str, sentence: str
) -> None:
    affected(incident, name="Ann Lee")

    response = client.post(f"/cases/{incident.reference}/affected/tell/", {"subject": "News", "text": body})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert body in response.content.decode()
    assert not Mailing.objects.exists()


def test_the_owner_does_not_write_to_all_and_is_told_who_can(client: Client, incident: Case) -> None:
    client.force_login(incident.owner)

    response = client.post(f"/cases/{incident.reference}/affected/tell/", {"subject": "News", "text": "Hello"})

    assert response.status_code == 403
    assert "A team leader of its team or a manager can" in response.content.decode()
