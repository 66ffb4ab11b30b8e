"""How sure something is, worded everywhere by one rule: by how many of 100 draws of the counts; never by all of them."""

from __future__ import annotations

from rezoning.public.cell import Cell, is_number
from rezoning.report.language import NOTHING, Language


def draws_words(share: Cell, language: Language) -> str:
    """A share of draws: ``71 of 100``, ``more than 99 of 100``; what is hidden stays so."""
    if not is_number(share):
        return NOTHING if share is None else str(share)
    hundredths = round(100 * share)
    if hundredths >= 100:
        return language.text("certainty.nearly_all")
    return language.text("certainty.some" if hundredths > 0 else "certainty.nearly_none", count=language.count(float(hundredths)))
