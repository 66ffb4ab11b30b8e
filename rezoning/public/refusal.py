"""What is not made public at all: numbers of a few students that no hiding keeps from a reader."""

from __future__ import annotations

from collections.abc import Sequence

from rezoning.errors import DataError, Problem
from rezoning.public.book import EVERYONE, MORE
from rezoning.public.ledger import Place


def refuse_if_lost(lost: Sequence[Place], least: float, *, has_options: bool = True) -> None:
    """Refuse a book in which small numbers can be found whatever is hidden.

    Parameters
    ----------
    has_options
        Whether other options might be published instead.

    Raises
    ------
    DataError
        Naming the numbers and the cure.
    """
    if not lost:
        return
    groups = sorted({place.kind for place in lost} - {EVERYONE, "other", ""})
    message = f"{len(lost)} numbers of fewer than {least:g} students could be worked out whatever else is hidden: {listed(lost)}."
    leave = f"leave the group out (attributes: {{{groups[0]}: exclude}}), " if groups else ""
    instead = "publish other options, or give `rezoning evaluate --out` and the run directory" if has_options else "or give diagnosis.json"
    cure = f"Either {leave}{instead} to those who may see all numbers." if has_options or leave else "Give diagnosis.json to those who may see all."
    raise DataError(Problem("report.min_cell", message, cure))


def listed(places: Sequence[Place], most: int = 5) -> str:
    """The first numbers of some, each with its option, kind of students and school."""
    said = [
        ", ".join(part for part in ("today" if place.scope in ("", MORE) else f"option {place.scope}", place.kind, place.name or place.table) if part)
        for place in places[:most]
    ]
    return "; ".join(said) + (f"; and {len(places) - most} more" if len(places) > most else "")
