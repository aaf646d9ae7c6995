import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import CauseVerdict, Certainty, ChecklistState, FishboneBranch
from cases.models import (
    Case,
    CaseEvent,
    ChecklistItem,
    Evidence,
    FishboneCause,
    Referral,
    RootCauseAnalysis,
    Stakeholder,
)
from cases.selectors import closing_obstacles, fishbone
from cases.services import checklist, people, root_cause
from cases.services.root_cause import WhyAnswer
from cases.tests.factories import NOW, CaseFactory, ChecklistItemFactory, EvidenceFactory, StakeholderFactory
from core.errors import StaleVersionError, UserFacingError
from policies.tests.factories import (
    CategoryFactory,
    ChecklistTemplateFactory,
    ChecklistTemplateItemFactory,
    RootCauseFactory,
    TriggerFactory,
)

pytestmark = pytest.mark.django_db

FOUND = {"state": ChecklistState.COMPLETED, "finding": "The bank rejected it"}


@pytest.fixture
def case() -> Case:
    return CaseFactory.create(category=CategoryFactory.create())


@pytest.fixture
def owner(case: Case, client: Client) -> User:
    client.force_login(case.owner)
    return case.owner


@pytest.fixture
def leader(case: Case) -> User:
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=case.team)
    case.team.leaders.add(leader)
    return leader


def url(case: Case, name: str, *args: object) -> str:
    return reverse(f"cases:{name}", args=[case.reference, *args])


def step(text: str, **template) -> None:
    ChecklistTemplateItemFactory.create(text=text, template=ChecklistTemplateFactory.create(**template))


def test_the_checklist_has_the_general_steps_and_those_of_category_and_triggers(case) -> None:
    main, other = TriggerFactory.create(), TriggerFactory.create()
    Referral.objects.create(case=case, main_trigger=main).other_triggers.add(other)
    step("general")
    step("category", category=case.category)
    step("trigger", trigger=other)
    step("another category", category=CategoryFactory.create())
    step("another trigger", trigger=TriggerFactory.create())
    step("another kind", kind="INCIDENT")
    step("of last year", valid_to=NOW.date())

    checklist.create_checklist(case, now=NOW)
    checklist.create_checklist(case, now=NOW)

    assert set(case.checklist.values_list("text", flat=True)) == {"general", "category", "trigger"}
    assert CaseEvent.objects.count() == 1


@pytest.mark.parametrize(("count", "day"), [(0, "2026-11-20"), (1, "2026-11-23"), (5, "2026-11-27"), (6, "2026-11-30")])
def test_a_plan_counts_weekdays(count, day) -> None:
    assert checklist.weekdays_after(NOW.date(), count).isoformat() == day


def test_a_step_is_completed_with_what_was_found(owner, client, case) -> None:
    item = ChecklistItemFactory.create(case=case)

    answer = client.post(url(case, "item", item.pk), {**FOUND, "version": item.version})

    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.state, item.finding, item.settled_by) == ("COMPLETED", "The bank rejected it", owner)


def test_a_step_without_a_finding_comes_back(owner, client, case) -> None:
    item = ChecklistItemFactory.create(case=case)

    answer = client.post(url(case, "item", item.pk), {"state": "COMPLETED", "version": item.version})

    assert answer.status_code == 422
    assert "Enter what you found" in answer.content.decode()
    item.refresh_from_db()
    assert item.state == ChecklistState.NOT_STARTED


def test_only_a_leader_leaves_out_a_mandatory_step_and_only_with_a_reason(case, leader) -> None:
    item = ChecklistItemFactory.create(case=case, is_mandatory=True)
    waived = {"now": NOW, "state": ChecklistState.NOT_NEEDED}

    with pytest.raises(PermissionDenied, match="leave out a mandatory step"):
        checklist.settle_item(item, actor=case.owner, reason="Not relevant", **waived)
    with pytest.raises(UserFacingError, match="Say why"):
        checklist.settle_item(item, actor=leader, **waived)
    checklist.settle_item(item, actor=leader, reason="The account is closed", **waived)

    item.refresh_from_db()
    assert (item.state, item.reason) == ("NOT_NEEDED", "The account is closed")
    assert CaseEvent.objects.count() == 1


