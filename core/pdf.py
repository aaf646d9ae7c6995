"""HTML of ours becomes a PDF that a screen reader can read. Nothing is fetched but our own style sheets and fonts.

A template names an asset as `asset:css/document.css`: the static file of that name, and nothing else. Every other address,
whatever somebody wrote into a letter, is left out.
"""

import logging
import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import IO, Any, Final

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string

from core.errors import UserFacingError
from core.pdf_binder import Binder

logger = logging.getLogger(__name__)

ASSET: Final = "asset:"
TYPES: Final = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
VARIANT: Final = "pdf/ua-1"
PART_MARK: Final = "<!-- a part may end here -->"
PART_LENGTH: Final = 60_000  # characters of HTML: about fifteen pages, drawn in less than a second and 20 MB
SHEET: Final = re.compile(rf'<link rel="stylesheet" href="({ASSET}[^"]+)">')

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


def write_long_pdf(html: str, target: IO[bytes], *, progress: Callable[[int, int], None]) -> None:
    """Draw a document part by part, cut where it holds `PART_MARK`, and write one PDF; memory holds one part at a time.

    A part begins a new page. `progress` hears how many parts of how many are drawn. The number of all pages is not known
    while a part is drawn, so the pages of such a document are only counted.
    """
    weasyprint = _weasyprint()
    fetcher, fonts = _only_our_assets(weasyprint), weasyprint.text.fonts.FontConfiguration()
    addresses = SHEET.findall(html)
    parts = cut_in_parts(SHEET.sub("", html))
    binder = Binder(target)
    with _one_at_a_time:  # read once, for fonts are slow to unpack
        sheets = [weasyprint.CSS(url=each, url_fetcher=fetcher, font_config=fonts) for each in addresses]
    for number, part in enumerate(parts, start=1):
        with _one_at_a_time:
            pages = weasyprint.CSS(string=f"@page:first {{ counter-reset: page {binder.page_count + 1} }}")
            document = weasyprint.HTML(string=part, url_fetcher=fetcher)
            document = document.render(stylesheets=[*sheets, pages], font_config=fonts, pdf_variant=VARIANT)
            document.write_pdf(BytesIO(), finisher=partial(_bind, binder), pdf_variant=VARIANT)
        progress(number, len(parts))
    binder.finish()


def _bind(binder: Binder, document: Any, pdf: Any) -> None:
    """Take the objects over, and leave the renderer an empty file to write."""
    binder.add(pdf)
    del pdf.objects[1:]


def cut_in_parts(html: str) -> list[str]:
    """Return the parts of a document, each a whole one: head, and what stands before the first mark, are in all of them."""
    before, *pieces = html.split(PART_MARK)
    if not pieces:
        return [html]
    last, end_tag, end = pieces[-1].rpartition("</body>")
    parts: list[list[str]] = [[]]
    for piece in [*pieces[:-1], last]:
        if sum(map(len, parts[-1])) >= PART_LENGTH:
            parts.append([])
        parts[-1].append(piece)
    return ["".join([before, *part, end_tag, end]) for part in parts]


def _weasyprint() -> Any:
    """Import the library when the first page is drawn: without Pango everything else still runs."""
    try:
        import weasyprint
        import weasyprint.text.fonts
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
