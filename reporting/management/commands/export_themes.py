import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from cases.models import Case
from core.csv_files import safe_cell
from reporting.models import Theme
from reporting.services.case_facts import themes_of

COLUMNS = ("case_reference", "external_id", "theme_id", "theme_label")
CHUNK = 2_000


class Command(BaseCommand):
    help = "Write which theme each case is in; a case without a theme has empty cells."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--csv", type=Path, required=True, metavar="FILE")
        parser.add_argument("--terms", type=Path, metavar="FILE", help="also write each theme's leading terms, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        themes = {theme.pk: theme for theme in Theme.objects.live().defer("term_weights")}
        with options["csv"].open("w", newline="", encoding="utf-8") as file:
            count = _write_cases(csv.writer(file), themes)
        if options["terms"]:
            terms = {theme.reference: theme.terms for theme in themes.values() if theme.terms}
            options["terms"].write_text(json.dumps(terms, indent=1, ensure_ascii=False), encoding="utf-8")
        self.stdout.write(f"Wrote {count:,} cases to {options['csv']}.")


def _write_cases(writer: Any, themes: dict[int, Theme]) -> int:
    writer.writerow(COLUMNS)
    rows = Case.objects.order_by("pk").only("number", "kind", "external_id").iterator(chunk_size=CHUNK)
    total, chunk = 0, []
    for case in rows:
        chunk.append(case)
        if len(chunk) == CHUNK:
            total += _write_chunk(writer, chunk, themes)
            chunk = []
    return total + _write_chunk(writer, chunk, themes)


def _write_chunk(writer: Any, cases: list[Case], themes: dict[int, Theme]) -> int:
    found = themes_of([case.pk for case in cases])
    for case in cases:
        theme = themes.get(found.get(case.pk, 0))
        label = (theme.reference, safe_cell(theme.title)) if theme else ("", "")
        writer.writerow([case.reference, safe_cell(case.external_id), *label])
    return len(cases)
