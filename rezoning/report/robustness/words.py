"""What is said of draws, in every language: what a measure and a doubt are called, and how often a plan is better."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rezoning.report.catalogue.kinds import Kind, Together, settled, together
from rezoning.report.catalogue.measures import MEASURES
from rezoning.report.language import NOTHING, Language

Row = dict[str, Any]

KNOWN = {measure.path[0]: measure for measure in reversed(MEASURES)}
"""Measures of the catalogue by where they begin."""

SURE = 0.9
"""Share of the draws from which on something is more than chance."""

FOR_BOARDS = ("dissimilarity", "utilization_max", "over_capacity_students", "travel_mean")
"""Measures that the first sentences are about."""


def measure_name(entry: Row, language: Language) -> str:
    """``Dissimilarity of low-income students``."""
    name = language.text(f"measures.{KNOWN[entry['measure']].label}")
    return name if entry["group"] is None else language.text("robustness.of_group", measure=name, group=language.group(entry["group"]))


def kind_of(entry: Row, document: Row) -> Kind:
    """How its values are written."""
    return settled(KNOWN[entry["measure"]].kind, document["travel_unit"])


def case_name(case: Row, language: Language) -> str:
    """What a doubt is called."""
    said = language.text
    if case["kind"] == "chance":
        return said("robustness.estimate" if case["estimated"] else "robustness.chance")
    if case["kind"] == "margin":
        return said("robustness.margin", margin=str(case["margin"]))
    if case["kind"] == "rounding":
        return said("robustness.rounding", to=language.count(float(case["to"])), below=language.count(float(case["below"])))
    if case["kind"] == "growth":
        return said(f"robustness.growth_{case['by']}", share=language.percent(case["share"], 0))
    if case["kind"] == "year":
        return said("robustness.year", year=str(case["year"]))
    groups = ", ".join(f"{language.group(name)} {language.percent(share, 0)}" for name, share in case["groups"].items())
    return said("robustness.leaving_by" if groups else "robustness.leaving", share=language.percent(case["share"], 0), groups=groups)


def of_case(document: Row, number: int) -> list[Row]:
    """Entries of one doubt."""
    return [entry for entry in document["measures"] if entry["case"] == number]


def for_boards(document: Row) -> Row:
    """The document with the measures alone that boards ask for first: a screen has no room for all."""
    return {**document, "measures": [entry for entry in document["measures"] if entry["measure"] in FOR_BOARDS]}


def intervals_words(document: Row, language: Language) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the table of today beside the options, each with its interval by chance in the counts."""
    heads = [language.text("robustness.measure"), language.text("charts.today"), *(one["letter"] for one in document["options"])]
    cells = []
    for entry in of_case(document, 0):
        said = written_together(entry, document, language)
        sides = (entry["today"], *entry["options"].values())
        cells.append([measure_name(entry, language), *(with_interval(side, said, language) for side in sides)])
    return heads, cells


def written_together(entry: Row, document: Row, language: Language) -> Together:
    """How a measure's numbers are written: today's and every option's, with their intervals."""
    sides = [entry["today"] or {}, *entry["options"].values()]
    return together([side.get("value") for side in sides], kind_of(entry, document), language)


def with_interval(side: Row | None, said: Together, language: Language) -> str:
    """A value and the interval that holds 90 % of its draws."""
    if side is None or side["value"] is None:
        return NOTHING
    if side["low"] is None:
        return said.with_unit(side["value"])
    return language.text("robustness.interval", value=said.with_unit(side["value"]), low=said.text(side["low"]), high=said.text(side["high"]))


def how_often(share: float | None, language: Language) -> str:
    """A share of the draws; what is not quite none or all is not written as such."""
    if share is None:
        return NOTHING
    if 0 < share < 0.005:
        return language.text("robustness.below", share=language.percent(0.01, 0))
    if 0.995 <= share < 1:
        return language.text("robustness.above", share=language.percent(0.99, 0))
    return language.percent(share, 0)


def sentences(document: Row, letter: str, language: Language) -> Iterator[str]:
    """What a board asks first of an option: what is surely better than today, what surely worse, and what may be chance."""
    found: dict[str, list[str]] = {"better": [], "worse": [], "open": [], "same": []}
    for entry in of_case(document, 0):
        one = entry["options"][letter]
        if entry["measure"] in FOR_BOARDS and one["better"] is not None:
            verdict = _verdict(one)
            share = how_often(one["worse" if verdict == "worse" else "better"], language)
            name = measure_name(entry, language)
            found[verdict].append(name if verdict == "same" else language.text("robustness.in_draws", measure=name, share=share))
    for verdict, names in found.items():
        if names:
            yield language.text(f"robustness.is_{verdict}", measures="; ".join(names))


def _verdict(one: Row) -> str:
    """Whether a gain, or a loss, is more than chance: nine draws in ten, as everywhere in the report."""
    if one["better"] == one["worse"] == 0:
        return "same"
    return "better" if one["better"] >= SURE else "worse" if one["worse"] >= SURE else "open"


def order_words(document: Row, language: Language) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the table that says whether options keep their order; no cells with a single one."""
    letters = [one["letter"] for one in document["options"]]
    heads = [language.text("robustness.measure"), *(language.text("robustness.first", letter=letter) for letter in letters)]
    cells = [
        [measure_name(entry, language), *(how_often(entry["options"][letter]["first"], language) for letter in letters), _tau(entry, language)]
        for entry in of_case(document, 0)
        if entry["options"][letters[0]]["first"] is not None
    ]
    return [*heads, language.text("robustness.kendall")], cells


def _tau(entry: Row, language: Language) -> str:
    return language.number(entry["kendall"], 2)


def doubts_words(document: Row, letter: str, language: Language) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the table of an option: how often it is better than today under each doubt."""
    heads = [language.text("robustness.measure"), *(case_name(case, language) for case in document["cases"])]
    cells = []
    for k, entry in enumerate(of_case(document, 0)):
        row = [of_case(document, number)[k]["options"][letter] for number in range(len(document["cases"]))]
        cells.append([measure_name(entry, language), *(_better(one, language) for one in row)])
    return heads, cells


def _better(one: Row, language: Language) -> str:
    if one["better"] is None:
        return NOTHING
    if one["better"] == one["worse"] == 0:
        return language.text("robustness.as_today")
    return how_often(one["better"], language)


def corrected_words(document: Row, language: Language) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the table of dissimilarity with and without what chance alone makes of it."""
    keys = [*(["today"] if document["has_today"] else []), *(one["letter"] for one in document["options"])]
    heads = [language.text("robustness.group")]
    for key in keys:
        who = language.text("charts.today") if key == "today" else language.text("charts.option_short", letter=key)
        heads += [language.text("robustness.seen", who=who), language.text("robustness.beyond", who=who)]
    found = {entry["group"]: entry for entry in of_case(document, 0) if entry["measure"] == "dissimilarity"}
    cells = []
    for one in document["corrected"]:
        if one["group"] in found:
            entry = found[one["group"]]
            seen = [(entry["today"] if key == "today" else entry["options"][key])["value"] for key in keys]
            said = together([*seen, *(one[key] for key in keys)], "index", language)
            pairs = zip(seen, (one[key] for key in keys), strict=True)
            cells.append([language.group(one["group"]), *(said.text(value) for pair in pairs for value in pair)])
    return heads, cells
