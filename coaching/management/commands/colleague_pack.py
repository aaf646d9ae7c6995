"""Write what is held about one colleague as two files: one to read, one for a machine."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from coaching.services.access_pack import make_colleague_pack


class Command(BaseCommand):
    help = "Write a colleague’s coaching notes, recognition, goals, STAR records and quality reviews into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--out", required=True, type=Path, help="The folder to write to; it is made if need be.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.visible_to(User.objects.system()).filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError(f"Nobody here signs in as {options['email']}.")
        now, out = timezone.now(), options["out"]
        out.mkdir(parents=True, exist_ok=True)
        chapters = make_colleague_pack(person=person, now=now)
        page = render_to_string("coaching/colleague_pack.html", {"person": person, "now": now, "chapters": chapters})
        data = {name: [asdict(entry) for entry in entries] for name, entries in chapters.items()}
        (out / "colleague.html").write_text(page, encoding="utf-8")
        (out / "colleague.json").write_text(json.dumps(data, ensure_ascii=False, indent=2), encoding="utf-8")
        count = sum(len(entries) for entries in chapters.values())
        self.stdout.write(f"{count} records about {person} are in {out}. Read them before you hand them over.")
