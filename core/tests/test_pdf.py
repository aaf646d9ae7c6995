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


def long_document(sections: int) -> str:
    head = '<link rel="stylesheet" href="asset:css/document.css"><link rel="stylesheet" href="asset:css/pack.css">'
    words = "The refund has not arrived, and nobody called (back) on day 5 0 R. " * 40
    table = "<table><thead><tr><th>Step</th></tr></thead><tbody><tr><td>Trace it</td></tr></tbody></table>"
    pieces = [f"<h2>Section {number}</h2><p>{words}</p>{table}" for number in range(1, sections + 1)]
    body = '<p class="running-title">The file</p>' + pdf.PART_MARK + pdf.PART_MARK.join(pieces)
    return PAGE.format(title="The whole file", head=head, body=f'{body}<p class="last">It ends on page</p>')


@pytest.fixture(scope="module")
def written() -> list[int]:
    """How long the file was after each part."""
    return []


@pytest.fixture(scope="module")
def whole(written) -> PdfReader:
    target = BytesIO()
    pdf.write_long_pdf(long_document(60), target, progress=lambda part, parts: written.append(target.tell()))
    return PdfReader(target, strict=True)


def test_a_long_document_is_written_part_by_part_and_counts_its_pages_through(whole, written) -> None:
    texts = [" ".join(page.extract_text().split()) for page in whole.pages]
    assert len(written) == 3
    assert written == sorted(set(written))
    assert [f"Section {number} " in " ".join(texts) for number in range(1, 61)] == [True] * 60
    assert [text for number, text in enumerate(texts, start=1) if not text.endswith(f"Page {number}")] == []
    assert f"It ends on page {len(texts)}." in texts[-1]
    assert all("The file" in text for text in texts)


def test_a_long_document_has_the_title_language_and_bookmarks_of_one(whole) -> None:
    root = whole.trailer["/Root"]
    assert whole.metadata
    assert (whole.metadata.title, root["/Lang"]) == ("The whole file", "en-GB")
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    marks = [mark for mark in whole.outline if isinstance(mark, dict)]
    assert [mark["/Title"] for mark in marks] == [f"Section {number}" for number in range(1, 61)]
    for mark in marks:
        page = whole.get_destination_page_number(mark)
        assert f"{mark['/Title']} " in " ".join(whole.pages[page].extract_text().split())


def test_every_word_of_a_long_document_hangs_in_one_tree_of_tags(whole) -> None:
    root = whole.trailer["/Root"]["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    assert [page["/StructParents"] for page in whole.pages] == list(numbers[::2]) == list(range(len(whole.pages)))
    names: list[str] = []
    seen: set[int] = set()

    def walk(element: Any, reference: int) -> None:
        seen.add(reference)
        names.extend([element["/ID"]] if "/ID" in element else [])
        for kid in element.get("/K", []):
            if hasattr(kid, "idnum"):
                assert kid.get_object().raw_get("/P").idnum == reference
                walk(kid.get_object(), kid.idnum)

    contents = root["/K"][0]
    walk(contents.get_object(), contents.idnum)
    for page, elements in zip(whole.pages, numbers[1::2], strict=True):
        in_text = [each for each in elements if each.get_object()["/Pg"].get_object() == page and each.idnum in seen]
        assert len(elements) - len(in_text) <= 2  # the running title and the number of the page are in no tree
    assert len(names) == len(set(names)) == 60


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
