"""Open clocks by the hundred thousand: one case written by the product, then copied inside the database."""

from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from django.db import connection, models

from accounts.choices import Role
from accounts.models import Team, User
from cases.models import Case, Customer
from policies.choices import CaseKind, VersionState
from sla.models import Allowance, Clock, Rule, RuleSet, RuleSetVersion
from sla.services import start_clocks

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


def fill(open_clocks: int, *, per_case: int, due: int) -> None:
    """Fill the database once; a second run finds it as it is."""
    call_command("migrate", interactive=False, verbosity=0)
    if Clock.objects.count() >= open_clocks:
        return
    call_command("load_policy_pack", "house", verbosity=0)
    case = make_case()
    clocks = list(case.clocks.order_by("pk"))
    Clock.objects.update(next_reminder_at=LATER)
    copies = open_clocks // per_case - 1
    copy_rows(Case, case.pk, copies, {"number": "'2026-' || lpad(n::text, 7, '0')"})
    with connection.cursor() as cursor:
        for clock in clocks[:per_case]:
            copy_clock(cursor, clock.pk, case.pk)
    spread(due)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def make_case() -> Case:
    """Return a medium complaint with its five clocks, received a day ago."""
    team = Team.objects.create(name="Billing")
    owner = User.objects.create_user("agent@example.com", full_name="Agent", role=Role.AGENT, team=team)
    if not User.objects.get_queryset().filter(role=Role.SYSTEM).exists():
        User.objects.create_user("system@example.com", full_name="Redress", role=Role.SYSTEM)
    received = NOW - timedelta(days=1)
    case = Case.objects.create(
        number="2026-0000000",
        kind=CaseKind.COMPLAINT,
        summary="A refund has not arrived",
        story="A refund has not arrived.",
        customer=Customer.objects.create(name="Customer"),
        priority=3,
        owner=owner,
        team=team,
        logged_by=owner,
        received_at=received,
        logged_at=received,
    )
    start_clocks(case, actor=owner, now=received)
    return case


def columns_of(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.local_concrete_fields if not field.primary_key]


def copy_rows(model: type[models.Model], pk: int, copies: int, changed: dict[str, str]) -> None:
    """Copy one row so many times; `changed` gives a column an expression of n, the number of the copy."""
    table, columns = model._meta.db_table, columns_of(model)
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" t, generate_series(1, %s) n '  # noqa: S608
            "WHERE t.id = %s",
            [copies, pk],
        )


def copy_clock(cursor: object, clock: int, case: int) -> None:
    """Give every copied case a copy of one clock."""
    columns = columns_of(Clock)
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join("c.id" if column == "case_id" else f't."{column}"' for column in columns)
    cursor.execute(  # type: ignore[attr-defined]
        f"INSERT INTO sla_clock ({names}) SELECT {values} FROM sla_clock t, cases_case c "  # noqa: S608
        "WHERE t.id = %s AND c.id <> %s",
        [clock, case],
    )


def spread(due: int) -> None:
    """Let `due` clocks of as many cases have something to say now, and the others in the weeks to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sla_clock SET next_reminder_at = %s + (id %% 40000) * interval '1 minute', due_at = due_at + "
            "interval '40 days'",
            [NOW + timedelta(hours=1)],
        )
        cursor.execute(
            "UPDATE sla_clock SET next_reminder_at = %s, due_at = %s, started_at = %s, reminded_until = %s WHERE id IN "
            "(SELECT min(id) FROM sla_clock GROUP BY case_id ORDER BY case_id LIMIT %s)",
            [NOW, NOW - timedelta(minutes=1), NOW - timedelta(hours=1), NOW - timedelta(hours=1), due],
        )


def draft_of_another_policy() -> RuleSetVersion:
    """Return a draft of the house rules in which every allowance is one longer."""
    rule_set = RuleSet.objects.get(slug="house")
    found = rule_set.versions.filter(state=VersionState.DRAFT).first()
    if found:
        return found
    published = rule_set.versions.published().get()
    draft = RuleSetVersion.objects.create(rule_set=rule_set, number=published.number + 1, valid_from=NOW.date())
    for rule in published.rules.order_by("order"):
        allowances = list(rule.allowances.all())
        copy = Rule.objects.create(
            version=draft, order=rule.order, name=rule.name, kind=rule.kind, priority=rule.priority
        )
        for allowance in allowances:
            allowance.pk, allowance.rule, allowance.amount = None, copy, allowance.amount + 1
        Allowance.objects.bulk_create(allowances)
    return draft
