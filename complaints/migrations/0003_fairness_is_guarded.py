"""The rest of who may not sign off, and that a round is approved by decisions alone: kept by the database as well.

`0002` keeps the proposer, the owner, the person named, the contributors and the limit. Dates are compared in UTC, a day
wide, so that nobody is refused for the hour; the services compare in the organisation's time.
"""

from django.db import migrations

DECISIONS, ROUNDS = "cases_approvaldecision", "cases_approval"

DATES = {
    "postgresql": {
        "month_ago": "NEW.decided_at - interval '30 days'",
        "day": "(NEW.decided_at AT TIME ZONE 'UTC')::date",
        "next_day": "(NEW.decided_at AT TIME ZONE 'UTC')::date + 1",
        "day_before": "(NEW.decided_at AT TIME ZONE 'UTC')::date - 1",
    },
    "sqlite": {
        "month_ago": "datetime(NEW.decided_at, '-30 days')",
        "day": "date(NEW.decided_at)",
        "next_day": "date(NEW.decided_at, '+1 day')",
        "day_before": "date(NEW.decided_at, '-1 day')",
    },
}

# Whoever may not decide lends nobody the right to: those who propose, own, are named or wrote.
BARRED = (
    "d.giver_id = a.requested_by_id OR d.giver_id = c.owner_id "
    "OR d.giver_id IN (SELECT colleague_id FROM cases_namedcolleague n WHERE n.case_id = a.case_id) "
    "OR d.giver_id IN (SELECT person_id FROM complaints_contributor w WHERE w.case_id = a.case_id)"
)
STANDS_IN = "d.receiver_id = NEW.decided_by_id AND d.ended_at IS NULL"

RULES = {
    "The approver is no team leader or manager who can sign in": (
        "FROM accounts_user u WHERE u.id = NEW.decided_by_id "
        "AND (u.role NOT IN ('TEAM_LEADER', 'MANAGER') OR NOT u.is_active)"
    ),
    "The approver owned the case in the last 30 days": (
        "FROM cases_approval a JOIN complaints_formerowner f ON f.case_id = a.case_id "
        "WHERE a.id = NEW.approval_id AND f.person_id = NEW.decided_by_id AND f.until >= {month_ago}"
    ),
    "The approver referred it up": (
        "FROM complaints_proposal p WHERE p.approval_id = NEW.approval_id AND p.referred_by_id = NEW.decided_by_id"
    ),
    "The approver decided the first stage": (
        "FROM cases_approval a JOIN complaints_complaint k ON k.case_id = a.case_id AND k.stage = 2 "
        "JOIN cases_approval e ON e.case_id = a.case_id AND e.round < a.round "
        "JOIN cases_approvaldecision b ON b.approval_id = e.id AND b.decision = 'APPROVE' "
        "WHERE a.id = NEW.approval_id AND b.decided_by_id = NEW.decided_by_id"
    ),
    "The approver stands in for a person who may not decide": (
        "FROM cases_approval a JOIN cases_case c ON c.id = a.case_id, complaints_delegation d "
        f"WHERE a.id = NEW.approval_id AND {STANDS_IN} AND d.first_day <= {{day}} AND d.last_day >= {{day}} AND ({BARRED})"
    ),
    "A manager must approve it": (
        "FROM complaints_proposal p JOIN accounts_user u ON u.id = NEW.decided_by_id "
        "WHERE p.approval_id = NEW.approval_id AND NEW.decision = 'APPROVE' AND p.least_role = 'MANAGER' "
        "AND u.role <> 'MANAGER' AND NOT EXISTS (SELECT 1 FROM complaints_delegation d "
        f"JOIN accounts_user g ON g.id = d.giver_id AND g.role = 'MANAGER' WHERE {STANDS_IN} "
        "AND d.first_day <= {next_day} AND d.last_day >= {day_before})"
    ),
}

# What must not be when a round changes, over OLD and NEW.
ROUND_RULES = {
    "A round is approved by the decisions on it alone": (
        "NEW.state = 'APPROVED' AND OLD.state <> 'APPROVED' AND (OLD.state <> 'PENDING' OR NEW.approvers_needed > "
        "(SELECT count(*) FROM cases_approvaldecision b WHERE b.approval_id = NEW.id AND b.decision = 'APPROVE' "
        "AND b.content_hash = NEW.content_hash))"
    ),
    "What was submitted in a round does not change": (
        "NEW.content_hash <> OLD.content_hash OR NEW.amount <> OLD.amount OR NEW.case_id <> OLD.case_id "
        "OR NEW.requested_by_id <> OLD.requested_by_id OR NEW.approvers_needed <> OLD.approvers_needed"
    ),
}


def postgres(editor, name, table, event, checks):
    body = "\n".join(
        f"IF {condition} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{words}.'; END IF;"
        for words, condition in checks.items()
    )
    editor.execute(
        f"CREATE FUNCTION complaints_{name}() RETURNS trigger AS $guard$ BEGIN\n{body}\nRETURN NEW; END $guard$ "
        "LANGUAGE plpgsql",
        params=None,
    )
    editor.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION complaints_{name}()",
        params=None,
    )


def sqlite(editor, name, table, event, checks):
    body = "\n".join(f"SELECT RAISE(ABORT, '{words}.') WHERE {condition};" for words, condition in checks.items())
    editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW BEGIN\n{body}\nEND", params=None)


def add_guards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    make = postgres if vendor == "postgresql" else sqlite
    checks = {words: f"EXISTS (SELECT 1 {rule.format(**DATES[vendor])})" for words, rule in RULES.items()}
    make(schema_editor, "guard_fairness", DECISIONS, "INSERT", checks)
    make(schema_editor, "guard_rounds", ROUNDS, "UPDATE", ROUND_RULES)


def remove_guards(apps, schema_editor):
    for name, table in (("guard_fairness", DECISIONS), ("guard_rounds", ROUNDS)):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION complaints_{name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_sign_off_is_guarded"), ("accounts", "0001_initial")]

    operations = [migrations.RunPython(add_guards, remove_guards)]
