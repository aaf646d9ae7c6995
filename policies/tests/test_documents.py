"""Policy documents: read by all, drafted by an admin, published by a second person."""

from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from policies.choices import VersionState
from policies.models import Clause, PolicyDocument, PolicyVersion
from policies.tests.factories import ClauseFactory, PolicyVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    client.force_login(admin)
    return admin


@pytest.fixture
def version() -> PolicyVersion:
    version = PolicyVersionFactory.create(document__title="Refunds", document__slug="refunds")
    ClauseFactory.create(version=version, number="1.1", heading="When", text="We pay within five working days.")
    return version


def draft_page(client: Client) -> Any:
    client.post("/settings/policies/refunds/draft/start/")
    return client.get("/settings/policies/refunds/draft/")


def save(client: Client, page: Any, *clauses: tuple[str, str]) -> Any:
    data: dict[str, Any] = {"seen": page.context["form"]["seen"].value(), "change_note": "Faster"}
    data |= {"clauses-TOTAL_FORMS": len(clauses), "clauses-INITIAL_FORMS": 0}
    for index, (number, text) in enumerate(clauses):
        data |= {f"clauses-{index}-number": number, f"clauses-{index}-heading": "When", f"clauses-{index}-text": text}
    return client.post("/settings/policies/refunds/draft/", data)


def test_a_draft_starts_from_the_words_in_force(client: Client, admin: User, version: PolicyVersion) -> None:
    page = draft_page(client)

    assert "We pay within five working days." in page.content.decode()
    assert PolicyVersion.objects.get(state=VersionState.DRAFT).number == 2
    draft_page(client)
    assert PolicyVersion.objects.count() == 2


def test_who_wrote_it_does_not_publish_it(client: Client, admin: User, version: PolicyVersion) -> None:
    save(client, draft_page(client), ("1.1", "We pay within three working days."))

    response = client.post("/settings/policies/refunds/publish/")

    assert response.status_code == 403
    assert "someone else must publish it" in response.content.decode()
    assert PolicyVersion.objects.get(state=VersionState.PUBLISHED) == version


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_a_second_person_publishes_it(client: Client, admin: User, version: PolicyVersion, role: Role) -> None:
    save(client, draft_page(client), ("1.1", "We pay within three working days."))
    second = UserFactory.create(role=role)
    client.force_login(second)

    confirm = client.get("/settings/policies/refunds/publish/").content.decode()
    client.post("/settings/policies/refunds/publish/")

    assert "1 clauses changed." in confirm
    published = PolicyVersion.objects.get(state=VersionState.PUBLISHED)
    assert (published.number, published.published_by, published.written_by) == (2, second, admin)
    version.refresh_from_db()
    assert version.state == VersionState.REPLACED
    assert Clause.objects.citable().get().text == "We pay within three working days."


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.DATA_PROTECTION])
def test_others_read_what_is_published_and_no_drafts(
    client: Client, admin: User, version: PolicyVersion, role: Role
) -> None:
    save(client, draft_page(client), ("1.1", "A secret plan."))
    client.force_login(UserFactory.create(role=role))

    assert "A secret plan." not in client.get("/policies/refunds/").content.decode()
    assert client.get("/policies/refunds/v2/").status_code == 404
    assert client.get("/policies/refunds/v2/changes/").status_code == 404
    assert client.post("/settings/policies/refunds/publish/").status_code == 404
    assert client.post("/settings/policies/refunds/draft/start/").status_code == 403


def test_a_version_shows_word_by_word_what_it_changes(client: Client, admin: User, version: PolicyVersion) -> None:
    save(client, draft_page(client), ("1.1", "We pay within three working days."), ("1.2", "We say so."))

    page = client.get("/policies/refunds/v2/changes/").content.decode()

    assert "<del>five </del><ins>three </ins>" in page
    assert "<ins>We say so.</ins>" in page


def test_a_clause_number_is_given_once(client: Client, admin: User, version: PolicyVersion) -> None:
    response = save(client, draft_page(client), ("1.1", "One."), ("1.1", "Two."))

    assert response.status_code == 422
    assert "Clause 1.1 is there twice." in response.content.decode()
    assert Clause.objects.filter(version__number=2).get().text == "We pay within five working days."


def test_two_people_do_not_overwrite_each_other(client: Client, admin: User, version: PolicyVersion) -> None:
    page = draft_page(client)
    save(client, page, ("1.1", "First."))

    response = save(client, page, ("1.1", "Second."))

    assert response.status_code == 422
    assert "Somebody saved this draft" in response.content.decode()
    assert "Second." in response.content.decode()
    assert Clause.objects.get(version__number=2).text == "First."


def test_a_policy_without_clauses_is_not_published(client: Client, admin: User) -> None:
    client.post("/settings/policies/add/", {"title": "Visits"})
    client.force_login(UserFactory.create(role=Role.MANAGER))

    response = client.post("/settings/policies/visits/publish/")

    assert response.status_code == 422
    assert "at least one clause" in response.content.decode()


def test_a_discarded_draft_leaves_the_words_in_force(client: Client, admin: User, version: PolicyVersion) -> None:
    draft_page(client)

    client.post("/settings/policies/refunds/draft/discard/")

    assert PolicyVersion.objects.get() == version


def test_the_same_title_twice_is_refused(client: Client, admin: User, version: PolicyVersion) -> None:
    assert client.post("/settings/policies/add/", {"title": "Refunds"}).status_code == 422
    assert PolicyDocument.objects.count() == 1


def test_the_library_opens_for_everybody(client: Client, version: PolicyVersion) -> None:
    for role in Role:
        if role != Role.SYSTEM:
            client.force_login(UserFactory.create(role=role))
            assert "Refunds" in client.get("/policies/").content.decode()
