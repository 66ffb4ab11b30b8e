"""Baselines: today, nearest schools and the plan side by side, in numbers that may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rezoning.metrics.programs import EVERYONE
from rezoning.report.language import Cell, Language
from rezoning.report.statement.facts import hundredths
from rezoning.report.statement.subject import Subject
from rezoning.scenario.policy import hidden_groups

VIEWS = ("today", "nearest", "plan")
BY_GROUP = ("dissimilarity", "normalized_exposure", "isolation", "gini")

Write = Callable[[Language, Cell], str]


def baselines(subject: Subject) -> list[dict[str, Any]]:
    """Rows of the table; a measure that no view has is left out."""
    return [row for part in (_mixing, _isolated, _bands, _change, _access, _room) for row in part(subject)]


def _mixing(subject: Subject) -> Iterator[dict[str, Any]]:
    for index in BY_GROUP:
        for group in subject.book.groups:
            yield from _row(subject, index, (index, group), hundredths, group)
    yield from _row(subject, "theil_h", ("theil_h",), hundredths)


def _isolated(subject: Subject) -> Iterator[dict[str, Any]]:
    above = str(subject.settings.isolated_above)
    for group in subject.book.groups:
        yield from _row(subject, "isolated_students", ("isolated_students", group, above), _count, group, above=above)


def _bands(subject: Subject) -> Iterator[dict[str, Any]]:
    hidden = hidden_groups(subject.option.scenario)
    bands = [band for band in subject.option.scenario.rules.bands if band.group not in hidden]
    for k, band in enumerate(bands):
        name = band.preset or subject.text("band_number", number=k + 1)
        yield from _row(subject, "out_of_band", ("out_of_band", k, "schools"), _count, band.group, band=name)


def _change(subject: Subject) -> Iterator[dict[str, Any]]:
    yield from _row(subject, "share_reassigned", ("share_reassigned",), _percent)
    for group in subject.book.groups:
        yield from _row(subject, "share_reassigned", ("reassigned_by_group", group), _percent, group)


def _access(subject: Subject) -> Iterator[dict[str, Any]]:
    unit = subject.option.district.travel_unit
    yield from _row(subject, f"travel_mean.{unit}", ("travel_mean",), _number)
    for group in subject.book.groups:
        yield from _row(subject, f"travel_mean.{unit}", ("travel_mean_by_group", group), _number, group)
    yield from _row(subject, "walk_share", ("walk_share",), _percent)
    for program in subject.case.shown.programs:
        for group in (EVERYONE, *subject.book.groups):
            yield from _row(subject, "program_access", ("program_access", program, group), _percent, group, program=program)


def _room(subject: Subject) -> Iterator[dict[str, Any]]:
    yield from _row(subject, "utilization_max", ("utilization_max",), _percent)
    yield from _row(subject, "over_capacity_students", ("over_capacity_students",), _count)


def _row(subject: Subject, key: str, path: tuple[str | int, ...], write: Write, group: str | None = None, **names: Any) -> Iterator[dict[str, Any]]:
    cells = {view: subject.cell(view, *path) for view in VIEWS}
    if any(cell is not None for cell in cells.values()):
        label = subject.text(f"measure.{key}", **names)
        texts = {view: write(subject.language, cell) for view, cell in cells.items()}
        yield {"measure": str(path[0]), "label": label, "group": group, "group_label": subject.group(group), **cells, "texts": texts}


def _count(language: Language, value: Cell) -> str:
    return language.count(value)


def _number(language: Language, value: Cell) -> str:
    return language.number(value, 2)


def _percent(language: Language, value: Cell) -> str:
    return language.percent(value)
