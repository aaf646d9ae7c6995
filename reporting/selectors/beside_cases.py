"""Counts that are not of cases, in the shape of those that are: what the telephone system said, and recommendations.

Both know teams or none at all, and no kind, channel or product; where a segment is asked for, there is nothing to count.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date

from accounts.models import User
from core.dates import local_day
from reporting.choices import OF_CONTACTS, OF_RECOMMENDATIONS, Measure
from reporting.lifecycle import ACCEPTED
from reporting.measures.operations import ContactTotals
from reporting.models import ContactFigures, Recommendation
from reporting.selectors.contact_figures import by_week
from reporting.selectors.scope import Scope, monday

YES, NO = "YES", "NO"
Count = tuple[str, int, int]  # the key, how many, and what they add up to
Counted = tuple[Measure, str, date, int, int]


def _parts(hits: int, of: int) -> list[Count]:
    return [(YES, hits, 0), (NO, of - hits, 0)] if of else []


def _sum(of: int, amount: int) -> list[Count]:
    return [("", of, amount)] if of else []


CONTACTS: dict[Measure, Callable[[ContactTotals], list[Count]]] = {
    Measure.CALLS: lambda found: _sum(found.handled, 0),
    Measure.CALL_TIME: lambda found: _sum(found.timed, found.handling_time.numerator),
    Measure.CALL_AFTER: lambda found: _sum(found.timed, found.after_call_seconds),
    Measure.CALL_WAIT: lambda found: _sum(found.wait_of, found.wait_seconds),
    Measure.CALL_FIRST: lambda found: _parts(found.resolved_first, found.resolved_of),
    Measure.CALL_LOST: lambda found: _parts(found.abandoned, found.abandoned_of),
    Measure.CALL_IN_TIME: lambda found: _parts(found.answered_in_time, found.answered_in_time_of),
}


def count_beside_cases(user: User, scope: Scope, measures: Collection[Measure]) -> Iterator[Counted]:
    """Yield (measure, key, Monday, count, amount), as far as `user` may count them."""
    if scope.is_of_a_segment:
        return
    if contacts := OF_CONTACTS.intersection(measures):
        yield from _contacts(user, scope, contacts)
    if OF_RECOMMENDATIONS.intersection(measures) and not scope.team and not scope.owner:
        yield from _recommendations(user, scope)


def _contacts(user: User, scope: Scope, measures: Collection[Measure]) -> Iterator[Counted]:
    rows = ContactFigures.objects.visible_to(user).between(scope.first, scope.last)
    rows = rows.filter(person_id=scope.owner) if scope.owner else rows.of_teams()
    rows = rows.filter(team_id=scope.team) if scope.team else rows
    for week, totals in by_week(rows):
        for measure in measures:
            for key, count, amount in CONTACTS[measure](totals):
                yield measure, key, week, count, amount


def _recommendations(user: User, scope: Scope) -> Iterator[Counted]:
    seen = Recommendation.objects.visible_to(user)
    due = seen.filter(state__in=ACCEPTED, check_date__range=(scope.first, scope.yesterday))
    for day, changed_on in due.order_by().values_list("check_date", "changed_on"):
        if day is not None:
            key = YES if changed_on is not None and changed_on <= day else NO
            yield Measure.CHANGE_DUE, key, monday(day), 1, 0
    finished = seen.filter(finished_at__date__range=(scope.first, scope.last)).exclude(checked={})
    for moment, checked in finished.order_by().values_list("finished_at", "checked"):
        if moment is not None:
            yield Measure.CHANGE_HELPED, checked["result"], monday(local_day(moment)), 1, 0
