"""The triage questions: everybody reads and tries them; an admin drafts; a second person publishes from a day on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from policies import permissions
from policies.choices import TriageOutcome, VersionState
from policies.forms.triage import (
    PublishTreeForm,
    QuestionForm,
    TreeSettingsForm,
    TryTreeForm,
    answer_rows,
    question_from,
    triage_answers,
)
from policies.models import TriageTree
from policies.permissions import PolicyAction
from policies.selectors import clause_named, clauses_named, second_persons, tree_of
from policies.services import triage as services
from policies.triage import Question, Tree, problems, shipped_tree, walk
from policies.views.saving import saved_by, status_of


@require_safe
def triage(request: AuthenticatedRequest, number: int | None = None) -> HttpResponse:
    """One edition, the one in force unless a number is given, with a panel to try it."""
    versions = TriageTree.objects.visible_to(request.user)
    row = get_object_or_404(versions, number=number) if number is not None else versions.on(timezone.localdate())
    tree = tree_of(row) if row else shipped_tree()
    is_draft = row is not None and row.state == VersionState.DRAFT
    context = {
        "row": row,
        "lines": _lines(tree),
        "problems": problems(tree),
        "versions": versions.select_related("published_by"),
        "is_draft": is_draft,
        "may_edit": permissions.can(request.user, PolicyAction.EDIT),
        "may_publish": is_draft and row is not None and permissions.can_publish(request.user, row),
        "second_persons": second_persons(row) if is_draft and row else [],
        **_tried(request, tree),
    }
    return render(request, "policies/triage.html", context)


def _lines(tree: Tree) -> list[dict[str, Any]]:
    """Return the questions with their answers in words: where each leads or ends."""
    places = {each.code: place for place, each in enumerate(tree.questions, start=1)}
    clauses = clauses_named(answer.clause for question in tree.questions for answer in question.answers)
    return [
        {
            "question": question,
            "answers": [
                {
                    "answer": answer,
                    "outcome": TriageOutcome(answer.outcome).label if answer.outcome else "",
                    "next": places.get(answer.leads_to),
                    "clause": clauses.get(answer.clause),
                }
                for answer in question.answers
            ],
        }
        for question in tree.questions
    ]


def _tried(request: AuthenticatedRequest, tree: Tree) -> dict[str, Any]:
    form = TryTreeForm(request.GET if "try" in request.GET else None, tree=tree)
    if not form.is_bound:
        return {"try_form": form}
    form.is_valid()
    tried = walk(tree, triage_answers(form))
    outcome = TriageOutcome(tried.end.outcome).label if tried.end else ""
    clause = clause_named(tried.end.clause) if tried.end else None
    return {"try_form": form, "tried": tried, "tried_outcome": outcome, "tried_clause": clause}


@require_POST
def draft_start(request: AuthenticatedRequest) -> HttpResponse:
    services.start_draft(actor=request.user, now=timezone.now())
    return redirect("policies:triage_draft")


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: AuthenticatedRequest) -> HttpResponse:
    """The questions of the draft, what is wrong with them, and the share that goes to review."""
    permissions.require(request.user, PolicyAction.EDIT)
    row = _draft(request)
    stored = {"sample_percent": row.sample_percent, "change_note": row.change_note, "seen": _seen(row)}
    form = TreeSettingsForm(request.POST or None, initial=stored)
    saved = saved_by(
        request,
        form,
        lambda: services.save_settings(draft_id=row.pk, actor=request.user, now=timezone.now(), **form.cleaned_data),
    )
    if saved:
        messages.success(request, "The draft is saved. Someone else publishes it.")
        return redirect("policies:triage_draft")
    tree = tree_of(row)
    context = {"row": row, "form": form, "seen": _seen(row), "lines": _lines(tree), "problems": problems(tree)}
    return render(request, "policies/triage_draft.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def question_add(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, PolicyAction.EDIT)
    return _edit(request, _draft(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: AuthenticatedRequest, code: str) -> HttpResponse:
    permissions.require(request.user, PolicyAction.EDIT)
    row = _draft(request)
    return _edit(request, row, _question(row, code))


def _edit(request: AuthenticatedRequest, row: TriageTree, question: Question | None) -> HttpResponse:
    stored = {"text": question.text, "help": question.help} if question else {}
    form = QuestionForm(request.POST or None, initial={**stored, "seen": _seen(row)})
    answers = answer_rows(request.POST or None, tree=tree_of(row), question=question)

    def save() -> TriageTree:
        return services.save_question(
            draft_id=row.pk,
            question=question_from(form, answers, code=question.code if question else ""),
            seen=form.cleaned_data["seen"],
            actor=request.user,
            now=timezone.now(),
        )

    if request.method == "POST" and answers.is_valid() and saved_by(request, form, save):
        messages.success(request, "The question is saved in the draft.")
        return redirect("policies:triage_draft")
    context = {"form": form, "answers": answers, "question": question, "row": row}
    return render(request, "policies/triage_question.html", context, status=status_of(form))


@require_POST
def question_drop(request: AuthenticatedRequest, code: str) -> HttpResponse:
    return _moved(request, code, services.drop_question, "The question is taken out of the draft.")


@require_POST
def question_first(request: AuthenticatedRequest, code: str) -> HttpResponse:
    return _moved(request, code, services.ask_first, "The draft begins with this question.")


def _moved(request: AuthenticatedRequest, code: str, change: Callable[..., TriageTree], done: str) -> HttpResponse:
    permissions.require(request.user, PolicyAction.EDIT)
    row = _draft(request)
    question = _question(row, code)
    seen = request.POST.get("seen", "")
    try:
        change(draft_id=row.pk, code=question.code, seen=seen, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("policies:triage_draft")


@require_POST
def draft_discard(request: AuthenticatedRequest) -> HttpResponse:
    row = _draft(request)
    services.discard_draft(draft_id=row.pk, actor=request.user, now=timezone.now())
    messages.success(request, "The draft is discarded.")
    return redirect("policies:triage")


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: AuthenticatedRequest) -> HttpResponse:
    """Say from which day the draft holds; what cannot be asked is refused, question by question."""
    row = _draft(request)
    permissions.require_second_person(request.user, row)
    form = PublishTreeForm(request.POST or None)
    published = saved_by(
        request,
        form,
        lambda: services.publish(draft_id=row.pk, actor=request.user, now=timezone.now(), **form.cleaned_data),
    )
    if published:
        messages.success(request, f"{published} is published.")
        return redirect(published)
    context = {"row": row, "form": form, "lines": _lines(tree_of(row)), "problems": problems(tree_of(row))}
    return render(request, "policies/triage_publish.html", context, status=status_of(form))


def _draft(request: AuthenticatedRequest) -> TriageTree:
    return get_object_or_404(TriageTree.objects.visible_to(request.user), state=VersionState.DRAFT)


def _question(row: TriageTree, code: str) -> Question:
    question = tree_of(row).find(code)
    if question is None:
        raise Http404
    return question


def _seen(row: TriageTree) -> str:
    return row.updated_at.isoformat()
