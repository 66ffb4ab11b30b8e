"""The frontier with the options on it: plans found, what no plan can be better than, and where each option stands, as a picture, a table and words.

A frontier's plans are no options: of their values as much is told as of a goal's bound, and nothing where the goal's value is kept back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

from markupsafe import Markup

from rezoning.metrics.goals import value_or_none
from rezoning.public.book import Book, View
from rezoning.public.cell import HIDDEN, Cell, is_number, look
from rezoning.report.catalogue.goals import goal_cell, goal_kind, is_hidden, rounded
from rezoning.report.catalogue.kinds import all_as_shown
from rezoning.report.charts import svg
from rezoning.report.charts.parts import ChartTable, Sign, signs
from rezoning.report.charts.scale import Scale, scale_around
from rezoning.report.goal_words import amount, goal_name
from rezoning.report.language import NOTHING, Language, capital
from rezoning.runs.traced import Frontier, Point
from rezoning.scenario.goals import Goal

HEIGHT = 220.0
TOP = 18.0


@dataclass(frozen=True)
class Panel:
    """A picture: of all points, or of those below one ceiling of the third goal."""

    title: str
    picture: Markup
    axis: Markup
    across: str
    up: str


@dataclass(frozen=True)
class FrontierPart:
    """What the page shows of a frontier.

    Parameters
    ----------
    message
        What the frontier is, in a sentence.
    standing
        A sentence for each option: letter, words.
    panels, legend
        Pictures; none where a goal's values are kept back.
    table
        All points, and the options.
    notes
        What must be known besides.
    """

    message: str
    standing: tuple[tuple[str, str], ...]
    panels: tuple[Panel, ...]
    legend: tuple[Sign, ...]
    table: ChartTable | None
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Told:
    """A frontier as far as it may be told, beside a book."""

    book: Book
    frontier: Frontier
    language: Language

    @property
    def goals(self) -> tuple[Goal, ...]:
        return self.frontier.goals

    @property
    def unit(self) -> str:
        return self.book.district.travel_unit

    @cached_property
    def is_kept(self) -> bool:
        """Whether some goal's value is kept back."""
        views: list[View | None] = [self.book.today, *self.book.views.values()]
        return any(is_hidden(self.book, goal, view) for goal in self.goals for view in views if view is not None)

    def text(self, key: str, **values: object) -> str:
        return self.language.text(f"standing.{key}", **values)

    def name(self, j: int) -> str:
        return goal_name(self.goals[j], self.unit, self.language)

    def written(self, j: int, value: Cell) -> str:
        return amount(self.goals[j], value, self.unit, self.language)

    def cell(self, j: int, value: float | None) -> Cell:
        """A value of a frontier's plan; a few students who move are not told."""
        goal, students = self.goals[j], look(self.book.views[self.book.first.letter].measures, "students")
        if value is None or goal.minimize != "reassigned" or not is_number(students):
            return rounded(self.book, goal, value)
        return HIDDEN if 0 < round(value * students, 6) < self.book.settings.min_cell else rounded(self.book, goal, value)

    @cached_property
    def points(self) -> list[tuple[Point, tuple[Cell, ...], Cell]]:
        """Each point with its values and its bound."""
        return [
            (
                point,
                tuple(self.cell(j, value) for j, value in enumerate(point.values or (None,) * len(self.goals))),
                rounded(self.book, self.goals[0], point.bound),
            )
            for point in self.frontier.points
        ]

    @cached_property
    def options(self) -> dict[str, tuple[Cell, ...]]:
        """The goals' values in each option."""
        found = {}
        for option in self.book.options:
            values = [value_or_none(goal, option.plan, option.district, option.scenario.rules) for goal in self.goals]
            found[option.letter] = tuple(goal_cell(self.book, g, v, self.book.views[option.letter]) for g, v in zip(self.goals, values, strict=True))
        return found

    @cached_property
    def today(self) -> tuple[Cell, ...] | None:
        """Likewise of today's zones."""
        from rezoning.district.plan import today

        first = self.book.first
        now = None if self.book.today is None else today(first.district)
        if now is None:
            return None
        values = [value_or_none(goal, now, first.district, first.scenario.rules) for goal in self.goals]
        return tuple(goal_cell(self.book, goal, value, self.book.today) for goal, value in zip(self.goals, values, strict=True))

    def alike(self, j: int, one: Cell, other: Cell) -> bool:
        """Whether readers cannot tell two values of a goal apart."""
        first, second = all_as_shown([one, other], goal_kind(self.goals[j], self.unit))
        return bool(first == second)

    def no_worse(self, one: Sequence[Cell], other: Sequence[Cell]) -> bool:
        """Whether values are at least as good as others in every goal, as readers see them."""
        return all(is_number(a) and is_number(b) and (a <= b or self.alike(j, a, b)) for j, (a, b) in enumerate(zip(one, other, strict=True)))

    def beats(self, one: Sequence[Cell], other: Sequence[Cell]) -> bool:
        """Whether they are better in one besides."""
        return self.no_worse(one, other) and not self.no_worse(other, one)


