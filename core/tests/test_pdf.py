"""Documents are drawn from our own assets alone, and say so where they cannot be drawn."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from core import pdf

PAGE = '<!DOCTYPE html><html lang="en-GB"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def drawn(body: str, head: str = "") -> PdfReader:
    return PdfReader(BytesIO(pdf.render_pdf(PAGE.format(title="A letter", head=head, body=body))))


def test_a_document_says_its_title_and_language_and_is_tagged_for_screen_readers() -> None:
    document = drawn("<h1>Your complaint</h1><p>We were wrong: £25.00, Łukasz Żółć.</p>")

    assert document.metadata
    assert document.metadata.title == "A letter"
    assert document.trailer["/Root"]["/Lang"] == "en-GB"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in document.trailer["/Root"]["/Metadata"].get_data()
    assert "We were wrong: £25.00, Łukasz Żółć." in document.pages[0].extract_text()


def test_our_typeface_goes_into_the_document() -> None:
    document = drawn("<p>Words</p>", head='<link rel="stylesheet" href="asset:css/document.css">')

    fonts = [font.get_object()["/BaseFont"] for font in document.pages[0]["/Resources"]["/Font"].values()]
    assert any("Atkinson" in name for name in fonts)


def test_nothing_outside_is_fetched() -> None:
    asked: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{server.server_port}"
    try:
        drawn(
            f'<img src="{there}/a.png" alt=""><svg><image href="{there}/b.png"/></svg>'
            f'<p style="background: url({there}/c.png)">Hello</p><object data="{there}/d"></object>',
            head=f'<base href="{there}/"><link rel="stylesheet" href="{there}/e.css"><style>@import "{there}/f";</style>',
        )
    finally:
        server.shutdown()
        server.server_close()

    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "asset:../config/settings/base.py",
        "asset:/etc/passwd",
        "asset:js/theme.js",
        "asset:nothing.css",
        "data:text/css,p{}",
    ],
)
def test_an_address_that_is_not_a_document_asset_of_ours_is_refused(address: str) -> None:
    assert pdf._asset(address) is None


def test_a_local_file_never_reaches_the_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'SECRET' }")

    document = drawn("<p>Hello</p>", head=f'<link rel="stylesheet" href="{secret.as_uri()}">')

    assert "SECRET" not in document.pages[0].extract_text()


def test_without_the_library_the_refusal_says_who_can_help(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPango:
        def find_spec(self, name: str, *args: Any) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [each for each in sys.modules if each.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])

    with pytest.raises(pdf.PdfUnavailableError, match=r"Pango library is missing\. An admin can install it"):
        pdf.render_pdf(PAGE.format(title="A letter", head="", body=""))
