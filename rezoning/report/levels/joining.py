"""Several pages in one: each part keeps its own ids, its scripts see it alone, and what all share stands once.

A part is a whole page of the house, made by whatever makes it. Its ids get the part's key in front, and everything that refers to one with them;
its scripts run on a document and a window in which they find this part (``assets/levels.js``). Maps are drawn by one library for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from rezoning.report.html import data, script

LIBRARIES = (
    "leaflet/leaflet.js",
    *(f"map_{name}.js" for name in ("shapes", "basemap", "picture", "words", "labels", "card", "lists", "keys")),
    "map.js",
)
"""Scripts that know no page: they run once."""
ALONE = ("writing.js", "address.js", "embed.js")
"""Scripts of what a part has only on its own page: texts that people write, the page's address, and the code for other sites."""

_REFERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "data-filters", "data-said", "list", "headers")
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"(<noscript>.*?</noscript>)|<style>(.*?)</style>", re.DOTALL)
_UNREVIEWED = re.compile(r'<aside class="unreviewed".*?</aside>', re.DOTALL)
_ONCE = re.compile(
    r'<a class="skip".*?</a>|<!--(?:finder|report):.*?-->|<details class="screen-only" id="embed">.*?</details>',
    re.DOTALL,
)
_COLOR = re.compile(r"[0-9a-f]{3}(?:[0-9a-f]{3})?")


@dataclass(frozen=True, eq=False)
class Joined:
    """Parts put together.

    Parameters
    ----------
    styles
        What stands in the head, each once.
    bodies
        Key to what stands in the body, scripts apart.
    libraries
        Scripts that run once, before all others.
    scripts
        Scripts that run for parts, each once, as functions of a document and a window.
    uses
        Key to the places in `scripts` of those that run for it.
    """

    styles: Markup
    bodies: Mapping[str, Markup]
    libraries: tuple[Markup, ...]
    scripts: tuple[Markup, ...]
    uses: Mapping[str, tuple[int, ...]]


def join(pages: Mapping[str, str], folders: Mapping[str, str]) -> Joined:
    """Put pages together.

    Parameters
    ----------
    pages
        Key of each part to its page, as `rezoning.report.html.render` makes it.
    folders
        Key to the folder in which the files lie that the part links to; empty where they lie beside the page.
    """
    ids = {found for page in pages.values() for tag in _TAG.findall(page) for found in re.findall(r'\sid="([^"]+)"', tag)}
    styles, scripts, libraries = list[str](), list[str](), list[str]()
    known, alone = {str(script(name)) for name in LIBRARIES}, {str(script(name)) for name in ALONE}
    bodies, uses = {}, {}
    for key, page in pages.items():
        styles += [text for text in _styles_of(page) if text not in styles]
        body = _STYLE.sub(lambda found: found[1] or "", page[page.index("<body>") + 6 : page.rindex("</body>")])
        body = _UNREVIEWED.sub("", body)  # the page that holds all parts says it
        body = body if key == next(iter(pages)) else _ONCE.sub("", body)
        mine = list[int]()
        for text in _SCRIPT.findall(body):
            if text in known:
                libraries += [] if text in libraries else [text]
            elif text not in alone:
                scripts += [] if text in scripts else [text]
                mine.append(scripts.index(text))
        bodies[key] = Markup(_body(_SCRIPT.sub("", body), key, folders.get(key, "")))
        uses[key] = tuple(mine)
    css = "\n".join(_for_every_part(text, ids) for text in styles)
    return Joined(Markup(css), bodies, tuple(map(Markup, libraries)), tuple(map(Markup, scripts)), uses)


def scripts_of(joined: Joined) -> Markup:
    """The scripts of parts as one value of a script: ``[[functions], {key: places}]``."""
    functions = Markup(",\n").join(Markup("function (document, window) {\n") + text + Markup("\n}") for text in joined.scripts)
    return Markup("[[") + functions + Markup("], ") + data({key: list(places) for key, places in joined.uses.items()}) + Markup("]")


def _styles_of(page: str) -> Iterator[str]:
    for found in _STYLE.finditer(page):
        if found[2]:
            yield found[2]


def _for_every_part(css: str, ids: set[str]) -> str:
    """Rules for an id hold for it in every part, and those for the main part of a page for what was that."""

    def said(found: re.Match[str]) -> str:
        name = found[1]
        return f':is(#{name}, [id$="-{name}"])' if name in ids and not _COLOR.fullmatch(name) else found[0]

    css = re.sub(r"(^|[\s,(};])main(?=[\s.>:])", r"\1:is(main, [data-main])", css)
    return re.sub(r"#([A-Za-z][\w-]*)(?=[\s.:,>\[{)+~])", said, css)


def _body(text: str, key: str, folder: str) -> str:
    """The body of a part, its ids with its key in front, one level lower in the page's outline."""
    pieces = re.split(r'(<script type="application/json".*?</script>)', text, flags=re.DOTALL)
    changed = [_data(piece, key) if piece.startswith("<script") else _TAG.sub(lambda tag: _tag(tag[0], key, folder), piece) for piece in pieces]
    return "".join(changed).replace("</main>", "</div>")


def _data(piece: str, key: str) -> str:
    return re.sub(r'^(<script [^>]*?id=")', lambda found: f"{found[1]}{key}-", piece)


def _tag(tag: str, key: str, folder: str) -> str:
    tag = re.sub(r'(\sid=")([^"]+)"', lambda found: f'{found[1]}{key}-{found[2]}"', tag)
    for name in _REFERS:
        tag = re.sub(rf'(\s{name}=")([^"]+)"', lambda found: found[1] + " ".join(f"{key}-{one}" for one in found[2].split()) + '"', tag)
    tag = re.sub(r'(\shref="#)([^"]+)"', lambda found: f'{found[1]}{key}-{found[2]}"', tag)
    tag = re.sub(r"url\(#([\w-]+)\)", lambda found: f"url(#{key}-{found[1]})", tag)
    if tag.startswith("<input"):
        tag = re.sub(r'(\sname=")([^"]+)"', lambda found: f'{found[1]}{key}-{found[2]}"', tag)
    if folder:
        tag = re.sub(r'(\s(?:href|src)=")(?!#|[a-z]+:|/)([^"]+)"', lambda found: f'{found[1]}{folder}/{found[2]}"', tag)
    heading = re.match(r"<h([1-5])\b", tag)
    if heading and folder:
        tag = f'{heading[0]} aria-level="{int(heading[1]) + 1}"{tag[3:]}'
    return re.sub(r"^<main\b", "<div data-main", tag)
