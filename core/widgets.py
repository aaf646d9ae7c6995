"""Draws the controls that forms have most of without templates: a list of a hundred options would include a hundred."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]


class WidgetRenderer(DjangoTemplates):
    """Django's renderer; what `DRAWN` names comes out with the same attributes, texts and values."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    parts = [
        f" {name}" if value is True else format_html(' {}="{}"', name, str(value))
        for name, value in attrs.items()
        if value is not False
    ]
    return mark_safe("".join(parts))  # noqa: S308 -- names are ours, values were escaped


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    shown = "" if value is None else format_html(' value="{}"', str(value))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], shown, _attributes(widget["attrs"])
    )


def _select(widget: Widget) -> SafeString:
    groups = [_group(name, options) for name, options, _ in widget["optgroups"]]
    return format_html(
        '<select name="{}"{}>{}\n</select>',
        widget["name"],
        _attributes(widget["attrs"]),
        mark_safe("".join(groups)),  # noqa: S308 -- made by `_option`
    )


def _group(name: str | None, options: list[Widget]) -> str:
    drawn = "".join(f"\n  {_option(option)}" for option in options)
    return f'\n  <optgroup label="{conditional_escape(name)}">{drawn}\n  </optgroup>' if name else drawn


def _option(widget: Widget) -> SafeString:
    value, attributes = str(widget["value"]), _attributes(widget["attrs"])
    return format_html('<option value="{}"{}>{}</option>', value, attributes, str(widget["label"]))


def draw_option_box(name: str, option: Widget) -> SafeString:
    """Return one radio button or box with its words."""
    return format_html(
        '<div class="form-check"><input type="{}" class="form-check-input" name="{}" value="{}"{}>'
        '<label for="{}" class="form-check-label">{}</label></div>',
        option["type"],
        name,
        str(option["value"]),
        _attributes(option["attrs"]),
        option["attrs"].get("id", ""),
        str(option["label"]),
    )


DRAWN: Final[Mapping[str, Callable[[Widget], SafeString]]] = {
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/input.html": _input,
    "django/forms/widgets/text.html": _input,
    "django/forms/widgets/email.html": _input,
    "django/forms/widgets/number.html": _input,
    "django/forms/widgets/hidden.html": _input,
    "django/forms/widgets/date.html": _input,
    "django/forms/widgets/checkbox.html": _input,
}
