import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.charts.bars import draw_ranking, draw_weeks
from reporting.charts.control import draw_control_chart
from reporting.charts.plane import Plane, nice_ticks
from reporting.measures.control_charts import c_chart, p_chart


def test_a_higher_value_is_drawn_higher() -> None:
    plane = Plane(880, 280, low=0, high=20)

    assert plane.y(20) == plane.top
    assert plane.y(0) == plane.base
    assert plane.y(15) < plane.y(5)


@given(st.floats(-1000, 1000), st.floats(0.01, 1000))
def test_ticks_cover_what_is_shown_and_stay_few(low: float, spread: float) -> None:
    ticks = nice_ticks(low, low + spread)

    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + spread - 1e-6
    assert 2 <= len(ticks) <= 9


def test_every_point_of_a_control_chart_is_drawn_and_the_special_ones_are_numbered() -> None:
    chart = c_chart([10, 12] * 9 + [40, 11])

    drawing = draw_control_chart(chart, [f"{day} Jun" for day in range(1, 21)])

    assert len(drawing.points) == 20
    assert [(i, point.key) for i, point in enumerate(drawing.points, start=1) if point.is_special] == [(19, "1")]


def test_limits_step_where_the_volume_changes() -> None:
    drawing = draw_control_chart(p_chart([5] * 6 + [50] * 6, [10] * 6 + [100] * 6), [""] * 12, scale=100, unit="%")

    assert len({corner.split()[1] for corner in drawing.upper[1:].split(" L")}) == 2


@pytest.mark.parametrize("points", [0, 1, 5])
def test_few_points_draw_a_line_without_limits(points: int) -> None:
    drawing = draw_control_chart(c_chart([3] * points), ["1 Jun"] * points)

    assert drawing.band == ""
    assert len(drawing.points) == points


def test_captions_do_not_lie_on_each_other() -> None:
    drawing = draw_control_chart(c_chart([100] * 20), ["1 Jun"] * 20)

    heights = [caption.y for caption in drawing.captions]
    assert all(below - above >= 16 for above, below in itertools.pairwise(heights))


@pytest.mark.parametrize(("kept", "edge"), [(10, 100.0), (0, 0.0)])
def test_a_share_that_never_changes_is_drawn_between_nothing_and_all(kept: int, edge: float) -> None:
    drawing = draw_control_chart(p_chart([kept] * 20, [10] * 20), ["1 Jun"] * 20, unit="%", scale=100)

    assert drawing.plane.low == 0
    assert drawing.plane.high == (edge or 1.0)
    assert {point.y for point in drawing.points} == {drawing.plane.y(edge)}
    assert all(caption.y <= drawing.plane.base + 4 for caption in drawing.captions)


def test_a_week_is_stacked_from_the_bottom_and_empty_pieces_are_left_out() -> None:
    drawing = draw_weeks([("2 Jun", (8, 2, 0), "80%"), ("9 Jun", (0, 0, 0), "n/a")])

    first, second = drawing.bars
    assert [block.css for block in first.blocks] == ["c-bar", "c-late"]
    assert first.blocks[0].y > first.blocks[1].y
    assert second.blocks == ()


def test_a_ranking_keeps_its_order_and_cuts_long_names() -> None:
    drawing = draw_ranking(
        [("Refund sent back after the bank refused it twice", 96, "30%", True), ("Other", 0, "", False)]
    )

    assert drawing.bars[0].label.endswith("…")
    assert drawing.bars[0].width > drawing.bars[1].width > 0
