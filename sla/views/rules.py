"""Targets and their rules: everybody reads what is in force, admins write drafts, a second person publishes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import UserFacingError
from core.htmx import render_page_or_fragment
from core.http import AuthenticatedRequest
from sla.forms.rules import NEW_OR_OPEN, AllowanceForm, ExampleForm, PublishRulesForm, RuleForm, TryForm
from sla.models import CalendarVersion, DeadlineExample, Rule, RuleSet, RuleSetVersion
from sla.permissions import SlaAction, may, require
from sla.selectors.effects import carried, effect_of, effect_so_far, joined
from sla.selectors.examples import failing_examples, try_rules
from sla.selectors.planning import rulebook_of, unreachable_rules
from sla.selectors.targets import target_rows
from sla.services import rules as services
from sla.views.moves import ask_move, latest_move

SLICE = 2_000


@require_safe
def rule_sets(request: AuthenticatedRequest) -> HttpResponse:
    sets = RuleSet.objects.visible_to(request.user).prefetch_related("versions", "targets")
    return render(request, "sla/rule_sets.html", {"rule_sets": sets, "may_edit": may(request.user, SlaAction.EDIT)})


@require_safe
def rule_set(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """One set: its rules in the version asked for, and "Try it" beside them."""
    found = _find_set(request, slug)
    version = _shown_version(request, found)
    try_form = TryForm(request.GET if "received" in request.GET else None, initial={"kind": "COMPLAINT"})
    context: dict[str, Any] = {
        "rule_set": found,
        "version": version,
        "versions": RuleSetVersion.objects.visible_to(request.user).filter(rule_set=found).order_by("-number"),
        "targets": target_rows(found.targets.select_related("after"), version),
        "try_form": try_form,
        "move": latest_move(request.user, rules_version__rule_set=found),
        "examples": found.examples.select_related("target"),
        "may_edit": may(request.user, SlaAction.EDIT),
        "may_publish": may(request.user, SlaAction.PUBLISH),
    }
    if version:
        rulebook = rulebook_of(version)
        context |= {"rules": rulebook.rules, "unreachable": unreachable_rules(rulebook.rules)}
        context["failing"] = {each.example.pk: each.sentence for each in failing_examples(version)}
        if try_form.is_valid():
            context["planned"] = try_rules(rulebook, try_form.situation())
    return render(request, "sla/rule_set.html", context)


@require_POST
def draft(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    found = _find_set(request, slug)
    services.draft_rules(found, actor=request.user, now=timezone.now())
    return to_draft(found)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Discard the draft, once the reader has seen what goes with it."""
    require(request.user, SlaAction.EDIT)
    found, version = find_draft(request, slug)
    if request.method == "POST":
        services.discard_rules(version, actor=request.user, now=timezone.now())
        messages.success(request, f"The draft of {found} is discarded.")
        return redirect("sla:rule_set", slug)
    changed, rules = version.target_drafts.count(), version.rules.count()
    context = {
        "title": f"Discard the draft of {found}",
        "effects": [
            f"Version {version.number} goes with {rules} rule{pluralize(rules)} and what it changes about "
            f"{changed} target{pluralize(changed)}. It cannot be brought back.",
            "What is published stays as it is, and so does every deadline.",
            "Targets that were added stay; each can be removed on its own page while no published rules allow it.",
        ],
        "act": "Discard draft",
        "back_url": f"{reverse('sla:rule_set', args=[slug])}?version={version.number}",
    }
    return render(request, "confirm.html", context)


