"""Where clocks stand according to their events."""

from collections.abc import Iterable

from sla.arithmetic.ledger import Entry, EntryKind, Standing, standing
from sla.models import Clock, ClockEvent
from sla.selectors.calendars import calendar_of


def entry_of(event: ClockEvent) -> Entry:
    return Entry(
        kind=EntryKind(event.kind),
        at=event.at,
        duration=event.allowance.duration if event.allowance else None,
        calendar=calendar_of(event.calendar_version) if event.calendar_version else None,
        starts_at=event.starts_at,
        extension_days=event.extension_days,
    )


def standing_of(events: Iterable[ClockEvent]) -> Standing:
    """Return the projection of one clock's events, given oldest first."""
    return standing(entry_of(event) for event in events)


def events_of(clocks: Iterable[Clock]) -> dict[int, list[ClockEvent]]:
    """Return the ledger of each clock by its id, in one query."""
    events: dict[int, list[ClockEvent]] = {clock.pk: [] for clock in clocks}
    if not events:
        return events
    rows = (
        ClockEvent.objects.filter(clock__in=list(events))
        .select_related("actor", "allowance__target", "calendar_version__calendar")
        .order_by("clock", "pk")
    )
    for event in rows:
        events[event.clock_id].append(event)
    return events
