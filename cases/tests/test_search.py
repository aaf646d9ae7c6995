import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from cases.models import Case, SearchDocument
from cases.search import search_cases, with_capped_count
from cases.services.contacts import add_note
from cases.services.indexing import index_case
from cases.tests.factories import NOW, CaseFactory

pytestmark = pytest.mark.django_db


def indexed(**values) -> Case:
    case = CaseFactory.create(**values)
    index_case(case)
    return case


def found(text: str) -> list[Case]:
    return list(search_cases(Case.objects.all(), text))


def test_a_case_is_found_by_its_story_summary_customer_and_reference() -> None:
    case = indexed(story="The courier left the parcel in the rain.", summary="Wet parcel", customer__name="Ann Lee")
    indexed(story="Charged twice for one month.", summary="Charged twice", customer__name="Tom Reed")

    for text in ("parcels", "wet", "ann lee", case.reference, case.number):
        assert found(text) == [case], text


def test_every_word_must_be_there_and_quotes_keep_words_together() -> None:
    case = indexed(story="The refund was late and the letter was wrong.")

    assert found("refund letter") == [case]
    assert found("refund parcel") == []
    assert found('"refund was late"') == [case]
    assert found('"late refund"') == []


def test_operators_are_only_words() -> None:
    indexed(story="The refund was late.")

    assert found("refund NOT letter") == []
    assert found("refund OR parcel") == []


def test_an_accent_or_an_amount_is_found_as_it_was_written() -> None:
    case = indexed(story="Zoë was promised £186.40 by ann.lee@example.com.")

    assert found("Zoë") == [case]
    assert found("186.40") == [case]
    assert found("ann.lee@example.com") == [case]


def test_a_new_note_makes_the_case_findable() -> None:
    case = indexed()

    add_note(case, actor=case.owner, now=NOW, body="The bank rejected the sort code.")

    assert found("sort code") == [case]


def test_a_removed_document_is_not_found() -> None:
    case = indexed(story="The refund was late.")

    SearchDocument.objects.filter(case=case).delete()

    assert found("refund") == []


def test_the_search_stays_inside_what_the_person_sees() -> None:
    agent = UserFactory.create(role=Role.AGENT)
    mine = indexed(team=agent.team, story="The refund was late.")
    indexed(story="The refund was late.")

    assert list(search_cases(Case.objects.visible_to(agent), "refund")) == [mine]


def test_the_newest_comes_first_and_the_count_is_capped(monkeypatch) -> None:
    monkeypatch.setattr("cases.search.MOST_COUNTED", 1)
    cases = [indexed(story="The refund was late.") for _ in range(3)]

    assert found("refund") == cases[::-1]
    assert with_capped_count(search_cases(Case.objects.all(), "refund"))[0].found == 2


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
@example(text='" OR 1=1 --')
@example(text="a\x00b")
@example(text='NEAR("x" y) title: ^z* {a b}')
@example(text="&!|():*<->\\'")
def test_nothing_that_is_typed_breaks_the_search(text: str) -> None:
    assert found(text) == []
