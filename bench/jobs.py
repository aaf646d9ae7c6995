"""Work in the background: the reminder tick, the import, the nightly analysis. Each runs once."""

import csv
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.management import call_command, get_commands
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from bench.measure import NotThereYetError
from desk.generator.stories import tell
from desk.generator.words import SUBJECTS
from sla.services import remind

IMPORTED = 2_000


def job_actions() -> Iterator[tuple[str, Callable[[], object]]]:
    yield "reminder tick, nothing due", undone(tick)
    yield f"import of {IMPORTED:,} cases", undone(import_cases)
    yield "theme analysis", undone(lambda: command("analyse_themes"))


def undone(job: Callable[[], object]) -> Callable[[], object]:
    """Return `job` in a transaction that leaves nothing behind, so that the next run starts from the same cases."""

    def run() -> None:
        with transaction.atomic():
            job()
            transaction.set_rollback(True)

    return run


def tick() -> None:
    remind(actor=User.objects.system(), now=timezone.now())


def command(name: str, *arguments: str) -> None:
    if name not in get_commands():
        raise NotThereYetError(name)
    call_command(name, *arguments, verbosity=0)


def import_cases() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "complaints.csv"
        write_complaints(file)
        mapping = "date=received,text=story,category=category,product=product,external_id=id"
        command("import_cases", str(file), "--map", mapping, "--kind", "complaint")


def write_complaints(file: Path) -> None:
    rng = random.Random(5)  # noqa: S311 - invented complaints
    with file.open("w", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(["id", "received", "category", "product", "story"])
        for number in range(IMPORTED):
            subject = rng.choice(SUBJECTS)
            story = tell(rng, rng.choice(subject.issues), timezone.localdate())
            writer.writerow([f"BENCH-{number}", timezone.localdate(), subject.category, "Dual fuel", story])
