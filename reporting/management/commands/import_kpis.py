import csv
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from core.errors import UserFacingError
from reporting.services.contact_figures import import_contact_figures


class Command(BaseCommand):
    help = "Bring in contact figures from a CSV file, by day or by month. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", metavar="EMAIL", help="who brings them in; the system where left out")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            actor = User.objects.get(email=options["by"].lower()) if options["by"] else User.objects.system()
            with path.open("rb") as file:
                made = import_contact_figures(file=file, name=path.name, actor=actor, now=timezone.now())
        except User.DoesNotExist as error:
            raise CommandError("Nobody has the email address that --by names.") from error
        except UserFacingError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        self.stdout.write(f"Added: {made.added:,}. Changed: {made.changed:,}. As they were: {made.unchanged:,}.")
        if made.rejected:
            self.stdout.write(self.style.WARNING(f"Rows left out: {made.rejected:,}."))
            csv.writer(sys.stderr).writerows([("line", "reason"), *made.rejections])
