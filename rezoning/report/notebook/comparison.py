"""Plans beside each other in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.report.language import english, english_of
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.plans_table import first_lines

if TYPE_CHECKING:
    import pandas as pd

_said = english("notebook")
_terminal = english("terminal")


def html(found: Any) -> str:
    """Goals, broken rules, and what boards compare first."""
    document = found.document
    rows = first_lines(found.scenario, document, found.options, english_of(found.scenario.report))
    people = {option.key: option.name for option in found.options}
    names = {key: people.get(key) or _terminal(f"column_{key}") for key in document["columns"]}
    grid = Grid([_terminal("measure"), *names.values()], [[said, *(cells[key] for key in names)] for said, cells in rows])
    return page(Card(_terminal("beside", name=document["name"]), grids=[grid], notes=[_said("more_in", call="to_frame()")]))


def frame(found: Any) -> pd.DataFrame:
    """See `Comparison.to_frame`."""
    import pandas as pd

    return pd.DataFrame(found.document["rows"]).set_index("measure")
