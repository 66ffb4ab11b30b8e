"""How high the maps of a school's page may be, so that all of it fits one sheet of paper, and no sheet is left half empty."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rezoning.report.papers.mapbook.exchange import Exchange, OptionPart
    from rezoning.report.papers.tables import PaperTable

# Millimeters, as `assets/paper.css` prints them; letter is the lower of the two sizes, A4 the narrower.
SHEET, WIDTH, GAP = 250.0, 184.0, 2.5
HEAD, FOOT, KEY, TITLE = 14.0, 12.0, 6.0, 5.0
ROW, LINE, HEADING, CHART = 4.95, 3.75, 5.6, 31.0
LETTERS = 58  # of a line in one of two columns
LEAST, MOST = 48.0, 1.25  # height of a map: at the least, and at the most as a part of its width


def map_ratio(number: int, beside: int, tables: Sequence[PaperTable], options: Sequence[OptionPart], *, has_chart: bool) -> float:
    """Height over width of each of so many maps, so many in a row."""
    wide = (WIDTH - (beside - 1) * GAP) / beside
    used = HEAD + FOOT + KEY + _tables([ROW * (len(table.rows) + 1) + HEADING for table in tables] + [CHART] * has_chart) + _lists(options)
    high = (SHEET - used) / ceil(number / beside) - TITLE
    return round(min(max(high, LEAST), MOST * wide) / wide, 3)


def _tables(heights: Sequence[float]) -> float:
    """Of blocks that flow through two columns."""
    return min((max(sum(heights[:k]), sum(heights[k:])) for k in range(len(heights) + 1)), default=0.0)


def _lists(options: Sequence[OptionPart]) -> float:
    """Of lines that flow through two columns; a line that is not broken between them leaves some room."""
    long = sum(HEADING + _ways(option) for option in options)
    return long / 2 + 3 * LINE


def _ways(option: OptionPart) -> float:
    found = 0.0 if option.comes or option.goes else LINE
    for ways in (option.comes, option.goes):
        found += HEADING * bool(ways) + sum(map(_way, ways))
    return found


def _way(one: Exchange) -> float:
    said = 40 + sum(len(name) + 2 for name in one.streets) + (12 if one.more else 0)
    return LINE * ceil(said / LETTERS) + 0.4
