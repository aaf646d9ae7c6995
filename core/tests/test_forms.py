"""Errors say what to do, stand above the control, and are summed up with links."""

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils.datastructures import MultiValueDict

from core.forms import RedressForm, RowsField


class ExampleForm(RedressForm):
    due_date = forms.DateField()
    sla_target = forms.CharField(label="SLA target", max_length=5)
    wanted = forms.ChoiceField(label="Outcome", choices={"a": "An apology", "b": "A refund"}, widget=forms.RadioSelect)
    amount = forms.DecimalField(required=False)
    people = forms.IntegerField(required=False)
    why = forms.CharField(label="Why now?")
    story = forms.CharField(error_messages={"required": "Enter what the customer is telling you"})


def errors_of(**data: str) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in ExampleForm(data).errors.items()}


def test_an_empty_form_says_what_to_enter_in_our_words() -> None:
    assert errors_of() == {
        "due_date": ["Enter due date"],
        "sla_target": ["Enter SLA target"],
        "wanted": ["Select outcome"],
        "why": ["Answer the question “Why now?”"],
        "story": ["Enter what the customer is telling you"],
    }


@pytest.mark.parametrize(
    ("field", "typed", "text"),
    [
        ("due_date", "31/02/2026", "Due date must be a real date, such as 2026-03-27"),
        ("sla_target", "123456", "SLA target must be 5 characters or fewer. You have used 6"),
        ("wanted", "z", "Outcome must be one of the choices shown"),
        ("amount", "ten", "Amount must be a number, such as 25.50"),
        ("people", "9" * 30, "People must be 2147483647 or less"),
        ("why", "a\x00b", "Why now? holds a character that cannot be stored. Delete it or type it again"),
    ],
)
def test_each_mistake_says_how_to_mend_it(field: str, typed: str, text: str) -> None:
    assert errors_of(**{field: typed})[field] == [text]


def test_no_stock_message_reaches_the_page() -> None:
    stock = {
        str(text) for field in ExampleForm().fields.values() for text in type(field).default_error_messages.values()
    }

    assert stock.isdisjoint(text for texts in errors_of().values() for text in texts)


def test_the_summary_links_to_the_first_choice_of_a_group() -> None:
    html = render_crispy_form(ExampleForm({}))

    assert '<a href="#id_wanted_0">Select outcome</a>' in html
    assert "autofocus" in html


def test_the_error_stands_before_the_control_and_is_joined_to_it() -> None:
    html = render_crispy_form(ExampleForm({}))

    assert html.index('id="id_due_date_error"') < html.index('name="due_date"')
    assert 'aria-describedby="id_due_date_error"' in html


def test_optional_fields_say_so_and_nothing_is_starred_or_required_by_the_browser() -> None:
    html = render_crispy_form(ExampleForm())

    assert html.count("(optional)") == 2
    assert "*" not in html
    assert " required" not in html


@pytest.mark.parametrize("year", ["0001", "1899", "2201", "9999"])
def test_a_year_that_nobody_means_is_refused(year: str) -> None:
    class DayForm(RedressForm):
        day = forms.DateField(label="Day")

    assert DayForm({"day": f"{year}-06-01"}).errors["day"] == ["The year must be between 1900 and 2200"]
    assert DayForm({"day": "2026-06-01"}).is_valid()


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["9" * 30, "-1", "abc", "1\0"])
def test_a_forged_row_is_refused_before_it_is_looked_up(forged: str) -> None:
    class TagForm(RedressForm):
        tags = RowsField(ContentType.objects.all(), label="Tags")

    assert "tags" in TagForm(MultiValueDict({"tags": [forged]})).errors
