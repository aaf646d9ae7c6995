"""One URL serves the page and the fragment inside it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    htmx: HtmxDetails


def render_page_or_fragment(
    request: HttpRequest, *, page: str, fragment: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render `fragment` for an htmx swap, and the whole `page` around it for everything else."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    swap = bool(htmx) and not (htmx.boosted or htmx.history_restore_request)
    response = render(request, fragment if swap else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
