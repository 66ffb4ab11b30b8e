"""Measures in a notebook: the catalogue's rows, as words on a screen and as numbers in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rezoning.metrics.measure import Measures
from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.measures import MEASURES, OPTIONS
from rezoning.report.catalogue.rows import ComparedRow, Scope, rows_of_measures, several_in
from rezoning.report.language import ENGLISH, Language, english, english_of
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.notebook.tables import SCHOOL, by_id
from rezoning.runs.question import Measures as Beside

if TYPE_CHECKING:
    import pandas as pd

SIDES = ("today", "plan", "nearest")

_said = english("notebook")
_terminal = english("terminal")


def html(measures: Measures | Beside) -> str:
    """The measures that a board compares first."""
    return page(Card(_said("measures"), grids=[measures_grid(_sides(measures))], notes=[_said("more_in", call="to_frame()")]))


def measures_grid(found: Mapping[str, Measures]) -> Grid:
    """Rows of measures, sides as columns."""
    language = _language(found)
    names = {"today": language.text("measures.today"), "plan": _said("plan"), "nearest": language.text("measures.nearest")}
    rows = [row for row in _rows(found, language) if row.measure is not None and OPTIONS in row.measure.sections]
    return Grid([_terminal("measure"), *(names[side] for side in found)], [[row.label, *(row.with_unit(side) for side in found)] for row in rows])


def frame(measures: Measures | Beside, of: str = "measures") -> pd.DataFrame:
    """See `Measures.to_frame`."""
    if of == "schools" and isinstance(measures, Beside):
        return schools_frame(measures.schools)
    found = _sides(measures)
    rows = _rows(found, _language(found))
    columns: dict[str, Any] = {
        "topic": [row.measure.topic if row.measure else "" for row in rows],
        "name": [row.label for row in rows],
        "group": [row.group for row in rows],
        "kind": [row.kind for row in rows],
        "better": [row.direction for row in rows],
    }
    heads = dict.fromkeys(found, "value") if isinstance(measures, Measures) else {side: side for side in found}
    columns |= {head: [_number(row.values[side]) for row in rows] for side, head in heads.items()}
    return by_id(columns, tuple(row.key for row in rows), "measure")


def _number(value: Cell) -> float:
    return float(value) if is_number(value) else float("nan")


def schools_frame(schools: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows of schools.csv by school id."""
    columns = {key: [row[key] for row in schools] for key in schools[0] if key != "id"} if schools else {}
    return by_id(columns, tuple(str(row["id"]) for row in schools), SCHOOL)


def _sides(measures: Measures | Beside) -> dict[str, Measures]:
    if isinstance(measures, Measures):
        return {"plan": measures}
    return {side: measures.metrics[side] for side in SIDES if measures.metrics.get(side) is not None}


def _language(found: Mapping[str, Measures]) -> Language:
    report = next((one.report for one in found.values()), None)
    return ENGLISH if report is None else english_of(report)


def _rows(found: Mapping[str, Measures], language: Language) -> list[ComparedRow]:
    """Every measure of the catalogue that metrics.json has; those that follow from several numbers stand in comparisons."""
    sides = [Side(side, side, side, measures) for side, measures in found.items()]
    first = next(iter(found.values()))
    there = [one for one in MEASURES if any(one.path[0] in measures for measures in found.values())]
    return rows_of_measures(
        there, sides, Scope(language, first.travel_unit, several_in(list(found.values()), list(first["students_by_group"]), language))
    )
