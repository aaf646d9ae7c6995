"""HTML of ours becomes a PDF that a screen reader can read. Nothing is fetched but our own style sheets and fonts.

A template names an asset as `asset:css/document.css`: the static file of that name, and nothing else. Every other address,
whatever somebody wrote into a letter, is left out.
"""

import logging
from pathlib import Path
from threading import Lock
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string

from core.errors import UserFacingError

logger = logging.getLogger(__name__)

ASSET: Final = "asset:"
TYPES: Final = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
VARIANT: Final = "pdf/ua-1"

_one_at_a_time = Lock()  # Pango keeps state that threads must not share


class PdfUnavailableError(UserFacingError):
    """This server lacks the libraries that draw pages."""


def pdf_from_template(template: str, context: dict[str, Any]) -> bytes:
    """Render a template that extends `pdf/document.html` (`title`, `mark`), and draw its pages."""
    return render_pdf(render_to_string(template, context))


def render_pdf(html: str) -> bytes:
    """Return the pages of a whole HTML document; its `lang` and `<title>` are what a screen reader says first."""
    weasyprint = _weasyprint()
    with _one_at_a_time:
        document = weasyprint.HTML(string=html, url_fetcher=_only_our_assets(weasyprint))
        pages: bytes = document.write_pdf(pdf_variant=VARIANT)
    return pages


def _weasyprint() -> Any:
    """Import the library when the first page is drawn: without Pango everything else still runs."""
    try:
        import weasyprint
        import weasyprint.urls
    except OSError as error:
        logger.exception("pdf_library_missing")
        raise PdfUnavailableError(
            "This server cannot make PDF files because the Pango library is missing. "
            "An admin can install it; until then, print the page from the browser."
        ) from error
    return weasyprint


def _only_our_assets(weasyprint: Any) -> Any:
    class OwnAssets(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            path = _asset(url)
            if path is None:
                logger.warning("pdf_address_left_out scheme=%s", url.partition(":")[0][:20])
                raise ValueError("Only our own assets go into a document.")
            kind = {"Content-Type": TYPES[path.suffix]}
            return weasyprint.urls.URLFetcherResponse(url, body=path.read_bytes(), headers=kind)

    return OwnAssets()


def _asset(url: str) -> Path | None:
    """Return the static file that an address names, if it is one of ours of a kind that documents use."""
    if not url.startswith(ASSET):
        return None
    try:
        found = finders.find(url.removeprefix(ASSET))
    except SuspiciousFileOperation:
        return None
    path = Path(found) if isinstance(found, str) else None
    return path if path and path.suffix in TYPES else None
