"""Make the demonstration organisation once, and say who can sign in."""

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from desk.generator.coaching import make_coaching
from desk.generator.major import make_major_incident
from desk.generator.organisation import COMPANY, PASSWORD, TO_SIGN_IN_AS, make_organisation
from desk.generator.oversight import make_oversight
from desk.generator.quality import make_quality
from desk.generator.themes import make_theme_decisions

CASES = 800


class Command(BaseCommand):
    help = "Make the demonstration organisation, unless it is there, and print who can sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        demonstration = User.objects.filter(email=TO_SIGN_IN_AS[0].email)
        if User.objects.people().exists() and not demonstration.exists():
            self.stdout.write("This database already has people in it; no demonstration data was made.")
            return
        if not demonstration.exists():
            self.stdout.write(f"Making the demonstration organisation, {COMPANY} …")
            call_command("generate_cases", count=CASES, stdout=self.stdout)
            organisation = make_organisation(now=timezone.now())
            make_coaching(organisation, as_of=timezone.now())
            make_quality(organisation, as_of=timezone.now())
            make_major_incident(organisation, as_of=timezone.now())
            make_oversight(as_of=timezone.now())
            self.stdout.write("Reading them for themes, as every night …")
            call_command("analyse_themes", stdout=StringIO())
            make_theme_decisions(organisation, as_of=timezone.now())
        self._say_who_can_sign_in()

    def _say_who_can_sign_in(self) -> None:
        self.stdout.write(f"\nPeople at {COMPANY} who can sign in (password for all: {PASSWORD})\n")
        for colleague in TO_SIGN_IN_AS:
            self.stdout.write(f"  {Role(colleague.role).label:<22}{colleague.email}")
