"""An audit of a run in a notebook: what was held against its record, and every difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.report.moving import checks_table, verified_words
from rezoning.report.notebook.cards import MOST, Card, Grid, page

if TYPE_CHECKING:
    import pandas as pd


def html(found: Any) -> str:
    """A row for each thing that was looked at, then the differences."""
    title, said = verified_words(found.to_dict())
    return page(Card(title, [said], [Grid(*checks_table(found.to_dict()), texts=2)], found.differences[:MOST]))


def frame(found: Any) -> pd.DataFrame:
    """See `Verified.to_frame`."""
    import pandas as pd

    rows = [{"about": one.about, "difference": said} for one in found.checks for said in one.differences]
    return pd.DataFrame(rows, columns=["about", "difference"])
