"""What was found as everybody may see it: without measures of which a plan's number is hidden, for their draws tell of the same students."""

from __future__ import annotations

from typing import Any

from rezoning.public.book import Book
from rezoning.public.cell import Rounded, is_number, look
from rezoning.report.charts.svg import TODAY
from rezoning.report.language import Language
from rezoning.report.robustness.words import Row, measure_name, of_case


def shown_document(document: Row, book: Book, language: Language) -> Row:
    """The document for a page: numbers as the book has them, rounded where privacy rounds them; what is left out is told by name.

    Parameters
    ----------
    document
        The content of robustness.json.
    book
        Of its options.
    """
    views: dict[str, Any] = {TODAY: book.today, **book.views}
    hidden: dict[str, None] = {}
    kept, is_exact = [], dict[str, bool]()
    for entry in document["measures"]:
        shown = _shown(entry, views)
        if shown is None:
            hidden[measure_name(entry, language)] = None
        else:
            kept.append(shown)
            is_exact[entry["group"]] = is_exact.get(entry["group"], True) and not any(isinstance(one, Rounded) for one in _values(shown))
    seen = {entry["group"] for entry in of_case({"measures": kept}, 0) if entry["measure"] == "dissimilarity"}
    corrected = [one for one in document["corrected"] if one["group"] in seen and is_exact[one["group"]]]
    told = [language.text("robustness.hidden", measures="; ".join(hidden))] if hidden else []
    return {**document, "measures": kept, "corrected": corrected, "warnings": [*document["warnings"], *told]}


def _values(entry: Row) -> list[Any]:
    return [side["value"] for side in (entry["today"], *entry["options"].values()) if side is not None]


def _as_rounded(side: Row, cell: Any) -> Row:
    """The interval no sharper than its number: of draws around an exact mean the ends would tell it."""
    if not isinstance(cell, Rounded):
        return {}
    return {key: None if side[key] is None else Rounded(side[key], cell.digits) for key in ("low", "high", "mean")}


def _shown(entry: Row, views: dict[str, Any]) -> Row | None:
    """An entry with the numbers of the book; None where one of them may not be known."""
    path = (entry["measure"], *([] if entry["group"] is None else [entry["group"]]))
    sides = {**({} if entry["today"] is None else {TODAY: entry["today"]}), **entry["options"]}
    cells = {key: look(views[key].measures, *path) for key in sides}
    if any(sides[key]["value"] is not None and not is_number(cell) for key, cell in cells.items()):
        return None
    found = {key: {**side, **_as_rounded(side, cells[key]), "value": cells[key]} for key, side in sides.items()}
    return {**entry, "today": found.pop(TODAY, None), "options": found}
