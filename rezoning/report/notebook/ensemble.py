"""An ensemble in a notebook: where today's zones and plans stand, how much the samples tell, and pictures of measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.report.ensemble.rows import exact_rows
from rezoning.report.ensemble.words import Words
from rezoning.report.language import english, english_of
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.notebook.drawing import new_axes
from rezoning.report.notebook.tables import no_such

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

TABLES = ("standings", "samples")
SIZE = (5.2, 3.2)  # inches of a picture

_said = english("notebook")


def html(found: Any) -> str:
    """What to doubt, where each plan stands, how much the samples tell."""
    language = english_of(found.scenario.report)
    say, rows = Words(found.record, language), exact_rows(found.record, found.samples(), language)
    stand = [
        [row.label, say.who(mark), f"{mark.value}, {say.standing(mark, row)}"] for row in rows for mark in row.marks if mark.standing is not None
    ]
    where = Grid([say("measure"), _said("plan"), say("where")], stand, texts=3)
    heads = [say("measure"), *(say(key) for key in ("effective", "time", "r_hat", "distance"))]
    mixing = Grid(heads, [[row.label, *say.mixing_cells(row)] for row in rows], caption=say("mixing"))
    return page(Card(say.title(found.record["name"]), [say.distribution(), *say.doubts()], [where, mixing], list(say.chain_lines())))


def frame(found: Any, of: str = "standings") -> pd.DataFrame:
    """See `Ensemble.to_frame`."""
    import pandas as pd

    if of not in TABLES:
        raise no_such("of", of, list(TABLES))
    if of == "samples":
        return pd.DataFrame(found.rows()).set_index(["engine", "chain", "sample"])
    rows = [
        {"measure": one["key"], "plan": key, "goal": one["goal"], "direction": one["direction"], **standing}
        for one in found.record["measures"]
        for key, standing in one["plans"].items()
    ]
    return pd.DataFrame(rows).set_index(["measure", "plan"]) if rows else pd.DataFrame()


def plot(found: Any, measure: str | None = None, *, ax: Axes | None = None) -> Axes:
    """See `Ensemble.plot`."""
    from rezoning.report.figures.ensemble import draw_spread

    language = english_of(found.scenario.report)
    rows = {row.key: row for row in exact_rows(found.record, found.samples(), language)}
    wanted = next(iter(rows), None) if measure is None else measure
    if wanted not in rows:
        raise no_such("measure", wanted, rows)
    return draw_spread(ax if ax is not None else new_axes(*SIZE), rows[wanted], language)
