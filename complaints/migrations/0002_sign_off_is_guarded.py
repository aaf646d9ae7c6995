"""The rules of sign-off that no single-row constraint can hold, kept by the database itself on both engines."""

from django.db import migrations

TABLE = "cases_approvaldecision"
BINDING = 'approval_id, decision, decided_by_id, requested_by_id, content_hash, "limit"'

# Each rule: what must not exist when a decision is written, in SQL over NEW, and the words of the refusal.
ROUND = "FROM cases_approval a JOIN cases_case c ON c.id = a.case_id WHERE a.id = NEW.approval_id"
RULES = {
    "The round is no longer waiting for sign-off": f"{ROUND} AND a.state <> 'PENDING'",
    "The content is not what was submitted": f"{ROUND} AND a.content_hash <> NEW.content_hash",
    "The proposer is not who asked for this round": f"{ROUND} AND a.requested_by_id <> NEW.requested_by_id",
    "The approver owns the case": f"{ROUND} AND c.owner_id = NEW.decided_by_id",
    "The approver is named in the complaint": (
        "FROM cases_approval a JOIN cases_namedcolleague n ON n.case_id = a.case_id "
        "WHERE a.id = NEW.approval_id AND n.colleague_id = NEW.decided_by_id"
    ),
    "The approver wrote part of the proposal": (
        "FROM cases_approval a JOIN complaints_contributor w ON w.case_id = a.case_id "
        "WHERE a.id = NEW.approval_id AND w.person_id = NEW.decided_by_id"
    ),
    "The amount is above the limit of the approver": (
        f"{ROUND} AND NEW.decision = 'APPROVE' AND a.approvers_needed = 1 "
        'AND (NEW."limit" IS NULL OR NEW."limit" < a.amount)'
    ),
}


def add_guards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        checks = "\n".join(
            f"IF EXISTS (SELECT 1 {rule}) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{words}.'; END IF;"
            for words, rule in RULES.items()
        )
        schema_editor.execute(
            "CREATE FUNCTION complaints_guard_sign_off() RETURNS trigger AS $guard$ BEGIN\n"
            f"{checks}\nRETURN NEW; END $guard$ LANGUAGE plpgsql",
            params=None,
        )
        schema_editor.execute(
            f"CREATE TRIGGER guard_sign_off BEFORE INSERT OR UPDATE OF {BINDING} ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION complaints_guard_sign_off()",
            params=None,
        )
        return
    checks = "\n".join(
        f"SELECT RAISE(ABORT, '{words}.') WHERE EXISTS (SELECT 1 {rule});" for words, rule in RULES.items()
    )
    for name, event in (("insert", "INSERT"), ("update", f"UPDATE OF {BINDING}")):
        schema_editor.execute(
            f"CREATE TRIGGER guard_sign_off_{name} BEFORE {event} ON {TABLE} FOR EACH ROW BEGIN\n{checks}\nEND",
            params=None,
        )


def remove_guards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER guard_sign_off ON {TABLE}")
        schema_editor.execute("DROP FUNCTION complaints_guard_sign_off()")
        return
    for event in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER guard_sign_off_{event}")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("cases", "0001_initial")]

    operations = [migrations.RunPython(add_guards, remove_guards)]
