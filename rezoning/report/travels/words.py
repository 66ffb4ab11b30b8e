"""What is said of two tables of travel, as pairs of name and text, and as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rezoning.report.catalogue.kinds import settled, together, unit_of, written
from rezoning.report.estimated import estimate_labels, labelled
from rezoning.report.language import Language

SIDES = (("A", "first"), ("B", "second"))
Row = dict[str, Any]


def sides(document: Row, language: Language) -> list[tuple[str, str, str]]:
    """Letter, name and source of each."""
    unit = unit_of(settled("travel", document["unit"]), language)
    found = []
    for letter, key in SIDES:
        side = document[key]
        source = estimate_labels(side, language).trips or language.text("travels.given", unit=unit)
        found.append((letter, side["name"], source))
    return found


def facts(document: Row, language: Language) -> Iterator[tuple[str, str]]:
    """How far the two go together."""
    said, ratio, near = language.text, document["ratio"], document["nearest"]
    yield said("travels.ratio"), times(ratio["median"], language)
    if ratio["median"] is not None:
        yield said("travels.spread"), said("travels.between", low=times(ratio["p10"], language), high=times(ratio["p90"], language))
    yield said("travels.pearson"), written(document["correlation"]["pearson"], "index", language)
    yield said("travels.spearman"), written(document["correlation"]["spearman"], "index", language)
    yield said("travels.same_units"), language.percent(near["units"])
    yield students_name(document, language), language.percent(near["students"])
    means = [document[key]["mean_today"] for _, key in SIDES]
    if None not in means:
        kind = settled("travel", document["unit"])
        shown = list(map(together(means, kind, language).with_unit, means))
        yield said("travels.mean_today"), said("travels.both_values", first=shown[0], second=shown[1])


def students_name(document: Row, language: Language) -> str:
    """What the share of students is called, with its label."""
    return labelled(language.text("travels.same_students"), estimate_labels(document["first"], language).students_short)


def pairs(document: Row, language: Language) -> str:
    """How many pairs each knows, as a sentence."""
    return language.text("travels.pairs", **{key: language.count(float(number)) for key, number in document["pairs"].items()})


def times(ratio: float | None, language: Language) -> str:
    """A ratio as a number of times."""
    return language.number(ratio, 2)


def school_rows(document: Row, language: Language) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the table of schools; the first column are names."""
    heads = [language.text(f"travels.{key}") for key in ("school", "pairs_head", "ratio_head", "low_head", "high_head", "nearest_head")]
    cells = [
        [
            row["school"],
            language.count(float(row["pairs"])),
            *(times(row[key], language) for key in ("ratio", "p10", "p90")),
            f"{language.count(float(row['nearest_units_first']))} → {language.count(float(row['nearest_units_second']))}",
        ]
        for row in document["schools"]
    ]
    return heads, cells


def unit_rows(document: Row, language: Language) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the table of the units that differ most; the first column are ids, the last two nearest schools."""
    kind = settled("travel", document["unit"])
    names = {row["school_id"]: row["school"] for row in document["schools"]}
    heads = [
        language.text(f"travels.{key}", unit=unit_of(kind, language))
        for key in ("unit", "ratio_head", "mean_first", "mean_second", "near_first", "near_second")
    ]
    cells = [
        [
            row["unit_id"],
            times(row["ratio"], language),
            *map(together([row["mean_first"], row["mean_second"]], kind, language).text, (row["mean_first"], row["mean_second"])),
            *(names.get(row[key], row[key]) for key in ("nearest_first", "nearest_second")),
        ]
        for row in document["units"]
    ]
    return heads, cells
