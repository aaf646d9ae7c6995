"""Quality reviews, best practice and contact figures in the demonstration: through the services, as a real one would."""

import io
from datetime import datetime, timedelta
from random import Random
from typing import Final

from accounts.choices import EmailState, Role
from accounts.models import Notification, OutboxEmail, User
from coaching.choices.practice import PracticeAction, PracticeState
from coaching.choices.quality import Rating
from coaching.models import Answer, Practice, Review, ScorecardVersion
from coaching.permissions.quality import reviewable
from coaching.selectors.lots import Lot, drawn
from coaching.services.appeals import ask_again, take_appeal
from coaching.services.calibration import set_up_calibration
from coaching.services.finishing import finish_review
from coaching.services.practice import draft_practice, say_if_it_helped, take_step
from coaching.services.reviews import Judgement, start_review
from coaching.services.sampling import draw_sample
from core.dates import local_day
from desk.generator.organisation import Organisation
from desk.generator.words import quality as words
from desk.generator.words.quality import ARTICLES, Article
from policies.models import Category, Clause, Trigger
from reporting.services.contact_figures import import_contact_figures
from reporting.services.contact_rows import COLUMNS

DAY: Final = timedelta(days=1)
MONTHS: Final = 13
TOLD_BY: Final = ("review:", "sample:", "appeal:", "calibrat", "practice-event:")


def make_quality(organisation: Organisation, *, as_of: datetime, seed: int = 1) -> None:
    rng = Random(seed)
    version = ScorecardVersion.objects.get(scorecard__name="Complaint file")
    for months_ago in (2, 1, 0):
        _review_a_sample(organisation, version, rng, at=as_of - months_ago * 30 * DAY, finishes_all=months_ago > 0)
    _look_again(organisation, rng, as_of=as_of)
    _calibrate(organisation, version, rng, as_of=as_of)
    for article in ARTICLES:
        _write(article, organisation, rng, as_of=as_of)
    _contact_figures(organisation, rng, as_of=as_of)
    _leave_the_old_news_behind(as_of)


def _review_a_sample(
    organisation: Organisation, version: ScorecardVersion, rng: Random, *, at: datetime, finishes_all: bool
) -> None:
    manager, reviewer = organisation.managers[0], organisation.managers[-1]
    last = local_day(at) - DAY
    lot = Lot(
        scorecard=version.scorecard,
        reviewer=reviewer,
        team=None,
        kind="COMPLAINT",
        first_day=last - 29 * DAY,
        last_day=last,
        size=1,
        is_for_each=True,
        seed=rng.randrange(100_000, 1_000_000),
    )
    if not drawn(lot).numbers:
        return
    sample = draw_sample(lot=lot, actor=manager, now=at)
    cases = [row.case for row in sample.drawn.select_related("case")]
    for number, case in enumerate(cases if finishes_all else cases[:4]):
        then = at + number * timedelta(minutes=7)
        review = start_review(
            case_id=case.pk, scorecard_id=version.scorecard_id, actor=reviewer, now=then, sample=sample
        )
        if finishes_all or number < 3:
            _finish(review, rng, at=then + timedelta(minutes=5))


def _finish(review: Review, rng: Random, *, at: datetime) -> None:
    finish_review(
        review_id=review.pk,
        judgements=_judgements(review, rng),
        summary=rng.choice(words.SUMMARIES),
        actor=review.reviewer,
        now=at,
    )


def _judgements(review: Review, rng: Random) -> dict[int, Judgement]:
    return {
        answer.criterion_id: _judgement(rng, is_fatal=answer.criterion.is_fatal)
        for answer in Answer.objects.filter(review=review).select_related("criterion").order_by("pk")
    }


def _judgement(rng: Random, *, is_fatal: bool) -> Judgement:
    chance = rng.random()
    if is_fatal:
        return Judgement(Rating.NOT_MET, rng.choice(words.NOT_MET)) if chance > 0.97 else Judgement(Rating.MET)
    if chance < 0.68:
        return Judgement(Rating.MET)
    if chance < 0.86:
        return Judgement(Rating.PARTLY, rng.choice(words.PARTLY))
    if chance < 0.93:
        return Judgement(Rating.NOT_MET, rng.choice(words.NOT_MET))
    return Judgement(Rating.NOT_APPLICABLE, rng.choice(words.NOT_NEEDED))


def _look_again(organisation: Organisation, rng: Random, *, as_of: datetime) -> None:
    """One colleague's second look is decided, another's waits for a reviewer."""
    found = list(Review.objects.finished().first_looks().select_related("subject").order_by("quality", "pk")[:2])
    for review, is_decided in zip(found, (True, False), strict=False):
        reason = "The second point is answered on page two of the letter. Please read it again."
        appeal = ask_again(review_id=review.pk, reason=reason, actor=review.subject, now=as_of - 3 * DAY)
        other = organisation.managers[0]
        if is_decided and reviewable(other).filter(pk=review.case_id).exists():
            _finish(take_appeal(appeal_id=appeal.pk, actor=other, now=as_of - 2 * DAY), rng, at=as_of - DAY)


