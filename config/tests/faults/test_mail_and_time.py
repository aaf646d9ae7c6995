"""The mail server is away for an hour, or refuses for good; the clocks change under the deadlines."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from accounts.choices import EmailState
from accounts.models import OutboxEmail
from accounts.services.outbox import send_due_emails
from accounts.tests.factories import UserFactory
from cases.tests.factories import CaseFactory
from config.tests.faults.harness import MailServer
from config.tests.faults.world import check_every_reminder_was_told_once, make_late_cases
from sla import services
from sla.choices import Audience, Measure, ReminderAnchor, SatisfiedBy
from sla.models import CalendarVersion, Reminder, ReminderStep
from sla.tests.factories import allow, make_calendar, make_rule, make_rule_set, make_system_user, make_target

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_a_mail_server_that_is_away_for_an_hour_gets_everything_once(mail_server: MailServer) -> None:
    now = make_late_cases(5)
    mail_server.stop()
    services.remind(actor=make_system_user(), now=now)
    for minute in range(60):
        send_due_emails(now=now + minute * MINUTE)
    waiting = set(OutboxEmail.objects.values_list("state", flat=True))

    mail_server.start()
    for minute in range(60, 95):
        send_due_emails(now=now + minute * MINUTE)

    assert waiting == {EmailState.PENDING}
    check_every_reminder_was_told_once(10)
    assert len(mail_server.messages) == len(set(mail_server.message_ids)) == 10
    assert set(OutboxEmail.objects.values_list("state", flat=True)) == {EmailState.SENT}


def test_a_mail_server_that_is_away_for_days_leaves_rows_that_say_so(mail_server: MailServer) -> None:
    now = make_late_cases(1)
    mail_server.stop()
    services.remind(actor=make_system_user(), now=now)

    for hour in range(48):
        for _ in range(2):
            send_due_emails(now=now + hour * 60 * MINUTE)

    failed = OutboxEmail.objects.failed()
    assert failed.count() == 2
    assert all("ConnectionRefusedError" in email.failure for email in failed)
    check_every_reminder_was_told_once(2)


def test_an_address_that_is_refused_for_good_fails_at_once_and_holds_up_nobody(mail_server: MailServer) -> None:
    now = make_late_cases(2)
    services.remind(actor=make_system_user(), now=now)
    gone = OutboxEmail.objects.order_by("pk").first()

    async def refuse(server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address == gone.to:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    mail_server.handle_RCPT = refuse  # type: ignore[attr-defined]
    mail_server.stop()
    mail_server.start()

    send_due_emails(now=now)

    assert [email.failure[-18:] for email in OutboxEmail.objects.failed()] == [
        email.failure[-18:] for email in OutboxEmail.objects.filter(to=gone.to)
    ]
    assert all("550" in email.failure for email in OutboxEmail.objects.failed())
    check_every_reminder_was_told_once(4)
    assert len(mail_server.messages) == OutboxEmail.objects.exclude(to=gone.to).count()


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/London", datetime(2026, 10, 24, 18, 0, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 3, 27, 18, 0, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 8, 0, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 9, 5, 21, 0, tzinfo=UTC)),
    ],
)
def test_a_night_in_which_the_clocks_change_has_no_gap_and_tells_nobody_twice(zone: str, start: datetime) -> None:
    """Deadlines every 20 minutes of a night, in the hour that is skipped and in the one that comes twice too."""
    calendar, version = make_calendar(hours="mon-sun 00:00-24:00"), make_rule_set()
    CalendarVersion.objects.update(time_zone=zone)
    target = make_target(version, "resolve", SatisfiedBy.RESOLVED)
    allow(make_rule(version), target, 1, Measure.WORKING_HOURS, calendar)
    rungs = {"before": (ReminderAnchor.BEFORE, 30), "late": (ReminderAnchor.AFTER, 0)}
    for code, (anchor, amount) in rungs.items():
        ReminderStep.objects.create(
            rule_set=version.rule_set, code=code, anchor=anchor, amount=amount, audience=Audience.OWNER
        )
    owner, system = UserFactory.create(time_zone=zone), make_system_user()
    for number in range(36):
        received = start + number * 20 * MINUTE
        case = CaseFactory.create(owner=owner, team=owner.team, received_at=received, logged_at=received)
        services.start_clocks(case, actor=owner, now=received)

    given = [services.remind(actor=system, now=start + minute * MINUTE) for minute in range(0, 16 * 60, 5)]

    assert sum(given) == Reminder.objects.count() == 72
    waits = [reminder.told_at - reminder.due_at for reminder in Reminder.objects.all()]
    assert timedelta(0) <= min(waits)
    assert max(waits) <= 5 * MINUTE
    due = sorted(set(Reminder.objects.filter(step__code="late").values_list("due_at", flat=True)))
    assert {later - earlier for earlier, later in itertools.pairwise(due)} == {20 * MINUTE}
    assert start.astimezone(ZoneInfo(zone)).utcoffset() != due[-1].astimezone(ZoneInfo(zone)).utcoffset()