def frontier_part(book: Book, frontier: Frontier, language: Language) -> FrontierPart:
    """A frontier beside the options of a book."""
    told = _Told(book, frontier, language)
    names = {"first": told.name(0), "others": told.text("and").join(told.name(j) for j in range(1, len(told.goals)))}
    message = told.text("message", **names)
    notes = [told.text("rules", name=frontier.name)]
    if told.is_kept:
        return FrontierPart(message, (), (), (), None, (*notes, told.text("kept")))
    standing = tuple((letter, _standing(told, letter)) for letter in told.options)
    legend = (
        Sign(_dot_sample(), told.text("found")),
        Sign(svg.swatch("bound"), told.text("bound")),
        Sign(svg.swatch("gap"), told.text("gap")),
        *signs(book, language),
    )
    return FrontierPart(message, standing, tuple(_panels(told)), legend, _table(told), tuple(notes))


# -- where an option stands ------------------------------------------------------------------------------------------


def _standing(told: _Told, letter: str) -> str:
    """Whether the frontier has a plan that is at least as good in all goals, and what is proven for plans with no more of the other goals."""
    own = told.options[letter]
    if not all(map(is_number, own)):
        return told.text("unknown", letter=letter)
    better = [(point.number, values) for point, values, _ in told.points if told.beats(values, own)]
    said = [told.text("own", letter=letter, values=_values(told, own))]
    if better:
        number, values = min(better, key=lambda one: float(one[1][0] or 0.0))
        said.append(told.text("beaten", number=number, values=_values(told, values)))
    elif any(told.no_worse(own, values) and told.no_worse(values, own) for _, values, _ in told.points):
        said.append(told.text("on"))
    else:
        said.append(told.text("free"))
    return " ".join(said)


def _values(told: _Told, values: Sequence[Cell]) -> str:
    return ", ".join(told.text("value", goal=told.name(j), value=told.written(j, value)) for j, value in enumerate(values))


# -- the picture -----------------------------------------------------------------------------------------------------


def _panels(told: _Told) -> list[Panel]:
    """One picture for two goals; for three one for each ceiling of the third, with the options that keep it."""
    thirds = [None] if len(told.goals) == 2 else sorted({point.ceilings[1] for point, _, _ in told.points})
    up = _scale(told, 0)
    across = _scale(told, 1)
    panels = []
    for third in thirds:
        points = [one for one in told.points if third is None or one[0].ceilings[1] == third]
        title = "" if third is None else told.text("at_most", goal=told.name(2), value=told.written(2, third))
        shown = {key: values for key, values in _marks(told).items() if third is None or _keeps(told, values, third)}
        panels.append(_panel(told, title, points, shown, across, up))
    return panels


def _keeps(told: _Told, values: Sequence[Cell], ceiling: float) -> bool:
    third = values[2]
    return is_number(third) and (third <= ceiling or told.alike(2, third, ceiling))


def _marks(told: _Told) -> Mapping[str, tuple[Cell, ...]]:
    return ({} if told.today is None else {svg.TODAY: told.today}) | told.options


def _scale(told: _Told, j: int) -> Scale:
    values = [values[j] for _, values, _ in told.points] + [values[j] for values in _marks(told).values()]
    values += [point.ceilings[j - 1] for point, _, _ in told.points] if j else [bound for _, _, bound in told.points]
    known = [value for value in values if is_number(value)]
    return scale_around(min(known), max(known))


