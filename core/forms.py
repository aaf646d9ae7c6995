"""What every form of the product shares: our words for what went wrong, and no browser bubbles."""

from datetime import date
from typing import Any, Final

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import MaxValueValidator
from django.db.models.fields import BLANK_CHOICE_DASH

LARGEST_WHOLE_NUMBER: Final = 2_147_483_647  # what an integer column of PostgreSQL holds
LARGEST_ID: Final = 2**63 - 1
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

CHOICES: Final = (forms.ChoiceField, forms.ModelChoiceField)
KIND_ERRORS: Final[tuple[tuple[type[forms.Field], str], ...]] = (
    (forms.EmailField, "Enter an email address like name@example.com"),
    (forms.URLField, "Enter a web address that starts with https://"),
    (forms.DateTimeField, "{label} must be a real date and time, such as 2026-03-27 14:30"),
    (forms.DateField, "{label} must be a real date, such as 2026-03-27"),
    (forms.TimeField, "{label} must be a real time, such as 14:30"),
    (forms.DecimalField, "{label} must be a number, such as 25.50"),
    (forms.FloatField, "{label} must be a number, such as 25.5"),
    (forms.IntegerField, "{label} must be a whole number, such as 3"),
)


class PlainErrors(forms.BaseForm):
    """Gives each field errors that say what to do; a message that a form states itself wins."""

    use_required_attribute = False

    def full_clean(self) -> None:
        for name, field in self.fields.items():
            label = str(field.label or name.replace("_", " ").capitalize())
            _replace_stock_messages(field, label)
            if isinstance(field, forms.IntegerField) and not isinstance(field, forms.DecimalField | forms.FloatField):
                _keep_inside_the_column(field)
            if isinstance(field, forms.DateField | forms.DateTimeField) and year_is_ours not in field.validators:
                field.validators.append(year_is_ours)
        super().full_clean()


class RedressForm(PlainErrors, forms.Form):
    """A form whose template owns <form> and the buttons; crispy adds fields, error summary and CSRF token."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == BLANK_CHOICE_DASH[0][1]:
                field.empty_label = "Choose from the list"


def year_is_ours(value: date) -> None:
    """Refuse a slip of the keys, such as the year 20226, before anybody counts working days up to it."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise forms.ValidationError(f"The year must be between {FIRST_YEAR} and {LAST_YEAR}")


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A choice of several rows. A forged id that no column holds is refused here, as not every database can look it up."""

    def clean(self, value: Any) -> Any:
        for pk in value or ():
            if not str(pk).isdecimal() or int(pk) > LARGEST_ID:
                raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": pk})
        return super().clean(value)


def _replace_stock_messages(field: forms.Field, label: str) -> None:
    stock = _stock_messages(field)
    for code, text in _our_messages(field, label).items():
        if field.error_messages.get(code) in (None, stock.get(code)):
            field.error_messages[code] = text


def _stock_messages(field: forms.Field) -> dict[str, Any]:
    """Return the messages that the field's class brings, before anybody wrote their own."""
    messages: dict[str, Any] = {}
    for parent in reversed(type(field).__mro__):
        messages |= getattr(parent, "default_error_messages", {})
    return messages


def _our_messages(field: forms.Field, label: str) -> dict[str, str]:
    required = {"required": _required(field, label)}
    return required if isinstance(field, forms.FileField) else required | _messages_about_values(field, label)


def _messages_about_values(field: forms.Field, label: str) -> dict[str, str]:
    safe = label.replace("%", "%%")
    messages = {
        "max_length": f"{safe} must be %(limit_value)d characters or fewer. You have used %(show_value)d",
        "min_length": f"{safe} must be %(limit_value)d characters or more. You have used %(show_value)d",
        "max_value": f"{safe} must be %(limit_value)s or less",
        "min_value": f"{safe} must be %(limit_value)s or more",
        "max_digits": f"{safe} must have %(max)s digits or fewer",
        "max_decimal_places": f"{safe} must have %(max)s decimal places or fewer",
        "max_whole_digits": f"{safe} must have %(max)s digits or fewer before the decimal point",
        "null_characters_not_allowed": f"{safe} holds a character that cannot be stored. Delete it or type it again",
    }
    if isinstance(field, CHOICES):
        messages["invalid_choice"] = _not_offered(safe)
        messages["invalid_list"] = messages["invalid_choice"]
        messages["invalid_pk_value"] = messages["invalid_choice"]
    for kind, text in KIND_ERRORS:
        if isinstance(field, kind):
            messages["invalid"] = text.format(label=safe)
            break
    return messages


def _required(field: forms.Field, label: str) -> str:
    if label.endswith("?"):
        return f"Answer the question “{label}”"
    if isinstance(field, forms.BooleanField):
        return f"Select “{label}” to go on"
    if isinstance(field, forms.FileField):
        return f"Select a file for {_inside(label)}"
    return f"{'Select' if isinstance(field, CHOICES) else 'Enter'} {_inside(label)}"


def _not_offered(label: str) -> str:
    if label.endswith("?"):
        return f"Answer “{label}” with one of the choices shown"
    return f"{label} must be one of the choices shown"


def _inside(label: str) -> str:
    """Return the label as it reads inside a sentence: "Due date" becomes "due date", "SLA target" stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _keep_inside_the_column(field: forms.IntegerField) -> None:
    if field.max_value is None:
        field.max_value = LARGEST_WHOLE_NUMBER
        field.validators.append(MaxValueValidator(LARGEST_WHOLE_NUMBER))
