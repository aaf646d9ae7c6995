"""The sections of a pack that belong to `policies`, in the order in which they are loaded."""

from typing import Any, Final

from accounts.choices import Role
from core.errors import UserFacingError
from policies import letters
from policies.choices import (
    CaseKind,
    ChecklistGroup,
    LetterPurpose,
    LetterStyle,
    Priority,
    RedressType,
    SignOffSituation,
    TriggerEffect,
    WayToReach,
)
from policies.models import (
    AuthorityLimit,
    BaseRate,
    Category,
    ChecklistTemplate,
    ChecklistTemplateItem,
    Clause,
    JourneyStage,
    LetterElement,
    LetterTemplate,
    PriorityRule,
    Product,
    RedressRange,
    RootCause,
    SignOffRule,
    SupportNeed,
    Trigger,
)
from policies.packs.records import Record
from policies.packs.registry import PackRun, SectionLoader
from policies.selectors import clause_named
from policies.services.pack_documents import load_documents
from policies.services.pack_triage import load_triage_tree
from policies.services.rows import put, put_dated


def load_journey_stages(records: list[Record], run: PackRun) -> int:
    changed = 0
    for order, record in enumerate(records, start=1):
        key = {"name": record.text("name", longest=60)}
        record.finish()
        changed += put(JourneyStage, key=key, values={"order": order})[1]
    return changed


def load_products(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"name": record.text("name", longest=120)}
        record.finish()
        changed += put(Product, key=key, values={})[1]
    return changed


def load_categories(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"name": record.text("name", longest=120)}
        values = {"description": record.text("description", "", longest=200)}
        record.finish()
        changed += put(Category, key=key, values=values)[1]
    return changed


def load_triggers(records: list[Record], run: PackRun) -> int:
    changed = 0
    for order, record in enumerate(records, start=1):
        key = {"code": record.text("code", longest=40)}
        floor = record.take("priority_floor", None)
        values = {
            "label": record.text("label", longest=120),
            "effect": record.choice("effect", TriggerEffect, TriggerEffect.NONE),
            "priority_floor": floor and record.choice("priority_floor", Priority),
            "order": order,
        }
        record.finish()
        changed += put(Trigger, key=key, values=values)[1]
    return changed


def load_support_needs(records: list[Record], run: PackRun) -> int:
    changed = 0
    for order, record in enumerate(records, start=1):
        key = {"code": record.text("code", longest=40)}
        rules_out = record.take("rules_out", None)
        values = {
            "label": record.text("label", longest=80),
            "what_we_do": record.text("what_we_do", longest=200),
            "rules_out": record.choice("rules_out", WayToReach) if rules_out else "",
            "letter_style": record.choice("letter_style", LetterStyle, LetterStyle.STANDARD),
            "order": order,
        }
        record.finish()
        changed += put(SupportNeed, key=key, values=values)[1]
    return changed


def load_priority_matrix(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"impact": record.whole("impact"), "urgency": record.whole("urgency")}
        if not (1 <= key["impact"] <= 4 and 1 <= key["urgency"] <= 3):
            raise record.error("impact runs from 1 to 4 and urgency from 1 to 3.")
        values = {"priority": record.choice("priority", Priority), "clause": _clause(record)}
        valid_from = record.day("valid_from", run.valid_from)
        record.finish()
        changed += put_dated(PriorityRule, key=key, values=values, valid_from=valid_from)[1]
    return changed


def load_authority_limits(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"role": record.choice("role", Role), "person": None}
        values = {"amount": record.money("amount")}
        valid_from = record.day("valid_from", run.valid_from)
        record.finish()
        changed += put_dated(AuthorityLimit, key=key, values=values, valid_from=valid_from)[1]
    return changed


def load_sign_off_rules(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"situation": record.choice("situation", SignOffSituation)}
        values = {"least_role": record.choice("least_role", Role), "approvers": record.whole("approvers", 1)}
        if values["least_role"] not in (Role.TEAM_LEADER, Role.MANAGER) or values["approvers"] not in (1, 2):
            raise record.error("A rule asks for one or two people, at least TEAM_LEADER or MANAGER.")
        valid_from = record.day("valid_from", run.valid_from)
        record.finish()
        changed += put_dated(SignOffRule, key=key, values=values, valid_from=valid_from)[1]
    return changed


def load_redress_ranges(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"redress_type": record.choice("redress_type", RedressType), "level": record.text("level", longest=60)}
        minimum, maximum = record.money("minimum"), record.money("maximum")
        values = {
            "guidance": record.text("guidance", "", longest=300),
            "minimum": minimum,
            "maximum": maximum,
        }
        if minimum > maximum:
            raise record.error("“maximum” must be at least “minimum”.")
        valid_from = record.day("valid_from", run.valid_from)
        record.finish()
        changed += put_dated(RedressRange, key=key, values=values, valid_from=valid_from)[1]
    return changed


