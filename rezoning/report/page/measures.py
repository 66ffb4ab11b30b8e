"""Measures as rows, ways to assign units as columns; what is best or better is told in words, not by color alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rezoning.public import Book
from rezoning.report.charts.parts import trip_digits
from rezoning.report.language import HIDDEN, NOTHING, Cell, Language
from rezoning.report.page.columns import Column, cell_of, schools_over
from rezoning.report.page.goals import MEASURE, capital, with_unit
from rezoning.runs.option import Option

SAME = 1e-9  # values that differ by less are alike
OTHER_UNIT = ("over_capacity", "not_walking", "schools_changed", "portables")  # goals whose values are not those of their measures
INDICES = ("dissimilarity", "normalized_exposure", "isolation", "gini", "max_deviation")


@dataclass(frozen=True)
class Value:
    """One cell of a table: what stands in it, below it in small letters, and whether it is the best of its row, or better than today's."""

    text: str
    note: str = ""
    is_best: bool = False
    trend: str = ""


@dataclass(frozen=True)
class Row:
    """A measure."""

    label: str
    values: tuple[Value, ...]
    hint: str = ""
    bound: str = ""


@dataclass(frozen=True)
class Part:
    """Rows under a heading."""

    title: str
    rows: tuple[Row, ...]
    hint: str = ""


@dataclass(frozen=True)
class Asked:
    """A measure that is wanted: how it is read, written and judged.

    Parameters
    ----------
    keys
        Way to it in a view's measures.
    write
        Number to text.
    write_change
        Difference to text.
    sign
        -1: lower is better; 1: higher is better; 0: neither.
    """

    label: str
    keys: tuple[str, ...]
    write: Callable[[Cell], str]
    write_change: Callable[[Cell], str]
    sign: int = -1
    read: Callable[[Column], Cell] | None = field(default=None)

    def of(self, column: Column) -> Cell:
        """Its value there."""
        return cell_of(column.measures, *self.keys) if self.read is None else self.read(column)


def index_parts(book: Book, shown: Sequence[Column], language: Language) -> list[Part]:
    """All indices and trips of today, nearest and options, in parts; rows without any value are left out."""
    bounds = _bounds(book.options[0]) if len(book.options) == 1 else {}
    parts = []
    for title, asked in _all(book, language):
        rows = tuple(_row(one, shown, language, bounds) for one in asked)
        rows = tuple(row for row in rows if any(value.text != NOTHING for value in row.values))
        if rows:
            hint = f"page.hint_{title}" if title in INDICES else ""
            parts.append(Part(language.text(f"page.part_{title}"), rows, language.text(hint) if hint else ""))
    return parts


def option_rows(book: Book, shown: Sequence[Column], language: Language) -> list[Row]:
    """The measures that options are first compared by; the best option of each row is marked."""
    rows = []
    for asked in _headline(book, language):
        row = _row(asked, shown, language, {}, with_changes=False)
        if any(value.text != NOTHING for value in row.values):
            rows.append(Row(row.label, _with_best(asked, shown, row.values), row.hint))
    return rows


# -- what is asked for -----------------------------------------------------------------------------------------------


def _headline(book: Book, language: Language) -> Iterator[Asked]:
    asked = _Asker(book, language)
    yield asked.count("students_reassigned")
    yield asked.share("share_reassigned")
    goals = [goal for option in book.options for goal in option.scenario.goals if goal.group is not None]
    groups = [name for name in book.groups if name in {goal.group for goal in goals}] or list(book.groups[:1])
    for name in groups:
        yield asked.index("dissimilarity", name, full=True)
    yield asked.plain("theil_h")
    for name in groups:
        yield asked.index("isolation", name, full=True)
    yield asked.trip("travel_mean")
    yield asked.trip("travel_p90")
    yield asked.share("nearest_share", 1)
    yield asked.share("walk_share", 1)
    yield Asked(language.text("page.measure_schools_over"), (), language.count, lambda x: language.change(x, 0), -1, _over)
    yield asked.count("over_capacity_students")
    yield asked.share("utilization_max")
    yield asked.share("utilization_min", 1)
    yield asked.km("boundary_km")


def _all(book: Book, language: Language) -> Iterator[tuple[str, list[Asked]]]:
    asked = _Asker(book, language)
    yield "reassigned", [asked.count("students_reassigned"), asked.share("share_reassigned")]
    for index in INDICES:
        yield index, [asked.index(index, name) for name in book.groups]
    yield "theil", [asked.plain("theil_h")]
    trips = [asked.trip("travel_mean"), asked.trip("travel_p90"), asked.trip("travel_max")]
    yield "travel", [*trips, asked.share("nearest_share", 1), asked.share("walk_share", 1)]
    seats = [asked.share("utilization_min", 1), asked.share("utilization_max"), asked.share("utilization_spread")]
    yield "capacity", [*seats, asked.count("over_capacity_students")]
    yield "shape", [asked.km("boundary_km"), asked.count("cut_edges")]


