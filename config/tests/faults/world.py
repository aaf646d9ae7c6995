"""Cases whose deadlines have just passed, and the question that every fault ends with."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.choices import EmailState, Role
from accounts.models import OutboxEmail
from accounts.tests.factories import UserFactory
from cases.tests.factories import CaseFactory
from sla import services
from sla.models import Clock, Reminder, ReminderStep
from sla.tests.factories import make_house_policy, make_ladder, make_system_user

LEASE_IS_OVER = timedelta(minutes=11)


def make_late_cases(count: int) -> datetime:
    """Return now. Each case has one clock that passed its deadline a moment ago: two people are to hear of it."""
    now = timezone.now()
    make_system_user()
    make_ladder(make_house_policy().rule_set)
    ReminderStep.objects.update(any_hour=True)
    ReminderStep.objects.exclude(code__in=["due", "due-leader"]).delete()
    leader = UserFactory.create(role=Role.TEAM_LEADER, leads=True)
    for _ in range(count):
        case = CaseFactory.create(priority=4, team=leader.team, received_at=now, logged_at=now)
        services.start_clocks(case, actor=case.owner, now=now)
    due_at = now - timedelta(seconds=30)
    acknowledging = Clock.objects.filter(target__code="acknowledge")
    started_at = now - timedelta(hours=1)
    acknowledging.update(started_at=started_at, due_at=due_at, next_reminder_at=due_at, reminded_until=started_at)
    return now


def everything_is_settled(people: int) -> bool:
    return OutboxEmail.objects.filter(state=EmailState.SENT).count() >= people


def check_every_reminder_was_told_once(people: int) -> None:
    """Every due reminder has ended in one e-mail that was sent or that has visibly failed, and in one line."""
    reminders = list(Reminder.objects.select_related("email"))
    assert len(reminders) == people
    assert len({reminder.email_id for reminder in reminders}) == people
    assert {reminder.email.state for reminder in reminders if reminder.email} <= {EmailState.SENT, EmailState.FAILED}
    assert all(reminder.email and reminder.line_id for reminder in reminders)
    assert OutboxEmail.objects.count() == people
