"""Bring in what the telephone system counted: the same file again changes nothing, a corrected one replaces its rows."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, Final

from django.db import IntegrityError, transaction

from accounts.models import Team, User
from core.dates import local_day
from core.errors import TransitionNotAllowedError, UserFacingError
from reporting import permissions
from reporting.choices import Grain
from reporting.models import ContactFigures, ContactImport
from reporting.permissions import ReportingAction
from reporting.services.contact_rows import NAMES, FigureRow, RejectedRow, read_figures

BATCH = 1_000
PIECE = 1_048_576
REJECTIONS_KEPT: Final = 500
NUMBERS: Final = tuple(NAMES.values())
SHAPES = {Grain.DAY: "by day", Grain.MONTH: "for the whole month"}

Key = tuple[Grain, date, int, str, int | None]
Scope = tuple[int, int | None, date]
Shape = tuple[Grain, bool]


def import_contact_figures(*, file: BinaryIO, name: str, actor: User, now: datetime) -> ContactImport:
    """Bring in every row that makes sense, and say of each other row why it does not."""
    permissions.require(actor, ReportingAction.IMPORT_CONTACT_FIGURES)
    try:
        return _import(file=file, name=name, actor=actor, now=now)
    except IntegrityError as error:
        raise UserFacingError(
            "Somebody brought in figures for the same period at the same moment, so nothing of this file was kept. "
            "Bring it in again."
        ) from error


@transaction.atomic
def _import(*, file: BinaryIO, name: str, actor: User, now: datetime) -> ContactImport:
    digest = _digest(file)
    made = ContactImport.objects.create(file_name=name[:200], digest=digest, imported_by=actor, imported_at=now)
    clerk = _Clerk(made)
    rows = read_figures(file, today=local_day(now))
    while batch := list(islice(rows, BATCH)):
        clerk.take(batch)
    made.save(update_fields=["added", "changed", "unchanged", "rejected", "rejections"])
    return made


@transaction.atomic
def take_out_import(*, import_id: int, actor: User, now: datetime) -> int:
    """Delete the rows that an import wrote last, and return how many; what it had replaced does not come back."""
    permissions.require(actor, ReportingAction.IMPORT_CONTACT_FIGURES)
    made = ContactImport.objects.select_for_update().get(pk=import_id)
    if made.taken_out_at:
        raise TransitionNotAllowedError(f"The figures of {made} have been taken out already.")
    gone, _ = ContactFigures.objects.filter(source=made).delete()
    made.taken_out_at, made.taken_out_by = now, actor
    made.save(update_fields=["taken_out_at", "taken_out_by"])
    return gone


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


@dataclass
class _Clerk:
    """Writes one batch after another, and remembers what the file has said so far."""

    made: ContactImport
    teams: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    lines: dict[Key, int] = field(default_factory=dict)
    shapes: dict[Scope, Shape] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.teams = {name.casefold(): pk for name, pk in Team.objects.values_list("name", "pk")}
        self.people = dict(User.objects.people().values_list("email", "pk"))

    def take(self, batch: Iterable[FigureRow | RejectedRow]) -> None:
        usable = list(self._placed(batch))
        standing = _standing([key for key, _ in usable])
        self._learn_shapes(standing.values())
        new: list[ContactFigures] = []
        changed: list[ContactFigures] = []
        for key, row in usable:
            if reason := self._clash(key, row.line):
                self._reject(row.line, reason)
                continue
            found = standing.get(key)
            if found is None:
                new.append(_figures(key, row, self.made))
            elif any(getattr(found, name) != row.numbers[name] for name in NUMBERS):
                changed.append(self._replaced(found, row))
            else:
                self.made.unchanged += 1
        ContactFigures.objects.bulk_create(new)
        ContactFigures.objects.bulk_update(changed, [*NUMBERS, "source"])
        self.made.added += len(new)
        self.made.changed += len(changed)

    def _placed(self, batch: Iterable[FigureRow | RejectedRow]) -> Iterator[tuple[Key, FigureRow]]:
        """Yield the rows whose team and person we know, each with what it is about."""
        for row in batch:
            if isinstance(row, RejectedRow):
                self._reject(row.line, row.reason)
            elif row.team.casefold() not in self.teams:
                self._reject(row.line, f"No team is called “{row.team}”.")
            elif row.person and row.person not in self.people:
                self._reject(row.line, "No colleague has the email address in the column person.")
            else:
                team, person = self.teams[row.team.casefold()], self.people.get(row.person)
                yield (row.grain, row.starts_on, team, row.queue, person), row

    def _learn_shapes(self, rows: Iterable[ContactFigures]) -> None:
        for row in rows:
            self.shapes.setdefault(_scope(_key(row)), (Grain(row.grain), bool(row.queue)))

    def _clash(self, key: Key, line: int) -> str:
        """Return why the row would count contacts twice, or nothing."""
        first = self.lines.setdefault(key, line)
        if first != line:
            return f"Line {first} gives the same period, team, queue and person."
        grain, _, _, queue, _ = key
        shape = self.shapes.setdefault(_scope(key), (grain, bool(queue)))
        if shape == (grain, bool(queue)):
            return ""
        kept = f"{SHAPES[shape[0]]}, {'queue by queue' if shape[1] else 'all queues together'}"
        return f"This team has figures for the month already, {kept}. Both together would count contacts twice."

    def _replaced(self, found: ContactFigures, row: FigureRow) -> ContactFigures:
        for name in NUMBERS:
            setattr(found, name, row.numbers[name])
        found.source = self.made
        return found

    def _reject(self, line: int, reason: str) -> None:
        self.made.rejected += 1
        if len(self.made.rejections) < REJECTIONS_KEPT:
            self.made.rejections.append([line, reason])


def _standing(keys: Sequence[Key]) -> dict[Key, ContactFigures]:
    """Return every row that is in for the months and teams of `keys`, by what it is about."""
    months = {starts_on.replace(day=1) for _, starts_on, *_ in keys}
    if not months:
        return {}
    found = ContactFigures.objects.filter(
        starts_on__gte=min(months), starts_on__lt=_month_after(max(months)), team_id__in={key[2] for key in keys}
    )
    return {_key(row): row for row in found.select_for_update()}


def _key(row: ContactFigures) -> Key:
    return Grain(row.grain), row.starts_on, row.team_id, row.queue, row.person_id


def _scope(key: Key) -> Scope:
    """Return within what figures must be given one way: a team's or a person's month."""
    _, starts_on, team, _, person = key
    return team, person, starts_on.replace(day=1)


def _month_after(first: date) -> date:
    return first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)


def _figures(key: Key, row: FigureRow, made: ContactImport) -> ContactFigures:
    grain, starts_on, team, queue, person = key
    return ContactFigures(
        grain=grain, starts_on=starts_on, team_id=team, queue=queue, person_id=person, source=made, **row.numbers
    )
