"""The tables of rules. One list page and one form page serve them all; each form says what is special to its table."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SettingsChange
from accounts.services.changes import subject_key
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from core.rows import RowsFormSet
from policies import permissions
from policies.forms.documents import checklist_rows, items_in
from policies.forms.handling import ChecklistForm
from policies.forms.letters import LetterTemplateForm
from policies.forms.rows import RuleForm
from policies.forms.rules import FORMS
from policies.letters import MERGE_FIELDS
from policies.permissions import PolicyAction
from policies.selectors import rows_in_use
from policies.services import rules as services
from policies.services.rules import Edit
from policies.usage import usage_of

ROWS_PER_PAGE = 100


@require_safe
def rule_list(request: AuthenticatedRequest, table: str) -> HttpResponse:
    """List a table; rules that have ended appear with ?show=all."""
    form_class = _form_class(table)
    rows, shows_all = _rows(request, form_class), request.GET.get("show") == "all"
    if form_class.is_dated and not shows_all:
        rows = rows_in_use(rows, day=timezone.localdate())  # type: ignore[arg-type]
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    usage = usage_of(str(form_class._meta.model._meta.model_name))
    context = {
        "table": form_class,
        "page": page,
        "lines": [_line(row, form_class, usage) for row in page],
        "has_usage": usage is not None,
        "shows_all": shows_all,
        "may_edit": permissions.can(request.user, PolicyAction.EDIT),
    }
    return render(request, "policies/rule_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_add(request: AuthenticatedRequest, table: str) -> HttpResponse:
    permissions.require(request.user, PolicyAction.EDIT)
    return _edit(request, _form_class(table), row=None)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: AuthenticatedRequest, table: str, pk: int) -> HttpResponse:
    permissions.require(request.user, PolicyAction.EDIT)
    form_class = _form_class(table)
    return _edit(request, form_class, row=get_object_or_404(_rows(request, form_class), pk=pk))


def _edit(request: AuthenticatedRequest, form_class: type[RuleForm], row: Any) -> HttpResponse:
    form = form_class(request.POST or None, instance=row)
    items = _items(request, row) if form_class is ChecklistForm else None
    if request.method == "POST" and form.is_valid() and (items is None or items.is_valid()):
        try:
            saved = _save(request, form, row, items)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{saved} is saved.")
            return redirect("policies:rules", form_class.slug)
    changes = SettingsChange.objects.visible_to(request.user).filter(subject_key=subject_key(row)) if row else None
    context = {
        "table": form_class,
        "form": form,
        "items": items,
        "row": row,
        "merge_fields": MERGE_FIELDS.items() if form_class is LetterTemplateForm else None,
        "changes": changes.select_related("actor")[:10] if changes is not None else None,
    }
    return render(request, "policies/rule_form.html", context, status=422 if form.is_bound else 200)


def _save(request: AuthenticatedRequest, form: RuleForm, row: Any, items: RowsFormSet | None) -> Any:
    edit = Edit(
        actor=request.user,
        now=timezone.now(),
        values=form.values(),
        row_id=row.pk if row else None,
        seen=form.cleaned_data["seen"],
    )
    if items is not None:
        return services.save_checklist(edit, items=items_in(items), valid_from=form.cleaned_data["valid_from"])
    if form.is_dated:
        valid_from = form.cleaned_data["valid_from"]
        return services.save_dated_rule(form._meta.model, edit, key=form.key, valid_from=valid_from)
    return services.save_rule(form._meta.model, edit)


def _items(request: AuthenticatedRequest, row: Any) -> RowsFormSet:
    fields = ("text", "hint", "group", "due_working_days", "is_mandatory")
    stored = list(row.items.values(*fields)) if row else []
    return checklist_rows(request.POST or None, stored)


def _form_class(table: str) -> type[RuleForm]:
    try:
        return FORMS[table]
    except KeyError:
        raise Http404 from None


def _rows(request: AuthenticatedRequest, form_class: type[RuleForm]) -> QuerySet[Any]:
    rows: QuerySet[Any] = form_class._meta.model._default_manager.visible_to(request.user)
    return rows.select_related(*form_class.joins).prefetch_related(*form_class.also_fetched)


def _line(row: Any, form_class: type[RuleForm], usage: Any) -> dict[str, Any]:
    """Return one row of the list in words."""
    return {
        "row": row,
        "cells": [_words(getattr(row, name)) for _, name in form_class.columns],
        "open_cases": usage.get(row.pk, 0) if usage is not None else None,
    }


def _words(value: Any) -> str:
    value = value() if callable(value) else value
    return "–" if value in (None, "") else str(value)
