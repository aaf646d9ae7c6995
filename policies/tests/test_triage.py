"""The triage tree: what it decides, what is refused, and how a new edition comes into force."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from core.errors import StaleVersionError
from policies.choices import TriageOutcome, VersionState
from policies.models import TriageTree
from policies.selectors import tree_of, triage_tree
from policies.services import triage as services
from policies.services.packs import load_pack
from policies.triage import Answer, Question, Tree, problems, shipped_tree, walk

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
END = Answer(code="end", label="No", outcome=TriageOutcome.COMPLAINT, reason="They are unhappy.")


def question(code: str, *leads_to: str) -> Question:
    answers = tuple(Answer(code=f"to-{to}", label=f"To {to}", leads_to=to) for to in leads_to)
    return Question(code=code, text=f"Question {code}?", answers=(*answers, END))


@pytest.mark.parametrize(
    ("given", "outcome", "raises_incident"),
    [
        ({"unhappy": "yes", "broken-too": "no"}, TriageOutcome.COMPLAINT, False),
        ({"unhappy": "yes", "broken-too": "yes"}, TriageOutcome.COMPLAINT, True),
        ({"unhappy": "no", "broken": "yes"}, TriageOutcome.INCIDENT, False),
        ({"unhappy": "no", "broken": "no"}, TriageOutcome.SERVICE_REQUEST, False),
        ({"unhappy": "no", "broken": "question"}, TriageOutcome.ENQUIRY, False),
    ],
)
def test_two_answers_decide(given: dict[str, str], outcome: str, raises_incident: bool) -> None:
    end = walk(shipped_tree(), given).end

    assert end is not None
    assert (end.outcome, end.raises_incident) == (outcome, raises_incident)
    assert end.reason.endswith(".")


def test_an_answer_that_is_not_on_the_way_counts_for_nothing() -> None:
    walked = walk(shipped_tree(), {"unhappy": "yes", "broken": "yes"})

    assert walked.end is None
    assert walked.waits_for == shipped_tree().questions[1]


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ([], "The tree has no question yet. Add the first one."),
        (
            [question("one"), question("two", "one")],
            "“Question one?” needs at least two answers.",
        ),
        (
            [question("one", "two"), question("two", "one")],
            "“Question two?” comes again after its own answers, so the questions would never end.",
        ),
        (
            [question("one", "two"), question("two", "three"), question("lonely", "two"), question("three", "two")],
            "No answer leads to “Question lonely?”, so nobody would be asked it. Let an answer lead there, or take it out.",
        ),
        (
            [question("one", "gone")],
            "The answer “To gone” to “Question one?” leads to a question that is not there any more.",
        ),
        ([question("one", "")], "The answer “To ” to “Question one?” has no outcome and leads to no question."),
        (
            [replace(question("one", "one"), answers=(END, replace(END, label="Yes", reason="")))],
            "The answer “Yes” to “Question one?” ends without a reason. Write the sentence that the case keeps.",
        ),
    ],
)
def test_what_cannot_be_asked_is_named(questions: list[Question], sentence: str) -> None:
    assert sentence in problems(Tree(questions=tuple(questions)))


def test_what_comes_with_the_product_can_be_asked() -> None:
    assert problems(shipped_tree()) == []


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory.create(role=Role.ADMIN)


@pytest.fixture
def manager(db: None) -> User:
    return UserFactory.create(role=Role.MANAGER)


def test_a_second_person_publishes_from_a_day_on(admin: User, manager: User) -> None:
    draft = services.start_draft(actor=admin, now=NOW)

    with pytest.raises(PermissionDenied, match="someone else must publish"):
        services.publish(draft_id=draft.pk, valid_from=TODAY, actor=admin, now=NOW)
    services.publish(draft_id=draft.pk, valid_from=date(2026, 12, 1), actor=manager, now=NOW)

    assert triage_tree(day=date(2026, 11, 30)) == shipped_tree()
    assert triage_tree(day=date(2026, 12, 1)).row_id == draft.pk


def test_a_tree_that_cannot_be_asked_is_not_published(admin: User, manager: User) -> None:
    draft = services.start_draft(actor=admin, now=NOW)
    services.drop_question(draft_id=draft.pk, code="broken", seen="", actor=admin, now=NOW)

    with pytest.raises(services.TreeRefusedError, match="The answer “No” to “Is the customer unhappy"):
        services.publish(draft_id=draft.pk, valid_from=TODAY, actor=manager, now=NOW)

    assert TriageTree.objects.get().state == VersionState.DRAFT


def test_a_draft_saved_by_somebody_else_meanwhile_is_not_overwritten(admin: User) -> None:
    draft = services.start_draft(actor=admin, now=NOW)
    changed = replace(shipped_tree().questions[0], text="Are they unhappy?")

    with pytest.raises(StaleVersionError):
        services.save_question(draft_id=draft.pk, question=changed, seen="earlier", actor=admin, now=NOW)

    assert tree_of(TriageTree.objects.get()).questions == shipped_tree().questions


def test_the_house_pack_ships_the_tree_and_loads_it_once(db: None) -> None:
    for _ in range(2):
        load_pack("house", actor=User.objects.system(), now=NOW)

    assert triage_tree(day=TODAY).questions == shipped_tree().questions
    assert TriageTree.objects.count() == 1


def test_an_admin_adds_a_question_and_everybody_tries_the_tree(client: Client, admin: User) -> None:
    client.force_login(admin)
    client.post("/settings/triage/draft/start/")
    seen = TriageTree.objects.get().updated_at.isoformat()

    response = client.post(
        "/settings/triage/draft/questions/add/",
        {
            "text": "Is it about a colleague?",
            "seen": seen,
            "answers-TOTAL_FORMS": 2,
            "answers-INITIAL_FORMS": 0,
            "answers-0-label": "Yes",
            "answers-0-then": "end:COMPLAINT",
            "answers-0-reason": "It is about a colleague.",
            "answers-1-label": "No",
            "answers-1-then": "to:unhappy",
        },
    )
    draft = client.get("/settings/triage/draft/").content.decode()
    tried = client.get("/policies/triage-questions/?try=1&triage_unhappy=no&triage_broken=yes").content.decode()

    assert response.status_code == 302
    assert tree_of(TriageTree.objects.get()).questions[-1].code == "is-it-about-a-colleague"
    assert "No answer leads to “Is it about a colleague?”" in draft
    assert "A service is broken, unavailable or unsafe right now, and the customer is not unhappy with us." in tried


def test_an_answer_names_its_clause_by_document_and_heading(client: Client, admin: User) -> None:
    load_pack("house", actor=admin, now=NOW)
    client.force_login(admin)

    page = client.get("/policies/triage-questions/").content.decode()

    assert "Complaints policy 1.1: What a complaint is</a>" in page
    assert "complaints-policy 1.1" not in page
