from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import Case, NamedColleague, RootCauseAnalysis
from cases.tests.factories import NOW, CaseFactory
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError
from policies.choices import VersionState
from policies.tests.factories import ClauseFactory, PolicyVersionFactory, RootCauseFactory
from reporting.choices import RecommendationAction as Action
from reporting.choices import RecommendationState as State
from reporting.models import CaseFact, DailyFact, Recommendation, Theme
from reporting.selectors.checks import check_of
from reporting.selectors.counting import count_days
from reporting.services import recommendations as services
from reporting.tests.factories import CaseFactFactory, ChartDecisionFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return UserFactory.create(role=Role.MANAGER, full_name="Helen Brandt")


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, full_name="Owen Pryce")


@pytest.fixture
def case(author: User) -> Case:
    return CaseFactory.create()


@pytest.fixture
def draft(author: User, case: Case) -> Recommendation:
    """Return a draft in which everything is there."""
    theme = ThemeFactory.create()
    count_case_of(theme, case)
    made = services.start_recommendation(theme=theme, title="Tell customers of a failed refund", actor=author, now=NOW)
    services.add_case(recommendation_id=made.pk, number=case.number, shows="Nobody told her", actor=author)
    return save(made, author)


def count_case_of(theme: Theme, case: Case) -> None:
    """Leave the counts as a night and a round of counting leave them."""
    CaseFactFactory.create(case=case, theme=theme, received_day=date(2026, 11, 9))
    DailyFact.objects.all().delete()
    DailyFact.objects.bulk_create(DailyFact(**vars(row)) for row in count_days(CaseFact.objects.all()))


def save(draft: Recommendation, author: User, **changes: Any) -> Recommendation:
    values = {
        "problem": "Refunds sent back by the bank wait for a week.",
        "root_cause": "The report of rejected payments has no owner.",
        "proposal": "Payments reads the report daily from 1 December.",
        "clause": ClauseFactory.create(),
        "proposed_words": "Rejected payments are reviewed each working day.",
        "prevention": "The customer hears before they have to ask.",
        "baseline": Decimal("17.8"),
        "target": Decimal("7"),
        "check_date": date(2027, 1, 31),
    } | changes
    return services.save_recommendation(
        recommendation_id=draft.pk, version=draft.version, values=values, actor=author, now=NOW
    )


def submitted(draft: Recommendation, author: User) -> Recommendation:
    return services.submit(recommendation_id=draft.pk, actor=author, now=NOW)


def decide(found: Recommendation, action: Action, actor: User) -> Recommendation:
    return services.decide(recommendation_id=found.pk, action=action, reason="It is cheap.", actor=actor, now=NOW)


@pytest.mark.parametrize("field", ["problem", "root_cause", "proposal", "clause", "proposed_words", "prevention"])
def test_a_recommendation_with_a_gap_cannot_be_sent(draft: Recommendation, author: User, field: str) -> None:
    save(draft, author, **{field: None if field == "clause" else ""})

    with pytest.raises(UserFacingError, match="cannot be sent for decision yet"):
        submitted(draft, author)

    draft.refresh_from_db()
    assert draft.state == State.DRAFT


@pytest.mark.parametrize(("evidence", "sentence"), [("theme_evidence", "Add the theme"), ("case_evidence", "one case")])
def test_an_opinion_without_evidence_cannot_be_sent(
    draft: Recommendation, author: User, evidence: str, sentence: str
) -> None:
    getattr(draft, evidence).all().delete()

    with pytest.raises(UserFacingError, match=sentence):
        submitted(draft, author)


def test_a_theme_is_frozen_as_it_was_when_it_became_evidence(draft: Recommendation) -> None:
    evidence = draft.theme_evidence.get()
    count_case_of(evidence.theme, CaseFactory.create())

    evidence.refresh_from_db()
    assert evidence.case_count == 1
    assert sum(count for _, count in evidence.weeks) == 1


def test_a_case_that_the_author_may_not_see_is_no_evidence(draft: Recommendation, author: User) -> None:
    walled = CaseFactory.create(is_restricted=True)

    with pytest.raises(UserFacingError, match="There is no such case"):
        services.add_case(recommendation_id=draft.pk, number=walled.number, shows="", actor=author)


