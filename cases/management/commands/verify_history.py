from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.services.checkpoints import problems_against
from cases.services.verifying import verify
from core.errors import UserFacingError


class Command(BaseCommand):
    help = (
        "Check that no history was changed, cut, reordered or written again, against itself and against the checkpoints; "
        "with --against also that the checkpoints are those of a file kept elsewhere. Exits with an error if not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", metavar="REFERENCE", help="Check one case, such as CMP-2026-004211.")
        parser.add_argument("--against", metavar="FILE", help="A file that checkpoint_history --out wrote.")

    def handle(self, *args: Any, **options: Any) -> None:
        reference: str | None = options["case"]
        number = "-".join(reference.split("-")[-2:]) if reference else None
        began = perf_counter()
        report = verify(number=number)
        seconds = perf_counter() - began
        if number and not report.cases:
            raise CommandError(f"There is no case {reference}.")
        problems = report.problems + (_against(options["against"]) if options["against"] else [])
        for problem in problems:
            self.stdout.write(problem)
        checked = f"{_counted(report.cases, 'case')}, {_counted(report.events, 'event')}"
        if problems:
            raise CommandError(f"Checked {checked}: {len(problems)} broken.")
        rate = report.events / seconds if seconds else 0
        self.stdout.write(
            f"Checked {checked}: every history is complete ({seconds:.1f} s, {rate:,.0f} events a second)."
        )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _against(file: str) -> list[str]:
    try:
        with Path(file).open(encoding="utf-8") as lines:
            return problems_against(lines)
    except (OSError, UserFacingError) as error:
        raise CommandError(str(error)) from error
