"""Tables as CSV text: ids stay text, undefined numbers stay empty."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

from rezoning.optimize.result import TracePoint

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet takes for the beginning of a formula


def csv_text(rows: Sequence[dict[str, Any]]) -> str:
    """One line per row, columns in the first row's order."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def public_csv(rows: Sequence[dict[str, Any]]) -> str:
    """As `csv_text`, for files that people open in a spreadsheet: no text in them is taken for a formula."""
    return csv_text([{key: harmless(value) for key, value in row.items()} for row in rows])


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it; a number as it is, the lone sign of a hidden one too."""
    return f"'{value}" if isinstance(value, str) and value[:1] in FORMULA else value


def trace_text(trace: Iterable[TracePoint]) -> str:
    """``seconds,goal,value,bound`` for every improvement of either."""
    rows = [{"seconds": round(point.seconds, 3), "goal": point.goal, "value": point.value, "bound": point.bound} for point in trace]
    return csv_text(rows) if rows else "seconds,goal,value,bound\n"


def cell(value: Any) -> Any:
    """A value as it stands in a CSV file: nothing where it is undefined, whole numbers without a point."""
    if value is None:
        return ""
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, float):
        if not math.isfinite(number):
            return ""
        return int(number) if number == int(number) and abs(number) < 2**53 else number
    return number