def test_nobody_decides_on_what_they_wrote(draft: Recommendation, author: User) -> None:
    submitted(draft, author)

    with pytest.raises(PermissionDenied, match="another manager must decide"):
        decide(draft, Action.ACCEPT, author)


def test_a_leader_writes_and_a_manager_decides(draft: Recommendation, author: User, manager: User) -> None:
    leader = UserFactory.create(role=Role.TEAM_LEADER)
    submitted(draft, author)

    with pytest.raises(PermissionDenied, match="Managers decide"):
        decide(draft, Action.ACCEPT, leader)
    assert decide(draft, Action.ACCEPT, manager).state == State.ACCEPTED


def test_a_decision_without_a_reason_is_refused(draft: Recommendation, author: User, manager: User) -> None:
    submitted(draft, author)

    with pytest.raises(UserFacingError, match="Enter the reason"):
        services.decide(recommendation_id=draft.pk, action=Action.ACCEPT, reason=" ", actor=manager, now=NOW)


def test_a_stale_draft_is_not_overwritten(draft: Recommendation, author: User) -> None:
    with pytest.raises(StaleVersionError):
        services.save_recommendation(
            recommendation_id=draft.pk, version=draft.version - 1, values={"problem": "Mine"}, actor=author, now=NOW
        )


def test_what_was_sent_is_no_longer_edited(draft: Recommendation, author: User) -> None:
    sent = submitted(draft, author)

    with pytest.raises(TransitionNotAllowedError, match="Edit is not possible"):
        save(sent, author)


def test_the_whole_circle_from_plan_to_act(draft: Recommendation, author: User, manager: User) -> None:
    submitted(draft, author)
    decide(draft, Action.ACCEPT, manager)
    services.add_entry(recommendation_id=draft.pk, text="The report is read.", actor=author, now=NOW)
    services.start_check(recommendation_id=draft.pk, changed_on=date(2026, 11, 20), actor=author, now=NOW)

    done = decide(draft, Action.ADOPT, manager)

    assert done.state == State.ADOPTED
    assert done.finished_at == NOW
    assert done.entries.count() == 5  # the fifth says which edition the new words are in


def test_a_change_in_the_future_cannot_be_checked(draft: Recommendation, author: User, manager: User) -> None:
    submitted(draft, author)
    decide(draft, Action.ACCEPT, manager)

    with pytest.raises(UserFacingError, match="today or earlier"):
        services.start_check(
            recommendation_id=draft.pk, changed_on=NOW.date() + timedelta(days=1), actor=author, now=NOW
        )


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_page_lists_what_is_missing_and_keeps_what_was_typed(client: Client, author: User) -> None:
    client.force_login(author)
    made = services.start_recommendation(theme=None, title="Read the report", actor=author, now=NOW)

    response = client.post(reverse("reporting:recommendation_submit", args=[made.pk]))

    assertContains(response, "Add the theme this is based on.", status_code=422)


def test_evidence_that_a_reader_may_not_see_is_not_shown(client: Client, draft: Recommendation, author: User) -> None:
    submitted(draft, author)
    reader = UserFactory.create(role=Role.TEAM_LEADER)
    client.force_login(reader)

    response = client.get(draft.get_absolute_url())

    assertNotContains(response, draft.case_evidence.get().case.reference)
    assertContains(response, "No case that you may see.")


def test_somebody_elses_draft_is_not_found(client: Client, draft: Recommendation) -> None:
    client.force_login(UserFactory.create(role=Role.TEAM_LEADER))

    assert client.get(draft.get_absolute_url()).status_code == 404


def test_an_agent_reads_and_does_not_write(client: Client, draft: Recommendation, author: User) -> None:
    submitted(draft, author)
    client.force_login(UserFactory.create())

    assert client.get(draft.get_absolute_url()).status_code == 200
    assert client.get(reverse("reporting:recommendation_start")).status_code == 403


