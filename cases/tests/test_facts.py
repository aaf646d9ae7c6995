import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Notification, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, CaseAccess, CaseEvent, CaseLink, NamedColleague, TriageDecision
from cases.services import facts, links, ownership, triage
from cases.signals import facts_changed, kind_changed, priority_changed
from cases.tests.factories import NOW, CaseFactory
from core.errors import StaleVersionError, UserFacingError
from policies.choices import CaseKind, Priority, TriageOutcome
from policies.tests.factories import CategoryFactory, ChecklistTemplateItemFactory

pytestmark = pytest.mark.django_db

SEEN = "Refund promised on 3 November has not arrived"


@pytest.fixture
def case() -> Case:
    return CaseFactory.create(priority=Priority.P3)


@pytest.fixture
def leader(case: Case) -> User:
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=case.team)
    case.team.leaders.add(leader)
    return leader


def url(case: Case, name: str) -> str:
    return reverse(f"cases:{name}", args=[case.reference])


def rename(case: Case, summary: str, *, version: int = 1) -> Case:
    return facts.change_facts(case, actor=case.owner, now=NOW, values={"summary": summary}, version=version)


def shown(client: Client, case: Case) -> dict[str, object]:
    """Return what the page would send back if nothing was typed."""
    form = client.get(url(case, "change_facts")).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_a_changed_fact_is_saved_told_and_kept_in_the_history(case, listen) -> None:
    news = listen(facts_changed)

    rename(case, "Refund lost at the bank")

    case.refresh_from_db()
    assert (case.summary, case.version) == ("Refund lost at the bank", 2)
    assert CaseEvent.objects.get().fields == ["summary"]
    assert news[0]["changes"] == {"summary": (SEEN, "Refund lost at the bank")}


def test_two_people_who_change_different_facts_both_keep_their_work(client: Client, case) -> None:
    client.force_login(case.owner)
    category = CategoryFactory.create()
    typed = shown(client, case) | {"category": category.pk}
    rename(case, "Refund lost at the bank")

    page = client.post(url(case, "change_facts"), typed, follow=True)

    case.refresh_from_db()
    assert (case.summary, case.category) == ("Refund lost at the bank", category)
    assert "It also holds what somebody else changed meanwhile: Summary." in page.content.decode()


def test_a_fact_that_somebody_else_changed_is_not_overwritten(case) -> None:
    rename(case, "First")

    with pytest.raises(StaleVersionError):
        rename(case, "Second")

    case.refresh_from_db()
    assert case.summary == "First"
    assert CaseEvent.objects.count() == 1


