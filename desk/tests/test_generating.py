"""The generator can be steered: by seed, by share, and as the demonstration."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from cases.models import Case
from desk.generator.build import Generator
from desk.generator.organisation import Organisation, make_organisation

AS_OF = datetime(2026, 11, 20, 16, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation(now=AS_OF)


def test_the_same_seed_and_day_give_the_same_cases(organisation: Organisation) -> None:
    def told() -> list[tuple[object, ...]]:
        return list(Case.objects.order_by("pk").values_list("story", "status", "owner", "received_at", "event_count"))

    Generator(organisation, as_of=AS_OF, seed=3).generate(40)
    first = told()
    Generator(organisation, as_of=AS_OF, seed=3).generate(40)

    assert told()[40:] == first


def test_a_share_can_be_left_open_whatever_its_age(organisation: Organisation) -> None:
    Generator(organisation, as_of=AS_OF, seed=3, open_share=0.6, brief_share=1.0).generate(100)

    assert 0.45 < Case.objects.open().count() / 100 < 0.75


def test_the_demonstration_is_made_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.management.commands.create_demo.CASES", 60)

    call_command("create_demo")
    call_command("create_demo")

    assert Case.objects.count() == 60
    assert capsys.readouterr().out.count("rowan.ashdown@northfold.example") == 2
