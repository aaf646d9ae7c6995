"""Cases in a database for the nightly analysis."""

from datetime import UTC, datetime, timedelta

from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, Customer
from policies.choices import CaseKind
from reporting.tests.themes.corpus import TOPICS, stories

NIGHT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def log_cases(
    texts: list[str], *, agent: User | None = None, received_at: datetime | None = None, prefix: str = "case"
) -> list[Case]:
    """Write one case for each text, spread over the four months before `NIGHT` unless a time is given."""
    agent = agent or UserFactory.create(team=TeamFactory.create())
    first = Case.objects.count()
    customers = Customer.objects.bulk_create(Customer(name=f"Person {prefix}") for _ in texts)
    return Case.objects.bulk_create(
        Case(
            number=f"2026-{first + at + 1:06d}",
            external_id=f"{prefix}-{at}",
            external_source="test",
            kind=CaseKind.COMPLAINT,
            summary=text[:100],
            story=text,
            customer=customers[at],
            owner=agent,
            team=agent.team,
            logged_by=agent,
            received_at=received_at or NIGHT - timedelta(days=1 + at % 120),
            logged_at=NIGHT,
        )
        for at, text in enumerate(texts)
    )


def log_corpus(count: int = 300, *, seed: int = 7, **options: object) -> list[Case]:
    return log_cases([story for _, story in stories(count, seed=seed)], **options)


__all__ = ["NIGHT", "TOPICS", "log_cases", "log_corpus"]
