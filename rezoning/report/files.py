"""Files that outputs were made from, with fingerprints by which anyone can tell whether theirs are the same; by name, for paths tell of a machine."""

from __future__ import annotations

from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.report.maps.basemap import base_of
from rezoning.report.public_text import file_name
from rezoning.runs.option import Option


@dataclass(frozen=True)
class File:
    """A file that was read: its name, its fingerprint, and of several options the letters of those that read it."""

    name: str
    sha256: str
    letters: str = ""


def files(book: Book) -> list[File]:
    """Every file that any option was made from, the plans' among them, and those that lie under its maps, once for each content."""
    found: dict[tuple[str, str], list[str]] = {}
    for option in book.options:
        for file in files_of(option):
            found.setdefault((file.name, file.sha256), []).append(option.letter)
    base = base_of(book)
    for under in () if base is None else base.geography.inputs:
        found.setdefault((file_name(under.path), under.sha256), [option.letter for option in book.options])
    several = len(book.options) > 1
    return [File(name, sha, ", ".join(letters) if several else "") for (name, sha), letters in found.items()]


def files_of(option: Option) -> list[File]:
    """Every file that an option was made from, the plan's last."""
    return [File(file_name(entry["path"]), entry["sha256"]) for entry in option.record.get("inputs", ())]
