"""The evidence register says which points each piece bears on, and changes it."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.choices import CaseStatus
from cases.models import Evidence
from cases.services.evidence import remove_evidence
from cases.tests.factories import EvidenceFactory
from complaints.models import ComplaintPoint
from complaints.services.points import PointAnswer, add_point, save_bearing, save_point
from complaints.tests.factories import LATER, World, investigating, submitted
from core.errors import StaleVersionError, UserFacingError

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = investigating()
    add_point(case_id=world.case.pk, text="Nobody called back", actor=world.agent, now=LATER)
    return world


@pytest.fixture
def piece(world: World) -> Evidence:
    return EvidenceFactory.create(case=world.case, title="Call recording")


def points(world: World) -> list[ComplaintPoint]:
    return list(world.case.points.order_by("number"))


def bear(world: World, piece: Evidence, *on: ComplaintPoint) -> None:
    save_bearing(evidence_id=piece.pk, point_ids=[point.pk for point in on], actor=world.agent, now=LATER)


def test_the_register_shows_and_changes_what_a_piece_bears_on(client: Client, world: World, piece: Evidence) -> None:
    client.force_login(world.agent)
    register = reverse("cases:evidence", args=[world.case.reference])
    assert "Bears on no point yet" in client.get(register).content.decode()

    chosen = [point.pk for point in points(world)]
    page = client.post(
        reverse("complaints:bearing", args=[world.case.reference, piece.pk]), {"points": chosen}, follow=True
    )

    assert "Bears on: point 1, point 2" in page.content.decode()
    event = world.case.events.get(action="complaint.bearing_saved")
    assert event.detail.values["changes"] == {"points": ["", "1, 2"]}


def test_a_point_that_somebody_is_writing_is_not_overwritten(world: World, piece: Evidence) -> None:
    first = points(world)[0]
    bear(world, piece, first)

    with pytest.raises(StaleVersionError):
        save_point(
            point_id=first.pk,
            version=first.version,
            answer=PointAnswer(text="Late"),
            evidence_ids=[],
            actor=world.agent,
            now=LATER,
        )

    assert list(piece.points.all()) == [first]


def test_saying_the_same_again_writes_nothing(world: World, piece: Evidence) -> None:
    bear(world, piece, points(world)[0])
    events = world.case.events.count()

    bear(world, piece, points(world)[0])

    assert world.case.events.count() == events


def test_evidence_that_was_removed_bears_on_nothing_new(world: World, piece: Evidence) -> None:
    remove_evidence(piece, actor=world.agent, now=LATER, reason="Wrong customer")

    with pytest.raises(UserFacingError, match="was removed"):
        bear(world, piece, points(world)[0])

    assert not piece.points.exists()


def test_changing_what_was_submitted_voids_the_sign_off() -> None:
    world = submitted()
    piece = EvidenceFactory.create(case=world.case)

    bear(world, piece, points(world)[0])

    assert world.reload().status == CaseStatus.INVESTIGATING
