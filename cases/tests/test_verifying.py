"""The ten ways to tamper with a history, and by what each is found: the chain, a checkpoint, or the file kept elsewhere."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.tests.factories import UserFactory
from cases.chain import Link, canonical_json, digest_of
from cases.models import Case, CaseEvent, CaseEventDetail, HistoryCheckpoint, HistoryHead
from cases.services.checkpoints import checkpoint_lines, make_checkpoint, problems_against
from cases.services.history import event_hash, record_event
from cases.services.verifying import verify
from cases.tests.factories import NOW, CaseFactory

pytestmark = pytest.mark.django_db


def write(case: Case, lines: int) -> None:
    for minute in range(lines):
        record_event(
            case, actor=case.owner, action="note.added", now=NOW + timedelta(minutes=minute), subject="“Ünïcode” \\ /"
        )


@pytest.fixture
def cases() -> list[Case]:
    found = CaseFactory.create_batch(3)
    for case in found:
        write(case, 4)
    return found


def events(case: Case, **which: object) -> object:
    return CaseEvent.objects.filter(case=case, **which)


def rewrite(case: Case, *, keep: int | None = None) -> None:
    """Write the whole chain of a case again, so that it is whole in itself."""
    previous, seq = "", 0
    for seq, event in enumerate(events(case).order_by("seq"), start=1):
        event.seq, event.previous_hash = seq, previous
        event.happened_at -= timedelta(days=1)
        event.hash = previous = event_hash(event)
        event.save()
    Case.objects.filter(pk=case.pk).update(event_count=seq, last_event_hash=previous)


def drop(case: Case, **which: object) -> None:
    CaseEventDetail.objects.filter(event__in=events(case, **which)).delete()
    events(case, **which).delete()


def cut_the_tail(case: Case) -> None:
    drop(case, seq=4)
    Case.objects.filter(pk=case.pk).update(event_count=3, last_event_hash=events(case, seq=3).get().hash)


def forge(case: Case) -> None:
    events(case, seq=4).update(seq=5)
    last = events(case, seq=5).get()
    CaseEvent.objects.create(
        case=case, seq=4, happened_at=NOW, actor=case.owner, action="x", hash="0" * 64, previous_hash=last.previous_hash
    )


def reorder(case: Case) -> None:
    events(case, seq=2).update(seq=99)
    events(case, seq=3).update(seq=2)
    events(case, seq=99).update(seq=3)


# --- untouched -----------------------------------------------------------------------------------------------------


def test_what_nobody_touched_is_whole(cases: list[Case]) -> None:
    make_checkpoint(now=NOW)
    write(cases[0], 2)
    make_checkpoint(now=NOW + timedelta(days=1))
    CaseFactory.create()

    report = verify()

    assert (report.cases, report.events, report.checkpoints, report.problems) == (4, 14, 2, [])


def test_a_digest_written_by_hand_is_that_of_the_canonical_form(cases: list[Case]) -> None:
    import hashlib

    event = events(cases[0], seq=2).get()
    content = {
        "case": event.case_id,
        "seq": event.seq,
        "happened_at": "2026-11-20T16:01:00.000000+00:00",
        "actor": event.actor_id,
        "action": event.action,
        "subject": event.subject,
        "fields": event.fields,
        "commitment": event.commitment,
        "previous_hash": event.previous_hash,
    }

    assert event.hash == hashlib.sha256(b"\0" + canonical_json(content)).hexdigest()
    assert event.hash == digest_of(Link(*(getattr(event, name) for name in Link._fields)))


def test_a_checkpoint_holds_what_moved_and_nothing_else(cases: list[Case]) -> None:
    make_checkpoint(now=NOW)
    write(cases[1], 1)

    second = make_checkpoint(now=NOW + timedelta(days=1))

    assert (second.number, second.cases, second.events) == (2, 1, 13)
    assert second.heads.get().case_key == cases[1].pk


# --- the ten classes -----------------------------------------------------------------------------------------------

BY_THE_CHAIN: dict[str, tuple[Callable[[Case], object], str]] = {
    "a field": (lambda case: events(case, seq=2).update(action="case.moved"), "Event 2 was changed"),
    "the middle": (lambda case: drop(case, seq=2), "Event 2 is missing"),
    "a forged line": (forge, "Event 4 was changed"),
    "the order": (reorder, "Event 2 does not follow"),
    "the actor": (lambda case: events(case, seq=2).update(actor=UserFactory.create()), "Event 2 was changed"),
    "the time": (lambda case: events(case, seq=2).update(happened_at=NOW), "Event 2 was changed"),
}


@pytest.mark.parametrize("tamper", BY_THE_CHAIN)
def test_the_chain_finds_a_change_of(cases: list[Case], tamper: str) -> None:
    act, words = BY_THE_CHAIN[tamper]

    act(cases[1])

    [problem] = verify().problems
    assert problem.startswith(f"{cases[1]}: {words}")


BY_A_CHECKPOINT: dict[str, tuple[Callable[[Case], object], str]] = {
    "a tail that was cut": (cut_the_tail, "Checkpoint 1 knows 4 events, and 3 were found"),
    "a chain written again": (rewrite, "Events up to 4 were written again"),
}


@pytest.mark.parametrize("tamper", BY_A_CHECKPOINT)
def test_a_checkpoint_finds(cases: list[Case], tamper: str) -> None:
    act, words = BY_A_CHECKPOINT[tamper]
    act(cases[0])
    assert verify().problems == []  # in itself the chain is whole
    rewrite(cases[2])
    make_checkpoint(now=NOW)

    act(cases[1])

    [problem] = verify().problems
    assert words in problem


def test_a_case_that_is_gone_is_found(cases: list[Case]) -> None:
    make_checkpoint(now=NOW)
    gone = cases[1].pk
    drop(cases[1])
    cases[1].delete()

    assert verify().problems == [f"A case is gone: checkpoint 1 knows 4 events of case {gone}."]


def forget_checkpoints() -> None:
    HistoryHead.objects.all().delete()
    HistoryCheckpoint.objects.all().delete()


def test_the_file_finds_that_everything_was_written_again(cases: list[Case]) -> None:
    make_checkpoint(now=NOW)
    kept = list(checkpoint_lines())
    forget_checkpoints()
    rewrite(cases[0])
    make_checkpoint(now=NOW)

    assert verify().problems == []
    [problem] = problems_against(kept)
    assert "histories were written again after it was kept" in problem


def test_the_file_finds_an_old_copy_of_the_database(cases: list[Case]) -> None:
    make_checkpoint(now=NOW)
    make_checkpoint(now=NOW + timedelta(days=1))
    kept = list(checkpoint_lines())
    HistoryCheckpoint.objects.get(number=2).delete()

    [problem] = problems_against(kept)

    assert "An older copy of the database was put back" in problem
    assert verify().problems == []


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: HistoryHead.objects.filter(checkpoint__number=1).first().delete(),
        lambda: HistoryCheckpoint.objects.filter(number=1).update(events=5),
        lambda: HistoryCheckpoint.objects.filter(number=1).update(root="0" * 64),
    ],
)
def test_a_checkpoint_that_was_changed_is_found(cases: list[Case], tamper: Callable[[], object]) -> None:
    make_checkpoint(now=NOW)
    write(cases[0], 1)
    make_checkpoint(now=NOW + timedelta(days=1))

    tamper()

    assert "Checkpoint 1 was changed after it was made." in verify().problems


def test_checkpoints_go_on_from_a_file_that_fits(cases: list[Case]) -> None:
    make_checkpoint(now=NOW)
    kept = list(checkpoint_lines())
    write(cases[0], 1)
    make_checkpoint(now=NOW + timedelta(days=1))

    assert problems_against(kept) == []


# --- the commands --------------------------------------------------------------------------------------------------


def test_the_commands_make_check_and_compare(
    cases: list[Case], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "checkpoints.txt")

    call_command("checkpoint_history", "--out", file)
    call_command("verify_history", "--against", file)

    assert "Checked 3 cases, 12 events: every history is complete" in capsys.readouterr().out


def test_a_broken_history_ends_the_command_with_an_error(cases: list[Case]) -> None:
    events(cases[0], seq=2).update(action="case.moved")

    with pytest.raises(CommandError, match="1 broken"):
        call_command("verify_history")


def test_a_file_that_is_something_else_is_refused(cases: list[Case], tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ann\n")

    with pytest.raises(CommandError, match="Line 1 is not a checkpoint"):
        call_command("verify_history", "--against", str(file))


def test_one_case_is_checked_by_its_reference(cases: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    make_checkpoint(now=timezone.now())
    rewrite(cases[2])

    call_command("verify_history", "--case", str(cases[0]))

    assert "Checked 1 case, 4 events" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("verify_history", "--case", str(cases[2]))
