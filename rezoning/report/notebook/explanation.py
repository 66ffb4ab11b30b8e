"""An explanation in a notebook: why no plan exists, and what would let one exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.report.language import english
from rezoning.report.notebook.cards import Card, page

if TYPE_CHECKING:
    import pandas as pd

_said = english("notebook")
COLUMNS = ("key", "from", "to", "words", "is_minimal")


def html(explanation: Any) -> str:
    """The explanation in its sentences."""
    return page(Card(_said("explanation", name=explanation.question.scenario.name), explanation.words))


def frame(explanation: Any) -> pd.DataFrame:
    """See `Explanation.to_frame`."""
    import pandas as pd

    ways = explanation.to_record()["relaxations"]
    rows = [{**edit, "is_minimal": way["is_minimal"]} for way in ways for edit in way["edits"]]
    places = [i for i, way in enumerate(ways, 1) for _ in way["edits"]]
    return pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(places, name="relaxation", dtype="int64"))
