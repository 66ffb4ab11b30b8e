"""Report and finder of the same plans lead to each other: to where the scenario says that the other is published, else to the one that stands beside.

A page names its plans (`plans_of`) in its head, so that a page beside it is known to be of the same plans, whatever its folder is called. A page that
was written before the other has its link still: `led_back` puts it in, and the page is as if it had been written last.
"""

from __future__ import annotations

import hashlib
import os
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from rezoning.public.levels import LevelsBook
from rezoning.runs.directory import whole_file

if TYPE_CHECKING:
    from rezoning.public.book import Book

Kind = Literal["report", "finder"]
OTHER: dict[Kind, Kind] = {"report": "finder", "finder": "report"}
HEAD = 8192  # characters of a page within which its head names its plans


def plans_of(book: Book | LevelsBook) -> str:
    """What tells whether two pages are of the same plans, as a hash of everybody's school today and under each option."""
    told = hashlib.sha256()
    if isinstance(book, LevelsBook):
        told.update(repr({name: plans_of(one) for name, one in book.books.items()}).encode())
        return told.hexdigest()[:32]
    views = [*([] if book.today is None else [book.today]), *book.views.values()]
    for view in views:
        ids = [book.schools[s].id if s >= 0 else "" for s in view.zone.tolist()]
        told.update(repr((view.key, ids)).encode())
    told.update(repr(book.district.unit_ids).encode())
    return told.hexdigest()[:32]


def other_page(book: Book | LevelsBook, directory: Path, kind: Kind) -> str:
    """The address of the other page for a page in a directory; empty where there is none."""
    other = OTHER[kind]
    published: str | None = getattr(book.settings.links, other)
    if published is not None:
        return published
    beside = _beside(book, directory, other)
    return "" if beside is None else _relative(beside, directory)


def led_back(book: Book | LevelsBook, directory: Path, kind: Kind) -> Path | None:
    """Put the link to a page that was just written into the other that stands beside; gives that page where it was changed."""
    other = _beside(book, directory, OTHER[kind])
    if other is None or getattr(book.settings.links, kind) is not None:
        return None
    page = other.read_text(encoding="utf-8")
    href = escape(_relative(directory / f"{kind}.html", other.parent))
    linked = re.sub(rf'<!--{kind}:(<p class="other-page"><a href=")(".*?)-->', lambda found: f"{found[1]}{href}{found[2]}", page, count=1)
    if linked == page:
        return None
    with whole_file(other) as partial:
        partial.write_text(linked, encoding="utf-8", newline="")
    return other


def _beside(book: Book | LevelsBook, directory: Path, wanted: Kind) -> Path | None:
    """The page of the same plans in a folder beside; the one with the usual name first."""
    here = directory.resolve()
    usual = re.sub(rf"-{OTHER[wanted]}$", f"-{wanted}", here.name)
    try:
        folders = sorted(
            (one for one in here.parent.iterdir() if one != here and not one.name.startswith(".")), key=lambda one: (one.name != usual, one.name)
        )
    except OSError:
        return None
    plans = plans_of(book)
    return next((page for page in (one / f"{wanted}.html" for one in folders) if _named(page) == plans), None)


def _named(page: Path) -> str | None:
    """The plans that a page names."""
    try:
        with page.open(encoding="utf-8", errors="replace") as stream:
            found = re.search(r'<meta name="rezoning-plans" content="(\w+)">', stream.read(HEAD))
    except OSError:
        return None
    return found and found[1]


def _relative(page: Path, directory: Path) -> str:
    return quote(Path(os.path.relpath(page.resolve(), directory.resolve())).as_posix())
