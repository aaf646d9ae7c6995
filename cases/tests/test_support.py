"""Support needs: what helps and not why, seen by few, and what follows from them."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import Channel
from cases.correspondence import Outgoing
from cases.models import Case, PersonalDataRead
from cases.selectors.letter_check import check_letter
from cases.services.letters import letter_pages
from cases.services.support import record_support
from cases.tests.factories import NOW, CaseFactory
from policies.choices import LetterStyle, WayToReach
from policies.models import SupportNeed
from policies.services.packs import load_pack

pytestmark = pytest.mark.django_db
SECRET = "Call after 2pm"


@pytest.fixture
def case() -> Case:
    return CaseFactory.create()


@pytest.fixture
def no_email() -> SupportNeed:
    return SupportNeed.objects.create(
        code="no-email", label="Not by email", what_we_do="Call or send letters.", rules_out=WayToReach.EMAIL
    )


def record(case: Case, *needs: SupportNeed, note: str = "") -> None:
    record_support(case, needs=needs, note=note, actor=case.owner, now=NOW)
    case.customer.refresh_from_db()


def test_the_history_keeps_that_it_changed_and_no_word_of_it(case: Case, no_email: SupportNeed) -> None:
    record(case, no_email, note=SECRET)

    event = case.events.select_related("detail").get()
    assert event.action == "customer.support_changed"
    assert SECRET not in str(event.detail.values)
    assert "Not by email" not in str(event.detail.values)


def test_saving_the_same_again_changes_nothing(case: Case, no_email: SupportNeed) -> None:
    record(case, no_email)
    record(case, no_email)

    assert case.events.count() == 1
    assert case.customer.support_need == "Not by email"


def test_only_those_who_deal_with_the_customer_read_it(client: Client, case: Case, no_email: SupportNeed) -> None:
    record(case, no_email, note=SECRET)
    client.force_login(UserFactory.create(team=case.team))

    assert client.get(reverse("cases:support", args=[case.reference])).status_code == 403
    page = client.get(case.get_absolute_url()).text
    assert "Needs extra support" in page
    assert SECRET not in page
    assert "Not by email" not in page


def test_a_colleague_of_the_team_does_not_write_it(case: Case) -> None:
    with pytest.raises(PermissionDenied):
        record_support(case, needs=[], note=SECRET, actor=UserFactory.create(team=case.team), now=NOW)


def test_a_look_at_it_is_written_down(client: Client, case: Case) -> None:
    client.force_login(case.owner)

    client.get(reverse("cases:support", args=[case.reference]))

    assert PersonalDataRead.objects.filter(what="support needs", reader=case.owner).count() == 1


def test_the_page_saves_and_shows_it_again(client: Client, case: Case, no_email: SupportNeed) -> None:
    client.force_login(case.owner)
    address = reverse("cases:support", args=[case.reference])

    client.post(address, {"needs": [no_email.pk], "note": ""})

    form = client.get(address).context["form"]
    assert form["needs"].value() == [no_email.pk]
    assert form["note"].value() == ""


@pytest.mark.parametrize("note", ["Has dementia", "was diagnosed last year", "ANXIETY"])
def test_a_reason_is_refused_and_says_what_to_write(client: Client, case: Case, note: str) -> None:
    client.force_login(case.owner)

    response = client.post(reverse("cases:support", args=[case.reference]), {"note": note})

    assert response.status_code == 422
    assert "Write what helps, not why." in response.text
    case.customer.refresh_from_db()
    assert case.customer.support_need == ""


@pytest.mark.parametrize(("channel", "is_met"), [(Channel.EMAIL, False), (Channel.LETTER, True)])
def test_a_way_that_a_need_rules_out_fails_the_letter_check(
    case: Case, no_email: SupportNeed, channel: Channel, is_met: bool
) -> None:
    record(case, no_email)

    checked = check_letter(case, Outgoing(body="Dear Ann", channel=channel), now=NOW)

    line = next(each for each in checked.lines if each.label == "Reaches the customer as they need it")
    assert line.is_met is is_met
    if not is_met:
        assert line.problems == ("Do not use email: the customer needs “not by email”. Call or send letters.",)


def test_large_print_makes_longer_letters(case: Case) -> None:
    words = {"subject": "Yours", "body": "word " * 600, "address": "", "author": case.owner, "now": NOW}
    usual = letter_pages(case, **words)
    record(
        case,
        SupportNeed.objects.create(
            code="large", label="Large print", what_we_do="18 points", letter_style=LetterStyle.LARGE_PRINT
        ),
    )

    large = letter_pages(case, **words)

    assert pages_of(large) > pages_of(usual)


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


def test_needs_are_loaded_with_the_house_pack() -> None:
    load_pack("house", actor=User.objects.system(), now=NOW)

    assert SupportNeed.objects.get(code="large-print").letter_style == LetterStyle.LARGE_PRINT
