import pytest
from django import forms

from core.rows import rows_of


class StepForm(forms.Form):
    text = forms.CharField(required=False)


def typed(count: str, *texts: str) -> dict[str, str]:
    data = {"steps-TOTAL_FORMS": count, "steps-INITIAL_FORMS": "0"}
    return data | {f"steps-{place}-text": text for place, text in enumerate(texts)}


def test_what_is_left_empty_or_taken_out_counts_for_nothing() -> None:
    data = typed("3", "Call back", "", "Write") | {"steps-2-DELETE": "on"}

    rows = rows_of(StepForm, data, prefix="steps", most=5, empty=2, stored=[])

    assert rows.is_valid()
    assert rows.rows() == [{"text": "Call back"}]


def test_more_rows_than_there_may_be_are_refused_and_kept() -> None:
    rows = rows_of(StepForm, typed("3", "One", "Two", "Three"), prefix="steps", most=2, empty=1, stored=[])

    assert not rows.is_valid()
    assert rows.non_form_errors() == ["Please submit at most 2 forms."]
    assert [form["text"].value() for form in rows.forms] == ["One", "Two", "Three"]


@pytest.mark.parametrize("count", ["999999999", "9" * 30])
def test_a_forged_count_draws_no_endless_page(count: str) -> None:
    rows = rows_of(StepForm, typed(count), prefix="steps", most=2, empty=1, stored=[])

    assert not rows.is_valid()
    assert len(rows.forms) == 4
