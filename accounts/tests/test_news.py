"""How colleagues are told: by their own choice, within their team's budget, and never twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.choices import Delivery, EmailState, Role
from accounts.models import MailStop, NewsPreference, Notification, OutboxEmail, SettingsChange, User
from accounts.news import NewsKind, news_kinds, register_news
from accounts.services.digests import send_digests
from accounts.services.mail_control import MailRefusedError, resume_news, retry_email, stop_news
from accounts.services.news import News, next_morning, tell
from accounts.services.outbox import send_due_emails
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # a Friday
MONDAY_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KIND = "test.news"


@pytest.fixture(autouse=True)
def kind() -> None:
    register_news(NewsKind(key=KIND, label="Something happens", default=Delivery.EMAIL))


@pytest.fixture
def person() -> User:
    return UserFactory.create()


@pytest.fixture
def admin() -> User:
    return UserFactory.create(role=Role.ADMIN, team=None)


def news(person: User, key: str = "one", **fields: object) -> News:
    values = {"text": f"News {key}", "url": "/", "reason": "You own this case.", "kind": KIND}
    return News(recipient=person, key=key, **{**values, **fields})


def prefer(person: User, delivery: Delivery) -> None:
    NewsPreference.objects.update_or_create(person=person, kind=KIND, defaults={"delivery": delivery})


def lines() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("text", flat=True))


@pytest.mark.parametrize(
    ("delivery", "in_app", "emails", "waits"),
    [
        (None, 1, 1, False),
        (Delivery.EMAIL, 1, 1, False),
        (Delivery.IN_APP, 1, 0, False),
        (Delivery.DAILY, 1, 0, True),
        (Delivery.OFF, 0, 0, False),
    ],
)
def test_each_person_hears_as_they_chose(
    person: User, delivery: Delivery | None, in_app: int, emails: int, waits: bool
) -> None:
    if delivery:
        prefer(person, delivery)

    tell([news(person)], now=NOW)

    assert (Notification.objects.count(), OutboxEmail.objects.count()) == (in_app, emails)
    assert Notification.objects.filter(digest_at=MONDAY_MORNING).exists() == waits


def test_urgent_news_goes_out_whatever_was_chosen(person: User) -> None:
    prefer(person, Delivery.OFF)

    tell([news(person, is_urgent=True)], now=NOW)

    email = OutboxEmail.objects.get()
    assert email.is_news
    assert "Why you get this: You own this case." in email.body
    assert reverse("accounts:preferences") in email.body


def test_the_same_news_arrives_once(person: User) -> None:
    for _ in range(2):
        tell([news(person)], now=NOW)

    assert (lines(), OutboxEmail.objects.count()) == (["News one"], 1)


def test_what_should_not_leave_the_product_stays_out_of_the_email(person: User) -> None:
    tell([news(person, text="You have CMP-1: Ann was overcharged", email_text="You have CMP-1")], now=NOW)

    assert "Ann" not in OutboxEmail.objects.get().body
    assert "Ann" in lines()[0]


def test_a_team_over_its_budget_waits_for_the_summary(person: User) -> None:
    person.team.emails_an_hour = 3
    person.team.save()
    other = UserFactory.create()

    tell([news(person, str(number)) for number in range(2)], now=NOW)
    tell([news(each, str(number)) for each in (person, other) for number in range(2, 5)], now=NOW)
    tell([news(person, "later")], now=NOW + timedelta(minutes=61))

    assert OutboxEmail.objects.filter(recipient=person).count() == 4
    assert OutboxEmail.objects.filter(recipient=other).count() == 3
    held = Notification.objects.filter(is_over_budget=True)
    assert {line.digest_at for line in held} == {MONDAY_MORNING}
    assert held.count() == 2


@pytest.mark.parametrize(
    ("time_zone", "now", "morning"),
    [
        ("Europe/London", NOW, MONDAY_MORNING),
        ("Europe/London", datetime(2026, 11, 23, 7, 59, tzinfo=UTC), MONDAY_MORNING),
        ("Europe/London", MONDAY_MORNING, datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
        ("America/New_York", NOW, datetime(2026, 11, 23, 13, 0, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 3, 27, 16, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
    ],
)
def test_the_summary_comes_on_the_next_weekday_in_the_persons_own_morning(
    time_zone: str, now: datetime, morning: datetime
) -> None:
    assert next_morning(User(time_zone=time_zone), now) == morning


def test_the_summary_lists_everything_once(person: User) -> None:
    prefer(person, Delivery.DAILY)
    tell([news(person, "one"), news(person, "two")], now=NOW)

    before = send_digests(now=MONDAY_MORNING - timedelta(minutes=1))
    first, again = send_digests(now=MONDAY_MORNING), send_digests(now=MONDAY_MORNING)

    assert (before, first, again) == (0, 1, 0)
    email = OutboxEmail.objects.get()
    assert email.subject == "Your summary: 2 lines"
    assert "- News one" in email.body
    assert Notification.objects.filter(digest_email=email).count() == 2


def test_a_summary_of_what_was_read_already_is_not_sent(person: User) -> None:
    prefer(person, Delivery.DAILY)
    tell([news(person)], now=NOW)
    Notification.objects.update(read_at=NOW)

    assert send_digests(now=MONDAY_MORNING) == 0
    assert not Notification.objects.awaiting_digest(now=MONDAY_MORNING).exists()


def test_a_stop_holds_the_news_and_lets_letters_to_customers_go(person: User, admin: User) -> None:
    tell([news(person)], now=NOW)
    OutboxEmail.objects.create(
        to="ann@example.com", subject="Our decision", body="…", dedupe_key="letter", send_after=NOW, created_at=NOW
    )
    stop_news(reason="The mail server is being moved.", actor=admin, now=NOW)

    send_due_emails(now=NOW)
    while_stopped = [message.subject for message in mail.outbox]
    with pytest.raises(MailRefusedError, match="stopped already"):
        stop_news(reason="Again", actor=admin, now=NOW)
    resume_news(actor=admin, now=NOW)
    send_due_emails(now=NOW)

    assert while_stopped == ["Our decision"]
    assert [message.subject for message in mail.outbox] == ["Our decision", "News one"]
    assert SettingsChange.objects.filter(area="MESSAGES").count() == 2


def failed_email(person: User) -> OutboxEmail:
    tell([news(person)], now=NOW)
    OutboxEmail.objects.update(state=EmailState.FAILED, attempts=12, failure="SMTPRecipientsRefused: 550 unknown")
    return OutboxEmail.objects.get()


def test_a_failed_email_is_tried_again_with_all_its_attempts(person: User, admin: User) -> None:
    email = failed_email(person)

    retried = retry_email(email.pk, actor=admin, now=NOW)
    send_due_emails(now=NOW)

    assert (retried.state, retried.attempts) == (EmailState.PENDING, 0)
    assert OutboxEmail.objects.get().state == EmailState.SENT
    with pytest.raises(MailRefusedError, match="is “sent”"):
        retry_email(email.pk, actor=admin, now=NOW)


def test_the_page_shows_what_failed_and_retries_it(client: Client, person: User, admin: User) -> None:
    email = failed_email(person)
    client.force_login(admin)

    page = client.get(reverse("accounts:outbox")).content.decode()
    one = client.post(reverse("accounts:retry_email", args=[email.pk]))
    OutboxEmail.objects.update(state=EmailState.FAILED)
    every = client.post(reverse("accounts:retry_all_emails"), follow=True).content.decode()

    assert "550 unknown" in page
    assert str(person) in page
    assert one.status_code == 302
    assert "1 email will be tried again." in every


@pytest.mark.parametrize("show", ["failed", "stuck", "twice", "waiting", "nonsense"])
def test_every_view_of_the_page_opens_when_it_is_empty(client: Client, admin: User, show: str) -> None:
    client.force_login(admin)

    assert client.get(reverse("accounts:outbox"), {"show": show}).status_code == 200


def test_what_hangs_is_stuck_and_what_may_have_left_twice_is_said(client: Client, person: User, admin: User) -> None:
    tell([news(person, "hangs"), news(person, "twice")], now=NOW)
    OutboxEmail.objects.filter(subject="News twice").update(maybe_duplicate=True, state=EmailState.SENT, sent_at=NOW)
    OutboxEmail.objects.filter(subject="News hangs").update(send_after=NOW - timedelta(days=1))
    client.force_login(admin)

    stuck = client.get(reverse("accounts:outbox"), {"show": "stuck"}).content.decode()
    twice = client.get(reverse("accounts:outbox"), {"show": "twice"}).content.decode()

    assert ("News hangs" in stuck, "News twice" in stuck) == (True, False)
    assert ("News hangs" in twice, "News twice" in twice) == (False, True)


def test_the_page_asks_as_often_for_20_rows_as_for_1(
    client: Client, person: User, admin: User, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(admin)
    failed_email(person)
    client.get(reverse("accounts:outbox"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("accounts:outbox"))
    tell([news(UserFactory.create(), str(number)) for number in range(20)], now=NOW)
    OutboxEmail.objects.update(state=EmailState.FAILED)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("accounts:outbox"))

    assert len(one) == len(many)


def test_stopping_needs_a_reason_and_is_shown(client: Client, admin: User) -> None:
    client.force_login(admin)

    refused = client.post(reverse("accounts:stop_emails"), {"reason": ""})
    stopped = client.post(reverse("accounts:stop_emails"), {"reason": "Moving the mail server."}, follow=True)
    resumed = client.post(reverse("accounts:resume_emails"), follow=True).content.decode()

    assert refused.status_code == 422
    assert "Enter why the emails stop" in refused.content.decode()
    assert "Moving the mail server." in stopped.content.decode()
    assert "Emails to colleagues go out again." in resumed
    assert not MailStop.objects.in_force().exists()


def test_the_table_of_preferences_is_kept_row_by_row(client: Client, person: User) -> None:
    client.force_login(person)
    values = {"theme": "SYSTEM", "density": "COMFORTABLE", "time_zone": "Europe/London"}

    page = client.get(reverse("accounts:preferences")).content.decode()
    saved = client.post(reverse("accounts:preferences"), values | {f"news-{KIND}": "DAILY"})
    wrong = client.post(reverse("accounts:preferences"), values | {f"news-{KIND}": "PIGEON"})
    client.post(reverse("accounts:preferences"), values)

    assert all(kind.label in page for kind in news_kinds())
    assert (saved.status_code, wrong.status_code) == (302, 422)
    assert list(person.news_preferences.values_list("kind", "delivery")) == [(KIND, "DAILY")]
