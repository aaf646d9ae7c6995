"""The best-practice library: from a case to an article that helps the next one."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Team, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Referral
from cases.tests.factories import NOW, CaseFactory, CustomerFactory
from coaching.choices.practice import PracticeAction, PracticeState
from coaching.lifecycle.practice import next_state
from coaching.models import Practice, PracticeFeedback
from coaching.selectors.practice import LibraryFilter, draft_from_case, library, practice_panel, suggested
from coaching.services.practice import change_practice, draft_practice, say_if_it_helped, take_step
from coaching.tests.quality_factories import PracticeFactory, PublishedPracticeFactory
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError
from policies.tests.factories import CategoryFactory, ClauseFactory, TriggerFactory

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
LATER = TODAY + timedelta(days=180)


@pytest.fixture
def team() -> Team:
    return TeamFactory.create()


@pytest.fixture
def agent(team: Team) -> User:
    return UserFactory.create(team=team)


@pytest.fixture
def leader(team: Team) -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, team=team)


def step(practice: Practice, which: PracticeAction, actor: User, **more: object) -> Practice:
    return take_step(practice_id=practice.pk, step=which, actor=actor, now=NOW, **more)  # type: ignore[arg-type]


ALLOWED = {
    ("DRAFT", "EDIT"): "DRAFT",
    ("DRAFT", "SUBMIT"): "IN_REVIEW",
    ("DRAFT", "RETIRE"): "RETIRED",
    ("IN_REVIEW", "RETURN"): "DRAFT",
    ("IN_REVIEW", "PUBLISH"): "PUBLISHED",
    ("IN_REVIEW", "RETIRE"): "RETIRED",
    ("PUBLISHED", "CONFIRM"): "PUBLISHED",
    ("PUBLISHED", "REVISE"): "DRAFT",
    ("PUBLISHED", "RETIRE"): "RETIRED",
    ("RETIRED", "REVISE"): "DRAFT",
}


@pytest.mark.parametrize("state", PracticeState)
@pytest.mark.parametrize("action", PracticeAction)
def test_every_pair_of_state_and_step_is_decided(state: PracticeState, action: PracticeAction) -> None:
    expected = ALLOWED.get((state.value, action.value))

    if expected:
        assert next_state(state, action) == expected
    else:
        with pytest.raises(TransitionNotAllowedError, match="is not possible while the article is"):
            next_state(state, action)


def test_an_article_goes_from_its_writer_through_a_second_person_to_everybody(agent: User, leader: User) -> None:
    practice = PracticeFactory.create(owner=agent, clause=ClauseFactory.create())
    outsider = UserFactory.create()

    step(practice, PracticeAction.SUBMIT, agent)
    assert practice not in Practice.objects.visible_to(outsider)
    step(practice, PracticeAction.PUBLISH, leader, review_date=LATER)

    practice.refresh_from_db()
    assert (practice.state, practice.published_by, practice.review_date) == (PracticeState.PUBLISHED, leader, LATER)
    assert practice in Practice.objects.visible_to(outsider)
    assert [event.kind for event in practice.events.all()] == ["SUBMITTED", "PUBLISHED"]


def test_nobody_publishes_what_they_wrote(leader: User) -> None:
    practice = PracticeFactory.create(owner=leader, clause=ClauseFactory.create(), state=PracticeState.IN_REVIEW)

    with pytest.raises(PermissionDenied, match="You wrote this article"):
        step(practice, PracticeAction.PUBLISH, leader, review_date=LATER)


def test_an_agent_publishes_nothing_and_retires_nothing_published(agent: User) -> None:
    waiting = PracticeFactory.create(state=PracticeState.IN_REVIEW, clause=ClauseFactory.create())
    published = PublishedPracticeFactory.create(owner=agent)

    with pytest.raises(PermissionDenied, match="A team leader or a manager can"):
        step(waiting, PracticeAction.PUBLISH, agent, review_date=LATER)
    with pytest.raises(PermissionDenied, match="A manager can"):
        step(published, PracticeAction.RETIRE, agent)


@pytest.mark.parametrize("missing", ["when_to_use", "steps", "clause"])
def test_an_article_is_not_sent_for_review_before_it_is_whole(agent: User, missing: str) -> None:
    whole = {"clause": ClauseFactory.create()}
    practice = PracticeFactory.create(owner=agent, **(whole | {missing: None if missing == "clause" else ""}))

    with pytest.raises(UserFacingError, match="does not say"):
        step(practice, PracticeAction.SUBMIT, agent)


@pytest.mark.parametrize("day", [None, TODAY])
def test_publishing_needs_a_day_to_look_again(leader: User, day: date | None) -> None:
    practice = PracticeFactory.create(clause=ClauseFactory.create(), state=PracticeState.IN_REVIEW)

    with pytest.raises(UserFacingError, match="must be later than today"):
        step(practice, PracticeAction.PUBLISH, leader, review_date=day)


def test_an_article_whose_day_has_passed_is_out_of_date_until_somebody_confirms_it(agent: User, leader: User) -> None:
    practice = PublishedPracticeFactory.create(review_date=TODAY, trigger=TriggerFactory.create())
    triggers = {practice.trigger_id}

    assert suggested(agent, today=TODAY, category=None, triggers=triggers) == [practice]
    tomorrow = TODAY + timedelta(days=1)
    assert practice.is_out_of_date(tomorrow)
    assert suggested(agent, today=tomorrow, category=None, triggers=triggers) == []
    assert list(library(agent, LibraryFilter(show="old"), today=tomorrow)) == [practice]
    step(practice, PracticeAction.CONFIRM, leader, review_date=LATER)
    assert suggested(agent, today=tomorrow, category=None, triggers=triggers) == [practice]


def test_two_at_most_are_suggested_the_best_fit_first(agent: User) -> None:
    trigger, category = TriggerFactory.create(), CategoryFactory.create()
    by_category = PublishedPracticeFactory.create(category=category)
    by_both = PublishedPracticeFactory.create(category=category, trigger=trigger)
    by_trigger = PublishedPracticeFactory.create(trigger=trigger)
    PublishedPracticeFactory.create(trigger=TriggerFactory.create(), category=category)
    PublishedPracticeFactory.create()

    found = suggested(agent, today=TODAY, category=category.pk, triggers={trigger.pk})

    assert found == [by_both, by_trigger]
    assert suggested(agent, today=TODAY, category=category.pk, triggers=()) == [by_category]


def test_of_two_that_fit_alike_the_one_that_helped_comes_first(agent: User) -> None:
    category = CategoryFactory.create()
    plain, helpful = PublishedPracticeFactory.create_batch(2, category=category)
    say_if_it_helped(practice_id=helpful.pk, helped=True, actor=agent, now=NOW)

    assert suggested(agent, today=TODAY, category=category.pk, triggers=()) == [helpful, plain]


def test_each_person_says_once_whether_it_helped_and_may_change_their_mind(agent: User, leader: User) -> None:
    practice = PublishedPracticeFactory.create()
    for helped in (True, True, False):
        say_if_it_helped(practice_id=practice.pk, helped=helped, actor=agent, now=NOW)
    say_if_it_helped(practice_id=practice.pk, helped=True, actor=leader, now=NOW)

    counted = Practice.objects.visible_to(agent).with_help().get()

    assert (counted.yes, counted.no, PracticeFeedback.objects.count()) == (1, 1, 2)


def test_a_draft_from_a_case_leaves_its_people_out(agent: User, team: Team) -> None:
    customer = CustomerFactory.create(name="Ann Lee", account_number="NF 12-34")
    case = CaseFactory.create(
        team=team,
        owner=agent,
        customer=customer,
        summary="Ann Lee waits for a refund",
        story=f"Mrs Lee (07700 900123, ann@example.com, account NF 12-34) called {agent.full_name} about CMP-2026-000123.",
    )

    first = draft_from_case(case)

    told = first["situation"] + first["example"]
    for trace in ("Ann", "Lee", "07700", "ann@", "12-34", agent.full_name, "000123"):
        assert trace not in told
    assert "waits for a refund" in told


def test_an_example_is_not_kept_before_somebody_has_checked_it(agent: User, team: Team) -> None:
    values = {"situation": "Third call", "example": "A customer called three times."}

    with pytest.raises(UserFacingError, match="nobody can be recognised"):
        draft_practice(values=values, actor=agent, now=NOW)
    assert not Practice.objects.exists()
    made = draft_practice(values=values, nobody_is_recognised=True, actor=agent, now=NOW)
    with pytest.raises(UserFacingError, match="nobody can be recognised"):
        change_practice(
            practice_id=made.pk, values={"example": "Ann called."}, version=made.version, actor=agent, now=NOW
        )


def test_a_draft_that_somebody_saved_meanwhile_is_not_overwritten(agent: User) -> None:
    practice = PracticeFactory.create(owner=agent)

    with pytest.raises(StaleVersionError, match="Somebody saved this article"):
        change_practice(practice_id=practice.pk, values={"steps": "Other"}, version=0, actor=agent, now=NOW)


def test_the_history_keeps_the_words_before_a_change(client: Client, agent: User) -> None:
    practice = PracticeFactory.create(owner=agent, steps="Say when they hear from us.")

    change_practice(practice_id=practice.pk, values={"steps": "Other"}, version=practice.version, actor=agent, now=NOW)

    client.force_login(agent)
    assert practice.events.get().changes == {"steps": ["Say when they hear from us.", "Other"]}
    assert "Say when they hear from us." in client.get(practice.get_absolute_url()).content.decode()


def test_asking_for_changes_says_which(leader: User) -> None:
    practice = PracticeFactory.create(state=PracticeState.IN_REVIEW)

    with pytest.raises(UserFacingError, match="Enter what should change"):
        step(practice, PracticeAction.RETURN, leader)


def test_the_case_page_suggests_and_the_log_links_nothing_once_the_case_is_closed(agent: User, team: Team) -> None:
    trigger = TriggerFactory.create()
    practice = PublishedPracticeFactory.create(trigger=trigger)
    case = CaseFactory.create(team=team, owner=agent)
    Referral.objects.create(case=case, main_trigger=trigger)
    client = Client()
    client.force_login(agent)

    assert practice.situation in client.get(case.get_absolute_url()).content.decode()
    case.closed_at = NOW
    assert practice_panel(case, agent, NOW) is None


def test_the_pages_walk_from_a_case_to_a_published_article(agent: User, leader: User, team: Team) -> None:
    case, clause = CaseFactory.create(team=team, owner=agent), ClauseFactory.create()
    writer, publisher = Client(), Client()
    writer.force_login(agent)
    publisher.force_login(leader)
    url = reverse("coaching:practice_from_case", args=[case.reference])
    data = {
        "situation": "Third call about a refund",
        "when_to_use": "The customer has told it before.",
        "steps": "Read the file.\nSay what you know.",
        "words": "I have read what happened.",
        "clause": clause.pk,
        "example": "A customer called three times.",
    }

    assert "Read the example before you save" in writer.get(url).content.decode()
    refused = writer.post(url, data)
    assert refused.status_code == 422
    assert "nobody can be recognised in it" in refused.content.decode()
    assert writer.post(url, data | {"is_anonymous": "on"}).status_code == 302
    practice = Practice.objects.get()
    steps = {
        name: reverse("coaching:practice_step", args=[practice.pk, name]) for name in ("submit", "publish", "unknown")
    }
    assert writer.post(steps["unknown"]).status_code == 404
    assert writer.post(steps["submit"]).status_code == 302
    assert writer.post(steps["publish"]).status_code == 403
    assert publisher.post(steps["publish"], {"review_date": "2020-01-01"}).status_code == 422
    assert publisher.post(steps["publish"], {"review_date": "2099-01-01"}).status_code == 302
    page = writer.get(reverse("coaching:library"), {"words": "refund told"}).content.decode()
    assert "Third call about a refund" in page
    assert writer.post(reverse("coaching:practice_helped", args=[practice.pk]), {"helped": "maybe"}).status_code == 422
    helped = writer.post(reverse("coaching:practice_helped", args=[practice.pk]), {"helped": "yes"}, follow=True)
    assert "1 said yes, 0 said no" in helped.content.decode()
    assert case.reference in helped.content.decode()
    stranger = Client()
    stranger.force_login(UserFactory.create())
    assert case.reference not in stranger.get(practice.get_absolute_url()).content.decode()


def test_the_library_takes_as_many_questions_for_one_as_for_twenty(
    agent: User, django_assert_max_num_queries: object
) -> None:
    client, url = Client(), reverse("coaching:library")
    client.force_login(agent)
    PublishedPracticeFactory.create()
    client.get(url)
    with django_assert_max_num_queries(40) as first:  # type: ignore[operator]
        client.get(url)
    PublishedPracticeFactory.create_batch(19, trigger=TriggerFactory.create(), category=CategoryFactory.create())

    with django_assert_max_num_queries(len(first)):  # type: ignore[operator]
        page = client.get(url)

    assert page.context["page"].paginator.count == 20
