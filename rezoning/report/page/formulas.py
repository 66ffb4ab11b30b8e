"""Each index of the page in words that a parent understands, with its formula; every place that shows an index leads there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rezoning.report.catalogue.rows import ComparedRow
from rezoning.report.language import Language

INDICES = ("dissimilarity", "normalized_exposure", "isolation", "gini", "max_deviation", "theil_h")
"""Labels of the measures that have one, in the order of their explanation."""


@dataclass(frozen=True)
class Formula:
    """An index: its name, what it says, and how it is computed."""

    key: str
    name: str
    meaning: str
    formula: str


def formula_of(row: ComparedRow) -> str:
    """The key of a row's formula; empty where it is no index."""
    label = "" if row.measure is None else row.measure.label
    return label if label in INDICES else ""


def formulas(keys: Iterable[str], language: Language) -> list[Formula]:
    """The explanations of some indices, each once."""
    wanted = set(keys)
    return [
        Formula(key, language.text(f"measures.{key}"), language.text(f"formulas.{key}"), language.text(f"formulas.formula_{key}"))
        for key in INDICES
        if key in wanted
    ]
