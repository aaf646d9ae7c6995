"""Coaching in the demonstration: through the services, so that its history is what a real one would be."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from accounts.choices import EmailState
from accounts.models import Notification, OutboxEmail, User
from cases.models import Case
from coaching.choices.growth import TeamAnswer
from coaching.choices.sessions import SessionAction
from coaching.models import CoachingSession
from coaching.selectors.star import coaches_of
from coaching.services.answers import say
from coaching.services.growth import add_entry, add_goal, answer_praise, praise
from coaching.services.sessions import save_session, share_session, start_session
from coaching.services.star import agree_star, open_star, save_star, share_star
from core.dates import local_day
from desk.generator.organisation import Organisation
from desk.generator.words.coaching import GOALS, NOTES, PRAISE, ROUTINE, STAR, Note
from policies.choices import CaseKind

DAY: Final = timedelta(days=1)
MONTHS: Final = 6


def make_coaching(organisation: Organisation, *, as_of: datetime, seed: int = 1) -> None:
    """Write notes in every state, in the team of the person who signs in as a leader, and routine ones elsewhere."""
    rng = Random(seed)
    for note in NOTES:
        _write(note, as_of=as_of)
    for team, leader in sorted(organisation.leaders.items()):
        for colleague in organisation.agents[team]:
            for month in range(1, MONTHS):
                if rng.random() < 0.55:
                    _write_routine(colleague, leader, as_of=as_of - month * 30 * DAY, rng=rng)
    _praise_and_goals(as_of)
    _tell_an_incident(as_of)
    _leave_the_old_news_behind(as_of)


def _praise_and_goals(as_of: datetime) -> None:
    """Give the first agent praise to answer, the team praise to read, and people goals on their way."""
    person = {each.full_name: each for each in User.objects.people()}
    for number, (giver, colleague, text, answer) in enumerate(PRAISE):
        seen = Case.objects.visible_to(person[giver]).visible_to(person[colleague]).owned_by(person[colleague])
        if case := seen.order_by("-received_at", "-pk").first():
            then = as_of - (2 + 5 * number) * DAY
            row = praise(case=case, colleague=person[colleague], text=text, actor=person[giver], now=then)
            if answer:
                answer_praise(recognition_id=row.pk, answer=TeamAnswer(answer), actor=person[colleague], now=then + DAY)
    for owner, title, measure, progress, words in GOALS:
        values = {"title": title, "reason": "", "measure": measure, "target_date": local_day(as_of + 60 * DAY)}
        goal = add_goal(values=values, actor=person[owner])
        add_entry(goal_id=goal.pk, text=words, progress=progress, actor=person[owner], now=as_of - 3 * DAY)


def _tell_an_incident(as_of: datetime) -> None:
    """Let the owner of a finished incident tell what they did, and their leader agree."""
    told = Case.objects.filter(
        kind=CaseKind.INCIDENT, owner__isnull=False, closed_at__isnull=False, is_restricted=False
    )
    for number, case in enumerate(told.select_related("owner__team").order_by("-closed_at", "-pk")[:3]):
        author = case.owner
        if author is None or not (coach := coaches_of(author).first()):
            continue
        if not Case.objects.visible_to(author).filter(pk=case.pk).exists():
            continue
        record = open_star(case=case, actor=author)
        save_star(record_id=record.pk, version=1, values={**STAR, "clause": None, "evidence": []}, actor=author)
        if number:
            share_star(record_id=record.pk, coach=coach, actor=author, now=as_of - 4 * DAY)
        if number > 1:
            agree_star(record_id=record.pk, actor=coach, now=as_of - 2 * DAY)


def _write(note: Note, *, as_of: datetime) -> None:
    colleague = User.objects.people().get(full_name=note.colleague)
    leader = colleague.team.leaders.get() if colleague.team else colleague
    then = as_of - note.days_ago * DAY
    cases = Case.objects.visible_to(leader).visible_to(colleague).owned_by(colleague).filter(received_at__lt=then)
    session = start_session(
        colleague=colleague,
        held_on=local_day(then),
        case_ids=list(cases.order_by("-received_at", "-pk").values_list("pk", flat=True)[:2]),
        actor=leader,
        now=then,
    )
    due = {"action": note.action, "action_due_date": local_day(as_of + note.due_in * DAY) if note.action else None}
    first, second = (*note.priorities, "", "")[:2]
    words = ("situation", "behaviour", "impact", "strengths", "goal", "reality", "options", "way_forward", "support")
    values = {name: getattr(note, name) for name in (*words, "process_issue")} | due
    values |= {"first_priority": first, "second_priority": second}
    save_session(session_id=session.pk, version=1, values=values, actor=leader, now=then)
    if note.is_shared:
        share_session(session_id=session.pk, actor=leader, now=then + timedelta(hours=1))
        _talk(session, note, colleague, leader, then)


def _talk(session: CoachingSession, note: Note, colleague: User, leader: User, then: datetime) -> None:
    for number, (who, step, words) in enumerate(note.said, start=1):
        actor = colleague if who == "colleague" else leader
        at = then + timedelta(hours=1 + 5 * number)
        say(session_id=session.pk, step=SessionAction(step), words=words, actor=actor, now=at)


def _write_routine(colleague: User, leader: User, *, as_of: datetime, rng: Random) -> None:
    then = as_of - rng.randrange(25) * DAY
    situation, behaviour, impact = rng.choice(ROUTINE)
    session = start_session(colleague=colleague, held_on=local_day(then), actor=leader, now=then)
    values = {"situation": situation, "behaviour": behaviour, "impact": impact}
    save_session(session_id=session.pk, version=1, values=values, actor=leader, now=then)
    share_session(session_id=session.pk, actor=leader, now=then)
    say(session_id=session.pk, step=SessionAction.ACKNOWLEDGE, actor=colleague, now=then + DAY)
    words = "Seen again on later cases, and it was as agreed."
    say(session_id=session.pk, step=SessionAction.RESOLVE, words=words, actor=leader, now=then + 8 * DAY)


def _leave_the_old_news_behind(as_of: datetime) -> None:
    """Nobody is written to about the demonstration; what is older than a fortnight has been read."""
    OutboxEmail.objects.filter(dedupe_key__regex=r"^(coaching|praise|goal|star)").update(
        state=EmailState.SENT, sent_at=as_of
    )
    old = Notification.objects.filter(kind="coaching", created_at__lt=as_of - 14 * DAY)
    old.update(read_at=as_of)