def load_base_rates(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"starts_on": record.day("from")}
        values = {"percent": record.money("percent")}
        record.finish()
        changed += put(BaseRate, key=key, values=values)[1]
    return changed


def load_checklists(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"name": record.text("name", longest=120)}
        values = {
            "kind": record.choice("kind", CaseKind),
            "category": _named(record, "category", Category, "name"),
            "trigger": _named(record, "trigger", Trigger, "code"),
            "least_complexity": record.whole("least_complexity") if "least_complexity" in record.values else None,
        }
        valid_from = record.day("valid_from", run.valid_from)
        items = record.records("items")
        record.finish()
        template, is_changed = put_dated(ChecklistTemplate, key=key, values=values, valid_from=valid_from)
        changed += is_changed + sum(_put_item(template, item, order) for order, item in enumerate(items, start=1))
    return changed


def _put_item(template: ChecklistTemplate, record: Record, order: int) -> bool:
    key = {"template": template, "text": record.text("text", longest=200)}
    values = {
        "hint": record.text("hint", "", longest=300),
        "group": record.choice("group", ChecklistGroup),
        "is_mandatory": record.flag("is_mandatory"),
        "due_working_days": record.whole("due_working_days", 5),
        "order": order,
    }
    record.finish()
    return put(ChecklistTemplateItem, key=key, values=values)[1]


def load_letters(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"name": record.text("name", longest=120)}
        values = {
            "purpose": record.choice("purpose", LetterPurpose),
            "subject": record.text("subject", longest=160),
            "body": record.text("body"),
        }
        record.finish()
        try:
            letters.check_fields(values["subject"], values["body"])
        except UserFacingError as error:
            raise record.error(str(error)) from error
        changed += put(LetterTemplate, key=key, values=values)[1]
    return changed


def load_letter_elements(records: list[Record], run: PackRun) -> int:
    changed = 0
    for record in records:
        key = {"code": record.text("code", longest=40)}
        phrases = record.take("phrases")
        if not isinstance(phrases, list) or not phrases or not all(isinstance(each, str) for each in phrases):
            raise record.error("“phrases” must be a list of words that a letter may hold.")
        values = {
            "label": record.text("label", longest=160),
            "purpose": record.choice("purpose", LetterPurpose),
            "kind": record.choice("kind", CaseKind, CaseKind.COMPLAINT),
            "phrases": phrases,
            "from_day": record.whole("from_day") if "from_day" in record.values else None,
        }
        valid_from = record.day("valid_from", run.valid_from)
        record.finish()
        changed += put_dated(LetterElement, key=key, values=values, valid_from=valid_from)[1]
    return changed


def load_root_causes(records: list[Record], run: PackRun) -> int:
    return _load_causes(records, parent=None, depth=1)


def _load_causes(records: list[Record], *, parent: RootCause | None, depth: int) -> int:
    changed = 0
    for order, record in enumerate(records, start=1):
        if depth > 3:
            raise record.error("Root causes have three levels at most.")
        key = {"code": record.text("code", longest=60)}
        values = {"label": record.text("label", longest=100), "parent": parent, "order": order}
        below = record.records("causes")
        record.finish()
        row, is_changed = put(RootCause, key=key, values=values)
        changed += is_changed + _load_causes(below, parent=row, depth=depth + 1)
    return changed


def _named(record: Record, key: str, model: Any, field: str) -> Any:
    """Return the row that an optional key names."""
    if not (name := record.text(key, "")):
        return None
    row = model.objects.filter(**{field: name}).first()
    if row is None:
        raise record.error(f"“{key}”: there is no “{name}”.")
    return row


def _clause(record: Record) -> Clause | None:
    """Return the clause in force that "document-slug number" names."""
    if not (named := record.text("clause", "")):
        return None
    clause = clause_named(named)
    if clause is None:
        raise record.error(f"“clause”: there is no clause “{named}” in force.")
    return clause


SECTIONS: Final[dict[str, SectionLoader]] = {
    "documents": load_documents,
    "journey_stages": load_journey_stages,
    "products": load_products,
    "categories": load_categories,
    "triggers": load_triggers,
    "support_needs": load_support_needs,
    "priority_matrix": load_priority_matrix,
    "checklists": load_checklists,
    "authority_limits": load_authority_limits,
    "sign_off_rules": load_sign_off_rules,
    "redress_ranges": load_redress_ranges,
    "base_rates": load_base_rates,
    "letters": load_letters,
    "letter_elements": load_letter_elements,
    "root_causes": load_root_causes,
    "triage_tree": load_triage_tree,
}
