"""What every page is made of: headings, sentences and tables, in English and in characters that every terminal has."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from rich.box import Box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rezoning.public.cell import Cell
from rezoning.report.catalogue.kinds import Kind, together
from rezoning.report.estimated import estimate_labels
from rezoning.report.language import ENGLISH, Language, plain
from rezoning.runs.names import shown_path

WIDEST = 100  # columns: longer lines are hard to read
PIPED = 96  # columns when the output is a file or a pipe, and COLUMNS does not say how many
MOST = 8  # sentences of one kind on a page; run.json has them all

# Nothing but a rule under the heading, in characters that every terminal and every printer has.
RULED = Box("    \n    \n -  \n    \n    \n    \n    \n    \n", ascii=True)

Row = dict[str, Any]
Column = tuple[str, Literal["left", "right"]]


def screen(stream: Any) -> Console:
    """A page on a stream, at most as wide as is easy to read; colors only where the terminal and NO_COLOR allow them."""
    is_told = stream.isatty() or os.environ.get("COLUMNS", "").isdigit()
    width = min(Console(file=stream).width, WIDEST) if is_told else PIPED
    return Console(file=stream, width=width, highlight=False, emoji=False, markup=False)


# -- blocks ----------------------------------------------------------------------------------------------------------


def title(console: Console, text: str) -> None:
    """What the page is about."""
    console.print(Text(text, style="bold"))


def heading(console: Console, text: str) -> None:
    """An empty line and a heading."""
    console.print()
    console.print(Text(text, style="bold"))


def lines(console: Console, *sentences: str, mark: str = "") -> None:
    """Sentences under a heading, each after its mark; no number is parted from its unit."""
    for one in sentences:
        whole_line(console, plain("\n".join(_wrapped(console, one, mark))))


def whole_line(console: Console, text: str) -> None:
    """A line as it is, however long: one to be copied, or the name of a file, must not be broken."""
    console.print(Text(text), soft_wrap=True)


def files(console: Console, place: Path, *sentences: str) -> None:
    """Where the results are, and what there is to say of them."""
    heading(console, ENGLISH.text("terminal.files"))
    whole_line(console, f"  {shown_path(place)}")
    lines(console, *sentences)


def listed(console: Console, head: str, items: Sequence[str], most: int = MOST) -> None:
    """A head and the first few of many sentences."""
    if head:
        lines(console, head)
    lines(console, *items[:most], mark="-")
    if len(items) > most:
        lines(console, ENGLISH.text("terminal.more", count=f"{len(items) - most:,}"), mark=" ")


def table(console: Console, columns: Sequence[Column], cells: Sequence[Sequence[str]], *, whole: bool = False) -> None:
    """A table with a rule under its heading and nothing else.

    Parameters
    ----------
    whole
        Whether the first column has names that should stay whole, where none takes more than a third of the width.
    """
    longest = max((len(line[0]) for line in cells), default=0) if whole else 0
    grid = Table(box=RULED, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    for k, (name, justify) in enumerate(columns):
        grid.add_column(Text(name), justify=justify, overflow="fold", no_wrap=k == 0 and 0 < longest <= console.width // 3)
    for line in cells:
        grid.add_row(*(Text(plain(cell)) for cell in line))
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))


def remarks(console: Console, record: Row) -> None:
    """What a reader should know beside the result: warnings first, then notes."""
    for kind in ("warnings", "notes"):
        if record[kind]:
            heading(console, ENGLISH.text(f"terminal.{kind}"))
            listed(console, "", record[kind])


def violations(console: Console, who: Literal["today", "plan"], audit: Row | None) -> None:
    """Whether today's zones, or the plan, obey every rule, and the rules that they break."""
    if audit is not None:
        said = messages(audit)
        listed(console, audit_words(who, audit) + (":" if said else "."), said)


def estimates(console: Console, record: Row) -> None:
    """What of the numbers below is estimated."""
    lines(console, *estimate_labels(record).sentences, mark="≈")


def messages(audit: Row) -> list[str]:
    """What an audit says of a plan; where a page has no room for all of it, one sentence of each rule stands before further ones."""
    found, first = audit["violations"], dict[str, Row]()
    for one in found:
        first.setdefault(one["rule"], one)
    if len(found) > MOST:
        found = [*first.values(), *(one for one in found if one is not first[one["rule"]])]
    return [one["message"] for one in found]


def _wrapped(console: Console, text: str, mark: str) -> list[str]:
    first = f"  {mark} " if mark else "  "
    return textwrap.wrap(
        text, console.width, initial_indent=first, subsequent_indent=" " * len(first), break_long_words=False, break_on_hyphens=False
    )


# -- words -----------------------------------------------------------------------------------------------------------


def pair(before: Cell, after: Cell, kind: Kind, language: Language) -> str:
    """Before and after; only after where there is no before."""
    said = together([before, after], kind, language)
    return said.text(after) if before is None else f"{said.text(before)} → {said.text(after)}"


def sentence(problem: Row) -> str:
    """A problem of run.json as one line."""
    return " ".join(part for part in (f"{problem['place']}:", problem["message"], problem["cure"]) if part)


def audit_words(who: Literal["today", "plan"], audit: Row) -> str:
    """Whether every rule is obeyed, or how often one is broken; without the point of a sentence that goes on."""
    times = len(audit["violations"])
    key = "obeys" if audit["passed"] else "once" if times == 1 else "often"
    return ENGLISH.text(f"terminal.{who}_{key}", count=f"{times:,}")


def use_words(uses: Row, language: Language = ENGLISH) -> str:
    """What each group may be used for; nothing where every group may be used for everything."""
    if not set(uses.values()) - {"optimize"}:
        return ""
    said = [ENGLISH.text("terminal.use", group=language.group(name), use=ENGLISH.text(f"page.use_{use}")) for name, use in uses.items()]
    return ENGLISH.text("terminal.uses", uses=", ".join(said))
