"""Each shared part says what it must in words, not only in colour."""

from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from core.templatetags import ui


def drawn(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in ui.icon("clock")


def test_an_unknown_icon_fails_loudly() -> None:
    with pytest.raises(FileNotFoundError):
        ui.icon("no-such-icon")


@pytest.mark.parametrize("state", ["ok", "soon", "late", "paused", "met"])
def test_a_deadline_has_words_a_shape_and_a_pattern(state: str) -> None:
    html = render_to_string("components/sla.html", {"state": state, "when": "Today", "words": "Due today"})

    assert f"sla-{state}" in html
    assert "<svg" in html
    assert "Due today" in html


@pytest.mark.parametrize(("priority", "bars"), [(1, 4), (2, 3), (3, 2), (4, 1)])
def test_a_priority_fills_a_bar_for_each_step(priority: int, bars: int) -> None:
    html = render_to_string("components/priority_tag.html", {"priority": priority, "label": f"P{priority}"})

    assert html.count('class="on"') == bars
    assert f"P{priority}" in html


@pytest.mark.parametrize(
    ("code", "css"), [("LOGGED", "tag"), ("CLOSED", "tag tag-done"), ("REOPENED", "tag tag-again")]
)
def test_a_stage_reads_as_its_label(code: str, css: str) -> None:
    html = render_to_string("components/status_tag.html", {"code": code, "label": "The label"})

    assert f'<span class="{css}">The label</span>' in html


def test_a_panel_is_named_by_its_heading() -> None:
    html = drawn('{% panel "Points of complaint" meta="1 of 3" %}<p>{{ word }}</p>{% endpanel %}', word="<i>")

    assert 'aria-labelledby="panel-points-of-complaint"' in html
    assert "<p>&lt;i&gt;</p>" in html


def test_a_chart_has_its_table_and_its_csv() -> None:
    table = {"columns": ["Week", "Cases"], "rows": [("27 Oct", 17), ("3 Nov", 21)]}

    html = drawn('{% chart_figure "Up" table=table csv_url="/x.csv" %}<svg></svg>{% endchart_figure %}', table=table)

    assert html.count("<tr>") == 3
    assert 'href="/x.csv"' in html


def test_pages_keep_the_filters_of_the_address() -> None:
    page = Paginator(range(200), 10).get_page(7)

    html = drawn("{% pagination page %}", request=RequestFactory().get("/?team=3&page=7"), page=page)

    assert 'href="?team=3&amp;page=8" rel="next"' in html
    assert "Showing 61 to 70 of 200" in html
    assert html.count('aria-current="page"') == 1


def test_a_list_of_one_page_shows_no_pages() -> None:
    page = Paginator(range(3), 10).get_page(1)

    assert "<nav" not in drawn("{% pagination page %}", request=RequestFactory().get("/"), page=page)


@pytest.mark.parametrize(("code", "words"), [("UPHELD", "Upheld"), ("", "No finding yet")])
def test_a_finding_reads_as_words_beside_its_shape(code: str, words: str) -> None:
    html = render_to_string("components/finding_tag.html", {"code": code, "label": words if code else ""})

    assert words in html
    assert "<svg" in html


def test_nothing_to_show_leads_on() -> None:
    html = render_to_string(
        "components/empty_state.html", {"title": "No cases are late.", "url": "/cases/", "link": "See all"}
    )

    assert "No cases are late." in html
    assert '<a href="/cases/">See all</a>' in html


@pytest.mark.parametrize(
    ("tone", "css"), [("ok", "notice notice-ok"), ("late", "notice notice-late"), ("info", "notice")]
)
def test_a_notice_has_a_tone_and_an_icon(tone: str, css: str) -> None:
    html = render_to_string("components/notice.html", {"tone": tone, "text": "2 updates", "role": "status"})

    assert f'class="{css}"' in html
    assert 'role="status"' in html
    assert "<svg" in html


@pytest.mark.parametrize(
    ("level", "tone"), [("success", "notice-ok"), ("warning", "notice-soon"), ("error", "notice-late")]
)
def test_a_message_after_an_action_takes_the_tone_of_its_level(level: str, tone: str) -> None:
    message = SimpleNamespace(level_tag=level, __str__=lambda self: "Saved.")

    assert tone in render_to_string("components/messages.html", {"messages": [message]})


def test_the_working_is_folded_and_says_what_it_is_about() -> None:
    html = drawn('{% explain subject="acknowledge by" %}<p>16 hours</p>{% endexplain %}')

    assert "<details" in html
    assert '<span class="visually-hidden">: acknowledge by</span>' in html
    assert "<p>16 hours</p>" in html


def test_a_key_figure_opens_its_cases() -> None:
    html = render_to_string("components/kpi.html", {"label": "Late", "figure": 1, "say": "By 4 hours", "url": "/late/"})

    assert html.strip().startswith('<a class="kpi" href="/late/">')


@pytest.mark.parametrize(("state", "css"), [("done", "yes"), ("started", "no"), ("open", "")])
def test_a_task_shows_how_far_it_is(state: str, css: str) -> None:
    html = render_to_string("components/tasks.html", {"tasks": [{"label": "Read", "state": state, "meta": "Today"}]})

    assert f'<li class="{css}">' in html
    assert "Today" in html


def test_each_point_of_complaint_shows_its_finding() -> None:
    point = {"text": "It has not arrived", "finding": "UPHELD", "finding_label": "Upheld"}

    html = render_to_string("components/points.html", {"points": [point, {"text": "Nobody said"}]})

    assert html.count("<li>") == 2
    assert "Upheld" in html
    assert "No finding yet" in html


def test_progress_marks_where_the_case_is() -> None:
    steps = [{"label": "Logged", "state": "past"}, {"label": "Sign-off", "state": "now"}, {"label": "Closed"}]

    assert render_to_string("components/track.html", {"steps": steps}).count('aria-current="step"') == 1


def test_each_filter_in_force_can_be_removed() -> None:
    html = render_to_string("components/chips.html", {"chips": [("Team: Billing", "?late=1")], "clear_url": "?"})

    assert 'href="?late=1"' in html
    assert "Remove " in html
    assert "Clear all" in html


def test_a_long_form_ends_in_one_primary_button_and_a_save_line() -> None:
    html = render_to_string(
        "components/savebar.html", {"submit": "Log case", "also": [("more", "Log and start another")], "draft": "Saved"}
    )

    assert html.count("btn-primary") == 1
    assert 'name="more"' in html
    assert "data-autosave-status" in html


def test_what_cannot_be_undone_is_confirmed_in_words() -> None:
    context = {
        "title": "Withdraw case CMP-1",
        "effects": ["The customer is told."],
        "act": "Withdraw case",
        "back_url": "/",
    }

    html = render_to_string("confirm.html", context, request=RequestFactory().get("/"))

    assert "The customer is told." in html
    assert html.index("Go back") < html.index("btn-danger")
    assert 'name="csrfmiddlewaretoken"' in html