def _calibrate(organisation: Organisation, version: ScorecardVersion, rng: Random, *, as_of: datetime) -> None:
    first = organisation.managers[0]
    second = next(person for person in User.objects.people().filter(is_reviewer=True, role=Role.AGENT))
    shared = reviewable(first) & reviewable(second)
    for days_ago, case in zip((20, 9, 1), shared.closed().order_by("-closed_at", "-pk")[:3], strict=False):
        at = as_of - days_ago * DAY
        made = set_up_calibration(
            case_id=case.pk, scorecard_id=version.scorecard_id, reviewers=[first, second], actor=first, now=at
        )
        mine, theirs = made.reviews.order_by("pk")
        answers = _judgements(mine, rng)
        if days_ago > 1:
            for review in (mine, theirs):
                given = answers if review == mine else _mostly(answers, review, rng)
                finish_review(review_id=review.pk, judgements=given, summary="", actor=review.reviewer, now=at + DAY)


def _mostly(answers: dict[int, Judgement], review: Review, rng: Random) -> dict[int, Judgement]:
    """Return what somebody says who agrees on most."""
    own = _judgements(review, rng)
    return {pk: own[pk] if rng.random() < 0.3 else judgement for pk, judgement in answers.items()}


def _write(article: Article, organisation: Organisation, rng: Random, *, as_of: datetime) -> None:
    team = rng.choice(sorted(organisation.agents))
    writer, leader, at = rng.choice(organisation.agents[team]), organisation.leaders[team], as_of - 60 * DAY
    title, number = article.clause
    clause = Clause.objects.citable().filter(version__document__title=title, number=number).first()
    values = {
        name: getattr(article, name) for name in ("situation", "when_to_use", "steps", "words", "avoid", "example")
    }
    values |= {
        "clause": clause,
        "trigger": Trigger.objects.filter(code=article.trigger).first(),
        "category": Category.objects.filter(name=article.category).first(),
        "channel": article.channel,
    }
    practice = draft_practice(values=values, nobody_is_recognised=True, actor=writer, now=at)
    take_step(practice_id=practice.pk, step=PracticeAction.SUBMIT, actor=writer, now=at + DAY)
    if article.state == PracticeState.PUBLISHED:
        day = local_day(as_of + article.review_in * DAY)
        take_step(practice_id=practice.pk, step=PracticeAction.PUBLISH, actor=leader, now=at + 2 * DAY, review_date=day)
        _ask_whether_it_helped(practice, organisation, rng, as_of=as_of)


def _ask_whether_it_helped(practice: Practice, organisation: Organisation, rng: Random, *, as_of: datetime) -> None:
    for people in organisation.agents.values():
        for person in people:
            if rng.random() < 0.6:
                say_if_it_helped(practice_id=practice.pk, helped=rng.random() < 0.85, actor=person, now=as_of - 5 * DAY)


def _contact_figures(organisation: Organisation, rng: Random, *, as_of: datetime) -> None:
    """Bring in a file for the thirteen months before this one: every team, and the people in it."""
    lines = [",".join(COLUMNS)]
    first = local_day(as_of).replace(day=1)
    for _ in range(MONTHS):
        first = (first - DAY).replace(day=1)
        for team, people in organisation.agents.items():
            shares = [rng.uniform(0.8, 1.2) for _ in people]
            contacts = [round(900 * share) for share in shares]
            lines.append(_figures_line(f"{first:%Y-%m}", team, "", sum(contacts), rng))
            lines += [
                _figures_line(f"{first:%Y-%m}", team, person.email, count, rng)
                for person, count in zip(people, contacts, strict=True)
            ]
    file = io.BytesIO("\n".join(lines).encode())
    import_contact_figures(file=file, name="telephone-system.csv", actor=organisation.admin, now=as_of - DAY)


def _figures_line(month: str, team: str, person: str, handled: int, rng: Random) -> str:
    abandoned = round(handled * rng.uniform(0.02, 0.06))
    offered = handled + abandoned
    talk, hold, after = (round(handled * rng.uniform(*seconds)) for seconds in ((250, 300), (15, 30), (100, 140)))
    checked = handled - round(handled * rng.uniform(0, 0.05))
    numbers = (
        handled,
        offered,
        abandoned,
        round(offered * rng.uniform(0.76, 0.88)),
        round(handled * rng.uniform(20, 45)),
        talk,
        hold,
        after,
        round(checked * rng.uniform(0.7, 0.84)),
        checked,
    )
    return ",".join([month, team, "", person, *map(str, numbers)])


def _leave_the_old_news_behind(as_of: datetime) -> None:
    """Nobody is written to about the demonstration; what is older than a fortnight has been read."""
    for start in TOLD_BY:
        OutboxEmail.objects.filter(dedupe_key__startswith=start).update(state=EmailState.SENT, sent_at=as_of)
    Notification.objects.filter(kind="coaching", created_at__lt=as_of - 14 * DAY).update(read_at=as_of)
