"""The case file that every kind of case shares."""

from cases.models.approval import Approval, ApprovalDecision
from cases.models.events import CaseEvent, CaseEventDetail, HistoryCheckpoint, HistoryHead, PersonalDataRead
from cases.models.file import (
    PREFIXES,
    Case,
    CaseAccess,
    CaseDraft,
    CaseLink,
    Customer,
    NamedColleague,
    NumberSeries,
    Referral,
    SearchDocument,
    TriageDecision,
)
from cases.models.investigation import (
    ChecklistItem,
    Contribution,
    Evidence,
    FishboneCause,
    RootCauseAnalysis,
    Stakeholder,
    Why,
)
from cases.models.packs import CasePack
from cases.models.talk import Attachment, Contact, InternalNote, MessageDraft, Promise

__all__ = [
    "PREFIXES",
    "Approval",
    "ApprovalDecision",
    "Attachment",
    "Case",
    "CaseAccess",
    "CaseDraft",
    "CaseEvent",
    "CaseEventDetail",
    "CaseLink",
    "CasePack",
    "ChecklistItem",
    "Contact",
    "Contribution",
    "Customer",
    "Evidence",
    "FishboneCause",
    "HistoryCheckpoint",
    "HistoryHead",
    "InternalNote",
    "MessageDraft",
    "NamedColleague",
    "NumberSeries",
    "PersonalDataRead",
    "Promise",
    "Referral",
    "RootCauseAnalysis",
    "SearchDocument",
    "Stakeholder",
    "TriageDecision",
    "Why",
]
