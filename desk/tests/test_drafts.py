from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import CaseDraft
from desk.services import drafts

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> User:
    agent = UserFactory.create()
    client.force_login(agent)
    return agent


@pytest.fixture
def draft(agent: User) -> CaseDraft:
    return drafts.open_draft(actor=agent, now=timezone.now())


def test_each_save_has_a_version_and_the_whole_form(client: Client, draft: CaseDraft) -> None:
    response = client.post(
        f"/cases/new/{draft.number}/save/", {"draft_version": 0, "story": "One", "other_triggers": ["1", "2"]}
    )

    draft.refresh_from_db()
    assert response.json()["version"] == draft.version == 1
    assert response.json()["saved_at"]
    assert draft.answers == {"story": ["One"], "other_triggers": ["1", "2"]}


def test_a_tab_that_was_overtaken_is_told_and_writes_nothing(client: Client, draft: CaseDraft) -> None:
    client.post(f"/cases/new/{draft.number}/save/", {"draft_version": 0, "story": "First tab"})

    late = client.post(f"/cases/new/{draft.number}/save/", {"draft_version": 0, "story": "Second tab"})

    draft.refresh_from_db()
    assert (late.status_code, late.json()["version"]) == (409, 1)
    assert draft.answers["story"] == ["First tab"]


def test_two_calls_at_once_keep_separate_drafts(client: Client, agent: User) -> None:
    first = client.get("/cases/new/").url
    client.post(f"{first}save/", {"story": "First call"})
    second = client.get("/cases/new/").url
    client.post(f"{second}save/", {"story": "Second call"})

    assert first != second
    assert "First call" in client.get(first).content.decode()
    assert "Second call" in client.get(second).content.decode()


def test_a_draft_in_which_nothing_was_typed_keeps_its_number_for_the_next_visit(client: Client, agent: User) -> None:
    visits = [client.get("/cases/new/").url for _ in range(2)]

    assert len(set(visits)) == 1
    assert CaseDraft.objects.count() == 1


def test_a_caller_known_by_number_gets_a_number_of_their_own(client: Client, agent: User) -> None:
    first, second = (client.get(f"/cases/new/?phone=0770090000{digit}").url for digit in (1, 2))

    assert first != second


def test_nobody_gets_the_empty_draft_of_somebody_else(client: Client, draft: CaseDraft) -> None:
    client.force_login(UserFactory.create())

    assert draft.number not in client.get("/cases/new/").url


def test_a_draft_outlives_signing_out(client: Client, agent: User, draft: CaseDraft) -> None:
    client.post(f"/cases/new/{draft.number}/save/", {"story": "Half a sentence"})
    client.logout()
    client.force_login(agent)

    page = client.get(f"/cases/new/{draft.number}/").content.decode()
    listed = client.get("/drafts/").content.decode()

    assert "Half a sentence" in page
    assert draft.number in listed


def test_a_discarded_draft_can_be_restored(client: Client, draft: CaseDraft) -> None:
    client.post(f"/cases/new/{draft.number}/save/", {"story": "Half a sentence"})

    client.post(f"/cases/new/{draft.number}/discard/")
    refused = client.post(f"/cases/new/{draft.number}/save/", {"story": "More"})
    restored = client.post(f"/cases/new/{draft.number}/restore/", follow=True)

    assert refused.status_code == 422
    assert "Half a sentence" in restored.content.decode()


def test_a_draft_discarded_long_ago_is_no_longer_offered(client: Client, draft: CaseDraft) -> None:
    CaseDraft.objects.filter(pk=draft.pk).update(
        version=1, answers={"story": ["Old"]}, discarded_at=timezone.now() - timedelta(days=31)
    )

    assert draft.number not in client.get("/drafts/").content.decode()


def test_too_much_to_keep_is_refused_and_not_cut(client: Client, draft: CaseDraft) -> None:
    response = client.post(f"/cases/new/{draft.number}/save/", {"story": "a" * 200_001})

    assert response.status_code == 422
    assert "too long to keep" in response.json()["error"]


def test_the_buttons_of_the_customer_question_work_without_scripts(client: Client, draft: CaseDraft) -> None:
    address = f"/cases/new/{draft.number}/"

    client.post(f"{address}update/", {"customer_text": "Ann Lee", "pick": "new", "story": "Kept"})
    page = client.get(address).content.decode()

    assert "New customer" in page
    assert 'value="Ann Lee"' in page
    assert "Kept" in page


def test_leaving_keeps_the_draft(client: Client, draft: CaseDraft) -> None:
    response = client.post(f"/cases/new/{draft.number}/update/", {"story": "Kept", "then": "leave"})

    draft.refresh_from_db()
    assert response.url == "/"
    assert draft.answers["story"] == ["Kept"]
