"""What comes in is not always a story: the night goes on, no label holds personal data, and noise is no theme."""

import random
from datetime import timedelta

import pytest

from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, Customer
from reporting.choices import RunState
from reporting.models import Theme, ThemeMembership, ThemeSuggestion
from reporting.services.themes import nightly
from reporting.tests.themes.corpus import stories
from reporting.tests.themes.nights import NIGHT, log_cases, log_corpus
from reporting.themes.labels import LabelCase, name_themes
from reporting.themes.text import clauses

pytestmark = pytest.mark.django_db

PEOPLE = ["Ngozi Okonkwo", "Piers Featherstone", "Halina Brzezinska", "Rufus Thorvaldsen", "Maddalena Quarantelli"]
POLISH = [
    "rachunek",
    "licznik",
    "opłata",
    "zwrot",
    "pieniądze",
    "umowa",
    "prąd",
    "gaz",
    "technik",
    "wizyta",
    "awaria",
    "reklamacja",
    "telefon",
    "skarga",
]


def said_by_themes() -> str:
    """Return every word that a theme or a suggestion shows or keeps."""
    shown = [
        f"{theme.title} {theme.suggested_title} {' '.join(theme.terms)} {' '.join(theme.term_weights)}"
        for theme in Theme.objects.all()
    ]
    return " ".join([*shown, *(" ".join(one.terms) for one in ThemeSuggestion.objects.all())]).lower()


def themes_of(cases: list[Case]) -> set[int]:
    live = Theme.objects.live().values("pk")
    rows = ThemeMembership.objects.filter(case__in=cases, theme__in=live)
    return set(rows.values_list("theme_id", flat=True))


def test_personal_data_in_every_text_is_in_no_label_and_in_no_model() -> None:
    agent = UserFactory.create(team=TeamFactory.create(), full_name="Tancredi Vasquez")
    cases = log_corpus(300, agent=agent)
    for at, case in enumerate(cases):
        person = PEOPLE[at % len(PEOPLE)]
        first, last = person.lower().split()
        Customer.objects.filter(pk=case.customer_id).update(name=person)
        case.story = (
            f"My name is {person}, {first} {last}, account 44{at:06d}, sort code 20-11-42. {case.story} "
            f"I told Tancredi to write to {first}.{last}@example.org or ring 07700 900{at:03d}. "
            f"I live at 12 Acacia Avenue, BN{at % 9 + 1} {at % 9 + 1}AA. Yours, {person}"
        )
    Case.objects.bulk_update(cases, ["story"])

    run = nightly(now=NIGHT)

    said = said_by_themes()
    assert run.state == RunState.DONE
    assert Theme.objects.live().exists()
    for word in " ".join([*PEOPLE, "Tancredi", "Vasquez", "example.org", "07700", "@"]).lower().split():
        assert word not in said


def test_ten_thousand_copies_of_one_text_count_once_in_the_learning() -> None:
    log_corpus(300)
    copies = log_cases(
        ["The smart meter display shows an estimate, and the reading was wrong."] * 10_000, prefix="copy"
    )

    run = nightly(now=NIGHT)

    sizes = [theme.memberships.exclude(case__in=copies).count() for theme in Theme.objects.live()]
    assert run.state == RunState.DONE
    assert len(themes_of(copies)) <= 1
    assert sum(size >= 10 for size in sizes) >= 4


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "late", "?!", "12345 67890 11-22-33", "\U0001f621" * 40, "=cmd|' /C calc'!A0", "<script>x</script>"],
)
def test_what_says_nothing_is_in_no_theme_of_its_own(text: str) -> None:
    log_corpus(300)
    odd = log_cases([text] * 60, prefix="odd")

    run = nightly(now=NIGHT, themes=6)

    assert run.state == RunState.DONE
    assert Theme.objects.live().count() <= 6
    assert all(theme.memberships.exclude(case__in=odd).count() >= 5 for theme in Theme.objects.live())


def test_a_text_of_fifty_kilobytes_is_read_like_a_short_one() -> None:
    log_corpus(300)
    nightly(now=NIGHT, themes=6)
    typical = ThemeMembership.objects.order_by("-similarity", "case_id")[0]

    long = log_cases([f"{typical.case.story} " * 300], prefix="long", received_at=NIGHT)
    nightly(now=NIGHT + timedelta(days=1))

    assert len(long[0].story) > 50_000
    assert themes_of(long) == {typical.theme_id}


def test_another_language_is_a_theme_of_its_own_or_none() -> None:
    english = log_corpus(300)
    rng = random.Random(3)  # noqa: S311 - repeatable, not secret
    polish = log_cases([" ".join(rng.choices(POLISH, k=25)) for _ in range(60)], prefix="polish")

    run = nightly(now=NIGHT, themes=7)

    assert run.state == RunState.DONE
    for theme in themes_of(polish):
        members = set(ThemeMembership.objects.filter(theme=theme).values_list("case_id", flat=True))
        foreign = members & {case.pk for case in polish}
        assert len(foreign) >= 0.9 * len(members) or len(foreign) <= 0.1 * len(members)
    assert len(themes_of(english)) >= 5


def test_words_that_nobody_shares_are_no_theme() -> None:
    log_corpus(300)
    rng = random.Random(4)  # noqa: S311 - repeatable, not secret
    gibberish = log_cases(
        [" ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(20)) for _ in range(120)],
        prefix="noise",
    )

    nightly(now=NIGHT, themes=6)

    placed = ThemeMembership.objects.filter(case__in=gibberish, theme__isnull=False).count()
    assert placed <= 0.1 * len(gibberish)


def test_cases_with_little_in_common_are_not_shown_as_a_theme() -> None:
    log_corpus(200)
    rng = random.Random(6)  # noqa: S311 - repeatable, not secret
    every = sorted({word for _, story in stories(50) for word in story.lower().replace(".", "").split()})
    vocabulary = [*every, *(f"{a}{b}ing" for a in "bdfgklmnprst" for b in ("ab", "er", "ol", "um", "is", "ap"))]
    log_cases([" ".join(rng.sample(vocabulary, 20)) for _ in range(200)], prefix="mixed")

    nightly(now=NIGHT, themes=8)

    assert not [theme.title for theme in Theme.objects.live() if theme.title.startswith("Cases with little")]


def test_labels_hold_no_day_month_or_number() -> None:
    cases = log_corpus(300)
    for case in cases:
        case.story = f"On Tuesday 7 November I waited forty minutes. {case.story} It took fifty days until Friday."
    Case.objects.bulk_update(cases, ["story"])

    nightly(now=NIGHT, themes=6)

    said = said_by_themes().split()
    assert not {"tuesday", "november", "forty", "fifty", "minutes", "friday", "days"} & set(said)


def test_no_two_themes_have_one_title() -> None:
    same = [LabelCase(clauses("my card is lost"), f"person {at}") for at in range(20)]

    labels = name_themes({0: same, 1: same, 2: same}, sizes={0: 20, 1: 20, 2: 20})

    assert len({label.title for label in labels.values()}) == 3
