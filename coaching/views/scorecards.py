"""Scorecards: everybody who is measured reads them; an admin drafts and publishes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching.choices.quality import ScorecardState
from coaching.forms.scorecards import (
    DraftForm,
    PublishForm,
    ScorecardDetailsForm,
    ScorecardForm,
    criteria_in,
    criterion_rows,
)
from coaching.models import Scorecard, ScorecardVersion
from coaching.permissions import quality as permissions
from coaching.permissions.quality import QualityRight
from coaching.services import scorecards as services
from core.dates import local_day
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest


@require_safe
def scorecard_list(request: AuthenticatedRequest) -> HttpResponse:
    """Every scorecard with the edition that judges today, and the drafts that wait."""
    permissions.require(request.user, QualityRight.READ_SCORECARDS)
    versions = ScorecardVersion.objects.visible_to(request.user).select_related("scorecard")
    context = {
        "in_force": versions.in_force(local_day(timezone.now())),
        "drafts": versions.filter(state=ScorecardState.DRAFT).order_by("scorecard__name"),
        "retired": Scorecard.objects.visible_to(request.user).filter(is_active=False),
        "may_edit": permissions.may(request.user, QualityRight.EDIT_SCORECARDS),
    }
    return render(request, "coaching/scorecard_list.html", context)


@require_safe
def scorecard(request: AuthenticatedRequest, pk: int, number: int | None = None) -> HttpResponse:
    """One edition, the one in force unless a number is given, and the list of the others."""
    found = _find(request, pk)
    versions = ScorecardVersion.objects.visible_to(request.user).filter(scorecard=found)
    versions = versions.select_related("scorecard", "written_by", "published_by").order_by("-number")
    version = _edition(versions, number)
    sections = version.sections.prefetch_related("criteria")
    context = {
        "scorecard": found,
        "version": version,
        "sections": sections,
        "total": sum(section.weight for section in sections),
        "versions": versions,
        "today": local_day(timezone.now()),
        "may_edit": permissions.may(request.user, QualityRight.EDIT_SCORECARDS),
    }
    return render(request, "coaching/scorecard.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_add(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, QualityRight.EDIT_SCORECARDS)
    form = ScorecardForm(request.POST or None)
    draft = _saved(
        request,
        form,
        lambda: services.add_scorecard(**form.cleaned_data, actor=request.user, now=timezone.now()),
    )
    if draft:
        messages.success(request, "The scorecard is added. Write its criteria next.")
        return redirect("coaching:scorecard_draft", draft.scorecard_id)
    return render(request, "coaching/scorecard_form.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    permissions.require(request.user, QualityRight.EDIT_SCORECARDS)
    found = _find(request, pk)
    stored = {"name": found.name, "purpose": found.purpose, "is_active": found.is_active}
    form = ScorecardDetailsForm(request.POST or None, initial=stored)
    saved = _saved(
        request,
        form,
        lambda: services.change_scorecard(
            scorecard_id=found.pk, **form.cleaned_data, actor=request.user, now=timezone.now()
        ),
    )
    if saved:
        messages.success(request, "The scorecard is changed.")
        return redirect(found)
    return render(request, "coaching/scorecard_form.html", {"form": form, "scorecard": found}, status=_status(form))


@require_POST
def draft_start(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    services.start_draft(scorecard_id=found.pk, actor=request.user, now=timezone.now())
    return redirect("coaching:scorecard_draft", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The criteria of the draft, edited together; three empty rows wait for new ones."""
    permissions.require(request.user, QualityRight.EDIT_SCORECARDS)
    version = _draft(request, pk)
    stored = services.criteria_of(version)
    form = DraftForm(
        request.POST or None, initial={"change_note": version.change_note, "seen": version.updated_at.isoformat()}
    )
    rows = criterion_rows(request.POST or None, stored)

    def save() -> ScorecardVersion:
        return services.save_draft(
            version_id=version.pk,
            criteria=criteria_in(rows),
            actor=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )

    if rows.is_valid() and _saved(request, form, save):
        messages.success(request, "The draft is saved.")
        return redirect("coaching:scorecard_edition", pk, version.number)
    context = {"form": form, "rows": rows, "version": version, "total": sum(each.weight for each in stored)}
    return render(request, "coaching/scorecard_draft.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Confirm first: an edition that is published cannot be changed, only followed by another."""
    permissions.require(request.user, QualityRight.EDIT_SCORECARDS)
    version = _draft(request, pk)
    form = PublishForm(request.POST or None, initial={"effective_from": local_day(timezone.now())})
    published = _saved(
        request,
        form,
        lambda: services.publish(version_id=version.pk, **form.cleaned_data, actor=request.user, now=timezone.now()),
    )
    if published:
        messages.success(request, f"{published} is published.")
        return redirect("coaching:scorecard_edition", pk, version.number)
    context = {
        "title": f"Publish {version}",
        "act": "Publish edition",
        "effects": [
            "From that day, new reviews are made by this edition.",
            "Reviews that have begun keep the edition they began with.",
            "Its criteria and weights cannot be changed afterwards, only followed by another edition.",
        ],
        "form": form,
        "back_url": f"{version.scorecard.get_absolute_url()}v{version.number}/",
    }
    return render(request, "confirm.html", context, status=_status(form))


@require_POST
def draft_discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    permissions.require(request.user, QualityRight.EDIT_SCORECARDS)
    services.discard_draft(version_id=_draft(request, pk).pk, actor=request.user, now=timezone.now())
    messages.success(request, "The draft is discarded.")
    return redirect("coaching:scorecards")


def _find(request: AuthenticatedRequest, pk: int) -> Scorecard:
    permissions.require(request.user, QualityRight.READ_SCORECARDS)
    return get_object_or_404(Scorecard.objects.visible_to(request.user), pk=pk)


def _edition(versions: QuerySet[ScorecardVersion], number: int | None) -> ScorecardVersion:
    """Return the edition with this number; without one that in force today, or else the latest."""
    if number is not None:
        return get_object_or_404(versions, number=number)
    today = local_day(timezone.now())
    version = versions.filter(effective_from__lte=today).first() or versions.first()
    if version is None:
        raise Http404("Nothing of this scorecard is published yet.")
    return version


def _draft(request: AuthenticatedRequest, pk: int) -> ScorecardVersion:
    versions = ScorecardVersion.objects.visible_to(request.user).select_related("scorecard")
    return get_object_or_404(versions, scorecard_id=pk, state=ScorecardState.DRAFT)


def _saved(request: AuthenticatedRequest, form: RedressForm, save: Callable[[], Any]) -> Any:
    """Return what `save` made of a complete form; a refusal goes onto the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return save()
    except UserFacingError as error:
        form.add_error(None, str(error))
        return None


def _status(form: RedressForm) -> int:
    return 422 if form.is_bound else 200
