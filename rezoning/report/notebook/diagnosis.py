"""A diagnosis of today's zones in a notebook: in short, and how unequal neighbors are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.public.diagnosis import whole_diagnosis
from rezoning.report.diagnosis.short import in_short
from rezoning.report.diagnosis.tables import borders_table
from rezoning.report.diagnosis.words import Words, estimates
from rezoning.report.language import english_of
from rezoning.report.notebook.cards import MOST, Card, Grid, page
from rezoning.report.notebook.tables import no_such

if TYPE_CHECKING:
    import pandas as pd

LISTS = ("borders", "capacity", "islands", "nearer", "bands", "pairings")


def html(found: Any) -> str:
    """What a board asks first, a sentence each, and neighbors by how unequal they are."""
    shown = whole_diagnosis(found.scenario, found.district, found.diagnosis, found.floors)
    say = Words(shown, english_of(found.scenario.report))
    parts = [part for group in shown.groups[:1] if (part := borders_table(shown, group, say, MOST)) is not None]
    grids = [Grid([head.text for head in part.heads], [list(line.cells) for line in part.lines], caption=part.caption) for part in parts]
    return page(Card(say("title", name=found.scenario.name), in_short(shown, say), grids, estimates(found.district, say.language)))


def frame(found: Any, of: str = "borders") -> pd.DataFrame:
    """See `Diagnosed.to_frame`."""
    import pandas as pd

    if of not in LISTS:
        raise no_such("of", of, list(LISTS))
    return pd.json_normalize(found.record[of] or [])