@pytest.mark.parametrize("reference", ["CMP-2026-999999", "nonsense", "", "CMP-2026-000001\x00", "😀"])
def test_a_reference_that_leads_nowhere_gets_a_sentence(
    client: Client, draft: Recommendation, author: User, reference: str
) -> None:
    client.force_login(author)

    response = client.post(
        reverse("reporting:recommendation_add_case", args=[draft.pk]), {"reference": reference, "shows": ""}
    )

    assert response.status_code == 422
    assertContains(response, "There is a problem", status_code=422)


def test_the_document_is_saved_from_the_page(client: Client, draft: Recommendation, author: User) -> None:
    client.force_login(author)
    url = reverse("reporting:recommendation_edit", args=[draft.pk])

    response = client.post(url, {"version": draft.version, "title": "Better title", "problem": "It <b>waits</b>."})

    assert response.status_code == 302
    assertContains(client.get(draft.get_absolute_url()), "It &lt;b&gt;waits&lt;/b&gt;.")


@pytest.mark.parametrize("count", [1, 20])
def test_the_board_costs_the_same_however_many_there_are(
    client: Client, author: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        services.start_recommendation(theme=None, title=f"Change {number}", actor=author, now=NOW)
    client.force_login(author)
    client.get(reverse("reporting:recommendations"))

    with django_assert_num_queries(5):
        client.get(reverse("reporting:recommendations"))


def checking(draft: Recommendation, author: User, manager: User) -> Recommendation:
    submitted(draft, author)
    decide(draft, Action.ACCEPT, manager)
    return services.start_check(recommendation_id=draft.pk, changed_on=date(2026, 11, 2), actor=author, now=NOW)


def test_adopting_puts_the_new_words_in_force(draft: Recommendation, author: User, manager: User) -> None:
    clause = ClauseFactory.create(version__state=VersionState.PUBLISHED, text="Rejected payments wait.")
    other = ClauseFactory.create(version=clause.version, number="9.9", text="Stays as it is.")
    draft.refresh_from_db()
    save(draft, author, clause=clause, proposed_words="Rejected payments are reviewed each working day.")
    checking(draft, author, manager)

    adopted = decide(draft, Action.ADOPT, manager)

    version = adopted.published
    assert version is not None
    assert version.state == VersionState.PUBLISHED
    assert (version.written_by, version.published_by) == (author, manager)
    assert {one.number: one.text for one in version.clauses.all()} == {
        clause.number: "Rejected payments are reviewed each working day.",
        other.number: "Stays as it is.",
    }
    clause.version.refresh_from_db()
    assert clause.version.state == VersionState.REPLACED


def received_each_week(first: date, counts: list[int]) -> None:
    for week, count in enumerate(counts):
        CaseFactFactory.create_batch(count, received_day=first + timedelta(weeks=week))
    DailyFact.objects.all().delete()
    DailyFact.objects.bulk_create(DailyFact(**vars(row)) for row in count_days(CaseFact.objects.all()))


def test_a_change_is_measured_by_what_its_author_chose(draft: Recommendation, author: User, manager: User) -> None:
    received_each_week(date(2026, 8, 3), [9, 8, 10, 9, 8, 9, 10, 9])
    draft.refresh_from_db()
    save(draft, author, measure="received", target=4)
    submitted(draft, author)
    decide(draft, Action.ACCEPT, manager)
    checked = services.start_check(recommendation_id=draft.pk, changed_on=date(2026, 9, 28), actor=author, now=NOW)
    early = check_of(checked, now=NOW)
    assert early is not None
    assert early.verdict == "Not enough data yet: 6 of 8 weeks"

    CaseFact.objects.filter(received_day__lt=date(2026, 8, 10)).delete()
    received_each_week(date(2026, 10, 5), [3, 4, 2, 3, 4, 3, 2, 3])
    later = NOW + timedelta(weeks=2)
    found = check_of(checked, now=later)

    assert found is not None
    assert found.weeks[0] == (date(2026, 8, 3), 9, 9, 9.0)
    assert found.helped == "HELPED"
    assert found.verdict.startswith("Fewer cases since the change: -")
    decided = services.decide(
        recommendation_id=draft.pk, action=Action.DROP, reason="It ran its course", actor=manager, now=later
    )
    assert (decided.checked["result"], decided.checked["verdict"]) == ("HELPED", found.verdict)


def test_a_week_with_a_recorded_cause_is_not_compared(draft: Recommendation, author: User, manager: User) -> None:
    received_each_week(date(2026, 7, 6), [9, 60, 9, 8, 10, 9, 8, 9, 10, 9])
    ChartDecisionFactory.create(week=date(2026, 7, 13), reason="The storm")
    draft.refresh_from_db()
    save(draft, author, measure="received", target=4)
    submitted(draft, author)
    decide(draft, Action.ACCEPT, manager)
    checked = services.start_check(recommendation_id=draft.pk, changed_on=date(2026, 9, 14), actor=author, now=NOW)

    found = check_of(checked, now=NOW)

    assert found is not None
    assert found.effect.before < 10
    assert found.left_out == {date(2026, 7, 13): "The storm"}


def test_adopting_waits_while_the_policy_has_a_draft(draft: Recommendation, author: User, manager: User) -> None:
    clause = ClauseFactory.create(version__state=VersionState.PUBLISHED)
    PolicyVersionFactory.create(document=clause.version.document, number=2, state=VersionState.DRAFT)
    draft.refresh_from_db()
    save(draft, author, clause=clause)
    checking(draft, author, manager)

    with pytest.raises(TransitionNotAllowedError, match="has an open draft"):
        decide(draft, Action.ADOPT, manager)

    draft.refresh_from_db()
    assert draft.state == State.CHECKING
    assert draft.published is None


def test_dropping_changes_no_policy(draft: Recommendation, author: User, manager: User) -> None:
    checking(draft, author, manager)

    assert decide(draft, Action.DROP, manager).published is None


def test_evidence_is_a_chart_that_does_not_change(client: Client, draft: Recommendation, author: User) -> None:
    client.force_login(author)

    page = client.get(draft.get_absolute_url())

    assertContains(page, "1 cases in 26 weeks, as counted on")
    assertContains(page, f'id="frozen-{draft.theme_evidence.get().pk}"')


def test_those_who_did_not_complain_are_listed_with_what_was_done(
    client: Client, draft: Recommendation, case: Case, author: User
) -> None:
    cause = RootCauseFactory.create()
    RootCauseAnalysis.objects.create(case=case, root_cause=cause)
    same, walled = CaseFactory.create(), CaseFactory.create()
    CaseFactFactory.create(case=same, root_cause=cause)
    CaseFactFactory.create(case=walled, root_cause=cause)
    NamedColleague.objects.create(case=walled, colleague=author)
    CaseFactFactory.create(case=CaseFactory.create())
    client.force_login(author)
    address = reverse("reporting:recommendation_affected", args=[draft.pk])
    assert [row.case for row in client.get(address).context["rows"]] == [same]

    client.post(
        reverse("reporting:recommendation_settle", args=[draft.pk, same.pk]), {"state": "PUT_RIGHT", "note": "Refunded"}
    )
    refused = client.post(
        reverse("reporting:recommendation_settle", args=[draft.pk, walled.pk]), {"state": "CONTACTED"}
    )

    assertContains(client.get(address), "Put right: Refunded")
    assert refused.status_code == 404
    assert [one.case for one in draft.affected.all()] == [same]
    lines = b"".join(client.get(reverse("reporting:recommendation_affected_csv", args=[draft.pk]))).decode()  # type: ignore[arg-type]
    assert "Put right,Refunded" in lines


def test_what_was_done_must_be_one_of_the_answers(client: Client, draft: Recommendation, author: User) -> None:
    theme = draft.themes.get()
    other = CaseFactory.create()
    CaseFactFactory.create(case=other, theme=theme)
    client.force_login(author)

    response = client.post(reverse("reporting:recommendation_settle", args=[draft.pk, other.pk]), {"state": "NONSENSE"})

    assertContains(response, "must be one of the choices shown", status_code=422)
    assert not draft.affected.exists()
