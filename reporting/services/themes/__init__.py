"""Everything that changes themes: the nightly analysis, and what people decide."""

from reporting.services.themes.alarms import settle_alarm
from reporting.services.themes.deciding import (
    confirm_theme,
    give_owner,
    merge_themes,
    reject_theme,
    rename_theme,
    restore_theme,
    split_theme,
)
from reporting.services.themes.exports import MEMBER_COLUMNS, export_members
from reporting.services.themes.memberships import decide_memberships, propose_membership, undo_decisions
from reporting.services.themes.nightly import nightly
from reporting.services.themes.starting import ask_for_analysis, start_waiting
from reporting.services.themes.suggestions import accept_suggestion, join_suggestion, reject_suggestion

__all__ = [
    "MEMBER_COLUMNS",
    "accept_suggestion",
    "ask_for_analysis",
    "confirm_theme",
    "decide_memberships",
    "export_members",
    "give_owner",
    "join_suggestion",
    "merge_themes",
    "nightly",
    "propose_membership",
    "reject_suggestion",
    "reject_theme",
    "rename_theme",
    "restore_theme",
    "settle_alarm",
    "split_theme",
    "start_waiting",
    "undo_decisions",
]
