import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from cases.models import Case, CaseEvent
from cases.services.contacts import add_note
from cases.tests.factories import (
    NOW,
    CaseFactory,
    ChecklistItemFactory,
    ContactFactory,
    EvidenceFactory,
    FishboneCauseFactory,
    PromiseFactory,
    StakeholderFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    case = CaseFactory.create()
    add_note(case, actor=case.owner, now=NOW, body="Only for colleagues")
    return case


def verify(*args: str) -> str:
    out = StringIO()
    call_command("verify_history", *args, stdout=out)
    return out.getvalue()


def test_the_pack_holds_the_whole_file(client: Client, case) -> None:
    client.force_login(case.owner)
    rows = [factory.create(case=case) for factory in (ChecklistItemFactory, EvidenceFactory, PromiseFactory)]
    ContactFactory.create(case=case, body="The customer's own words")
    StakeholderFactory.create(case=case, name="Payments team")
    cause = FishboneCauseFactory.create(analysis__case=case)

    page = client.get(reverse("cases:pack", args=[case.reference])).content.decode()

    expected = [*map(str, rows), "own words", "Payments team", cause.text, "Only for colleagues", "History is complete"]
    assert [words for words in expected if words not in page] == []


def test_every_history_is_checked(case) -> None:
    CaseFactory.create()

    rate = r"\(\d+\.\d s, [\d,]+ events a second\)\.\n"

    assert re.fullmatch(rf"Checked 2 cases, 1 event: every history is complete {rate}", verify())
    assert re.fullmatch(rf"Checked 1 case, 1 event: every history is complete {rate}", verify("--case", case.reference))


def test_a_tampered_history_is_named_and_is_an_error(case) -> None:
    CaseEvent.objects.filter(case=case).update(action="case.logged")
    out = StringIO()

    with pytest.raises(CommandError, match="Checked 1 case, 1 event: 1 broken"):
        call_command("verify_history", stdout=out)

    assert out.getvalue() == f"{case}: Event 1 was changed after it was written.\n"


def test_a_history_that_was_deleted_whole_is_found(case) -> None:
    other = CaseFactory.create()
    add_note(other, actor=other.owner, now=NOW, body="Stays")
    CaseEvent.objects.filter(case=case).first().detail.delete()
    CaseEvent.objects.filter(case=case).delete()

    with pytest.raises(CommandError, match="Checked 2 cases, 1 event: 1 broken"):
        verify()


def test_an_unknown_reference_is_an_error() -> None:
    with pytest.raises(CommandError, match="There is no case CMP-1999-000001"):
        verify("--case", "CMP-1999-000001")
