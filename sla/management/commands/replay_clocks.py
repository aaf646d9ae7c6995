from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sla.selectors.replay import replay


class Command(BaseCommand):
    help = "Work every clock out again from its ledger and print what differs. A healthy database has no difference."

    def handle(self, *args: Any, **options: Any) -> None:
        checked = differing = 0
        for clock, differences in replay():
            checked += 1
            differing += bool(differences)
            for field, (stored, ledger) in differences.items():
                self.stdout.write(f"{clock} (clock {clock.pk}), {field}: stored {stored}, the ledger says {ledger}")
        self.stdout.write(f"{checked:,} clocks worked out again, {differing:,} differ.")
        if differing:
            raise CommandError("The stored clocks do not follow from their ledgers.")
