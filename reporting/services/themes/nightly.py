"""Read what is new, let it join its theme, and see what rises.

A night may run twice and may stop half way: each chunk of cases is one transaction, a case that was read is not read
again, and a new model becomes active together with everything it decides. A night that fails says so and leaves the
last good one as it was.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from cases.models import Case
from core.errors import UserFacingError
from reporting.choices import RunState, ThemeState
from reporting.models import AnalysisRun, LearnedModel, Theme, ThemeMembership
from reporting.services import facts
from reporting.services.themes import alarms, learning, store, suggestions
from reporting.services.themes.placing import Places, place, write_places
from reporting.services.themes.reading import Story, read_stories, sample
from reporting.themes.model import TooFewTextsError

logger = logging.getLogger(__name__)

GROWN = 1.25
DEAD_AFTER = timedelta(minutes=15)


def nightly(*, now: datetime, as_of: date | None = None, themes: int | None = None) -> AnalysisRun:
    """Analyse the cases received up to `as_of`. `themes` asks for that many, and learns from nothing."""
    day = as_of or timezone.localdate(now, timezone.get_default_timezone())
    _refuse_a_second_run(now)
    run = _begin(day, now)
    began = monotonic()
    try:
        _analyse(run, now=now, themes=themes)
        run.state = RunState.DONE
    except TooFewTextsError as error:
        run.state, run.failure = RunState.DONE, str(error)
    except UserFacingError as error:
        run.state, run.failure = RunState.FAILED, str(error)
        raise
    except Exception as error:
        logger.exception("themes_failed run=%s", run.pk)
        run.state, run.failure = RunState.FAILED, f"{type(error).__name__}. The log of this time says more."
        raise
    finally:
        run.finished_at = now + timedelta(seconds=monotonic() - began)
        run.save(update_fields=["state", "failure", "finished_at", "cases_read", "cases_moved", "model"])
    return run


def _begin(day: date, now: datetime) -> AnalysisRun:
    """Take up the run that waits for its turn, or start one."""
    begun = {"as_of": day, "started_at": now, "alive_at": now, "state": RunState.RUNNING}
    waiting = AnalysisRun.objects.waiting().first()
    if waiting is None:
        return AnalysisRun.objects.create(**begun)
    AnalysisRun.objects.waiting().filter(pk=waiting.pk).update(**begun)
    waiting.refresh_from_db()
    return waiting


def _analyse(run: AnalysisRun, *, now: datetime, themes: int | None) -> None:
    actor = User.objects.system()
    cases = _cases_up_to(run.as_of)
    active = LearnedModel.objects.filter(is_active=True).first()
    if active is None or themes is not None:
        if active is not None and _people_have_decided():
            raise UserFacingError(
                "People have confirmed or renamed themes, and learning from nothing would undo that. "
                "Leave out the number of themes."
            )
        learned = learning.learn(cases, themes=themes)
        active = _activate(learned, run, cases=cases, actor=actor, now=now, at_positions=None)
    elif cases.count() >= GROWN * active.learned_from:
        active = _renew(active, run, cases=cases, actor=actor, now=now)
    run.model = active
    _read_what_is_new(run, active, cases)
    facts.adopt_themes()
    alarms.watch(as_of=run.as_of, actor=actor, now=now)
    suggestions.suggest(as_of=run.as_of)


def _cases_up_to(day: date) -> QuerySet[Case]:
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone())
    return Case.objects.filter(received_at__lt=end)


def _people_have_decided() -> bool:
    return Theme.objects.filter(
        Q(state=ThemeState.CONFIRMED) | ~Q(decisions=None) | ~Q(title=F("suggested_title"))
    ).exists()


def _renew(
    active: LearnedModel, run: AnalysisRun, *, cases: QuerySet[Case], actor: User, now: datetime
) -> LearnedModel:
    """Learn the words anew because the cases have grown; keep the model if that would move too many of them."""
    themes = store.themes_at(active)
    firsts = {theme.pk: at for at, theme in enumerate(dict.fromkeys(themes[position] for position in sorted(themes)))}
    by_position = {at: pk for pk, at in firsts.items()}
    ids = sample(cases)
    rows = ThemeMembership.objects.filter(theme__isnull=False).values_list("case_id", "theme_id")
    wanted = set(ids)
    places = {case_id: firsts[theme] for case_id, theme in rows.iterator() if case_id in wanted and theme in firsts}
    suggested = {theme.pk for theme in themes.values() if theme.state == ThemeState.SUGGESTED}
    learned = learning.relearn(
        ids, places, total=cases.count(), may_split=[at for at, pk in by_position.items() if pk in suggested]
    )
    if learned is None:
        logger.warning("themes_kept_model run=%s", run.pk)
        LearnedModel.objects.filter(pk=active.pk).update(learned_from=cases.count())
        return active
    return _activate(learned, run, cases=cases, actor=actor, now=now, at_positions=by_position)


def _activate(
    learned: learning.Learned,
    run: AnalysisRun,
    *,
    cases: QuerySet[Case],
    actor: User,
    now: datetime,
    at_positions: Mapping[int, int] | None,
) -> LearnedModel:
    """Place every case by the new model, then write model, themes and places in one transaction."""
    placed = _place_all(run, learned, cases)
    with transaction.atomic():
        active = store.keep_model(
            learned, learned_from=sum(map(len, placed)), now=now, at_positions=at_positions, actor=actor
        )
        themes = store.themes_at(active)
        for batch in placed:
            write_places(run, batch, themes)
        if at_positions is None:
            store.retire_themes_without_place(active, actor=actor, now=now)
    return active


def _place_all(run: AnalysisRun, learned: learning.Learned, cases: QuerySet[Case]) -> list[Places]:
    """Place every case, and say after each chunk how many that were: it may take longer than a dead run is given."""
    placed, read = [], 0
    for batch in read_stories(cases):
        placed.append(place(learned.model, batch, learned.known))
        read += len(batch)
        AnalysisRun.objects.filter(pk=run.pk).update(alive_at=Now(), cases_read=read)
    return placed


def _read_what_is_new(run: AnalysisRun, active: LearnedModel, cases: QuerySet[Case]) -> None:
    """Let new cases, and those whose text has changed, join a theme."""
    last = AnalysisRun.objects.done().filter(model=active).exclude(pk=run.pk).order_by("-started_at").first()
    new = Q(theme_membership=None) | Q(theme_membership__text_digest="")
    if last is not None:
        new |= Q(updated_at__gte=last.started_at)
    learned = store.load(active)
    themes = store.themes_at(active)
    for batch in read_stories(cases.filter(new)):
        unread = _without_known(batch)
        with transaction.atomic():
            write_places(run, place(learned, unread), themes)


def _without_known(batch: list[Story]) -> list[Story]:
    ids = [story.case_id for story in batch]
    known = dict(ThemeMembership.objects.filter(case__in=ids).values_list("case_id", "text_digest"))
    return [story for story in batch if known.get(story.case_id) != story.digest]


def _refuse_a_second_run(now: datetime) -> None:
    """Two runs at once would undo each other's work; one whose worker died is a failed one."""
    running = AnalysisRun.objects.filter(state=RunState.RUNNING)
    running.filter(alive_at__lt=now - DEAD_AFTER).update(
        state=RunState.FAILED, finished_at=now, failure="The worker stopped before the analysis was done."
    )
    if running.exists():
        raise UserFacingError("The analysis is already running. It is done within minutes.")
