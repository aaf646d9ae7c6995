"""The rules of a pack: grouped by the day from which they hold, each group one published version."""

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Max, Q

from cases.choices import Channel
from policies.choices import CaseKind, Priority, VersionState
from policies.models import Category, SupportNeed, Trigger
from policies.packs.records import Record
from policies.packs.registry import PackRun
from sla.arithmetic import DurationError
from sla.choices import Measure
from sla.models import Allowance, Rule, RuleSet, RuleSetVersion, Target, WorkingCalendar

RuleRow = tuple[dict[str, Any], list[dict[str, Any]]]
CONDITIONS = ("name", "kind", "priority", "category_id", "channel", "trigger_id", "need_id")
TERMS = (
    "target_id",
    "measure",
    "amount",
    "calendar_id",
    "rolls",
    "cut_off",
    "counts_from_next_day",
    "closes_at",
    "fixed_day",
)


def load_rules(records: list[Record], run: PackRun) -> int:
    """Publish a version for each day that the pack names; one that says what is already in force changes nothing."""
    rule_set = RuleSet.objects.get(slug=run.pack)
    rows = [(record.day("valid_from", run.valid_from), _read_rule(record, rule_set)) for record in records]
    changed = 0
    for valid_from, group in groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0]):
        changed += publish_rules(rule_set, valid_from, [row for _, row in group], run)
    return changed


def publish_rules(rule_set: RuleSet, valid_from: date, rows: list[RuleRow], run: PackRun) -> int:
    published = rule_set.versions.published()
    same_day = published.filter(valid_from=valid_from).first()
    if same_day and _rows_of(same_day) == rows:
        return 0
    later = published.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if same_day:
        published.filter(pk=same_day.pk).update(state=VersionState.REPLACED)
    earlier = published.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), valid_from__lt=valid_from)
    earlier.update(valid_to=valid_from)
    version = RuleSetVersion.objects.create(
        rule_set=rule_set,
        number=(rule_set.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        state=VersionState.PUBLISHED,
        valid_from=valid_from,
        valid_to=later.valid_from if later else None,
        change_note=f"Loaded with the policy pack {run.pack}.",
        published_at=run.now,
    )
    write_rules(version, rows)
    return len(rows)


def write_rules(version: RuleSetVersion, rows: Iterable[RuleRow]) -> None:
    for order, (conditions, allowances) in enumerate(rows, start=1):
        rule = Rule.objects.create(version=version, order=order, **conditions)
        Allowance.objects.bulk_create(Allowance(rule=rule, **terms) for terms in allowances)


def _rows_of(version: RuleSetVersion) -> list[RuleRow]:
    """Return a version as the rows that would write it."""
    return [
        (
            {name: getattr(rule, name) for name in CONDITIONS},
            [{name: getattr(each, name) for name in TERMS} for each in rule.allowances.order_by("pk")],
        )
        for rule in version.rules.order_by("order").prefetch_related("allowances")
    ]


def _read_rule(record: Record, rule_set: RuleSet) -> RuleRow:
    priority = record.take("priority", None) and record.choice("priority", Priority)
    kind = record.take("kind", None) and record.choice("kind", CaseKind)
    channel = record.take("channel", None) and record.choice("channel", Channel)
    conditions = {
        "name": record.text("name", longest=120),
        "kind": kind.value if kind else "",
        "priority": priority.value if priority else None,
        "category_id": _category(record),
        "channel": channel.value if channel else "",
        "trigger_id": _trigger(record),
        "need_id": _need(record),
    }
    allowances = [_read_allowance(each, rule_set) for each in record.records("allow")]
    record.finish()
    return conditions, allowances


def _category(record: Record) -> int | None:
    name = record.text("category", "")
    if not name:
        return None
    category = Category.objects.filter(name=name).first()
    if category is None:
        raise record.error(f"“category” must be the name of a category; there is no “{name}”.")
    return category.pk


def _trigger(record: Record) -> int | None:
    return _named(record, "trigger", Trigger.objects.all(), "code") if record.take("trigger", None) else None


def _need(record: Record) -> int | None:
    return _named(record, "need", SupportNeed.objects.all(), "code") if record.take("need", None) else None


def _read_allowance(record: Record, rule_set: RuleSet) -> dict[str, Any]:
    measure = _measure(record)
    value = record.take(measure.lower())
    is_fixed = measure is Measure.FIXED_DATE
    terms = {
        "target_id": _named(record, "target", Target.objects.filter(rule_set=rule_set), "code"),
        "measure": measure.value,
        "amount": Decimal(0) if is_fixed else _amount(record, measure.lower(), value),
        "calendar_id": _named(record, "calendar", WorkingCalendar.objects.all(), "slug"),
        "rolls": record.flag("rolls"),
        "cut_off": _time_of_day(record, "cut_off"),
        "counts_from_next_day": record.flag("counts_from_next_day", True),
        "closes_at": _time_of_day(record, "closes_at"),
        "fixed_day": record.day(measure.lower()) if is_fixed else None,
    }
    record.finish()
    try:
        _ = Allowance(**terms).duration
    except DurationError as error:
        raise record.error(f"“{measure.lower()}”: {error}") from error
    return terms


def _measure(record: Record) -> Measure:
    named = [measure for measure in Measure if measure.lower() in record.values]
    if len(named) != 1:
        raise record.error(f"Say how long with one of {', '.join(measure.lower() for measure in Measure)}.")
    return named[0]


def _amount(record: Record, key: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 100_000:
        raise record.error(f"“{key}”: The time allowed must be a number above 0.")
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _named(record: Record, key: str, rows: Any, field: str) -> int:
    name = record.text(key)
    row = rows.filter(**{field: name}).first()
    if row is None:
        known = ", ".join(rows.order_by("pk").values_list(field, flat=True))
        raise record.error(f"“{key}” is “{name}”, which is not known. There are: {known}.")
    return int(row.pk)


def _time_of_day(record: Record, key: str) -> time | None:
    text = record.text(key, "")
    if not text:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise record.error(f"“{key}” must be a time in quotes, such as '17:00'.") from error
