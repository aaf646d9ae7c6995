from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import UserFacingError
from reporting.models import ThemeMembership
from reporting.selectors.themes import themes_by_size
from reporting.services.facts import refresh_facts
from reporting.services.themes import nightly


class Command(BaseCommand):
    help = "Run the nightly theme analysis now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="analyse as if it were this day")
        parser.add_argument("--themes", type=int, metavar="K", help="learn this many themes, from nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["themes"] is not None and not 2 <= options["themes"] <= 200:
            raise CommandError("Ask for 2 to 200 themes.")
        refresh_facts(now=now)
        try:
            run = nightly(now=now, as_of=options["as_of"], themes=options["themes"])
        except UserFacingError as error:
            raise CommandError(str(error)) from error
        if run.failure:
            self.stdout.write(self.style.WARNING(run.failure))
        seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0
        themed = ThemeMembership.objects.filter(theme__isnull=False).count()
        self.stdout.write(
            f"Read {run.cases_read:,} cases in {seconds:.1f} s. {themed:,} of {ThemeMembership.objects.count():,} "
            "cases are in a theme."
        )
        for theme, size in themes_by_size():
            self.stdout.write(f"{size:>8,}  {theme.reference}  {theme.title}")
