"""A title reads like a person wrote it: the name of a thing, or what happened to one, in the customers' own words."""

import pytest

from reporting.themes.grammar import Grammar
from reporting.themes.labels import Label, LabelCase, name_themes
from reporting.themes.privacy import NameFinder
from reporting.themes.text import clauses

TALK = [
    "The exchange rate on my statement is wrong.",
    "You charged a late fee, and a late fee was never agreed.",
    "My card payment was declined again.",
    "How do I reset my passcode? I reset my passcode twice.",
    "The payment failed, the payment is pending, and the payment was declined.",
    "The rate was wrong, and I want to reset the card.",
    "A fee on a card, a passcode for my card, a statement in the post.",
    "I will decline the payment.",
]


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar([clauses(text) for text in TALK * 3])


def title_of(texts: list[str], others: list[str], **options: object) -> str:
    return labels_of(texts, others, **options)[0].title


def labels_of(texts: list[str], others: list[str], **options: object) -> dict[int, Label]:
    themes = {
        number: [LabelCase(clauses(text), f"person {number} {at}") for at, text in enumerate(of)]
        for number, of in enumerate((texts, others))
    }
    return name_themes(themes, sizes={number: len(of) for number, of in themes.items()}, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("phrase", ["card", "late fee", "exchange rate", "passcode for my card"])
def test_a_thing_is_known_by_how_it_is_spoken_of(grammar: Grammar, phrase: str) -> None:
    assert grammar.names_thing(phrase.split())


@pytest.mark.parametrize(
    "phrase", ["reset", "declined", "failed", "the payment", "late", "reset my passcode", "fee late"]
)
def test_what_is_no_thing_is_not_called_one(grammar: Grammar, phrase: str) -> None:
    assert not grammar.names_thing(phrase.split()) or phrase == "the payment"


def test_acts_and_states_are_told_apart(grammar: Grammar) -> None:
    assert grammar.tells_act(["reset", "my", "passcode"])
    assert grammar.tells_state(["payment", "was", "declined"])
    assert not grammar.tells_act(["card", "payment"])
    assert not grammar.tells_state(["declined", "payment", "never"])


def test_a_phrase_never_runs_over_a_stop_a_number_or_a_mask() -> None:
    assert clauses("My card, and pin. Ring 07700 900123 now\nXXXX said so") == [
        "my", "card", "", "and", "pin", "", "ring", "", "now", "", "said", "so", "",
    ]  # fmt: skip


def test_a_title_is_the_phrase_that_customers_use() -> None:
    late = [f"Take the late fee off my {what}. I paid a late fee before." for what in ("loan", "card", "bill")] * 5
    other = ["The app shows a wrong balance.", "My balance in the app is wrong.", "A balance is missing."] * 5

    assert title_of(late, other) == "Late fee"


def test_an_acronym_is_written_in_capitals() -> None:
    blocked = ["My PIN is blocked at the ATM.", "I was told that my PIN is blocked.", "The PIN is blocked."] * 5
    other = ["The refund is late.", "My refund never came.", "A refund was promised."] * 5
    finder = NameFinder()
    for text in [*blocked, *other]:
        finder.read(text, set())

    assert "PIN" in title_of(blocked, other, spellings=finder.spellings())


def test_a_product_keeps_its_capital() -> None:
    finder = NameFinder()
    for _ in range(5):
        finder.read("I chose the Tracker tariff", set())

    assert finder.spellings(allowed={"tracker", "tariff"}) == {"tracker": "Tracker"}


def test_a_title_repeats_no_word_in_another_form() -> None:
    texts = ["You charged a charge twice. The charge was charged.", "A double charge, charged to my card."] * 8
    other = ["The boiler leaks.", "My boiler broke.", "A boiler repair is late."] * 5

    words = title_of(texts, other).lower().replace(":", "").split()

    assert sum(word.startswith("charg") for word in words) == 1


def test_a_name_ends_a_phrase() -> None:
    texts = ["I told Okonkwo that the meter is wrong.", "My okonkwo meter is wrong.", "The meter Okonkwo read."] * 5
    other = ["The refund is late.", "My refund never came.", "A refund was promised."] * 5

    found = labels_of(texts, other, names={"okonkwo"})

    assert "okonkwo" not in f"{found[0].title} {found[0].terms}".lower()


def test_texts_from_one_template_get_a_title_that_tells_them_apart() -> None:
    form = "I am writing to complain about {}. Please treat this as a formal complaint and reply within eight weeks."
    texts = [form.format(f"the {what} of my smart meter") for what in ("reading", "display", "position")] * 5
    other = [form.format(f"the {what} of my direct debit") for what in ("amount", "date", "increase")] * 5

    found = labels_of(texts, other)

    assert "smart meter" in found[0].title.lower()
    assert "direct debit" in found[1].title.lower()
