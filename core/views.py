"""Pages that belong to no app: the parts catalogue, help, and the two statements in the footer."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import catalogue
from core.catalogue import CatalogueForm
from core.http import AuthenticatedRequest
from core.upload_handlers import FileNotReceivedError


@require_safe
def parts(request: AuthenticatedRequest) -> HttpResponse:
    """Show every shared part once, with a form in its error state."""
    form = CatalogueForm({"summary": ""}, prefix="parts")
    page = Paginator(range(1, 181), 20).get_page(request.GET.get("page"))
    return render(request, "core/parts.html", catalogue.EXAMPLES | {"example_form": form, "page": page})


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "core/help.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "core/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "core/privacy.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a request could not be read, and why where we know it."""
    if isinstance(exception, FileNotReceivedError):
        return render(request, "400.html", {"reason": str(exception)}, status=HTTPStatus.INSUFFICIENT_STORAGE)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)
