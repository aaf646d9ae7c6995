from datetime import timedelta

import pytest

from cases.chain import first_break
from cases.models import Case, CaseEvent, CaseEventDetail
from cases.services.history import record_event
from cases.tests.factories import NOW, CaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    case = CaseFactory.create()
    for minute in range(4):
        record_event(
            case,
            actor=case.owner,
            action="case.note_added",
            now=NOW + timedelta(minutes=minute),
            changes={"summary": ("before", f"after {minute}")},
            note="Ann Lee called",
        )
    case.refresh_from_db()
    return case


def break_of(case: Case) -> str:
    return first_break(
        CaseEvent.objects.filter(case=case).order_by("seq"),
        expected_count=case.event_count,
        expected_hash=case.last_event_hash,
    )


def test_an_untouched_history_is_whole(case: Case) -> None:
    assert break_of(case) == ""
    assert case.event_count == 4


def test_a_changed_time_is_found(case: Case) -> None:
    CaseEvent.objects.filter(case=case, seq=2).update(happened_at=NOW - timedelta(days=1))

    assert break_of(case) == "Event 2 was changed after it was written."


def test_a_deleted_event_is_found(case: Case) -> None:
    CaseEventDetail.objects.filter(event__case=case, event__seq=2).delete()
    CaseEvent.objects.filter(case=case, seq=2).delete()

    assert break_of(case) == "Event 2 is missing: event 3 follows event 1."


def test_a_deleted_tail_is_found(case: Case) -> None:
    CaseEventDetail.objects.filter(event__case=case, event__seq=4).delete()
    CaseEvent.objects.filter(case=case, seq=4).delete()

    assert break_of(case) == "The case says that it has 4 events, and 3 were found."


def test_erasing_the_words_leaves_the_chain_whole(case: Case) -> None:
    CaseEventDetail.objects.filter(event__case=case).delete()

    assert break_of(case) == ""


def test_the_chain_holds_no_personal_text(case: Case) -> None:
    event = CaseEvent.objects.filter(case=case).values().first()

    assert "Ann Lee" not in str(event)
    assert "after" not in str(event["fields"])
