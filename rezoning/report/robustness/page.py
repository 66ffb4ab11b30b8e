"""How sure the gains are, as one page."""

from __future__ import annotations

from typing import Any

from rezoning.report.estimated import estimate_labels
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.public_text import file_name
from rezoning.report.robustness.picture import interval_charts
from rezoning.report.robustness.words import case_name, corrected_words, doubts_words, order_words, sentences


def robustness_page(document: dict[str, Any], language: Language) -> str:
    """The page as HTML that needs nothing but itself.

    Parameters
    ----------
    document
        The content of robustness.json.
    language
        Of every text on the page.
    """
    letters = [one["letter"] for one in document["options"]]
    return render(
        "robustness.html.j2",
        language,
        name=document["name"],
        estimates=estimate_labels(document, language),
        options=[(one["letter"], one["name"], list(sentences(document, one["letter"], language))) for one in document["options"]],
        charts=interval_charts(document, language),
        cases=[case_name(case, language) for case in document["cases"]],
        doubts=[(letter, *doubts_words(document, letter, language)) for letter in letters] if document["has_today"] else [],
        order=order_words(document, language),
        corrected=corrected_words(document, language),
        draws=language.count(float(document["draws"])),
        seed=document["seed"],
        files=[(file_name(file["path"]), file["sha256"]) for file in document["inputs"]],
        warnings=[*document["notes"], *document["warnings"]],
        is_official=document["official"],
    )
