from argparse import ArgumentParser
from datetime import UTC, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from desk.generator.build import Generator
from desk.generator.organisation import make_organisation

DETAILED_UP_TO = 5_000
BRIEF_SHARE = 0.95


class Command(BaseCommand):
    help = "Make invented cases with their whole history. The same seed and day give the same cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=400)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--as-of", default="", help="The day on which the story ends, such as 2026-11-20.")
        parser.add_argument("--open-share", type=float, help="Leave this share of the cases open, whatever their age.")

    def handle(self, *args: Any, **options: Any) -> None:
        generator = Generator(
            make_organisation(now=timezone.now()),
            as_of=end_of_story(options["as_of"]),
            seed=options["seed"],
            open_share=options["open_share"],
            brief_share=BRIEF_SHARE if options["count"] > DETAILED_UP_TO else 0.0,
        )
        generator.generate(options["count"], progress=self._say)
        self.stdout.write("")

    def _say(self, done: int) -> None:
        self.stdout.write(f"\r{done:,} cases", ending="")
        self.stdout.flush()


def end_of_story(text: str) -> datetime:
    """Return the end of the named day, or now."""
    if not text:
        return timezone.now()
    day = parse_date(text)
    if day is None:
        raise CommandError(f"{text} is not a date. Write it as 2026-11-20.")
    return datetime.combine(day, time(16), UTC)
