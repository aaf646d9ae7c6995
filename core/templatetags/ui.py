"""Parts of a page that need more than an include: they compute, or they wrap other markup."""

import re
from functools import lru_cache
from typing import Any, Final

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from core.widgets import draw_option_box

register = template.Library()

SVG: Final = re.compile(r"<svg[^>]*>(?P<drawing>.*)</svg>", re.DOTALL)


@lru_cache(maxsize=256)
def _drawing(name: str) -> SafeString:
    """Return what is inside the SVG of one Bootstrap icon; an unknown name fails loudly, on the first look."""
    path = settings.NODE_MODULES_DIR / "bootstrap-icons" / "icons" / f"{name}.svg"
    match = SVG.search(path.read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{path.name} holds no drawing.")
    return SafeString("".join(line.strip() for line in match["drawing"].splitlines()))


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, css: str = "") -> SafeString:
    """Draw a Bootstrap icon beside words; it says nothing to a screen reader."""
    return format_html(
        '<svg class="i{}{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        " " if css else "",
        css,
        _drawing(name),
    )


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def part(template_name: str, **values: str | int) -> SafeString:
    """Put in a small component that shows nothing but `values`; a process draws it once for each set of them."""
    return render_to_string(template_name, values)


@register.simple_tag
def option_box(field: BoundField, option: dict[str, Any]) -> SafeString:
    return draw_option_box(field.html_name, option)


@register.simple_block_tag
def panel(content: SafeString, title: str, **options: Any) -> SafeString:
    """Put markup on a titled surface; options: id, level, meta (words at the right) or url and link."""
    defaults = {"id": f"panel-{slugify(title)}", "level": 2}
    return render_to_string("components/panel.html", defaults | options | {"content": content, "title": title})


@register.simple_block_tag
def explain(content: SafeString, label: str = "Show how this was worked out", **options: Any) -> SafeString:
    """Fold the working away; options: id, subject (said to screen readers), is_open."""
    return render_to_string("components/explain.html", options | {"content": content, "label": label})


@register.simple_block_tag
def chart_figure(content: SafeString, title: str, **options: Any) -> SafeString:
    """Frame a server-drawn SVG; options: id, description, legend (a template), notes, csv_url, table (`columns`, `rows`)."""
    defaults = {"id": f"chart-{slugify(title)}"}
    return render_to_string("components/chart_figure.html", defaults | options | {"content": content, "title": title})


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: dict[str, Any], page: "Page[Any]") -> dict[str, Any]:
    """Link the pages of a list; the address keeps its filters and its order."""
    parameters = context["request"].GET.copy()

    def url(number: int) -> str:
        parameters["page"] = str(number)
        return f"?{parameters.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "links": [(number, url(number) if isinstance(number, int) else "") for number in numbers],
        "previous_url": url(page.number - 1),
        "next_url": url(page.number + 1),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: "BaseForm | BaseFormSet[Any]") -> dict[str, Any]:
    """Say every problem at once, each a link to its field; the summary takes the focus."""
    if isinstance(form, BaseFormSet):
        problems = [(str(text), "") for text in form.non_form_errors()] if form.is_bound else []
        return {"problems": problems, "id": f"{form.prefix}-errors"}
    return {"problems": _problems(form), "id": f"{form.prefix or 'form'}-errors"}


def _problems(form: BaseForm) -> list[tuple[str, str]]:
    """Return the problems in the order of the fields on the page, whichever check found them first."""
    place = {name: number for number, name in enumerate(form.fields)}
    found = []
    for name, texts in sorted(form.errors.items(), key=lambda each: place.get(each[0], len(place))):
        anchor = _anchor(form, name) if name in form.fields else ""
        found += [(str(text), anchor) for text in texts]
    return found


def _anchor(form: BaseForm, name: str) -> str:
    """Return the id of the control: for a group of choices the first one, or the group if it offers none."""
    field = form[name]
    if field.is_hidden:
        return ""
    if field.use_fieldset:
        return f"{field.auto_id}_0" if field.subwidgets else f"div_{field.auto_id}"
    return field.auto_id
