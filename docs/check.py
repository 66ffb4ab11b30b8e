"""Follows every link inside built pages, and finds what a browser would fetch from another host. ``python docs/check.py docs/build/html``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = dict.fromkeys(("img", "script", "iframe", "source", "video", "audio", "embed"), "src") | {"link": "href", "object": "data"}
"""Attributes whose address a browser fetches by itself; a link that a reader may follow is none of them."""

IN_STYLES = re.compile(r"url\(\s*['\"]?(https?:)?//|@import\s+['\"]?(https?:)?//", re.IGNORECASE)
IN_SCRIPTS = re.compile(r"(?:import|fetch|importScripts)\s*\(\s*['\"]https?://|\.src\s*=\s*['\"]https?://")


class _Page(HTMLParser):
    """The ids of a page, its links, and what it fetches."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given and (name == "id" or tag == "a")}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        is_named_only = tag == "link" and given.get("rel") in ("canonical", "alternate", "author")
        if FETCHED.get(tag) in given and not is_named_only:
            self.fetched.append(given[FETCHED[tag]])
        self.styles.append(given.get("style", ""))


@cache
def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def faults(folder: Path) -> Iterator[str]:
    """What is wrong with the pages of a folder, a sentence each."""
    for path in sorted(folder.rglob("*.html")):
        page, name = _read(path), path.relative_to(folder)
        for address in page.links:
            if fault := _unreachable(path, address):
                yield f"{name}: {address}: {fault}"
        for address in page.fetched:
            if urlsplit(address).scheme in ("http", "https") or address.startswith("//"):
                yield f"{name}: {address}: is fetched from another host"
            elif fault := _unreachable(path, address):
                yield f"{name}: {address}: {fault}"
        if any(IN_STYLES.search(style) for style in page.styles):
            yield f"{name}: a style fetches from another host"
    for path in sorted([*folder.rglob("*.css"), *folder.rglob("*.js")]):
        pattern = IN_STYLES if path.suffix == ".css" else IN_SCRIPTS
        if pattern.search(path.read_text(encoding="utf-8", errors="replace")):
            yield f"{path.relative_to(folder)}: fetches from another host"


def _unreachable(path: Path, address: str) -> str:
    """Why an address inside the pages leads nowhere; empty where it leads somewhere, or outside."""
    parts = urlsplit(address)
    if parts.scheme or address.startswith("//"):
        return ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return "no such file"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in _read(target).ids:
        return "no such place on that page"
    return ""


def main(folder: str) -> int:
    """Print the faults; 1 where there are some."""
    found = list(faults(Path(folder)))
    pages = sum(1 for _ in Path(folder).rglob("*.html"))
    sys.stdout.write("\n".join([*found, f"{pages} pages, {len(found)} faults"]) + "\n")
    return int(bool(found) or not pages)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
