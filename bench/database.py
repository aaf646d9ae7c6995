"""One PostgreSQL database for each size, filled once by the seeded generator and kept for the next run."""

from django.core.management import call_command
from django.db import connection

from cases.models import Case

AS_OF = "2026-11-20"
SEED = 1
OPEN_SHARE = 0.6  # as the peers were filled


def fill_database(size: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    if Case.objects.count() >= size:
        return
    call_command("generate_cases", count=size, seed=SEED, as_of=AS_OF, open_share=OPEN_SHARE)
    call_command("rebuild_facts", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
