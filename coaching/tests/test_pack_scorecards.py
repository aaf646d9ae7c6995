"""The house pack brings a scorecard that an organisation can review with on its first day."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.tests.factories import NOW
from coaching.models import Scorecard, ScorecardVersion
from coaching.services.scorecards import check_weights, criteria_of
from policies.packs.records import PackError
from policies.services.packs import load_pack
from sla.tests.factories import make_system_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path) -> Any:
    """Return what loads a pack whose one scorecard has criteria of these weights."""

    def load(*weights: int) -> int:
        folder = tmp_path / "small"
        folder.mkdir(exist_ok=True)
        (folder / "pack.yaml").write_text("title: Small\nvalid_from: 2026-01-01\n")
        criteria = "".join(f"        - {{ text: Criterion {each}, weight: {each} }}\n" for each in weights)
        card = f"- name: Calls\n  sections:\n    - title: Opening\n      criteria:\n{criteria}"
        (folder / "scorecards.yaml").write_text(card)
        load_pack("small", actor=make_system_user(), now=NOW, folder=tmp_path)
        return Scorecard.objects.count()

    return load


def test_the_house_pack_publishes_its_scorecard_once() -> None:
    for _ in range(2):
        load_pack("house", actor=make_system_user(), now=NOW)

    version = ScorecardVersion.objects.get()
    criteria = criteria_of(version)
    check_weights(criteria)
    assert (str(version), version.effective_from) == ("Complaint file v1", date(2020, 1, 1))
    assert {each.section for each in criteria} >= {"Investigation", "Resolution", "Rules"}
    assert [each.text for each in criteria if each.is_fatal] == ["Identity is checked before details are given"]


def test_a_scorecard_that_people_have_edited_stays(pack: Any) -> None:
    pack(60, 40)
    Scorecard.objects.update(purpose="As we changed it")

    pack(50, 50)

    assert Scorecard.objects.get().purpose == "As we changed it"
    assert [each.weight for each in criteria_of(ScorecardVersion.objects.get())] == [60, 40]


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [((60, 30), "add up to 90, which is 10 too few"), ((-10, 110), "“weight” must be a whole number, 0 or more")],
)
def test_weights_that_do_not_add_up_are_refused_by_file_and_line(
    pack: Any, weights: tuple[int, ...], sentence: str
) -> None:
    with pytest.raises(PackError, match=r"scorecards.yaml, line \d") as refused:
        pack(*weights)

    assert sentence in str(refused.value)
    assert not Scorecard.objects.exists()
