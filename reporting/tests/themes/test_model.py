import pytest

from reporting.tests.themes.corpus import TOPICS, stories
from reporting.themes import labels, model
from reporting.themes.text import clauses, content_words

WORDS = [content_words(story) for _, story in stories(400)]


@pytest.fixture(scope="module")
def learned() -> model.ThemeModel:
    return model.fit(WORDS, themes=6).model


def test_cases_about_one_thing_come_together(learned: model.ThemeModel) -> None:
    themes: dict[str, set[int | None]] = {}
    for (topic, _), found in zip(stories(400), learned.assign(WORDS), strict=True):
        themes.setdefault(topic, set()).add(found.theme)

    assert all(len(found - {None}) == 1 for found in themes.values())
    assert len(set().union(*themes.values()) - {None}) == len(TOPICS)


def test_the_same_cases_give_the_same_bytes() -> None:
    assert model.fit(WORDS, themes=6).model.to_bytes() == model.fit(list(WORDS), themes=6).model.to_bytes()


def test_the_sample_does_not_depend_on_the_order_of_arrival() -> None:
    cases = {f"case-{at}": words for at, words in enumerate(WORDS)}
    shuffled = list(cases)
    shuffled.sort(key=lambda case: case[::-1])

    assert [cases[key] for key in sorted(shuffled, key=model.sampling_key)] == [
        cases[key] for key in sorted(cases, key=model.sampling_key)
    ]


def test_a_model_survives_being_put_away(learned: model.ThemeModel) -> None:
    again = model.ThemeModel.from_bytes(learned.to_bytes())

    assert again.assign(WORDS) == learned.assign(WORDS)
    assert model.fingerprint(again.to_bytes()) == model.fingerprint(learned.to_bytes())


def test_new_cases_move_no_old_one(learned: model.ThemeModel) -> None:
    before = learned.assign(WORDS)

    after = learned.assign([*WORDS, *(content_words(story) for _, story in stories(50, seed=9))])

    assert after[: len(before)] == before


def test_a_refit_keeps_nearly_every_case_where_it_was(learned: model.ThemeModel) -> None:
    before = [found.theme for found in learned.assign(WORDS)]

    after = [found.theme for found in model.refit(WORDS, before).model.assign(WORDS)]

    both = [(old, new) for old, new in zip(before, after, strict=True) if old is not None and new is not None]
    assert sum(old == new for old, new in both) >= 0.99 * len(both)


def test_an_accepted_theme_takes_the_cases_it_was_made_from(learned: model.ThemeModel) -> None:
    placed = learned.space.place(WORDS[:20])

    wider = learned.with_theme(placed)

    assert len(wider.centroids) == len(learned.centroids) + 1
    assert (wider.centroids[:-1] == learned.centroids).all()


def test_a_split_leaves_the_other_themes_alone(learned: model.ThemeModel) -> None:
    placed = learned.space.place(WORDS)
    of_theme = placed[[found.theme == 2 for found in learned.assign(WORDS)]]

    wider = learned.with_split(2, of_theme)

    assert len(wider.centroids) == len(learned.centroids) + 1
    others = [at for at in range(len(learned.centroids)) if at != 2]
    assert (wider.centroids[others] == learned.centroids[others]).all()


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""] * 500,
        ["refund"] * 500,
        ["my refund was late again"] * 10_000,
        [f"{number} {number * 7}" for number in range(500)],
        [f"word{number}x" for number in range(500)],
    ],
    ids=["none", "empty", "one word", "copies", "numbers", "nothing in common"],
)
def test_a_corpus_without_themes_says_so(texts: list[str]) -> None:
    with pytest.raises(model.TooFewTextsError):
        model.fit(content_words(text) for text in texts)


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "refund",
        "refund " * 8_000,
        "12345 678",
        "😀😀",
        "\x00",
        "客户投诉退款没有到账",
        "Меня не услышали",
        "a'b''c'",
    ],
    ids=["empty", "one word", "50 KB", "number", "emoji", "nul", "chinese", "russian", "apostrophes"],
)
def test_an_odd_text_is_placed_or_left_alone(learned: model.ThemeModel, odd: str) -> None:
    found = learned.assign([content_words(odd)])[0]

    assert found.theme is None or 0 <= found.theme < len(learned.centroids)


def test_ten_thousand_copies_do_not_drown_the_rest() -> None:
    copies = [content_words("your advertisement shows a cat and I dislike cats")] * 10_000

    found = model.fit([*copies, *WORDS], themes=6).model.assign(WORDS)

    assert len({one.theme for one in found} - {None}) >= 5


def test_languages_do_not_crash_one_another() -> None:
    german = {"bank": ["überweisung", "rückzahlung", "konto", "gebühr", "beschwerde", "kündigung"]}
    mixed = [content_words(story) for _, story in [*stories(200), *stories(200, topics=german)]]

    found = model.fit(mixed, themes=7).model.assign(mixed)

    assert len({one.theme for one in found[200:]} - {None}) <= 2


def test_a_label_uses_the_customers_words(learned: model.ThemeModel) -> None:
    named = _labels(learned, stories(400))

    assert len({label.title for label in named.values()}) == len(named)
    for label in named.values():
        assert 3 <= len(label.terms) <= labels.SHOWN_TERMS
        assert label.title[0].isupper()


def test_a_label_never_holds_a_name(learned: model.ThemeModel) -> None:
    written = [(topic, f"{story} Okonkwo said so to okonkwo.") for topic, story in stories(400)]

    named = _labels(learned, written, names={"okonkwo"})

    assert not any("okonkwo" in " ".join((label.title, *label.terms)).lower() for label in named.values())


def _labels(
    learned: model.ThemeModel, written: list[tuple[str, str]], names: set[str] | None = None
) -> dict[int, labels.Label]:
    themes: dict[int, list[labels.LabelCase]] = {}
    for at, (_, story) in enumerate(written):
        found = learned.assign([content_words(story)])[0].theme
        if found is not None:
            themes.setdefault(found, []).append(labels.LabelCase(clauses(story), str(at)))
    return labels.name_themes(themes, sizes={theme: len(of) for theme, of in themes.items()}, names=names or set())
