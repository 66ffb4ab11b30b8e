"""What California's and Connecticut's law ask of a closure, and where a report says it, or that its data do not.

California Education Code 41329 (a)(1)(A)-(I), by AB 1912, chapter 253 of 2022; Attorney General, Guidance on laws governing school closures,
April 11, 2023. Connecticut General Statutes 10-226b, Regulations 10-226e.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rezoning.public.book import Book
from rezoning.public.cell import is_number, look
from rezoning.report.catalogue.kinds import written
from rezoning.report.language import Language
from rezoning.runs.option import Option

ASKED = ("facility", "cost", "room", "programs", "environment", "balance", "transport", "community", "feeders", "imbalance")
"""(A) to (I) in their order, then Connecticut's; facts about buildings are the district's own words, and may say (A), (E) and (H)."""


def asked_rows(book: Book, option: Option, record: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    """What is asked, and where it is said."""
    for key in ASKED:
        yield language.text(f"closures.ask_{key}"), _where(key, book, option, record, language)


def _where(key: str, book: Book, option: Option, record: Mapping[str, Any], language: Language) -> str:
    district, nothing = option.district, language.text("closures.in_nothing")
    if key in ("facility", "environment", "community"):
        form = "in_facts" if key == "facility" else "in_facts_only"
        return language.text(f"closures.{form}", names=", ".join(district.facts)) if district.facts else nothing
    if key == "imbalance":
        return _deviations(book, option, language) or nothing
    is_known = {
        "cost": district.cost_if_open is not None,
        "room": is_number(record["seats"]["plan"]),
        "programs": bool(district.programs),
        "balance": bool(book.groups),
        "transport": district.travel is not None or district.walkable is not None,
        "feeders": False,
    }[key]
    said = {"cost": "in_costs", "room": "in_seats", "programs": "in_programs", "balance": "in_groups", "transport": "in_trips"}
    return language.text(f"closures.{said[key]}") if is_known else nothing


def _deviations(book: Book, option: Option, language: Language) -> str:
    """How far the farthest school's share of each group is from the district's."""
    measures = book.views[option.letter].measures
    found = [(name, look(measures, "max_deviation", name)) for name in book.groups]
    shares = [f"{language.group(name)} {written(value, 'points', language)}" for name, value in found if is_number(value)]
    return language.text("closures.in_deviation", shares=", ".join(shares)) if shares else ""
