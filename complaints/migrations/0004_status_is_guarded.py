"""A complaint is approved, told and closed by its sign-off, whoever writes its status: kept by the database as well.

The lifecycle says more; this holds the steps that sign-off stands before.
"""

from django.db import migrations

SIGNED = (
    "COALESCE((SELECT a.state FROM cases_approval a WHERE a.case_id = NEW.id ORDER BY a.round DESC LIMIT 1), '') "
    "= 'APPROVED'"
)
SET_ASIDE = (
    "EXISTS (SELECT 1 FROM complaints_complaint k WHERE k.case_id = NEW.id "
    "AND k.outcome IN ('OUT_OF_SCOPE', 'FORWARDED', 'DUPLICATE'))"
)
MOVES = "NEW.kind = 'COMPLAINT' AND NEW.status <> OLD.status"
RULES = {
    "A complaint is approved and told by a sign-off alone": (
        f"{MOVES} AND NEW.status IN ('APPROVED', 'WITH_CUSTOMER', 'CONFIRMED', 'FOLLOW_UP') AND NOT ({SIGNED})"
    ),
    "A complaint closes after a sign-off, or set aside": (
        f"{MOVES} AND NEW.status = 'CLOSED' AND NOT ({SET_ASIDE}) "
        f"AND NOT (OLD.status IN ('CONFIRMED', 'FOLLOW_UP') AND {SIGNED})"
    ),
    "A complaint takes the steps around its sign-off in their order": (
        f"{MOVES} AND ("
        "(NEW.status = 'APPROVED' AND OLD.status NOT IN ('AWAITING_SIGN_OFF', 'WITH_CUSTOMER')) "
        "OR (NEW.status = 'WITH_CUSTOMER' AND OLD.status <> 'APPROVED') "
        "OR (NEW.status IN ('CONFIRMED', 'FOLLOW_UP') AND OLD.status NOT IN ('WITH_CUSTOMER', 'CONFIRMED', 'FOLLOW_UP')))"
    ),
}


def add_guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        body = "\n".join(
            f"IF {condition} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{words}.'; END IF;"
            for words, condition in RULES.items()
        )
        schema_editor.execute(
            f"CREATE FUNCTION complaints_guard_status() RETURNS trigger AS $guard$ BEGIN\n{body}\nRETURN NEW; END $guard$ "
            "LANGUAGE plpgsql",
            params=None,
        )
        schema_editor.execute(
            "CREATE TRIGGER guard_status BEFORE UPDATE OF status ON cases_case FOR EACH ROW "
            f"WHEN ({MOVES}) EXECUTE FUNCTION complaints_guard_status()",
            params=None,
        )
        return
    body = "\n".join(f"SELECT RAISE(ABORT, '{words}.') WHERE {condition};" for words, condition in RULES.items())
    schema_editor.execute(
        "CREATE TRIGGER guard_status BEFORE UPDATE OF status ON cases_case FOR EACH ROW "
        f"WHEN {MOVES} BEGIN\n{body}\nEND",
        params=None,
    )


def remove_guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER guard_status ON cases_case")
        schema_editor.execute("DROP FUNCTION complaints_guard_status()")
    else:
        schema_editor.execute("DROP TRIGGER guard_status")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_fairness_is_guarded"), ("cases", "0001_initial")]

    operations = [migrations.RunPython(add_guard, remove_guard)]