def test_a_step_that_somebody_saved_first_shows_both_texts(owner, client, case) -> None:
    item = ChecklistItemFactory.create(case=case)
    checklist.settle_item(item, actor=owner, now=NOW, state="IN_PROGRESS", finding="Theirs")

    conflict = client.post(url(case, "item", item.pk), {"state": "COMPLETED", "finding": "Mine", "version": 1})

    assert conflict.status_code == 409
    assert {(each.theirs, each.yours) for each in conflict.context["conflicts"]} >= {("Theirs", "Mine")}
    again = {"state": "COMPLETED", "finding": "Mine", "version": conflict.context["form"]["version"].value()}
    assert client.post(url(case, "item", item.pk), again).status_code == 302
    assert ChecklistItem.objects.get().finding == "Mine"


def test_open_mandatory_steps_stand_in_the_way_of_closing(case) -> None:
    ChecklistItemFactory.create(case=case)
    item = ChecklistItemFactory.create(case=case, is_mandatory=True)

    [(sentence, where)] = closing_obstacles(case)
    assert sentence == "1 mandatory step of the investigation is still open."
    assert where == url(case, "investigation")

    checklist.settle_item(item, actor=case.owner, now=NOW, **FOUND)
    assert closing_obstacles(Case.objects.get()) == []


def test_an_own_step_stands_in_its_group(owner, client, case) -> None:
    typed = {"text": "Ask the bank", "group": "RECORDS", "assignee": owner.pk, "due_date": "2026-11-25"}

    client.post(url(case, "add_item"), typed)

    [group] = client.get(url(case, "investigation")).context["groups"]
    assert (group["label"], [str(item) for item in group["items"]]) == ("Records", ["Ask the bank"])


def test_the_checklist_page_asks_as_many_queries_for_one_step_as_for_twenty(
    owner, client, case, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    ChecklistItemFactory.create(case=case, assignee=owner)
    client.get(url(case, "investigation"))
    with django_assert_max_num_queries(12) as few:
        client.get(url(case, "investigation"))
    ChecklistItemFactory.create_batch(19, case=case, assignee=owner)

    with django_assert_num_queries(len(few)):
        client.get(url(case, "investigation"))


def test_a_person_is_asked_and_answers(owner, client, case) -> None:
    client.post(url(case, "add_person"), {"name": "Payments", "role": "TEAM", "asked_on": "2026-11-20"})
    person = Stakeholder.objects.get()

    typed = {"name": "Payments", "role": "TEAM", "asked_on": "2026-11-20", "answered_on": "2026-11-21"}
    client.post(url(case, "person", person.pk), {**typed, "answer": "Nobody reads it", "version": person.version})

    person.refresh_from_db()
    assert person.answer == "Nobody reads it"
    assert CaseEvent.objects.count() == 2


def test_an_answer_before_the_question_is_refused(owner, client, case) -> None:
    typed = {"name": "Payments", "role": "TEAM", "asked_on": "2026-11-20", "answered_on": "2026-11-19"}

    assert client.post(url(case, "add_person"), typed).status_code == 422
    assert not Stakeholder.objects.exists()


def test_two_people_who_change_a_person_are_told(owner, client, case) -> None:
    person = StakeholderFactory.create(case=case)
    people.change_stakeholder(person, actor=owner, now=NOW, version=1, needed="The report")

    conflict = client.post(
        url(case, "person", person.pk), {"name": "Payments", "role": "TEAM", "needed": "Mine", "version": 1}
    )

    assert conflict.status_code == 409
    told = {(each.label, each.theirs, each.yours) for each in conflict.context["conflicts"]}
    assert ("What do we need from them?", "The report", "Mine") in told


def test_two_people_who_change_different_things_about_a_person_both_keep_them(owner, client, case) -> None:
    person = StakeholderFactory.create(case=case)
    form = client.get(url(case, "person", person.pk)).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"answer": "On Monday"}
    people.change_stakeholder(person, actor=owner, now=NOW, version=1, needed="The report")

    client.post(url(case, "person", person.pk), typed)

    person.refresh_from_db()
    assert (person.needed, person.answer) == ("The report", "On Monday")


