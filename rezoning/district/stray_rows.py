"""Rows of a units file that are no units: totals, footnotes, second headers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rezoning.district.checks import Mask, quoted
from rezoning.district.detect import Texts
from rezoning.district.district import Floats
from rezoning.district.files.table import Table, column, texts
from rezoning.district.reading import Reading
from rezoning.errors import shown

TOTAL = re.compile(r"\b(grand[ _]?)?(total|totals|sum|all|overall|district|districtwide|county|citywide)\b", re.IGNORECASE)
"""How rows are called that add up the others."""

FEW = 8
"""In a table of fewer units one may well have as many students as all others."""


def report_strays(table: Table, ids: Texts, counts: Sequence[Floats], columns: Sequence[str], reading: Reading) -> None:
    """Refuse totals, and doubt rows before and after all others that hold nothing but an id.

    Parameters
    ----------
    ids
        Shape (n,).
    counts
        Students, then those of each group, shape (n,) each.
    columns
        The columns that the scenario names besides the ids'.
    """
    is_total = np.all([(count == count.sum() - count) for count in counts], axis=0) & (counts[0] > 0)
    is_called_so = np.array([TOTAL.search(text) is not None for text in ids], dtype=bool)
    for where, is_sure in ((is_total & is_called_so, True), (is_total & ~is_called_so, False)):
        if not where.any():
            continue
        place, said = table.place(table.rows(where)), f"{shown(quoted(ids[where]))} has as many students as all other rows together"
        if is_sure:
            reading.problems.add(place, f"{said}: a total is no unit.", "Delete the row.")
        elif len(ids) >= FEW:
            reading.warn(f"{place}: {said}; if it is a total, delete it")
    if table.is_text and len(columns) > 1:
        bare = _outer(np.all([texts(column(table, name, "")) == "" for name in columns], axis=0))
        if bare.any() and not bare.all():
            said = f"{shown(quoted(ids[bare]))} {'has' if bare.sum() == 1 else 'have'} nothing but an id"
            reading.warn(f"{table.place(table.rows(bare))}: {said}, and counts as a unit without students; delete what is no unit")


def _outer(where: Mask) -> Mask:
    """Those that stand before all others, or after them."""
    others = np.flatnonzero(~where)
    place = np.arange(len(where))
    outer: Mask = where & ((place < others.min(initial=len(where))) | (place > others.max(initial=-1)))
    return outer
