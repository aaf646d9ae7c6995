"""What the organisation has decided, as dated rows: a case keeps the versions it was judged by."""

from policies.models.authority import AuthorityLimit, BaseRate, RedressRange, SignOffRule
from policies.models.catalogue import Category, JourneyStage, Product, RootCause, SupportNeed, Trigger
from policies.models.documents import Clause, PolicyDocument, PolicyVersion
from policies.models.effective import EffectiveModel
from policies.models.handling import ChecklistTemplate, ChecklistTemplateItem, PriorityRule
from policies.models.letters import LetterElement, LetterTemplate
from policies.models.packs import LoadedPack
from policies.models.triage import TriageTree

__all__ = [
    "AuthorityLimit",
    "BaseRate",
    "Category",
    "ChecklistTemplate",
    "ChecklistTemplateItem",
    "Clause",
    "EffectiveModel",
    "JourneyStage",
    "LetterElement",
    "LetterTemplate",
    "LoadedPack",
    "PolicyDocument",
    "PolicyVersion",
    "PriorityRule",
    "Product",
    "RedressRange",
    "RootCause",
    "SignOffRule",
    "SupportNeed",
    "TriageTree",
    "Trigger",
]
