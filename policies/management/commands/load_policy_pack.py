from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from policies.packs.records import PackError
from policies.services.packs import available_packs, load_pack


class Command(BaseCommand):
    help = "Load the rules of a policy pack. Loading the same pack again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="*", default=["house"], help=f"One of: {', '.join(available_packs())}.")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in options["name"]:
            self._load(name)

    def _load(self, name: str) -> None:
        try:
            report = load_pack(name, actor=User.objects.system(), now=timezone.now())
        except PackError as error:
            raise CommandError(str(error)) from error
        if report.is_repeat:
            self.stdout.write(f"{report.title}: already loaded, nothing changed.")
            return
        for section, count in report.changed.items():
            self.stdout.write(f"{report.title}: {section.replace('_', ' ')}, {count} created or changed.")
