"""What a target is: written by one person, published by a second, and then true for open cases."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import SettingsChange
from accounts.tests.factories import UserFactory
from cases import signals
from cases.choices import ContactPurpose
from cases.models import Case
from cases.tests.factories import NOW, CaseFactory, ContactFactory
from policies.choices import VersionState
from policies.services.packs import load_pack
from sla import services
from sla.choices import SatisfiedBy
from sla.models import RuleSetVersion, Target
from sla.tests.factories import make_house_policy, make_system_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> RuleSetVersion:
    return make_house_policy()


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory.create(role=Role.ADMIN, team=None))
    client.post(url("draft_rules"))
    return client


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(UserFactory.create(role=Role.MANAGER, team=None))
    return client


def url(name: str, *args: object, of: str = "house") -> str:
    return reverse(f"sla:{name}", args=[of, *args])


def acknowledge() -> Target:
    return Target.objects.get(code="acknowledge")


def terms(**changed: Any) -> dict[str, Any]:
    """Return what the form of the acknowledgement would send, unchanged but for `changed`."""
    as_it_is = {"name": "Acknowledge", "satisfied_by": "ACKNOWLEDGED", "starts_on": "RECEIVED"}
    return as_it_is | {"longest_extension_days": 0} | changed


def publish(manager: Client, open_cases: str = "NEW") -> Any:
    data = {"valid_from": "2026-11-20", "open_cases": open_cases, "note": "Post alone counts."}
    return manager.post(url("publish_rules"), data)


def test_a_change_holds_once_a_second_person_has_published_it(admin: Client, manager: Client) -> None:
    case = CaseFactory.create(priority=1)
    services.start_clocks(case, actor=case.owner, now=NOW)
    saved = admin.post(url("target", acknowledge().pk), terms(channels=["LETTER"], longest_extension_days=5))
    waiting = (acknowledge().channels, acknowledge().longest_extension_days)

    shown = manager.get(url("publish_rules")).content.decode()
    own = publish(admin)
    second = publish(manager, "OPEN")
    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=NOW, actor=case.owner, channel="EMAIL")

    assert (saved.status_code, own.status_code, second.status_code) == (302, 422, 302)
    assert waiting == ([], 0)
    assert "Channels that count: every channel → Letter" in shown
    assert (acknowledge().channels, acknowledge().longest_extension_days) == (["LETTER"], 5)
    assert case.clocks.get(target=acknowledge()).is_open
    assert SettingsChange.objects.get(what="Changed the target Acknowledge").changes["channels"] == [
        "every channel",
        "Letter",
    ]


def test_a_change_can_be_taken_out_of_the_draft(admin: Client, manager: Client) -> None:
    admin.post(url("target", acknowledge().pk), terms(counts_automatic="on"))
    kept = acknowledge().drafts.count()

    admin.post(url("target_undo", acknowledge().pk))
    publish(manager)

    assert kept == 1
    assert acknowledge().counts_automatic is False


def test_what_cases_were_judged_by_stays(admin: Client) -> None:
    case = CaseFactory.create(priority=1)
    services.start_clocks(case, actor=case.owner, now=NOW)

    response = admin.post(url("target", acknowledge().pk), terms(satisfied_by="HOLDING"))

    assert response.status_code == 422
    assert "“Met by” stays as it is, because cases have been judged by this target" in response.content.decode()
    assert not acknowledge().drafts.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"starts_on": "AFTER_TARGET"}, "Select the target that it waits for"),
        ({"starts_on": "STAGE_ENTERED"}, "Select the stage that starts it"),
        ({"channels": ["PIGEON"]}, "Channels that count must be one of the choices shown"),
        ({"longest_extension_days": 400}, "must be 366 or less"),
        ({"name": ""}, "Enter name"),
    ],
)
def test_a_target_that_cannot_be_is_refused_in_words(admin: Client, changed: dict[str, Any], sentence: str) -> None:
    response = admin.post(url("target", acknowledge().pk), terms(**changed))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not acknowledge().drafts.exists()


def test_a_new_target_waits_for_rules_that_allow_it(admin: Client) -> None:
    new = terms(name="Second response", satisfied_by="HOLDING", starts_on="AFTER_TARGET", after=acknowledge().pk)

    added = admin.post(url("target_add"), new, follow=True)
    again = admin.post(url("target_add"), new)

    target = Target.objects.get(code="second-response")
    assert target.after == acknowledge()
    assert "No rule of this version allows it" in added.content.decode()
    assert again.status_code == 422
    assert "there is a target “second-response” already" in again.content.decode()


def test_loading_a_pack_again_leaves_what_people_published(client: Client, manager: Client, tmp_path: Any) -> None:
    make = {"pack": "title: Small\nvalid_from: 2026-01-01", "rule_sets": "- { name: Small }"}
    make["targets"] = "- { code: reply, name: Reply, satisfied_by: ACKNOWLEDGED }\n"
    folder = tmp_path / "small"
    folder.mkdir()
    for name, text in make.items():
        (folder / f"{name}.yaml").write_text(text)
    load_pack("small", actor=make_system_user(), now=NOW, folder=tmp_path)
    target = Target.objects.get(code="reply")
    client.force_login(UserFactory.create(role=Role.ADMIN, team=None))
    client.post(url("draft_rules", of="small"))
    client.post(url("target", target.pk, of="small"), terms(name="Reply", longest_extension_days=3))
    manager.post(url("publish_rules", of="small"), {"valid_from": "2026-11-20", "open_cases": "NEW", "note": "More."})

    (folder / "targets.yaml").write_text(make["targets"].replace("name: Reply", "name: Answer"))
    load_pack("small", actor=make_system_user(), now=NOW, folder=tmp_path)

    target.refresh_from_db()
    assert RuleSetVersion.objects.get(rule_set__slug="small").state == VersionState.PUBLISHED
    assert (target.name, target.longest_extension_days) == ("Reply", 3)


@pytest.mark.parametrize(("counts", "is_open"), [(False, True), (True, False)])
def test_whether_an_automatic_message_counts_is_the_targets_own_rule(counts: bool, is_open: bool) -> None:
    Target.objects.filter(code="acknowledge").update(counts_automatic=counts)
    case, system = CaseFactory.create(priority=1), make_system_user()
    services.start_clocks(case, actor=case.owner, now=NOW)
    contact = ContactFactory.create(
        case=case, author=system, purpose=ContactPurpose.ACKNOWLEDGEMENT, happened_at=NOW + timedelta(minutes=5)
    )

    signals.contact_made.send(sender=Case, case=case, contact=contact, actor=system, now=NOW)

    assert case.clocks.get(target__code="acknowledge").is_open is is_open


def test_a_target_that_nobody_was_promised_can_be_removed(admin: Client) -> None:
    admin.post(url("target_add"), terms(name="Second response", satisfied_by="HOLDING"))
    spare = Target.objects.get(code="second-response")

    offered = admin.get(url("target", spare.pk)).content.decode()
    asked = admin.get(url("target_drop", spare.pk))
    admin.post(url("target_drop", spare.pk))

    assert url("target_drop", spare.pk) in offered
    assert asked.status_code == 200
    assert not Target.objects.filter(code="second-response").exists()
    assert SettingsChange.objects.filter(what="Removed the target Second response").exists()


def test_a_target_that_was_promised_or_is_waited_for_stays(admin: Client) -> None:
    admin.post(url("target_add"), terms(name="Second response", satisfied_by="HOLDING"))
    spare = Target.objects.get(code="second-response")
    after = terms(name="Third response", satisfied_by="HOLDING", starts_on="AFTER_TARGET", after=spare.pk)
    admin.post(url("target_add"), after)

    promised = admin.post(url("target_drop", acknowledge().pk), follow=True).content.decode()
    awaited = admin.post(url("target_drop", spare.pk), follow=True).content.decode()

    assert "“Acknowledge” stays, because published rules have allowed it." in promised
    assert "“Third response” starts after “Second response”." in awaited
    assert url("target_drop", acknowledge().pk) not in admin.get(url("target", acknowledge().pk)).content.decode()
    assert Target.objects.filter(pk__in=[acknowledge().pk, spare.pk]).count() == 2
