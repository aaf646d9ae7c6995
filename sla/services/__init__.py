"""Everything that changes a clock. Callers have checked that their actor may make the change that moves it."""

from sla.services.bulk import finish_clocks_bulk, start_clocks_bulk
from sla.services.changes import reprioritise_clocks
from sla.services.clocks import (
    preview_deadlines,
    reopen_clocks,
    satisfy_clocks,
    start_clocks,
    stop_clocks,
)
from sla.services.extensions import ask_extension, count_extension, decide_extension
from sla.services.moves import continue_moves, move_open_clocks
from sla.services.pauses import pause_clocks, resume_clocks, resume_expired_pauses
from sla.services.reminding import remind
from sla.services.starting import enter_stage, record_met, start_after_acknowledgement, start_target
from sla.services.withdrawing import withdraw_stale

__all__ = [
    "ask_extension",
    "continue_moves",
    "count_extension",
    "decide_extension",
    "enter_stage",
    "finish_clocks_bulk",
    "move_open_clocks",
    "pause_clocks",
    "preview_deadlines",
    "record_met",
    "remind",
    "reopen_clocks",
    "reprioritise_clocks",
    "resume_clocks",
    "resume_expired_pauses",
    "satisfy_clocks",
    "start_after_acknowledgement",
    "start_clocks",
    "start_clocks_bulk",
    "start_target",
    "stop_clocks",
    "withdraw_stale",
]