@pytest.mark.parametrize(("kept", "summary"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_a_conflict_shows_both_texts_and_the_second_chooses(client: Client, case, kept, summary) -> None:
    client.force_login(case.owner)
    typed = shown(client, case) | {"summary": "Mine"}
    rename(case, "Theirs")

    conflict = client.post(url(case, "change_facts"), typed)

    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Theirs" in page
    assert conflict.context["form"]["summary"].value() == "Mine"

    form = conflict.context["form"]
    again = typed | {"version": form["version"].value(), "seen": form["seen"].value(), "keep-summary": kept}
    assert client.post(url(case, "change_facts"), again).status_code == 302
    case.refresh_from_db()
    assert case.summary == summary


@pytest.mark.parametrize("summary", ["", "x" * 161, "NUL \x00"])
def test_a_bad_fact_comes_back_and_changes_nothing(client: Client, case, summary) -> None:
    client.force_login(case.owner)

    answer = client.post(url(case, "change_facts"), {"summary": summary})

    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.summary == SEEN


@pytest.mark.parametrize("seen", ["", "[]", "null", '{"category": "x"}', '{"category": 999}', "{"])
def test_a_broken_snapshot_never_breaks_the_page(client: Client, case, seen) -> None:
    client.force_login(case.owner)

    assert client.post(url(case, "change_facts"), {"summary": "New", "seen": seen, "version": 0}).status_code in {
        302,
        409,
        422,
    }


def test_an_owner_raises_the_priority_and_only_a_leader_lowers_it(case, leader, listen) -> None:
    news = listen(priority_changed)
    facts.change_priority(case, actor=case.owner, now=NOW, priority=Priority.P2, reason="Third contact")

    with pytest.raises(PermissionDenied, match="lower the priority"):
        facts.change_priority(case, actor=case.owner, now=NOW, priority=Priority.P4, reason="It can wait")
    facts.change_priority(case, actor=leader, now=NOW, priority=Priority.P4, reason="It can wait")

    case.refresh_from_db()
    assert (case.priority, case.priority_reason) == (Priority.P4, "It can wait")
    assert [(each["old"], each["new"]) for each in news] == [
        (Priority.P3, Priority.P2),
        (Priority.P2, Priority.P4),
    ]


def test_a_priority_that_somebody_else_changed_is_said_on_the_form(client: Client, case, leader) -> None:
    client.force_login(case.owner)
    facts.change_priority(case, actor=leader, now=NOW, priority=Priority.P2, reason="Third contact")

    answer = client.post(url(case, "priority"), {"priority": "1", "reason": "Urgent", "seen": "3"})

    assert answer.status_code == 422
    assert "Somebody changed the priority to P2 High" in answer.content.decode()
    assert answer.context["form"]["reason"].value() == "Urgent"


def test_the_new_owner_is_told_once(case, leader) -> None:
    colleague = UserFactory.create(team=case.team)

    for _ in range(2):
        ownership.assign(case, actor=leader, now=NOW, owner=colleague)

    case.refresh_from_db()
    assert case.owner == colleague
    assert Notification.objects.get().recipient == colleague
    assert CaseEvent.objects.count() == 1


def test_a_colleague_complained_about_is_never_the_owner_and_the_words_do_not_say_why(case, leader) -> None:
    colleague = UserFactory.create(team=case.team, full_name="Tom Reed")
    NamedColleague.objects.create(case=case, colleague=colleague)

    with pytest.raises(UserFacingError, match="Tom Reed cannot be given this case"):
        ownership.assign(case, actor=leader, now=NOW, owner=colleague)


def test_an_agent_takes_a_free_case_and_not_a_colleagues(case) -> None:
    agent = UserFactory.create(team=case.team)
    with pytest.raises(UserFacingError, match="took this case first"):
        ownership.take(case, actor=agent, now=NOW)
    Case.objects.update(owner=None)

    ownership.take(case, actor=agent, now=NOW)

    case.refresh_from_db()
    assert case.owner == agent


def test_another_team_gets_the_case_without_its_owner(case, leader) -> None:
    team = TeamFactory.create()

    ownership.change_team(case, actor=leader, now=NOW, team=team, reason="About energy")

    case.refresh_from_db()
    assert (case.team, case.owner) == (team, None)


def test_a_restricted_case_is_lost_to_everybody_who_is_not_named(client: Client, case, leader) -> None:
    client.force_login(leader)
    manager = UserFactory.create(role=Role.MANAGER)

    client.post(url(case, "restrict"), {"people": [manager.pk]})

    assert set(CaseAccess.objects.values_list("person", flat=True)) == {manager.pk, leader.pk, case.owner.pk}
    assert not Case.objects.visible_to(UserFactory.create(team=case.team)).exists()
    assert Case.objects.visible_to(manager).exists()
    assert "Restricted: 3 people can see this" in client.get(url(case, "overview")).content.decode()


def test_lifting_the_restriction_needs_a_reason(client: Client, case, leader) -> None:
    ownership.restrict(case, actor=leader, now=NOW, people=[])
    client.force_login(leader)

    assert client.post(url(case, "restrict"), {"reason": ""}).status_code == 422
    assert client.post(url(case, "restrict"), {"reason": "Settled"}).status_code == 302
    assert not Case.objects.get().is_restricted


def test_a_case_that_becomes_an_incident_keeps_everything_and_gains_its_steps(case, listen) -> None:
    news = listen(kind_changed)
    ChecklistTemplateItemFactory.create(template__kind=CaseKind.INCIDENT)

    triage.reclassify(case, kind=CaseKind.INCIDENT, reason="Several customers", actor=case.owner, now=NOW)

    case.refresh_from_db()
    assert (case.kind, case.summary, case.reference[:3]) == (CaseKind.INCIDENT, SEEN, "INC")
    decision = TriageDecision.objects.get()
    assert (decision.outcome, decision.reason, decision.path) == (TriageOutcome.INCIDENT, "Several customers", [])
    assert (news[0]["old"], news[0]["new"]) == (CaseKind.COMPLAINT, CaseKind.INCIDENT)
    assert case.checklist.count() == 1


def test_the_same_kind_again_and_a_closed_case_are_refused(client: Client, case) -> None:
    client.force_login(case.owner)
    same = client.post(url(case, "kind"), {"kind": "COMPLAINT", "reason": "No"})
    Case.objects.update(closed_at=NOW)
    closed = client.post(url(case, "kind"), {"kind": "INCIDENT", "reason": "No"})

    assert (same.status_code, closed.status_code) == (422, 422)
    assert "The case is a complaint already." in same.content.decode()
    assert not TriageDecision.objects.exists()


def test_a_link_is_read_from_both_ends_and_undone(client: Client, case) -> None:
    client.force_login(case.owner)
    other = CaseFactory.create(team=case.team, owner=case.owner)

    client.post(url(case, "link"), {"kind": "CAUSED_BY", "reference": other.reference})

    assert "Caused by" in client.get(url(case, "overview")).content.decode()
    assert "Caused " in client.get(url(other, "overview")).content.decode()
    link = CaseLink.objects.get()
    client.post(reverse("cases:unlink", args=[case.reference, link.pk]))
    assert not CaseLink.objects.exists()
    assert CaseEvent.objects.filter(case=other).count() == 2


@pytest.mark.parametrize("whose", ["another team's", "none", "its own"])
def test_a_case_links_only_to_another_one_that_the_person_sees(client: Client, case, whose) -> None:
    client.force_login(case.owner)
    hidden = CaseFactory.create()
    reference = {"another team's": hidden.reference, "none": "CMP-1999-000001", "its own": case.reference}[whose]

    answer = client.post(url(case, "link"), {"kind": "RELATED", "reference": reference})

    assert answer.status_code == 422
    assert not CaseLink.objects.exists()


def test_a_link_to_a_case_that_is_hidden_is_hidden_too(client: Client, case, leader) -> None:
    manager = UserFactory.create(role=Role.MANAGER)
    far = CaseFactory.create(summary="Somebody else's affair")
    links.link_cases(case, target=far, kind="RELATED", actor=manager, now=NOW)
    client.force_login(leader)

    assert far.summary not in client.get(url(case, "overview")).content.decode()
