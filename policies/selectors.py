"""What the rules in force say: priority, authority, usual redress, checklists. `day` is the local date of receipt."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from policies.choices import CaseKind, Priority, SignOffSituation, VersionState
from policies.comparison import ClauseWords
from policies.models import (
    AuthorityLimit,
    BaseRate,
    Category,
    ChecklistTemplate,
    Clause,
    LetterElement,
    PolicyVersion,
    PriorityRule,
    RedressRange,
    SignOffRule,
    TriageTree,
    Trigger,
)
from policies.querysets import EffectiveQuerySet
from policies.triage import Tree, shipped_tree, tree_from

ModelT = TypeVar("ModelT", bound=Model)
NO_AUTHORITY = Decimal(0)
SHIPPED_PERCENT: Final = 10


def priority_rule(*, impact: int, urgency: int, day: date) -> PriorityRule | None:
    """Return the cell of the matrix that decides; none if nobody has set one for that day."""
    rules = PriorityRule.objects.on(day).filter(impact=impact, urgency=urgency)
    return rules.select_related("clause__version__document").order_by("-valid_from").first()


def priority_with_reason(
    *, impact: int, urgency: int, day: date, triggers: list[Trigger] | None = None
) -> tuple[Priority, str]:
    """Return the priority and the sentence that explains it; a trigger can set a minimum.

    Without a rule the case is P3, and the sentence says so: nobody is left guessing.
    """
    rule = priority_rule(impact=impact, urgency=urgency, day=day)
    if rule is None:
        priority, reason = Priority.P3, f"No rule covers impact {impact} and urgency {urgency}, so it is P3 Medium."
    else:
        priority = Priority(rule.priority)
        source = f" {rule.clause}." if rule.clause else ""
        reason = f"{priority.label}, because impact is {impact} of 4 and urgency is {urgency} of 3.{source}"
    floors = [trigger for trigger in triggers or [] if trigger.priority_floor and trigger.priority_floor < priority]
    if floors:
        strictest = min(floors, key=lambda trigger: trigger.priority_floor or priority)
        priority = Priority(strictest.priority_floor or priority)
        reason += f" “{strictest.label}” sets a minimum of {priority.label}."
    return priority, reason


def authority_limits(people: Iterable[User], *, day: date) -> dict[int, Decimal]:
    """Return how much redress each person may sign off on one case: their own row before their role's, else nothing."""
    return limits_in(AuthorityLimit.objects.on(day).order_by("valid_from", "pk"), people)


def limits_in(rows: Iterable[AuthorityLimit], people: Iterable[User]) -> dict[int, Decimal]:
    """Return each person's limit by rows that were read already, the oldest first."""
    rows = list(rows)
    by_role = {row.role: row.amount for row in rows if row.role}
    by_person = {row.person_id: row.amount for row in rows if row.person_id}
    return {person.pk: by_person.get(person.pk, by_role.get(person.role, NO_AUTHORITY)) for person in people}


def authority_limit(user: User, *, day: date) -> Decimal:
    """Return how much redress `user` may sign off on one case."""
    return authority_limits([user], day=day)[user.pk]


def roles_with_authority(amount: Decimal, *, day: date) -> list[str]:
    """Return the roles that may sign off `amount`, the lowest limit first."""
    return list(
        AuthorityLimit.objects.on(day).filter(amount__gte=amount).exclude(role="").values_list("role", flat=True)
    )


def usual_ranges(redress_type: str, *, day: date) -> QuerySet[RedressRange]:
    return RedressRange.objects.on(day).filter(redress_type=redress_type)


@dataclass(frozen=True, kw_only=True)
class SignOffDemand:
    """Who must sign off in a situation, and in how many."""

    situation: SignOffSituation
    least_role: Role
    approvers: int = 1


# What holds until an organisation has written down its own rule for the situation.
UNLESS_WRITTEN: Final = (SignOffSituation.LEGAL, SignOffSituation.PRIORITY_1, SignOffSituation.SUPPORT_NEED)


