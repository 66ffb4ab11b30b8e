"""Which schools have a page in the map book, and what its file is called: the report links there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from rezoning.public.book import Book
from rezoning.report.enrollment import views_of

LONGEST = 60  # letters of a file's name


def school_files(book: Book) -> dict[int, str]:
    """Index of each school with a zone in some view, by name, to the name of its file without its ending."""
    views = views_of(book).values()
    used = [s for s in range(len(book.schools)) if any(view.schools[s].is_open or (view.zone == s).any() for view in views)]
    return slugs({s: book.schools[s].name for s in sorted(used, key=lambda s: (book.schools[s].name.casefold(), s))})


def school_links(book: Book) -> list[tuple[str, str]]:
    """Name and address of the page of every school, for a page in the folder above."""
    return [(book.schools[s].name, f"schools/{slug}.html") for s, slug in school_files(book).items()]


def slugs(names: Mapping[int, str]) -> dict[int, str]:
    """Names of files: plain letters, none twice.

    Examples
    --------
    >>> slugs({0: "Église Park (K-5)", 1: "Eglise Park K5", 2: "eglise park k-5", 3: "東"})
    {0: 'eglise-park-k-5', 1: 'eglise-park-k5', 2: 'eglise-park-k-5-3', 3: 'school-4'}
    """
    found: dict[int, str] = {}
    for s, name in names.items():
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        text = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or f"school-{s + 1}"
        while text in found.values():
            text = f"{text}-{s + 1}"
        found[s] = text
    return found
