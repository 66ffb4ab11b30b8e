"""Rows of measures across the ways to assign units: their cells, whether these differ, and which are the best; for every table that has such rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from rezoning.metrics.programs import EVERYONE
from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell, is_number, look
from rezoning.report.catalogue.columns import Side, sides
from rezoning.report.catalogue.derived import long_rides_from, year_of
from rezoning.report.catalogue.kinds import Direction, Kind, Together, all_as_shown, given, manner, settled, together, unit_of
from rezoning.report.catalogue.measures import ABOVE, BAND, GROUP, MEASURES, PROGRAM, TIME, WHO, Measure
from rezoning.report.crowding import common_limit
from rezoning.report.estimated import estimated_in, labelled
from rezoning.report.language import Language

Several = Mapping[str, Sequence[tuple[str | int, str]]]
"""What each part of a path in braces stands for: keys, and what people call them."""


@dataclass(frozen=True, eq=False)
class ComparedRow:
    """A measure in every column.

    Parameters
    ----------
    key
        Name for machines, unique in a table.
    label
        What it is called.
    kind
        How it is written.
    values
        By column's key.
    direction
        Which values are better; None where neither is.
    best
        Options that nobody beats; empty where all are alike, or nothing says which way is better.
    differs
        Whether the options differ; a single one, whether it differs from today.
    together
        How its values are written, each with the same decimals.
    measure
        Of the catalogue; None for goals and rules.
    name, who
        What the measure is called, and the group that it is of, if it is of one; the label says both.
    group
        Key of that group.
    """

    key: str
    label: str
    kind: Kind
    values: Mapping[str, Cell]
    direction: Direction | None
    best: frozenset[str]
    differs: bool
    together: Together
    measure: Measure | None = None
    name: str = ""
    who: str = ""
    group: str | None = None

    @property
    def unit(self) -> str:
        """Its unit for people; nothing where the values say it."""
        unit = manner(self.kind, self.together.language).unit
        return "" if unit == "%" else unit_of(self.kind, self.together.language)

    def text(self, key: str) -> str:
        """What stands in a column, without its unit."""
        return self.together.text(self.values[key])

    def with_unit(self, key: str) -> str:
        """What stands in a column, with its unit."""
        return self.together.with_unit(self.values[key])

    def change(self, key: str, reference: str = "today") -> str:
        """How much more stands in a column than in another, with its unit; nothing where that is not known, or readers cannot tell."""
        value, other = self.values[key], self.values.get(reference)
        is_told = is_number(value) and is_number(other) and not self.together.is_same(value, other)
        return self.together.change_with_unit(value, other) if is_told else ""

    @property
    def says_something(self) -> bool:
        """Whether anything is known; of counts that are neither good nor bad, whether anything was counted."""
        silent = (None, 0.0) if self.kind == "count" and self.direction is None else (None,)
        return any(value not in silent for value in self.values.values())


@dataclass(frozen=True, eq=False)
class Scope:
    """What the rows of a table are about: the groups, and so on, that may be shown, the unit of travel, words that labels need, what is estimated.

    `everywhere` are all ways to assign units that readers see anywhere: a measure has the same decimals in every table.
    """

    language: Language
    travel_unit: str
    several: Several
    words: Mapping[str, str] = field(default_factory=dict)
    everywhere: Sequence[Side] = ()
    estimated: frozenset[str] = frozenset()

    def marked(self, measure: Measure, name: str) -> str:
        """A measure's name, marked where what it rests on is an estimate."""
        return labelled(name, self.language.text("estimated.mark") if measure.rests_on in self.estimated else "")


def several_in(views: Sequence[Mapping[str, Any]], groups: Sequence[str], language: Language) -> Several:
    """What the parts of paths in braces stand for, as far as the measures of some ways to assign units say it; bands need a scenario's words."""

    def keys(name: str) -> list[str]:
        return list(dict.fromkeys(key for view in views for key in view.get(name) or ()))

    above = dict.fromkeys(str(key) for view in views for of_group in (view.get("isolated_students") or {}).values() for key in of_group)
    named = [(group, language.group(group)) for group in groups]
    return {
        GROUP: named,
        WHO: [(EVERYONE, language.text("measures.everyone")), *named],
        ABOVE: [(key, key) for key in above],
        PROGRAM: [(key, language.program(key)) for key in keys("program_access")],
        TIME: [(key, key) for key in keys("utilization_by_year")],
    }


def rows_of(section: str, columns: Sequence[Side], scope: Scope) -> list[ComparedRow]:
    """The rows of a section, in the order of the catalogue; those that say nothing are left out."""
    return rows_of_measures([measure for measure in MEASURES if section in measure.sections], columns, scope)


def rows_of_measures(wanted: Iterable[Measure], columns: Sequence[Side], scope: Scope) -> list[ComparedRow]:
    """The rows of some measures; those that say nothing are left out."""
    return [row for measure in wanted for row in _rows(measure, columns, scope) if row.says_something]


