"""Telling colleagues: a line in the app and, as each person prefers and their team's budget allows, an e-mail."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from accounts.choices import Delivery
from accounts.models import NewsPreference, Notification, OutboxEmail, Team, User
from accounts.news import default_of

MORNING = time(8, 0)
SATURDAY = 5
BUDGET_SPAN = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class News:
    """What one person is to hear. Urgent news goes out at once, whatever was chosen.

    `may_email` is whether this news is worth an e-mail at all; `send_after` is the person's next working moment;
    `email_text` stands in the e-mail where the line has words that should not leave the product.
    """

    recipient: User
    kind: str
    key: str
    text: str
    url: str
    reason: str = ""
    subject: str = ""
    email_text: str = ""
    may_email: bool = True
    is_urgent: bool = False
    send_after: datetime | None = None


@dataclass(frozen=True)
class Told:
    """What came of a piece of news, unsaved or saved: nothing where the person has switched the kind off."""

    news: News
    line: Notification | None
    email: OutboxEmail | None


def tell(news: Sequence[News], *, now: datetime) -> list[Told]:
    """Write the lines and e-mails; the same key reaches the same person once. Call it inside the change's transaction."""
    told = plan(news, now=now)
    Notification.objects.bulk_create([each.line for each in told if each.line], ignore_conflicts=True)
    OutboxEmail.objects.bulk_create([each.email for each in told if each.email], ignore_conflicts=True)
    return told


def plan(news: Sequence[News], *, now: datetime) -> list[Told]:
    """Return how each piece would reach its person, unsaved."""
    chosen = _chosen(news)
    budget = _Budget(news, now)
    told = []
    for each in news:
        delivery = _delivery(each, chosen)
        wants_email = delivery == Delivery.EMAIL
        is_over_budget = wants_email and not each.is_urgent and not budget.takes(each.recipient)
        waits = delivery == Delivery.DAILY or is_over_budget
        line = None if delivery == Delivery.OFF else _line(each, now, waits=waits, is_over_budget=is_over_budget)
        told.append(Told(each, line, _email(each, now) if wants_email and not waits else None))
    return told


def next_morning(person: User, now: datetime) -> datetime:
    """Return when the person's next daily summary goes out: at 8:00am of their next weekday."""
    local = now.astimezone(ZoneInfo(person.time_zone))
    day = local.date() + timedelta(days=local.time() >= MORNING)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, local.tzinfo)


def _chosen(news: Sequence[News]) -> dict[tuple[int, str], Delivery]:
    people, kinds = {each.recipient.pk for each in news}, {each.kind for each in news}
    rows = NewsPreference.objects.filter(person__in=people, kind__in=kinds).values_list("person", "kind", "delivery")
    return {(person, kind): Delivery(delivery) for person, kind, delivery in rows}


def _delivery(news: News, chosen: dict[tuple[int, str], Delivery]) -> Delivery:
    if news.is_urgent:
        return Delivery.EMAIL
    delivery = chosen.get((news.recipient.pk, news.kind), default_of(news.kind))
    return Delivery.IN_APP if delivery == Delivery.EMAIL and not news.may_email else delivery


class _Budget:
    """How many more e-mails the people of each team may get this hour; a team without a limit has no budget."""

    def __init__(self, news: Sequence[News], now: datetime) -> None:
        teams = {each.recipient.team_id for each in news if each.recipient.team_id}
        limited = Team.objects.filter(pk__in=teams, emails_an_hour__isnull=False)
        self.left: Counter[int | None] = Counter(dict(limited.values_list("pk", "emails_an_hour")))
        if self.left:
            recent = OutboxEmail.objects.filter(is_news=True, created_at__gt=now - BUDGET_SPAN)
            recent = recent.filter(recipient__team__in=list(self.left))
            self.left.subtract(dict(recent.values_list("recipient__team").annotate(Count("pk")).order_by()))

    def takes(self, person: User) -> bool:
        if person.team_id not in self.left:
            return True
        self.left[person.team_id] -= 1
        return self.left[person.team_id] >= 0


def _line(news: News, now: datetime, *, waits: bool, is_over_budget: bool) -> Notification:
    return Notification(
        recipient=news.recipient,
        dedupe_key=news.key,
        kind=news.kind,
        text=news.text[:300],
        reason=news.reason[:200],
        url=news.url,
        created_at=now,
        digest_at=next_morning(news.recipient, now) if waits else None,
        is_over_budget=is_over_budget,
    )


def _email(news: News, now: datetime) -> OutboxEmail:
    why = f"Why you get this: {news.reason}\n" if news.reason else ""
    choose = f"Choose what you are told: {settings.SITE_URL}{reverse('accounts:preferences')}\n"
    return OutboxEmail(
        to=news.recipient.email,
        recipient=news.recipient,
        subject=(news.subject or news.text)[:200],
        body=f"{news.email_text or news.text}.\n\n{settings.SITE_URL}{news.url}\n\n{why}{choose}",
        is_news=True,
        dedupe_key=f"{news.key}:{news.recipient.pk}",
        send_after=max(news.send_after or now, now),
        created_at=now,
    )
