"""Two leaders decide at the same instant. Only PostgreSQL lets them; `RACE_ROUNDS=1000` runs the long version."""

import os
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import ApprovalState, CaseStatus, Decision
from cases.models import Approval, ApprovalDecision, Case
from complaints.services.deciding import Verdict, decide
from complaints.tests.factories import LATER, submitted
from core.errors import UserFacingError

ROUNDS = int(os.environ.get("RACE_ROUNDS", "100"))

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no second writer to race with"),
    pytest.mark.django_db(transaction=True),
]


def race(rounds: list[Approval], people: tuple[User, User], decisions: tuple[Decision, Decision]) -> list[list[bool]]:
    """Let two people decide on every round at once; return for each round who got through."""
    barrier = threading.Barrier(2)
    results = [[False, False] for _ in rounds]

    def decide_all(seat: int) -> None:
        try:
            for number, approval in enumerate(rounds):
                verdict = Verdict(decision=decisions[seat], content_hash=approval.content_hash, comment="Because.")
                barrier.wait(timeout=60)
                results[number][seat] = attempt(approval, verdict, people[seat])
        finally:
            connection.close()

    threads = [threading.Thread(target=decide_all, args=(seat,)) for seat in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def attempt(approval: Approval, verdict: Verdict, person: User) -> bool:
    try:
        decide(approval_id=approval.pk, verdict=verdict, actor=person, now=LATER)
    except (UserFacingError, PermissionDenied):
        return False
    return True


@pytest.fixture
def rounds() -> list[Approval]:
    return [submitted().approval for _ in range(ROUNDS)]


def test_two_people_racing_end_in_exactly_one_decision(rounds: list[Approval]) -> None:
    people = (UserFactory.create(role=Role.MANAGER), UserFactory.create(role=Role.MANAGER))

    results = race(rounds, people, (Decision.APPROVE, Decision.RETURN))

    assert all(sum(result) == 1 for result in results)
    assert ApprovalDecision.objects.count() == len(rounds)
    for case in Case.objects.all():
        approval = Approval.objects.get(case=case)
        expected = {
            ApprovalState.APPROVED: (Decision.APPROVE, CaseStatus.APPROVED),
            ApprovalState.RETURNED: (Decision.RETURN, CaseStatus.RETURNED),
        }[ApprovalState(approval.state)]
        assert (approval.decisions.get().decision, case.status) == expected