def _panel(
    told: _Told, title: str, points: Sequence[tuple[Point, tuple[Cell, ...], Cell]], shown: Mapping[str, tuple[Cell, ...]], across: Scale, up: Scale
) -> Panel:
    y = partial(_y, up)
    parts = [svg.line(0, y(tick), 1, y(tick), "grid") for tick in up.ticks]
    found = sorted((x, v) for _, values, _ in points if is_number(x := values[1]) and is_number(v := values[0]))
    proven = sorted((point.ceilings[0], bound) for point, _, bound in points if is_number(bound))
    parts += _shade(found, proven, across, up)
    parts += _stairs(found, across, up, "value", holds_after=True) + _stairs(proven, across, up, "bound", holds_after=False)
    parts += [_dot(across.at(x), y(v)) for x, v in found]
    parts += [svg.mark(key, across.at(x), y(v)) for key, values in shown.items() if is_number(x := values[1]) and is_number(v := values[0])]
    parts += [svg.words(1, y(tick) - 3, told.written(0, tick), "end") for tick in up.ticks]
    ends = [
        svg.words(across.at(tick), 12, told.written(1, tick), "start" if k == 0 else "end" if k == len(across.ticks) - 1 else "middle")
        for k, tick in enumerate(across.ticks)
    ]
    return Panel(title, svg.strip(parts, HEIGHT + 4), svg.strip(ends, 16, "strip axis"), capital(told.name(1)), capital(told.name(0)))


def _stairs(steps: Sequence[tuple[float, float]], across: Scale, up: Scale, name: str, *, holds_after: bool) -> list[Markup]:
    """A plan's value holds to the right, for whoever allows more; a bound holds to the left."""
    parts = []
    for (x1, y1), (x2, y2) in pairwise(steps):
        level, turn = (y1, x2) if holds_after else (y2, x1)
        parts.append(svg.line(across.at(x1), _y(up, level), across.at(x2), _y(up, level), name))
        if y1 != y2:
            parts.append(svg.line(across.at(turn), _y(up, max(y1, y2)), across.at(turn), _y(up, min(y1, y2)), name))
    if steps and holds_after:
        x, level = steps[-1]
        parts.append(svg.line(across.at(x), _y(up, level), 1, _y(up, level), name))
    return parts


def _shade(found: Sequence[tuple[float, float]], proven: Sequence[tuple[float, float]], across: Scale, up: Scale) -> list[Markup]:
    """Between plans and bounds: better plans may be there."""
    edges, parts = sorted({x for x, _ in (*found, *proven)}), []
    for left, right in pairwise(edges):
        values, bounds = [v for x, v in found if x <= left], [bound for x, bound in proven if x >= right]
        if values and bounds and min(values) > max(bounds):
            parts.append(svg.rect(across.at(left), _y(up, min(values)), across.at(right), _y(up, max(bounds)), "gap"))
    return parts


def _dot(x: float, y: float) -> Markup:
    return Markup('<svg class="ch-dot" x="{}" y="{}" width="1" height="1"><circle r="4"/></svg>').format(f"{100 * x:.2f}%", f"{round(y, 1):g}")


def _dot_sample() -> Markup:
    return Markup('<svg class="ch-sample" width="24" height="24" aria-hidden="true" focusable="false">{}</svg>').format(_dot(0.5, 12))


def _y(up: Scale, value: float) -> float:
    return TOP + (HEIGHT - TOP) * (1 - up.at(value))


# -- the table -------------------------------------------------------------------------------------------------------


def _table(told: _Told) -> ChartTable:
    """Points and options; a value that no plan can be better than stands beside what was found."""
    head = (told.text("point"), *(capital(told.name(j)) for j in range(len(told.goals))), told.text("bound"))
    rows = [
        (told.text("row_point", number=point.number), *(told.written(j, value) for j, value in enumerate(values)), told.written(0, bound))
        for point, values, bound in told.points
    ]
    marks = _marks(told)
    names = {key: told.text("row_today") if key == svg.TODAY else told.text("row_option", letter=key) for key in marks}
    rows += [(names[key], *(told.written(j, value) for j, value in enumerate(values)), NOTHING) for key, values in marks.items()]
    return ChartTable(told.text("table"), head, tuple(rows))
