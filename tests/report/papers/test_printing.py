"""Pages as PDF: printed where a browser is installed, and said in one sentence where not."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from rezoning.report.papers import printing
from rezoning.report.papers.printing import find_browser, for_paper, pdf_of

PAGE = """<!doctype html><html lang="en"><head><title>Two pages</title><style>@page { size: letter; margin: 10mm }</style></head>
<body><p>First</p><p style="break-before: page">Second <a href="report.html">beside</a> <a href="https://example.org/">far</a></p></body></html>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    return file


def program(folder: Path, text: str) -> Path:
    if sys.platform == "win32":
        pytest.skip("a browser of a few lines is written for a shell")
    file = folder / "browser"
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def test_without_a_browser_the_page_stays_and_the_cure_is_said(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(printing.NAMED_BY, raising=False)
    monkeypatch.setattr(printing, "_installed", lambda: iter(()))
    told = pdf_of(page, page.with_suffix(".pdf"))
    assert told is not None
    assert "no Chromium" in told
    assert "Open page.html and print it" in told
    assert printing.NAMED_BY in told
    assert not page.with_suffix(".pdf").exists()


def test_a_named_browser_that_is_none_is_said_and_no_other_taken(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(printing.NAMED_BY, str(page.parent / "nothing"))
    told = pdf_of(page, page.with_suffix(".pdf"))
    assert told is not None
    assert "nothing, which is no program" in told


@pytest.mark.parametrize(
    ("does", "said"),
    [("exit 3", "ended with code 3 and printed nothing"), ("sleep 600 & echo $! > child; sleep 600", "did not end within 0.5 seconds")],
    ids=["fails", "hangs"],
)
def test_a_browser_that_fails_or_hangs_is_said(page: Path, monkeypatch: pytest.MonkeyPatch, does: str, said: str) -> None:
    monkeypatch.chdir(page.parent)
    monkeypatch.setenv(printing.NAMED_BY, str(program(page.parent, does)))
    earlier = page.with_suffix(".pdf")
    earlier.write_bytes(b"earlier")
    told = pdf_of(page, earlier, seconds=0.5)
    assert told is not None
    assert said in told
    assert earlier.read_bytes() == b"earlier"
    assert sorted(file.name for file in page.parent.iterdir()) == sorted(
        ["page.html", "page.pdf", "browser", *(["child"] if "child" in does else [])]
    )
    if "child" in does:
        child, until = int(Path("child").read_text()), time.monotonic() + 60  # it is killed at once, and gone when the system comes to it
        while _lives(child) and time.monotonic() < until:
            time.sleep(0.02)
        assert not _lives(child)


def _lives(pid: int) -> bool:
    """Whether it runs; one that has ended and waits to be collected does not."""
    status = Path(f"/proc/{pid}/status")
    if not Path("/proc/self/status").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    return status.exists() and "State:\tZ" not in status.read_text()


def test_the_size_is_said_last_and_links_beside_the_page_are_left_out() -> None:
    printed = for_paper(PAGE, "A4")
    assert printed.index("size: A4") > printed.index("size: letter")
    assert "report.html" not in printed
    assert 'href="https://example.org/"' in printed


@pytest.mark.skipif(find_browser() is None, reason="no Chromium is installed")
def test_a_page_is_printed_at_both_sizes_with_the_same_bytes_each_time(page: Path) -> None:
    from pypdf import PdfReader

    for size, width in (("letter", 612), ("A4", 595)):
        made = page.with_name(f"{size}.pdf")
        assert pdf_of(page, made, size) is None  # type: ignore[arg-type]
        read = PdfReader(made)
        assert len(read.pages) == 2
        assert abs(float(read.pages[0].mediabox.width) - width) < 1
        assert read.metadata is not None
        assert read.metadata.title == "Two pages"
        assert read.metadata.creation_date is None
        assert str(page.parent).encode() not in made.read_bytes()
    assert pdf_of(page, page.with_name("again.pdf"), "A4") is None
    assert page.with_name("again.pdf").read_bytes() == page.with_name("A4.pdf").read_bytes()
