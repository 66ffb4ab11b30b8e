"""A bench in a notebook: which setting serves, how sure that is, and the table of all runs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rezoning.report.benching.advice import advice_words
from rezoning.report.benching.document import csv_text
from rezoning.report.benching.page import asked_words, title_of
from rezoning.report.benching.screen import narrow
from rezoning.report.benching.tables import Table, instances_table, notes, settings_table
from rezoning.report.language import ENGLISH, english
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.runs.names import shown_path

if TYPE_CHECKING:
    import pandas as pd

_said = english("notebook")


def html(found: Any) -> str:
    """What to use and how sure that is, then the tables that a terminal has."""
    compared, document = found.comparison, found.document
    grids = [_grid(narrow(settings_table(compared, ENGLISH)))]
    if len(compared.instances) > 1:
        grids.append(_grid(instances_table(compared, ENGLISH)))
    place = _said("lies_in", place=shown_path(found.directory))
    said = [*advice_words(compared, ENGLISH), *asked_words(document, ENGLISH)]
    return page(Card(title_of(document, ENGLISH), said, grids, [*notes(compared, ENGLISH), place]))


def _grid(one: Table) -> Grid:
    """Words stand first in these tables, numbers after them."""
    return Grid(one.heads, one.rows, texts=len(one.words))


def frame(found: Any) -> pd.DataFrame:
    """See `BenchOutcome.to_frame`."""
    import pandas as pd

    return pd.read_csv(io.StringIO(csv_text(found.comparison))).set_index(["instance", "setting", "seed"])