def sign_off_demands(situations: Collection[SignOffSituation], *, day: date) -> list[SignOffDemand]:
    """Return what the rules of `day` ask for in these situations; where none was ever written, a manager for three."""
    if not situations:
        return []
    rows = list(SignOffRule.objects.filter(situation__in=situations))
    written = {row.situation for row in rows}
    found = [
        SignOffDemand(
            situation=SignOffSituation(row.situation), least_role=Role(row.least_role), approvers=row.approvers
        )
        for row in rows
        if row.valid_from <= day and (row.valid_to is None or row.valid_to > day)
    ]
    missing = [each for each in UNLESS_WRITTEN if each in situations and each not in written]
    return found + [SignOffDemand(situation=each, least_role=Role.MANAGER) for each in missing]


def base_rates() -> list[tuple[date, Decimal]]:
    """Return the base rates with the day from which each held, the oldest first."""
    return list(BaseRate.objects.order_by("starts_on").values_list("starts_on", "percent"))


def checklist_templates(
    *, kind: CaseKind | str, category: Category | None, triggers: list[Trigger], day: date, complexity: int = 0
) -> QuerySet[ChecklistTemplate]:
    """Return the templates whose items a case gets: the general ones, its category's, its triggers', its score's."""
    matching = Q(category=None, trigger=None) | Q(trigger__in=triggers)
    if category is not None:
        matching |= Q(category=category, trigger=None)
    complex_enough = Q(least_complexity=None) | Q(least_complexity__lte=complexity)
    templates = ChecklistTemplate.objects.on(day).filter(matching, complex_enough, kind=kind)
    return templates.prefetch_related("items")


def letter_elements(*, kind: CaseKind | str, purpose: str, received: date, day: date) -> list[LetterElement]:
    """Return what a letter sent on `day` must say, by the rules in force when the case was received."""
    rows = LetterElement.objects.on(received).filter(kind=kind, purpose=purpose).order_by("label", "pk")
    age = (day - received).days
    return [row for row in rows if row.from_day is None or age >= row.from_day]


def rows_in_use(rows: EffectiveQuerySet[ModelT], *, day: date) -> EffectiveQuerySet[ModelT]:
    """Leave out the dated rules that have ended; those that begin later stay."""
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=day))


def clause_words(version: PolicyVersion) -> dict[str, ClauseWords]:
    """Return the clauses of an edition by number, in reading order."""
    return {clause.number: ClauseWords(heading=clause.heading, text=clause.text) for clause in version.clauses.all()}


def edition_before(version: PolicyVersion) -> PolicyVersion | None:
    """Return the edition in force when this one was written."""
    earlier = PolicyVersion.objects.filter(document=version.document_id, number__lt=version.number)
    return earlier.exclude(state=VersionState.DRAFT).order_by("-number").first()


def second_persons(version: PolicyVersion | TriageTree) -> list[User]:
    """Return who may publish this draft: every manager and admin but its writer."""
    people = User.objects.people().filter(role__in=[Role.MANAGER, Role.ADMIN])
    return list(people.exclude(pk__in=[version.written_by_id or 0]))


def triage_tree(*, day: date) -> Tree:
    """Return the questions in force on `day`; until somebody has published any, those that come with the product."""
    row = TriageTree.objects.on(day)
    return tree_of(row) if row else shipped_tree()


def triage_sample_percent(*, day: date) -> int:
    """Return which share of the triage decisions goes to review."""
    row = TriageTree.objects.on(day)
    return row.sample_percent if row else SHIPPED_PERCENT


def tree_of(row: TriageTree) -> Tree:
    return tree_from(row.questions, row_id=row.pk, number=row.number)


def clauses_named(keys: Iterable[str]) -> dict[str, Clause]:
    """Return the clauses in force that the keys name, in one query; what has not been written yet is left out."""
    documents = {key.partition(" ")[0] for key in keys if key}
    found = Clause.objects.citable().filter(version__document__slug__in=documents).select_related("version__document")
    return {f"{clause.version.document.slug} {clause.number}": clause for clause in found}


def clause_named(key: str) -> Clause | None:
    """Return the clause in force that "document-slug number" names, if it has been written."""
    slug, _, number = key.partition(" ")
    found = Clause.objects.citable().filter(version__document__slug=slug, number=number)
    return found.select_related("version__document").first()
