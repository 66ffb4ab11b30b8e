"""A sweep in a notebook: best of each district, what each lever does, and the table of all points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.report.language import ENGLISH, english
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.sweep.tables import districts_table, lever_table
from rezoning.report.sweep.words import gain, part_words, short_words
from rezoning.runs.names import shown_path

if TYPE_CHECKING:
    import pandas as pd

_said = english("notebook")
_sweep = english("sweep")


def html(found: Any) -> str:
    """How points ended, each district's best, and every lever; of a part of the points only how they ended."""
    document = found.document
    name, place = _sweep("title", name=document["name"]), _said("lies_in", place=shown_path(found.directory))
    if "part" in document:
        return page(Card(name, [part_words(document, ENGLISH)], notes=[place]))
    best = sorted(document["best"], key=gain, reverse=True)
    tables = [(_sweep("districts"), districts_table(best, ENGLISH))]
    tables += [(lever["lever"], lever_table(lever, document["best"], ENGLISH)) for lever in document["levers"]]
    grids = [Grid(heads, rows, caption=caption) for caption, (heads, rows) in tables]
    return page(Card(name, short_words(document, ENGLISH), grids, [*document["notes"], place]))


def frame(found: Any) -> pd.DataFrame:
    """See `SweepOutcome.to_frame`."""
    import pandas as pd

    names = found.document.get("tables", ())
    if not names:
        return pd.DataFrame()
    parquet = next((name for name in names if name.endswith(".parquet")), None)
    table = pd.read_csv(found.directory / names[0]) if parquet is None else pd.read_parquet(found.directory / parquet)
    return table.set_index("point")
