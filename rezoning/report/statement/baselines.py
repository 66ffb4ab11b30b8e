"""Baselines: today, nearest schools and the plan side by side, in numbers that may be shown."""

from __future__ import annotations

from typing import Any

from rezoning.report.catalogue.columns import Side
from rezoning.report.catalogue.measures import STATEMENT
from rezoning.report.catalogue.rows import ComparedRow, rows_of, scope_of
from rezoning.report.statement.subject import Subject
from rezoning.scenario.policy import hidden_groups

VIEWS = ("today", "nearest", "plan")


def baselines(subject: Subject) -> list[dict[str, Any]]:
    """Rows of the table, as the catalogue has them; a measure that no view has is left out."""
    hidden = hidden_groups(subject.option.scenario)
    bands = [band for band in subject.option.scenario.rules.bands if band.group not in hidden]
    names = [band.preset or subject.text("band_number", number=k + 1) for k, band in enumerate(bands)]
    columns = [Side(view, view, view, measures) for view in VIEWS if (measures := subject.measures(view)) is not None]
    of_bands = {f"out_of_band.{k}.schools": band.group for k, band in enumerate(bands)}
    rows = rows_of(STATEMENT, columns, scope_of(subject.book, subject.language, names))
    return [_entry(row, row.group or of_bands.get(row.key), subject) for row in rows]


def _entry(row: ComparedRow, group: str | None, subject: Subject) -> dict[str, Any]:
    cells = {view: row.values.get(view) for view in VIEWS}
    texts = {view: row.together.with_unit(cell) for view, cell in cells.items()}
    said = {"measure": row.key.partition(".")[0], "label": row.name, "group": group, "group_label": subject.group(group)}
    return {**said, **cells, "texts": texts}
