from datetime import date
from random import Random

import pytest

from desk.generator.people import invent_person
from desk.generator.stories import fill, tell
from desk.generator.words import SUBJECTS, common

DAY = date(2026, 11, 20)
ISSUES = [
    pytest.param(issue, id=f"{subject.category} {number}")
    for subject in SUBJECTS
    for number, issue in enumerate(subject.issues)
]


@pytest.mark.parametrize("issue", ISSUES)
def test_every_story_is_ten_to_a_hundred_and_fifty_words_without_gaps(issue: object) -> None:
    rng = Random(7)

    for _ in range(200):
        story = tell(rng, issue, DAY)

        assert 8 <= len(story.split()) <= 150
        assert "{" not in story


def test_the_same_seed_tells_the_same_story() -> None:
    issue = SUBJECTS[0].issues[0]

    assert tell(Random(3), issue, DAY) == tell(Random(3), issue, DAY)
    assert tell(Random(3), issue, DAY) != tell(Random(4), issue, DAY)


def test_stories_seldom_repeat_word_for_word() -> None:
    rng = Random(1)

    stories = {tell(rng, SUBJECTS[0].issues[0], DAY) for _ in range(1000)}

    assert len(stories) > 950


def test_every_common_sentence_fills_its_gaps() -> None:
    sentences = [line for name, lines in vars(common).items() if name.isupper() for line in lines]

    assert not [line for line in sentences if "{" in fill(Random(1), line, DAY)]


def test_one_subject_has_a_rising_issue() -> None:
    assert [s.category for s in SUBJECTS for issue in s.issues if issue.is_rising] == ["Payments and direct debit"]


def test_customers_are_reachable_only_in_fiction() -> None:
    people = [invent_person(Random(seed)) for seed in range(300)]

    assert all(person.phone[:9] in ("", "07700 900") for person in people)
    assert all(person.email.endswith("@example.com") for person in people if person.email)
