"""How sure gains are, in a notebook: in short, intervals, and the table of every doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.report.estimated import estimate_labels
from rezoning.report.language import english_of
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.robustness.rows import robustness_rows
from rezoning.report.robustness.words import doubts_words, for_boards, intervals_words, sentences

if TYPE_CHECKING:
    import pandas as pd


def html(found: Any) -> str:
    """What a board asks first of each option, intervals, and how often it is better under each doubt."""
    document, language = found.document, english_of(found.options[0].scenario.report)
    shown = for_boards(document)
    said = [f"{one['letter']}. {one['name']}: {sentence}" for one in document["options"] for sentence in sentences(document, one["letter"], language)]
    grids = [Grid(*intervals_words(shown, language), caption=language.text("robustness.intervals"))]
    if document["has_today"]:
        letters = [one["letter"] for one in document["options"]]
        grids += [
            Grid(*doubts_words(shown, letter, language), caption=language.text("robustness.better_than_today", letter=letter)) for letter in letters
        ]
    how = language.text("robustness.how", draws=language.count(document["draws"]), seed=document["seed"])
    notes = [how, *estimate_labels(document).sentences, *document["notes"], *document["warnings"]]
    return page(Card(language.text("robustness.title", name=document["name"]), said, grids, notes))


def frame(found: Any) -> pd.DataFrame:
    """See `Robustness.to_frame`."""
    import pandas as pd

    return pd.DataFrame(robustness_rows(found.document)).set_index(["option", "measure"])
