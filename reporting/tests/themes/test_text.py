import pytest

from reporting.themes import text
from reporting.themes.explain import evidence, sentences
from reporting.themes.privacy import NameFinder, name_words, quotation


@pytest.mark.parametrize(
    "written",
    [
        "ring 07700 900123",
        "write to ann.lee@example.org",
        "see https://example.org/x?y=1",
        "account 4929-1234/77",
        "£1,250.00 or {$250.00}",
        "ask @annlee",
        "XXXX XXXX XX/XX/2015",
        "SW1A 1AA",
    ],
)
def test_what_identifies_somebody_is_no_word(written: str) -> None:
    assert not {"07700", "900123", "ann", "lee", "annlee", "example", "4929", "xxxx", "xx", "sw1a", "1aa"}.intersection(
        text.words(written)
    )


def test_words_keep_their_apostrophe_and_lose_their_ending() -> None:
    assert text.words("It hasn\u2019t come; the bank's letter, they'll say.") == [
        "it", "hasn't", "come", "the", "bank", "letter", "they", "say",
    ]  # fmt: skip


def test_a_story_longer_than_any_is_cut() -> None:
    assert len(text.words("refund late " * 20_000)) == text.MAX_WORDS


def test_forms_of_one_word_share_a_stem() -> None:
    assert len({text.stem(word) for word in ("refund", "refunds", "refunded", "refunding")}) == 1


def test_names_are_found_by_capitals_by_titles_and_by_the_case() -> None:
    finder = NameFinder()
    for _ in range(4):
        finder.read("Then Okonkwo rang me, and mrs featherstone wrote that jolly sam had the PIN.", {"sam"})
        finder.read("The refund is late. my pin is blocked, and the PIN again", set())

    assert finder.names() >= {"okonkwo", "featherstone", "sam"}
    assert not finder.names() & {"refund", "late", "blocked", "pin", "rang", "wrote"}


def test_a_word_used_by_many_is_no_name_because_one_customer_is_called_so() -> None:
    finder = NameFinder()
    finder.read("my bill is wrong", {"bill", "penny"})
    for _ in range(10):
        finder.read("the bill was too high", {"smith"})

    assert "bill" not in finder.names()


def test_a_product_is_no_name() -> None:
    finder = NameFinder()
    for _ in range(5):
        finder.read("I chose the Tracker tariff", set())

    assert "tracker" not in finder.names(allowed=name_words(["Tracker tariff"]))


def test_a_quotation_holds_no_name_number_or_address() -> None:
    shown = quotation("Mr Okonkwo and Sam rang 07700900123 or sam@example.org about the refund.", names={"sam"})

    assert shown == "Mr [name] and [name] rang [number] or [address] about the refund."


def test_a_large_amount_is_one_number_in_a_quotation() -> None:
    assert quotation("They took £1,043.20 twice.", names=()) == "They took £[number] twice."


def test_the_sentence_that_speaks_for_the_theme_is_found_with_its_words() -> None:
    story = "I rang on Monday. Nobody told me the refund had been sent back! I am upset."

    found = evidence(story, {"refund": 0.8, "sent": 0.1, "refund sent": 0.2})

    assert found is not None
    assert story[found.start : found.end] == "Nobody told me the refund had been sent back!"
    assert found.terms[0] == "refund"


def test_a_story_without_a_word_of_the_theme_has_no_evidence() -> None:
    assert evidence("The weather was nice.", {"refund": 1.0}) is None


def test_a_text_without_full_stops_is_cut_at_spaces() -> None:
    story = "word " * 500

    pieces = [story[start:end] for start, end in sentences(story)]

    assert max(map(len, pieces)) <= 300
    assert "".join(pieces).replace(" ", "") == story.replace(" ", "")