def test_two_people_who_write_the_root_cause_choose_and_lose_nothing(owner, client, case) -> None:
    form = client.get(url(case, "root_cause")).context["root_form"]
    typed = {f"root-{name}": form[name].value() or "" for name in form.fields if name != "evidence"}
    typed |= {"root-statement": "Mine", "root-certainty": Certainty.UNKNOWN}
    given = {"actor": owner, "now": NOW, "root_cause": None, "certainty": Certainty.UNKNOWN}
    root_cause.save_root_cause(case, version=1, statement="Theirs", corrective_action="Check daily", **given)

    conflict = client.post(url(case, "save_root_cause"), typed)
    form = conflict.context["root_form"]
    carried = {f"root-{name}": form[name].value() for name in ("version", "seen", "corrective_action")}
    client.post(url(case, "save_root_cause"), typed | carried | {"keep-statement": "both"})

    assert conflict.status_code == 409
    assert [(each.theirs, each.yours) for each in conflict.context["root_conflicts"]] == [("Theirs", "Mine")]
    saved = RootCauseAnalysis.objects.get()
    assert (saved.statement, saved.corrective_action) == ("Theirs\n\nMine", "Check daily")


def test_two_people_who_answer_different_whys_both_keep_them(owner, client, case) -> None:
    whys(case, "first", "second")
    form = client.get(url(case, "root_cause")).context["whys_form"]
    typed = {f"whys-{name}": form[name].value() or "" for name in form.fields} | {"whys-why_3": "third"}
    whys(case, "first of all", "second", version=2)

    client.post(url(case, "save_whys"), typed)

    answers = RootCauseAnalysis.objects.get().whys.values_list("answer", flat=True)
    assert list(answers) == ["first of all", "second", "third"]


def whys(case: Case, *texts: str, version: int = 1, **last) -> RootCauseAnalysis:
    answers = [WhyAnswer(answer=text) for text in texts[:-1]] + [WhyAnswer(answer=text, **last) for text in texts[-1:]]
    return root_cause.save_whys(case, actor=case.owner, now=NOW, version=version, problem="No refund", answers=answers)


@pytest.mark.parametrize("count", [0, 1, 8])
def test_between_two_and_seven_whys_are_answered(case, count) -> None:
    with pytest.raises(UserFacingError, match="between 2 and 7"):
        whys(case, *["because"] * count)

    assert not RootCauseAnalysis.objects.exists()


def test_the_whys_replace_the_ones_before_and_the_later_of_two_writers_is_told(case) -> None:
    whys(case, "first", "second")
    whys(case, "third", "fourth", "fifth", version=2, is_root_cause=True)

    with pytest.raises(StaleVersionError):
        whys(case, "mine", "too late", version=2)

    saved = RootCauseAnalysis.objects.get().whys.values_list("order", "answer", "is_root_cause")
    assert list(saved) == [(1, "third", False), (2, "fourth", False), (3, "fifth", True)]


def test_whys_from_the_page(owner, client, case) -> None:
    evidence = EvidenceFactory.create(case=case)
    typed = {"whys-problem": "No refund", "whys-version": 1, "whys-why_1": "Rejected", "whys-why_2": "Wrong sort code"}

    client.post(url(case, "save_whys"), {**typed, "whys-evidence_1": evidence.pk, "whys-root": "2"})

    first, second = RootCauseAnalysis.objects.get().whys.all()
    assert (first.evidence, second.is_root_cause) == (evidence, True)


def test_evidence_of_another_case_is_not_a_choice(owner, client, case) -> None:
    foreign = EvidenceFactory.create()
    typed = {"whys-problem": "No refund", "whys-version": 1, "whys-why_1": "Rejected", "whys-why_2": "Wrong sort code"}

    answer = client.post(url(case, "save_whys"), {**typed, "whys-evidence_1": foreign.pk})

    assert answer.status_code == 422
    assert not RootCauseAnalysis.objects.exists()


