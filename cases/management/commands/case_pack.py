from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from cases.models import Case
from cases.services.pack_files import CHUNK, write_archive, write_document


class Command(BaseCommand):
    help = "Write the whole file of a case as one PDF and one ZIP into a folder, or a redacted copy for outside eyes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", metavar="REFERENCE", help="Such as CMP-2026-004211.")
        parser.add_argument("--out", metavar="DIR", required=True, type=Path)
        parser.add_argument("--redacted", action="store_true", help="For outside eyes: says what it leaves out.")

    def handle(self, *args: Any, **options: Any) -> None:
        number = "-".join(options["reference"].split("-")[-2:])
        case = Case.objects.select_related("customer").filter(number=number).first()
        if case is None:
            raise CommandError(f"There is no case {options['reference']}.")
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        reader, now, is_redacted = User.objects.system(), timezone.now(), bool(options["redacted"])
        stem = f"case-pack-{case.reference}{'-redacted' if is_redacted else ''}"
        told: dict[str, Any] = {"reader": reader, "now": now, "is_redacted": is_redacted}
        with (out / f"{stem}.pdf").open("w+b") as document:
            left_out = write_document(document, case, progress=lambda part, parts: None, **told)
            document.seek(0)
            pages = iter(partial(document.read, CHUNK), b"")
            with (out / f"{stem}.zip").open("wb") as archive:
                write_archive(archive, case, document=pages, left_out=left_out, progress=lambda name: None, **told)
        self.stdout.write(f"{out / stem}.pdf and .zip are written.")
        for sentence in left_out:
            self.stdout.write(f"Left out: {sentence}")