def _rows(measure: Measure, columns: Sequence[Side], scope: Scope) -> Iterator[ComparedRow]:
    kind = settled(measure.kind, scope.travel_unit)
    for path, words in paths(measure, scope):
        values = {column.key: look(column.measures, *path) for column in columns}
        name, who, label = called(measure, words, scope)
        group = next((str(key) for part, key in zip(measure.path, path, strict=True) if part in (GROUP, WHO)), None)
        elsewhere = [look(side.measures, *path) for side in scope.everywhere]
        said = together([*values.values(), *elsewhere], kind, scope.language)
        row = make_row(columns, ".".join(map(str, path)), label, kind, values, said, direction=measure.direction)
        yield replace(row, measure=measure, name=name, who=who, group=group)


def called(measure: Measure, words: Mapping[str, str], scope: Scope) -> tuple[str, str, str]:
    """What a measure is called, whom it is of, and both in one, given what the parts of its path in braces are called."""
    who = words.get(GROUP, words.get(WHO, ""))
    name = scope.language.text(f"measures.{measure.label}", **scope.words, **{part[1:-1]: text for part, text in words.items()})
    name = scope.marked(measure, name)
    return name, who, scope.language.text("measures.of_group", measure=name, group=who) if who else name


def paths(measure: Measure, scope: Scope) -> Iterator[tuple[tuple[str | int, ...], dict[str, str]]]:
    """Each path that a measure's path stands for, with what its parts in braces are called."""
    for picked in product(*(scope.several.get(part, ()) if part.startswith("{") else ((part, ""),) for part in measure.path)):
        yield tuple(key for key, _ in picked), {part: said for part, (_, said) in zip(measure.path, picked, strict=True) if part.startswith("{")}


def make_row(
    columns: Sequence[Side],
    key: str,
    label: str,
    kind: Kind,
    values: Mapping[str, Cell],
    said: Together,
    *,
    direction: Direction | None = None,
) -> ComparedRow:
    """A row with its marks, written as `said`; a column without a value gets None."""
    cells = {column.key: values.get(column.key) for column in columns}
    options = [column.key for column in columns if column.is_option]
    best = best_of({key: cells[key] for key in options}, kind, direction)
    compared = options if len(options) > 1 or "today" not in cells else ["today", *options]
    differs = len({*all_as_shown([cells[key] for key in compared], kind)} - {None, HIDDEN}) > 1
    return ComparedRow(key, label, kind, cells, direction, best, differs, said)


# -- what is better --------------------------------------------------------------------------------------------------


def best_of(cells: Mapping[str, Cell], kind: Kind, direction: Direction | None) -> frozenset[str]:
    """Keys of the best values that can be seen; none where a hidden one might be better, or all that are known look alike."""
    if direction is None or HIDDEN in cells.values():
        return frozenset()
    seen = {key: value for key, value in zip(cells, all_as_shown([*cells.values()], kind), strict=True) if is_number(value)}
    if len(set(seen.values())) < 2:
        return frozenset()
    top = min(seen.values()) if direction == "lower" else max(seen.values())
    return frozenset(key for key, value in seen.items() if value == top)


def verdict(value: Cell, reference: Cell, kind: Kind, direction: Direction | None) -> str:
    """Whether a value is ``better`` or ``worse`` than another; nothing where readers cannot tell them apart, or neither is better."""
    best = best_of({"better": value, "worse": reference}, kind, direction)
    return "" if not best else "better" if "better" in best else "worse"


# -- what there is ---------------------------------------------------------------------------------------------------


def scope_of(book: Book, language: Language, bands: Sequence[str] = ()) -> Scope:
    """What the tables of a book are about.

    Parameters
    ----------
    bands
        Names of those of one option; options need not have the same.
    """
    groups = [(group, language.group(group)) for group in book.groups]
    above = str(book.settings.statement.isolated_above)
    programs = dict.fromkeys(program for option in book.options for program in option.district.programs or ())
    several: Several = {
        GROUP: groups,
        WHO: [(EVERYONE, language.text("measures.everyone")), *groups],
        ABOVE: [(above, above)],
        PROGRAM: [(program, language.program(program)) for program in programs],
        BAND: [*enumerate(bands)],
        TIME: [(name, when(book, name, language)) for name in _coming(book)],
    }
    over = long_rides_from(book)
    words = {
        "allowed": common_limit(book, language),
        "over": "" if over is None else given(over, settled("travel", book.district.travel_unit), language),
    }
    return Scope(language, book.district.travel_unit, several, words, sides(book, language), estimated_in(book))


def _coming(book: Book) -> list[str]:
    """Names of coming years, years of the transition and growth scenarios of any view, years in their order first."""
    views: list[Any] = [view.measures.get("utilization_by_year") for view in (*filter(None, [book.today]), *book.views.values())]
    names = dict.fromkeys(name for found in views if isinstance(found, Mapping) for name in found)
    return sorted(names, key=lambda name: (any(name in option.district.growth for option in book.options), year_of(name), name))


def when(book: Book, name: str, language: Language) -> str:
    """What a coming year, a growth scenario or a year of the transition is called."""
    for option in book.options:
        if name in option.district.years:
            return name
        if name in option.district.growth:
            return language.text("measures.when_growth", name=name)
    return language.text("measures.when_transition", name=name.removeprefix("phase_in "))
