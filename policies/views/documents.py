"""The policy library: everybody reads; an admin drafts; a second person publishes."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SettingsChange
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from policies import permissions
from policies.choices import VersionState
from policies.comparison import compare
from policies.forms.documents import DocumentForm, DraftForm, clause_rows, clauses_in
from policies.forms.rules import FORMS
from policies.models import PolicyDocument, PolicyVersion, TriageTree
from policies.permissions import PolicyAction
from policies.selectors import clause_words, edition_before, second_persons
from policies.services import documents as services
from policies.views.saving import saved_by, status_of


@require_safe
def index(request: AuthenticatedRequest) -> HttpResponse:
    """The policies with their versions, and the tables of rules."""
    versions = PolicyVersion.objects.visible_to(request.user).select_related("document__owner")
    overdue = PolicyDocument.objects.visible_to(request.user).filter(review_date__lt=timezone.localdate())
    context = {
        "published": versions.filter(state=VersionState.PUBLISHED).order_by("document__title"),
        "drafts": versions.filter(state=VersionState.DRAFT).order_by("document__title"),
        "triage_draft": TriageTree.objects.visible_to(request.user).filter(state=VersionState.DRAFT).first(),
        "tables": FORMS.values(),
        "due_for_review": set(overdue.values_list("pk", flat=True)),
        "may_edit": permissions.can(request.user, PolicyAction.EDIT),
        "changes": SettingsChange.objects.visible_to(request.user)
        .filter(area__in=["POLICIES", "RULES"])
        .select_related("actor")[:8],
    }
    return render(request, "policies/index.html", context)


@require_safe
def document(request: AuthenticatedRequest, slug: str, number: int | None = None) -> HttpResponse:
    """One edition of a policy, the one in force unless a number is given, and the list of the others."""
    found = get_object_or_404(PolicyDocument.objects.visible_to(request.user).select_related("owner"), slug=slug)
    versions = PolicyVersion.objects.visible_to(request.user).filter(document=found)
    versions = versions.select_related("written_by", "published_by", "document").order_by("-number")
    version = _edition(versions, number)
    context = {
        "document": found,
        "version": version,
        "clauses": version.clauses.all(),
        "versions": versions,
        "before": edition_before(version),
        "may_edit": permissions.can(request.user, PolicyAction.EDIT),
        "may_publish": permissions.can_publish(request.user, version),
        "second_persons": second_persons(version) if version.state == VersionState.DRAFT else [],
    }
    return render(request, "policies/document.html", context)


@require_safe
def comparison(request: AuthenticatedRequest, slug: str, number: int) -> HttpResponse:
    """What an edition changes against the one before it."""
    versions = PolicyVersion.objects.visible_to(request.user).select_related("document")
    version = get_object_or_404(versions, document__slug=slug, number=number)
    before = edition_before(version)
    context = {
        "version": version,
        "before": before,
        "changes": compare(clause_words(before) if before else {}, clause_words(version)),
    }
    return render(request, "policies/comparison.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def document_add(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, PolicyAction.EDIT)
    form = DocumentForm(request.POST or None)
    draft = saved_by(
        request, form, lambda: services.add_document(facts=form.facts(), actor=request.user, now=timezone.now())
    )
    if draft:
        messages.success(request, "The policy is added. Write its clauses next.")
        return redirect("policies:draft", draft.document.slug)
    return render(request, "policies/document_form.html", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def document_edit(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    permissions.require(request.user, PolicyAction.EDIT)
    found = get_object_or_404(PolicyDocument.objects.visible_to(request.user), slug=slug)
    stored = {name: getattr(found, name) for name in ("title", "summary", "owner", "review_date")}
    form = DocumentForm(request.POST or None, initial=stored)
    saved = saved_by(
        request,
        form,
        lambda: services.change_document(
            document_id=found.pk, facts=form.facts(), actor=request.user, now=timezone.now()
        ),
    )
    if saved:
        messages.success(request, "The policy is changed.")
        return redirect("policies:document", slug)
    return render(request, "policies/document_form.html", {"form": form, "document": found}, status=status_of(form))


@require_POST
def draft_start(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(PolicyDocument.objects.visible_to(request.user), slug=slug)
    services.start_draft(document_id=found.pk, actor=request.user, now=timezone.now())
    return redirect("policies:draft", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """The clauses of the draft, edited together; two empty rows wait for new ones."""
    permissions.require(request.user, PolicyAction.EDIT)
    version = _draft(request, slug)
    stored = [
        {"number": clause.number, "heading": clause.heading, "text": clause.text} for clause in version.clauses.all()
    ]
    initial = {"change_note": version.change_note, "seen": version.updated_at.isoformat()}
    form = DraftForm(request.POST or None, initial=initial)
    clauses = clause_rows(request.POST or None, stored)

    def save() -> PolicyVersion:
        return services.save_draft(
            version_id=version.pk,
            clauses=clauses_in(clauses),
            actor=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )

    if clauses.is_valid() and saved_by(request, form, save):
        messages.success(request, "The draft is saved. Someone else publishes it.")
        return redirect("policies:edition", slug, version.number)
    context = {"form": form, "clauses": clauses, "version": version}
    return render(request, "policies/draft.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Confirm first: publishing cannot be undone, only followed by another version."""
    version = _draft(request, slug)
    permissions.require_second_person(request.user, version)
    form = RedressForm(request.POST if request.method == "POST" else None)
    published = saved_by(
        request, form, lambda: services.publish(version_id=version.pk, actor=request.user, now=timezone.now())
    )
    if published:
        messages.success(request, f"{published} is in force from today.")
        return redirect("policies:document", slug)
    context = {
        "title": f"Publish {version}",
        "act": "Publish version",
        "effects": _effects(version),
        "form": form,
        "back_url": version.document.get_absolute_url(),
    }
    return render(request, "confirm.html", context, status=status_of(form))


@require_POST
def draft_discard(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    version = _draft(request, slug)
    services.discard_draft(version_id=version.pk, actor=request.user, now=timezone.now())
    messages.success(request, "The draft is discarded.")
    return redirect("policies:index")


def _edition(versions: QuerySet[PolicyVersion], number: int | None) -> PolicyVersion:
    """Return the edition with this number; without one, that in force, or the first draft of a new policy."""
    if number is not None:
        return get_object_or_404(versions, number=number)
    version = versions.filter(state=VersionState.PUBLISHED).first() or versions.first()
    if version is None:
        raise Http404
    return version


def _draft(request: AuthenticatedRequest, slug: str) -> PolicyVersion:
    versions = PolicyVersion.objects.visible_to(request.user).select_related("document")
    return get_object_or_404(versions, document__slug=slug, state=VersionState.DRAFT)


def _effects(version: PolicyVersion) -> list[str]:
    before = edition_before(version)
    changes = compare(clause_words(before) if before else {}, clause_words(version))
    counts = [
        f"{sum(change.state == state for change in changes)} clauses {state}."
        for state in ("changed", "added", "removed")
        if any(change.state == state for change in changes)
    ]
    kept = f"{before} stays readable. Cases that cite it go on citing it." if before else "This is the first version."
    return [*counts, "The new words hold from today.", kept]
