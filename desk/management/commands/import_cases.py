import sys
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Team, User
from core.errors import UserFacingError
from desk.services.import_cases import Import, ImportReport, import_cases
from desk.services.import_rows import Columns, read_rows
from policies.choices import CaseKind

BAR = 30


class _Bar:
    """One line that says how far the file has been read; nothing where nobody watches."""

    def __init__(self, size: int, file: BinaryIO) -> None:
        self._size, self._file = max(size, 1), file
        self._began = monotonic()
        self._is_watched = sys.stderr.isatty()

    def show(self, report: ImportReport) -> None:
        if self._is_watched:
            done = min(self._file.tell() / self._size, 1.0)
            filled = "█" * round(done * BAR)
            speed = report.rows / max(monotonic() - self._began, 0.001)
            sys.stderr.write(f"\r{filled:░<{BAR}} {done:4.0%}  {report.rows:,} rows, {speed:,.0f} a second ")
            sys.stderr.flush()

    def finish(self) -> None:
        if self._is_watched:
            sys.stderr.write("\n")


class Command(BaseCommand):
    help = "Bring in outside complaints from a CSV file. Run again, it goes on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", required=True, metavar="FIELD=COLUMN,…", help="date, text, category, product, …")
        parser.add_argument("--kind", default="complaint", choices=[kind.lower() for kind in CaseKind.values])
        parser.add_argument("--source", default="import", help="what names the ids' origin; ids are unique within it")
        parser.add_argument("--team", help="the team of cases whose category names none")
        parser.add_argument("--by", metavar="EMAIL", help="who logs the cases; the system where left out")
        parser.add_argument("--rejected", type=Path, metavar="FILE", help="where rejected rows are listed")
        parser.add_argument("--start-clocks", action="store_true", help="start deadlines as if logged by hand")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        rejected = options["rejected"] or path.with_name(f"{path.stem}.rejected.csv")
        try:
            how = self._how(options)
            size = path.stat().st_size
            with path.open("rb") as file, rejected.open("w", newline="", encoding="utf-8") as rejections:
                rows = read_rows(file, Columns.parse(options["map"]), now=how.now)
                bar = _Bar(size, file)
                report = import_cases(rows, how, rejections=rejections, progress=bar.show)
                bar.finish()
        except UserFacingError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read or written: {error.strerror}.") from error
        self._print(report, rejected)

    def _how(self, options: dict[str, Any]) -> Import:
        try:
            actor = User.objects.get(email=options["by"].lower()) if options["by"] else User.objects.system()
            team = Team.objects.get(name=options["team"]) if options["team"] else None
        except (User.DoesNotExist, Team.DoesNotExist) as error:
            raise CommandError(f"{error} Check --by and --team.") from error
        return Import(
            kind=CaseKind(options["kind"].upper()),
            source=options["source"][:60],
            actor=actor,
            now=timezone.now(),
            team=team,
            starts_clocks=options["start_clocks"],
        )

    def _print(self, report: ImportReport, rejected: Path) -> None:
        self.stdout.write(f"Cases imported: {report.imported:,}. In already: {report.known:,}.")
        for note in report.notes:
            self.stdout.write(note)
        if report.rejected:
            self.stdout.write(self.style.WARNING(f"Rows rejected: {report.rejected:,}. See {rejected}."))
        else:
            rejected.unlink()
