"""What every page is made of: headings, sentences, tables and numbers as a planner reads them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import Any, Literal

from rich.box import Box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

WIDEST = 100  # columns: longer lines are hard to read
PIPED = 96  # columns when the output is a file or a pipe
MOST = 8  # sentences of one kind on a page; run.json has them all

NONE = "–"  # what stands where a number is undefined

# Nothing but a rule under the heading, in characters that every terminal and every printer has.
RULED = Box("    \n    \n -  \n    \n    \n    \n    \n    \n", ascii=True)

Row = dict[str, Any]
Column = tuple[str, Literal["left", "right"]]
Shown = Callable[[float | None], str]


def screen(stream: Any) -> Console:
    """A page on a stream, at most as wide as is easy to read; colors only where the terminal and NO_COLOR allow them."""
    width = min(Console(file=stream).width, WIDEST) if stream.isatty() else PIPED
    return Console(file=stream, width=width, highlight=False, emoji=False, markup=False)


# -- blocks ----------------------------------------------------------------------------------------------------------


def heading(console: Console, text: str) -> None:
    """An empty line and a heading."""
    console.print()
    console.print(Text(text, style="bold"))


def lines(console: Console, *sentences: str, mark: str = "") -> None:
    """Sentences under a heading, each after its mark; names of files are never broken."""
    first = f"  {mark} " if mark else "  "
    wrapper = textwrap.TextWrapper(
        console.width, initial_indent=first, subsequent_indent=" " * len(first), break_long_words=False, break_on_hyphens=False
    )
    for one in sentences:
        wrapped = wrapper.wrap(one)
        console.print(Text("\n".join(wrapped)), soft_wrap=True)


def listed(console: Console, head: str, items: Sequence[str], most: int = MOST) -> None:
    """A head and the first few of many sentences."""
    if head:
        lines(console, head)
    lines(console, *items[:most], mark="-")
    if len(items) > most:
        lines(console, f"and {len(items) - most:,} more", mark=" ")


def table(console: Console, columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> None:
    """A table with a rule under its heading and nothing else."""
    grid = Table(box=RULED, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    for name, justify in columns:
        grid.add_column(Text(name), justify=justify, overflow="fold")
    for line in cells:
        grid.add_row(*(Text(cell) for cell in line))
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))


# -- numbers and words -----------------------------------------------------------------------------------------------


def pair(before: float | None, after: float | None, shown: Shown) -> str:
    """Before and after; only after where there is no before."""
    return shown(after) if before is None else f"{shown(before)} → {shown(after)}"


def sentence(problem: Row) -> str:
    """A problem of run.json as one line."""
    return " ".join(part for part in (f"{problem['place']}:", problem["message"], problem["cure"]) if part)


def capital(text: str) -> str:
    """With a capital letter first, the others as they are."""
    return text[:1].upper() + text[1:]


def whole(value: float | None) -> str:
    """A count."""
    return NONE if value is None else f"{value:,.0f}"


def distance(unit: str) -> Shown:
    """How travel is shown: minutes with one decimal, kilometers with two."""
    digits = 1 if unit == "min" else 2
    return lambda value: NONE if value is None else f"{value:,.{digits}f}"


def percent(value: float | None) -> str:
    """A share in percent, with one decimal."""
    return NONE if value is None else f"{100 * value:.1f} %"


def whole_percent(value: float | None) -> str:
    """A share in whole percent."""
    return NONE if value is None else f"{100 * value:.0f} %"


def number(value: float | None) -> str:
    """Any number, short enough for a column."""
    if value is None:
        return NONE
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.2f}"


def remarks(console: Console, record: Row) -> None:
    """What a reader should know beside the result: warnings first, then notes."""
    for title in ("warnings", "notes"):
        if record[title]:
            heading(console, capital(title))
            listed(console, "", record[title])
