"""Other ends: forwarded wholly or in part, merged and taken apart, taken to the ombudsman."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.choices import Role
from accounts.tests.factories import TeamFactory, UserFactory
from cases.choices import CaseStatus
from cases.models import Case, CaseLink, NamedColleague, Promise
from cases.services.history import break_in_history
from cases.services.promises import keep_promise
from cases.tests.factories import CaseFactory, PromiseFactory
from complaints.choices import OmbudsmanDecision, Outcome
from complaints.models import ComplaintPoint, Forwarding, Merge, OmbudsmanReferral
from complaints.services.forwarding import Forward, forward, make_letter
from complaints.services.merging import merge, take_apart
from complaints.services.ombudsman import ReferralFacts, save_referral
from complaints.services.opening import open_complaint
from complaints.tests.factories import LATER, NOW, ForwardingFactory, World, investigating, logged, sent, submitted
from core.errors import StaleVersionError, UserFacingError
from policies.choices import LetterPurpose
from policies.models import LetterTemplate

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TO_THE_NETWORK = Forward(
    organisation="Network North",
    contact="0800 000 000",
    reason="The cable is theirs",
    forwarded_on=TODAY,
    told_on=TODAY,
)


# --- forwarded -----------------------------------------------------------------------------------------------------


def with_two_points() -> World:
    world = investigating()
    ComplaintPoint.objects.create(case=world.case, number=2, text="The cable was cut", edited_by=world.agent)
    return world


def test_the_whole_complaint_goes_to_somebody_else_and_is_closed() -> None:
    world = investigating()

    forward(case_id=world.case.pk, to=TO_THE_NETWORK, actor=world.leader, now=NOW)

    assert world.reload().status == CaseStatus.CLOSED
    assert world.case.complaint.outcome == Outcome.FORWARDED
    assert break_in_history(world.case) == ""


def test_some_points_go_to_somebody_else_and_we_answer_the_rest() -> None:
    world = with_two_points()
    second = world.case.points.get(number=2)

    forward(case_id=world.case.pk, to=replace(TO_THE_NETWORK, point_ids=(second.pk,)), actor=world.agent, now=NOW)

    assert world.reload().status == CaseStatus.INVESTIGATING
    assert list(Forwarding.objects.get().points.all()) == [second]


def template_of_a_forwarding() -> None:
    body = "To {{ other_organisation }}: {{ forwarding_reason }}. {{ forwarded_points }} {{ customer_contact }}"
    LetterTemplate.objects.create(name="Forward", purpose=LetterPurpose.FORWARDING, subject="Yours", body=body)


def test_the_letter_to_the_other_organisation_is_made_from_its_template_and_kept(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    template_of_a_forwarding()
    world = with_two_points()
    ids = (world.case.points.get(number=2).pk,)
    row = forward(case_id=world.case.pk, to=replace(TO_THE_NETWORK, point_ids=ids), actor=world.agent, now=NOW)

    piece = make_letter(row, actor=world.agent, now=LATER)

    text = " ".join(page.extract_text() for page in PdfReader(piece.file.open()).pages)
    assert "To Network North: The cable is theirs" in text
    assert "The cable was cut" in text
    assert world.case.points.get(number=1).text not in text
    assert world.case.customer.postcode in text
    assert piece.title == "Letter to Network North"


def test_without_a_template_there_is_no_letter() -> None:
    row = ForwardingFactory.create(case=investigating().case)

    with pytest.raises(UserFacingError, match="There is no template for a letter to another organisation"):
        make_letter(row, actor=row.case.owner, now=NOW)

    assert not row.case.evidence.exists()


def test_a_colleague_of_the_team_does_not_make_the_letter() -> None:
    row = ForwardingFactory.create(case=investigating().case)

    with pytest.raises(PermissionDenied):
        make_letter(row, actor=UserFactory.create(team=row.case.team), now=NOW)


def test_a_case_is_not_closed_before_the_customer_knows_who_answers() -> None:
    world = investigating()

    with pytest.raises(UserFacingError, match="Tell the customer who answers them now"):
        forward(case_id=world.case.pk, to=replace(TO_THE_NETWORK, told_on=None), actor=world.leader, now=NOW)
    assert not Forwarding.objects.exists()


def test_all_points_are_the_whole_complaint() -> None:
    world = with_two_points()
    ids = tuple(world.case.points.values_list("pk", flat=True))

    with pytest.raises(UserFacingError, match="Forward the whole complaint instead"):
        forward(case_id=world.case.pk, to=replace(TO_THE_NETWORK, point_ids=ids), actor=world.agent, now=NOW)


def test_a_point_of_another_case_is_refused() -> None:
    world, other = with_two_points(), investigating()
    to = replace(TO_THE_NETWORK, point_ids=(other.point.pk,))

    with pytest.raises(UserFacingError, match="belongs to another case"):
        forward(case_id=world.case.pk, to=to, actor=world.agent, now=NOW)


def test_the_whole_is_forwarded_by_a_leader() -> None:
    world = investigating()

    with pytest.raises(PermissionDenied):
        forward(case_id=world.case.pk, to=TO_THE_NETWORK, actor=world.agent, now=NOW)


# --- merged --------------------------------------------------------------------------------------------------------


def two_of_one() -> tuple[World, Case]:
    """Return a case, and another that the same customer opened about the same thing."""
    world = investigating()
    other = CaseFactory.create(customer=world.case.customer, team=world.case.team, owner=world.agent)
    open_complaint(other, actor=world.agent, now=NOW)
    return world, other


def test_a_duplicate_is_closed_and_its_promises_go_on_in_the_other() -> None:
    world, other = two_of_one()
    promise = PromiseFactory.create(case=other, owner=world.agent)

    merge(case_id=other.pk, into_id=world.case.pk, reason="Logged twice", actor=world.leader, now=NOW)

    other.refresh_from_db()
    promise.refresh_from_db()
    assert (other.status, other.complaint.outcome) == (CaseStatus.CLOSED, Outcome.DUPLICATE)
    assert promise.case == world.case
    assert CaseLink.objects.get().kind == "DUPLICATE_OF"
    assert break_in_history(other) == break_in_history(world.case) == ""


def test_a_merge_is_taken_back_whole() -> None:
    world, other = two_of_one()
    kept = PromiseFactory.create(case=other, owner=world.agent)
    done = PromiseFactory.create(case=other, owner=world.agent)
    row = merge(case_id=other.pk, into_id=world.case.pk, reason="Logged twice", actor=world.leader, now=NOW)
    done.refresh_from_db()
    keep_promise(done, actor=world.leader, now=LATER, outcome="Called")

    take_apart(merge_id=row.pk, reason="They are two", actor=world.leader, now=LATER)

    other.refresh_from_db()
    assert (other.status, other.complaint.outcome) == (CaseStatus.REOPENED, "")
    assert Promise.objects.get(pk=kept.pk).case == other
    assert Promise.objects.get(pk=done.pk).case == world.case
    assert not CaseLink.objects.exists()
    assert break_in_history(other) == ""
    with pytest.raises(UserFacingError, match="taken back already"):
        take_apart(merge_id=row.pk, reason="Again", actor=world.leader, now=LATER)


def test_after_it_was_taken_apart_it_can_be_merged_again() -> None:
    world, other = two_of_one()
    row = merge(case_id=other.pk, into_id=world.case.pk, reason="Logged twice", actor=world.leader, now=NOW)
    take_apart(merge_id=row.pk, reason="They are two", actor=world.leader, now=LATER)

    merge(case_id=other.pk, into_id=world.case.pk, reason="They are one", actor=world.leader, now=LATER)

    assert Merge.objects.standing().count() == 1


def test_cases_that_cannot_be_one_are_refused() -> None:
    world, other = two_of_one()
    stranger = logged().case

    for into, words in (
        (other, "cannot be merged with itself"),
        (stranger, "You cannot merge into a case that you cannot see"),
    ):
        with pytest.raises((UserFacingError, PermissionDenied), match=words):
            merge(case_id=other.pk, into_id=into.pk, reason="x", actor=world.leader, now=NOW)
    with pytest.raises(UserFacingError, match="is from another customer"):
        merge(case_id=other.pk, into_id=stranger.pk, reason="x", actor=world.manager, now=NOW)
    Case.objects.filter(pk=world.case.pk).update(closed_at=NOW)
    with pytest.raises(UserFacingError, match="is closed"):
        merge(case_id=other.pk, into_id=world.case.pk, reason="x", actor=world.leader, now=NOW)
    assert not Merge.objects.exists()


def test_a_chain_of_merges_is_refused() -> None:
    world, other = two_of_one()
    third = CaseFactory.create(customer=world.case.customer, team=world.case.team, owner=world.agent)
    open_complaint(third, actor=world.agent, now=NOW)
    merge(case_id=other.pk, into_id=world.case.pk, reason="x", actor=world.leader, now=NOW)
    Case.objects.filter(pk=other.pk).update(closed_at=None)

    with pytest.raises(UserFacingError, match="is itself merged"):
        merge(case_id=third.pk, into_id=other.pk, reason="x", actor=world.leader, now=NOW)


def test_a_case_under_sign_off_is_not_merged_away() -> None:
    world = submitted()
    other = CaseFactory.create(customer=world.case.customer, team=world.case.team, owner=world.agent)
    open_complaint(other, actor=world.agent, now=NOW)

    with pytest.raises(UserFacingError, match="not possible while the case is with approver"):
        merge(case_id=world.case.pk, into_id=other.pk, reason="x", actor=world.leader, now=NOW)
    assert not Merge.objects.exists()


def test_a_colleague_behind_the_wall_of_the_duplicate_reads_nothing_of_it(client: Client) -> None:
    world, other = two_of_one()
    merge(case_id=other.pk, into_id=world.case.pk, reason="Logged twice", actor=world.leader, now=NOW)
    person = UserFactory.create(role=Role.MANAGER, team=None)
    NamedColleague.objects.create(case=other, colleague=person)
    client.force_login(person)

    for name in ("overview", "timeline", "history"):
        assert other.number not in client.get(reverse(f"cases:{name}", args=[world.case.reference])).text


# --- the ombudsman -------------------------------------------------------------------------------------------------

REFERRED = ReferralFacts(body="Energy Ombudsman", referred_on=TODAY, file_due_on=TODAY + timedelta(days=28))
DECIDED = replace(
    REFERRED,
    decision=OmbudsmanDecision.FOR_CUSTOMER,
    decided_on=TODAY + timedelta(days=60),
    award=Decimal("150.00"),
    award_due_on=TODAY + timedelta(days=90),
    learning="We did not call back when we said we would.",
)


def save(world: World, facts: ReferralFacts, version: int) -> OmbudsmanReferral:
    return save_referral(case_id=world.case.pk, version=version, facts=facts, actor=world.agent, now=LATER)


def test_the_referral_has_its_own_track_beside_the_case() -> None:
    world = sent()

    referral = save(world, REFERRED, 0)

    assert referral.state == "Our file is to be sent"
    assert world.reload().status == CaseStatus.WITH_CUSTOMER


def test_an_award_becomes_a_promise_once() -> None:
    world = sent()
    save(world, REFERRED, 0)
    save(world, DECIDED, 1)
    save(world, replace(DECIDED, learning="We call back now."), 2)

    promise = Promise.objects.get(text__startswith="Pay the ombudsman")
    assert promise.text == "Pay the ombudsman’s award of £150.00"
    assert promise.due_at.date() == TODAY + timedelta(days=90)
    assert OmbudsmanReferral.objects.get().state == "Changed in the customer’s favour"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learning": " "}, "what we learn"),
        ({"decided_on": None}, "together"),
        ({"decision": "", "decided_on": None}, "An award belongs to a decision"),
        ({"referred_on": date(2020, 1, 1)}, "before the customer complained"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, object], words: str) -> None:
    world = sent()

    with pytest.raises(UserFacingError, match=words):
        save(world, replace(DECIDED, **change), 0)
    assert not OmbudsmanReferral.objects.exists()


def test_who_saves_second_is_told() -> None:
    world = sent()
    save(world, REFERRED, 0)
    save(world, replace(REFERRED, reference="EO-1"), 1)

    with pytest.raises(StaleVersionError, match="before you saved"):
        save(world, replace(REFERRED, reference="EO-2"), 1)


def test_a_colleague_of_another_team_does_not_touch_it() -> None:
    world = sent()
    stranger = UserFactory.create(team=TeamFactory.create())

    with pytest.raises(PermissionDenied):
        save_referral(case_id=world.case.pk, version=0, facts=REFERRED, actor=stranger, now=LATER)


# --- the pages -----------------------------------------------------------------------------------------------------


def test_the_pages_take_the_steps_and_the_case_says_so(client: Client) -> None:
    world, other = two_of_one()
    client.force_login(world.leader)
    here, there = world.case.reference, other.reference

    client.post(reverse("complaints:merge", args=[there]), {"reference": here, "reason": "Logged twice"})
    client.post(
        reverse("complaints:ombudsman", args=[here]),
        {"version": 0, "body": "Energy Ombudsman", "referred_on": "2026-11-21", "file_due_on": "2026-12-18"},
    )

    page = client.get(reverse("cases:overview", args=[here])).text
    assert f"{there}</a> was merged into this case" in page
    assert "Energy Ombudsman: our file is to be sent" in page
    row = Merge.objects.get()
    assert "Take apart" in client.get(reverse("cases:overview", args=[there])).text
    client.post(reverse("complaints:take_apart", args=[there, row.pk]), {"reason": "They are two"})
    assert not Merge.objects.standing().exists()


def test_a_form_that_is_not_complete_says_what_is_missing(client: Client) -> None:
    world = sent()
    client.force_login(world.agent)
    data = {"version": 0, "body": "Energy Ombudsman", "referred_on": "2026-11-21", "decision": "WITH_US"}

    response = client.post(reverse("complaints:ombudsman", args=[world.case.reference]), data)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"decided_on", "learning"}


def test_two_people_on_the_track_see_both_texts(client: Client) -> None:
    world = sent()
    save(world, REFERRED, 0)
    save(world, replace(REFERRED, reference="EO-1"), 1)
    client.force_login(world.agent)
    data = {"version": 1, "body": "Energy Ombudsman", "referred_on": "2026-11-20", "reference": "EO-2"}

    response = client.post(reverse("complaints:ombudsman", args=[world.case.reference]), data)

    assert response.status_code == 409
    assert "EO-1" in response.text
    assert 'value="EO-2"' in response.text


def test_forwarding_in_part_by_the_page(client: Client) -> None:
    world = with_two_points()
    client.force_login(world.agent)
    data = {
        "points": [world.case.points.get(number=2).pk],
        "organisation": "Network North",
        "contact": "0800 000 000",
        "reason": "The cable is theirs",
        "forwarded_on": "2026-11-20",
    }

    client.post(reverse("complaints:forward", args=[world.case.reference]), data)

    page = client.get(reverse("cases:overview", args=[world.case.reference])).text
    assert "Point 2 forwarded" in page
    assert "The customer has not been told yet." in page