def test_a_root_cause_needs_a_code_and_evidence_unless_it_is_not_known(case) -> None:
    given = {"actor": case.owner, "now": NOW, "statement": "Nobody reads the report"}
    cause, evidence = RootCauseFactory.create(), EvidenceFactory.create(case=case)

    with pytest.raises(UserFacingError, match="Choose the root cause"):
        root_cause.save_root_cause(case, version=1, root_cause=None, certainty=Certainty.LIKELY, **given)
    with pytest.raises(UserFacingError, match="Choose the evidence"):
        root_cause.save_root_cause(case, version=1, root_cause=cause, certainty=Certainty.CONFIRMED, **given)
    assert not RootCauseAnalysis.objects.exists()

    root_cause.save_root_cause(case, version=1, root_cause=None, certainty=Certainty.UNKNOWN, **given)
    root_cause.save_root_cause(
        case, version=2, root_cause=cause, certainty=Certainty.CONFIRMED, evidence=[evidence], **given
    )
    analysis = RootCauseAnalysis.objects.get()
    assert (analysis.root_cause, analysis.certainty, analysis.evidence.get()) == (cause, "CONFIRMED", evidence)


NEW_CAUSE = {"root-version": 1, "root-statement": "Nobody reads the report", "root-certainty": "LIKELY"}


def test_evidence_can_be_added_beside_the_root_cause_that_it_shows(owner, client, case) -> None:
    cause = RootCauseFactory.create(parent=RootCauseFactory.create())
    added = {"root-new_title": "Ledger", "root-new_type": "REPORT", "root-new_shows": "The refund was never released."}

    client.post(url(case, "save_root_cause"), NEW_CAUSE | added | {"root-root_cause": cause.pk})

    piece = RootCauseAnalysis.objects.get().evidence.get()
    assert (piece.case, piece.title, piece.obtained_by) == (case, "Ledger", owner)


@pytest.mark.parametrize("typed", [{"root-new_title": "Ledger"}, {"root-new_shows": "No refund"}])
def test_evidence_begun_beside_the_root_cause_is_finished_or_nothing_is_saved(owner, client, case, typed) -> None:
    page = client.post(url(case, "save_root_cause"), NEW_CAUSE | typed | {"root-certainty": "UNKNOWN"})

    assert page.status_code == 422
    assert not Evidence.objects.exists()
    assert not RootCauseAnalysis.objects.exists()


def test_a_refused_root_cause_adds_no_evidence(owner, client, case) -> None:
    added = {"root-new_title": "Ledger", "root-new_type": "REPORT", "root-new_shows": "No refund."}

    page = client.post(url(case, "save_root_cause"), NEW_CAUSE | added)

    assert page.status_code == 422
    assert "Ledger" in page.content.decode()
    assert not Evidence.objects.exists()


def test_root_causes_stand_under_their_areas(owner, client, case) -> None:
    area = RootCauseFactory.create(label="People", parent=None)
    cause = RootCauseFactory.create(label="Training", parent=area)
    RootCauseFactory.create(label="Not trained", parent=cause)

    page = client.get(url(case, "root_cause")).content.decode()

    assert '<optgroup label="People">' in page
    assert ">Training: Not trained</option>" in page


def test_a_cause_hangs_on_its_branch_in_words_and_in_the_drawing(owner, client, case) -> None:
    client.post(
        url(case, "add_cause"), {"cause-branch": "PROCESS", "cause-text": "<b>No owner</b>", "cause-verdict": "OPEN"}
    )
    cause = FishboneCause.objects.get()
    client.post(url(case, "decide_cause", cause.pk), {"verdict": "CONTRIBUTED"})

    page = client.get(url(case, "root_cause"))

    assert page.content.decode().count("&lt;b&gt;No owner&lt;/b&gt;") >= 2
    process = next(branch for branch in page.context["branches"] if branch.label == "Process")
    assert [rib.verdict for rib in process.ribs] == ["contributed"]


def test_the_drawing_shortens_and_the_lists_do_not() -> None:
    causes = [
        FishboneCause(branch=FishboneBranch.PEOPLE, text=f"{number} " + "long " * 20, verdict=CauseVerdict.OPEN)
        for number in range(6)
    ]

    people_branch = fishbone.branches(causes)[0]

    assert len(people_branch.causes) == 6
    assert len(people_branch.ribs) == fishbone.MOST_DRAWN
    assert all(len(rib.text) <= fishbone.LONGEST for rib in people_branch.ribs)


@pytest.mark.parametrize("name", ["save_whys", "save_root_cause", "add_cause"])
def test_empty_forms_come_back_and_write_nothing(owner, client, case, name) -> None:
    assert client.post(url(case, name), {}).status_code == 422
    assert not RootCauseAnalysis.objects.exists()