class _Asker:
    """Measures of a book by the way in which they are written."""

    def __init__(self, book: Book, language: Language) -> None:
        self.language, self.unit = language, book.district.travel_unit

    def _named(self, key: str, write: Callable[[Cell], str], change: Callable[[Cell], str], sign: int = -1) -> Asked:
        return Asked(self.language.text(f"page.measure_{key}"), (key,), write, change, sign)

    def count(self, key: str) -> Asked:
        return self._named(key, self.language.count, lambda x: self.language.change(x, 0))

    def share(self, key: str, sign: int = -1) -> Asked:
        def points(x: Cell) -> str:
            return f"{self.language.points(x)}\N{NO-BREAK SPACE}{self.language.text('page.points')}"

        return self._named(key, self.language.percent, points, sign)

    def plain(self, key: str) -> Asked:
        return self._named(key, lambda x: self.language.number(x, 3), lambda x: self.language.change(x, 3))

    def index(self, key: str, name: str, *, full: bool = False) -> Asked:
        label = capital(self.language.group(name))
        if full:
            label = f"{self.language.text(f'page.part_{key}')}: {self.language.group(name)}"
        if key == "max_deviation":
            shown = self.share("share_reassigned")
            return Asked(label, (key, name), shown.write, shown.write_change)
        return Asked(label, (key, name), lambda x: self.language.number(x, 3), lambda x: self.language.change(x, 3))

    def trip(self, key: str) -> Asked:
        return self._with_unit(key, self.unit, trip_digits(self.unit))

    def km(self, key: str) -> Asked:
        return self._with_unit(key, "km", 1)

    def _with_unit(self, key: str, unit: str, digits: int) -> Asked:
        def write(x: Cell) -> str:
            return with_unit(self.language.number(x, digits), unit, self.language)

        def change(x: Cell) -> str:
            return with_unit(self.language.change(x, digits), unit, self.language)

        return self._named(key, write, change)


def _over(column: Column) -> Cell:
    found = None if column.view is None else schools_over(column.view)
    return None if found is None else HIDDEN if found[1] else float(found[0])


# -- what stands in the cells ----------------------------------------------------------------------------------------


def _row(asked: Asked, shown: Sequence[Column], language: Language, bounds: Mapping[tuple[str, ...], float], *, with_changes: bool = True) -> Row:
    today = next((asked.of(column) for column in shown if column.key == "today"), None)
    values = tuple(_value(asked, column, today if with_changes else None, language) for column in shown)
    bound = bounds.get(asked.keys)
    hint = language.text({-1: "page.lower_better", 1: "page.higher_better"}[asked.sign]) if asked.sign else ""
    return Row(asked.label, values, hint, "" if bound is None else asked.write(bound))


def _value(asked: Asked, column: Column, today: Cell, language: Language) -> Value:
    """A value, and for an option how it differs from today's."""
    value = asked.of(column)
    text = asked.write(value)
    if not column.letter or not isinstance(value, (int, float)) or not isinstance(today, (int, float)):
        return Value(text)
    change = value - today
    note = asked.write_change(change)
    if asked.write(value) == asked.write(today) or asked.keys[0] in ("students_reassigned", "share_reassigned"):
        return Value(text)
    trend = "better" if change * asked.sign > 0 else "worse"
    return Value(text, f"{note}, {language.text(f'page.{trend}')}", trend=trend)


def _with_best(asked: Asked, shown: Sequence[Column], values: Sequence[Value]) -> tuple[Value, ...]:
    """The best option's values marked, unless all options are alike, or one that is hidden might be the best."""
    if HIDDEN in (asked.of(column) for column in shown if column.letter):
        return tuple(values)
    numbers = {i: value for i, column in enumerate(shown) if column.letter and isinstance(value := asked.of(column), (int, float))}
    if len(numbers) < 2 or asked.sign == 0 or max(numbers.values()) - min(numbers.values()) <= SAME:
        return tuple(values)
    best = max(numbers.values(), key=lambda x: asked.sign * x)
    return tuple(_marked(value, i in numbers and value.text == asked.write(best)) for i, value in enumerate(values))


def _marked(value: Value, is_best: bool) -> Value:
    return Value(value.text, value.note, is_best, value.trend)


def _bounds(option: Option) -> dict[tuple[str, ...], float]:
    """Proven bounds of an option's goals, by the measure that they are bounds of."""
    found: dict[tuple[str, ...], float] = {}
    for goal, entry in zip(option.scenario.goals, option.record["goals"], strict=False):
        key = MEASURE.get(goal.minimize)
        if key is None or entry["bound"] is None or goal.versus is not None or goal.minimize in OTHER_UNIT:
            continue
        found[(key, goal.group) if goal.group is not None else (key,)] = float(entry["bound"])
    return found