@require_POST
def switch(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    found = _find_set(request, slug)
    services.switch_rule_set(found, is_active=not found.is_active, actor=request.user, now=timezone.now())
    messages.success(request, f"{found} is {'off' if found.is_active else 'on'}. Clocks that run go on.")
    return redirect("sla:rule_set", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: AuthenticatedRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add a rule to the draft, or change one."""
    require(request.user, SlaAction.EDIT)
    found, version = find_draft(request, slug)
    stored = get_object_or_404(version.rules.all(), pk=pk) if pk else None
    initial = {name: getattr(stored, name) for name in services.CONDITIONS} if stored else None
    form = RuleForm(request.POST or None, initial=initial)
    allowed = {each.target_id: each for each in stored.allowances.all()} if stored else {}
    allowances = [
        AllowanceForm(request.POST or None, target=target, stored=allowed.get(target.pk))
        for target in found.targets.all()
    ]
    if form.is_valid() and all(each.is_valid() for each in allowances):
        terms = [terms for each in allowances if (terms := each.terms())]
        try:
            facts = services.RuleFacts(conditions=form.cleaned_data, terms=terms)
            services.save_rule(version, facts, rule=stored, actor=request.user)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The rule is saved in the draft.")
            return to_draft(found)
    context = {"rule_set": found, "draft": version, "rule": stored, "form": form, "allowances": allowances}
    return render(request, "sla/rule.html", context, status=422 if form.is_bound else 200)


@require_POST
def rule_up(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    found, version, stored = _find_rule(request, slug, pk)
    services.move_rule_up(version, stored, actor=request.user)
    return to_draft(found)


@require_POST
def rule_drop(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    found, version, stored = _find_rule(request, slug, pk)
    services.drop_rule(version, stored, actor=request.user)
    messages.success(request, f"“{stored}” is out of the draft.")
    return to_draft(found)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Show what the draft would do to the open cases, and publish it."""
    require(request.user, SlaAction.PUBLISH)
    found, version = find_draft(request, slug)
    now = timezone.now()
    form = PublishRulesForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.publish_rules(
                version, valid_from=data["valid_from"], note=data["note"], actor=request.user, now=now
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            ask_move(request, version, also_open=data["open_cases"] == "OPEN", now=now)
            return redirect("sla:rule_set", slug)
    targets = [row for row in target_rows(found.targets.select_related("after"), version) if row.changes]
    context = {"rule_set": found, "version": version, "form": form, "targets": targets}
    context |= effect_context(request, version, now, NEW_OR_OPEN)
    status = 422 if form.is_bound else 200
    return render_page_or_fragment(
        request, page="sla/publish_rules.html", fragment="sla/_effect.html", context=context, status=status
    )


def effect_context(
    request: AuthenticatedRequest,
    version: RuleSetVersion | CalendarVersion,
    now: datetime,
    choices: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Return what each choice would do, up to the slice that the address asks for, and where the next one is."""
    before = effect_so_far(request.GET.dict())
    after = before.after or 0 if before else 0
    effect = effect_of(version, now=now, after=after, limit=SLICE)
    effect = joined(before, effect) if before else effect
    next_url = f"{request.path}?{urlencode(carried(effect))}" if effect.after else ""
    labels = dict(choices)
    return {"effect": effect, "next_url": next_url, "new_label": labels["NEW"], "open_label": labels["OPEN"]}


@require_POST
def example_add(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Keep what "Try it" just showed for a target."""
    require(request.user, SlaAction.EDIT)
    found = _find_set(request, slug)
    version = _shown_version(request, found)
    tried, form = TryForm(request.POST), ExampleForm(request.POST, rule_set=found)
    if version and tried.is_valid() and form.is_valid():
        situation, target = tried.situation(), form.cleaned_data["target"]
        planned = try_rules(rulebook_of(version), situation)
        due = next((each.deadline.due for each in planned if each.allowance.target_id == target.pk), None)
        if due:
            name = form.cleaned_data["name"]
            services.save_example(found, name=name, situation=situation, target=target, due_at=due, actor=request.user)
            messages.success(request, "The example is saved. Rules that answer it differently cannot be published.")
            return redirect("sla:rule_set", slug)
    messages.error(request, "The example is not saved. Try it again, and give it a name.")
    return redirect("sla:rule_set", slug)


@require_POST
def example_drop(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    found = _find_set(request, slug)
    example = get_object_or_404(DeadlineExample.objects.visible_to(request.user), rule_set=found, pk=pk)
    services.drop_example(example, actor=request.user)
    return redirect("sla:rule_set", slug)


def _find_set(request: AuthenticatedRequest, slug: str) -> RuleSet:
    return get_object_or_404(RuleSet.objects.visible_to(request.user), slug=slug)


def _shown_version(request: AuthenticatedRequest, found: RuleSet) -> RuleSetVersion | None:
    """Return the version that the address names, else the one in force today."""
    versions = RuleSetVersion.objects.visible_to(request.user).filter(rule_set=found)
    number = request.GET.get("version") or request.POST.get("version") or ""
    if number.isdecimal() and len(number) < 6:
        return get_object_or_404(versions, number=int(number))
    today = timezone.localdate()
    return versions.published().filter(valid_from__lte=today).order_by("-valid_from").first()


def find_draft(request: AuthenticatedRequest, slug: str) -> tuple[RuleSet, RuleSetVersion]:
    found = _find_set(request, slug)
    drafts = RuleSetVersion.objects.visible_to(request.user).drafts().select_related("rule_set")
    return found, get_object_or_404(drafts, rule_set=found)


def _find_rule(request: AuthenticatedRequest, slug: str, pk: int) -> tuple[RuleSet, RuleSetVersion, Rule]:
    require(request.user, SlaAction.EDIT)
    found, version = find_draft(request, slug)
    return found, version, get_object_or_404(version.rules.all(), pk=pk)


def to_draft(found: RuleSet) -> HttpResponse:
    number = found.versions.order_by("-number").values_list("number", flat=True).first()
    response = redirect("sla:rule_set", found.slug)
    response["Location"] += f"?version={number}"
    return response
