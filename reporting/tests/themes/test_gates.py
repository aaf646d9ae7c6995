"""Themes found in real complaints, against the published labels; the files lie beside the checkout or not at all."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from sklearn import metrics

from reporting.themes import model
from reporting.themes.privacy import NameFinder
from reporting.themes.text import content_words

DATA = settings.BASE_DIR.parent / "shared" / "data"


@dataclass(frozen=True)
class Gate:
    file: str
    themes: int | None
    ami: float
    purity: float


GATES = [
    Gate("cfpb_issue_dev.csv", None, ami=0.29, purity=0.38),
    Gate("cfpb_product_dev.csv", None, ami=0.40, purity=0.68),
    Gate("banking77_dev.csv", 77, ami=0.60, purity=0.45),
]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.file)
def test_themes_agree_with_published_labels(gate: Gate) -> None:
    rows = sorted(_rows(gate.file), key=lambda row: model.sampling_key(row["id"]))
    texts = [content_words(row["text"]) for row in rows]

    found = model.fit(texts, themes=gate.themes).model.assign(texts)

    pairs = [(row["issue"], one.theme) for row, one in zip(rows, found, strict=True) if one.theme is not None]
    published, themes = zip(*pairs, strict=True)
    table = metrics.cluster.contingency_matrix(published, themes)
    assert len(pairs) >= 0.8 * len(rows)
    assert metrics.adjusted_mutual_info_score(published, themes) >= gate.ami
    assert table.max(axis=0).sum() / table.sum() >= gate.purity


def test_injected_names_do_not_pass_for_words() -> None:
    people = ["Okonkwo", "Featherstone", "Brzezinska", "Maddalena", "Thorvald"]
    finder = NameFinder()
    for at, row in enumerate(_rows("cfpb_product_dev.csv")):
        person = people[at % len(people)]
        finder.read(f"{row['text']} I spoke to {person} and {person.lower()} rang back.", {person.lower()})

    assert finder.names() >= {person.lower() for person in people}


def _rows(file: str) -> Iterator[dict[str, str]]:
    if not (DATA / file).exists():
        pytest.skip(f"the real complaints (shared/data/{file}) are not beside this checkout")
    with (DATA / file).open(newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
