"""The cases that an incident caused. They are linked once and counted once, however often somebody asks."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.choices import EventAction, LinkKind
from cases.models import Case, CaseLink
from cases.services.history import Line, record_event, record_events
from incidents.choices import IncidentEvent
from incidents.permissions import Right
from incidents.services.locking import lock_incident


@transaction.atomic
def link_cases(*, case_id: int, caused: Collection[int], actor: User, now: datetime) -> int:
    """Link the cases with these ids as caused by the incident; return how many are new.

    Cases that `actor` may not know of are passed over, as if they were not there.
    """
    incident, _ = lock_incident(case_id, actor=actor, right=Right.LINK)
    fresh = add_links(incident, caused, actor=actor, now=now)
    record_linked(incident, fresh, actor=actor, now=now)
    return len(fresh)


def add_links(incident: Case, caused: Collection[int], *, actor: User, now: datetime) -> list[int]:
    """Link what `actor` sees and is not linked yet, in a handful of statements; the caller has locked the incident."""
    linked = CaseLink.objects.filter(target=incident, kind=LinkKind.CAUSED_BY).values("source_id")
    seen = Case.objects.visible_to(actor).filter(pk__in=caused).exclude(pk=incident.pk).exclude(pk__in=linked)
    fresh = list(seen.order_by("pk").values_list("pk", flat=True))
    links = [
        CaseLink(source_id=pk, target=incident, kind=LinkKind.CAUSED_BY, made_by=actor, made_at=now) for pk in fresh
    ]
    CaseLink.objects.bulk_create(links)
    note, subject = f"Caused by {incident}", f"case:{incident.pk}"
    lines = [Line(pk, subject=subject, note=note) for pk in fresh]
    record_events(lines, actor=actor, action=EventAction.LINKED, now=now)
    return fresh


def record_linked(incident: Case, fresh: Iterable[int], *, actor: User, now: datetime) -> None:
    """Let the incident's history say how many were linked, of those that every reader may count."""
    told = Case.objects.behind_no_wall().filter(pk__in=fresh).count()
    if told:
        record_event(incident, actor=actor, action=IncidentEvent.CASES_LINKED, now=now, note=f"{told} of them")


@transaction.atomic
def unlink_case(*, case_id: int, caused_id: int, actor: User, now: datetime, reason: str) -> None:
    """Take back a link made by mistake; both histories keep that it was there."""
    incident, _ = lock_incident(case_id, actor=actor, right=Right.LINK)
    link = CaseLink.objects.select_related("source").get(target=incident, source_id=caused_id, kind=LinkKind.CAUSED_BY)
    case = link.source
    link.delete()
    record_event(case, actor=actor, action=EventAction.UNLINKED, now=now, subject=f"case:{incident.pk}", note=reason)
    record_event(incident, actor=actor, action=EventAction.UNLINKED, now=now, subject=f"case:{case.pk}", note=reason)
