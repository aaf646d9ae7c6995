from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.services.checkpoints import checkpoint_lines, make_checkpoint


class Command(BaseCommand):
    help = (
        "Write down where every history stands, and with --out write all checkpoints to a file. Keep the file where "
        "nobody who can write to the database can write; verify_history --against compares with it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", metavar="FILE", help="Write every checkpoint, the oldest first, to this file.")
        parser.add_argument("--only-export", action="store_true", help="Make no new checkpoint.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["only_export"]:
            checkpoint = make_checkpoint(now=timezone.now())
            self.stdout.write(f"{checkpoint}: {checkpoint.cases:,} cases moved. Root {checkpoint.root}")
        if options["out"]:
            try:
                Path(options["out"]).write_text("".join(f"{line}\n" for line in checkpoint_lines()), encoding="utf-8")
            except OSError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"Written to {options['out']}.")
