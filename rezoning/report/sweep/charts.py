"""Pictures of a sweep: what each value of a lever does, and what a plan's first goal costs in another number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import Together, together
from rezoning.report.charts import svg
from rezoning.report.charts.parts import ChartTable, Sign
from rezoning.report.charts.scale import Scale, percent, scale_around
from rezoning.report.goal_words import goal_name, goal_of
from rezoning.report.language import Language, capital
from rezoning.report.sweep.tables import lever_table
from rezoning.report.sweep.words import FirstGoal, settings_words

Row = Mapping[str, Any]
LANE = 26.0
HEIGHT, TOP = 240.0, 18.0


@dataclass(frozen=True)
class LeverChart:
    """A lever: a row for each of its values, mean and bound along one scale; and its table."""

    title: str
    message: str
    axis: Markup
    rows: tuple[tuple[str, Markup, str], ...]
    table: ChartTable


@dataclass(frozen=True)
class Trade:
    """The plans of a district in two numbers."""

    title: str
    message: str
    picture: Markup
    axis: Markup
    up: str
    across: str
    table: ChartTable


def lever_charts(document: Row, language: Language) -> tuple[LeverChart, ...]:
    """All levers along one scale, so that they can be compared; none where the first goals are of different kinds."""
    first = FirstGoal(document["best"], language)
    values = [value for lever in document["levers"] for level in lever["levels"] for value in (level["mean"], level["bound"]) if value is not None]
    if first.kind is None or not values:
        return ()
    beside, scale = first.together(values), scale_around(min(values), max(values))
    return tuple(_lever(lever, document["best"], scale, beside, first, language) for lever in document["levers"])


def _lever(lever: Row, best: Sequence[Row], scale: Scale, beside: Together, first: FirstGoal, language: Language) -> LeverChart:
    rows = []
    for level in lever["levels"]:
        parts = [svg.grid(scale, LANE)]
        if level["bound"] is not None:
            x = scale.at(level["bound"])
            parts.append(svg.line(x, 2, x, LANE - 2, "bound"))
        if level["mean"] is not None:
            parts.append(dot(scale.at(level["mean"]), LANE / 2, 6))
        rows.append((str(level["level"]), svg.strip(parts, LANE), beside.with_unit(level["mean"])))
    head, cells = lever_table(lever, best, language)
    said = first.together([lever["range"], 0.0]).with_unit(lever["range"]) if lever["range"] is not None else ""
    message = language.text("sweep.lever_range", range=said) if said else ""
    ticks = first.together(scale.ticks)
    axis = svg.axis(scale, [ticks.text(tick) for tick in scale.ticks])
    return LeverChart(lever["lever"], message, axis, tuple(rows), ChartTable(lever["lever"], head, tuple(cells)))


def trades(document: Row, language: Language) -> tuple[Trade, ...]:
    """Each district that is drawn."""
    return tuple(_trade(chart, language) for chart in document["charts"] if chart["goals"] and (chart["front"] or chart["dots"]))


def _trade(chart: Row, language: Language) -> Trade:
    unit, goals = chart["travel_unit"], [goal_of(goal) for goal in chart["goals"]]
    up_name = goal_name(goals[0], unit, language)
    across_name = goal_name(goals[1], unit, language) if len(goals) > 1 else language.text("sweep.moved")
    kinds = goal_kind(goals[0], unit), goal_kind(goals[1], unit) if len(goals) > 1 else "percent"
    shown = [*chart["dots"], *chart["front"]]
    values, acrosses = [one["value"] for one in shown], [one["across"] for one in shown]
    up, across = scale_around(min(values), max(values)), scale_around(min(acrosses), max(acrosses))
    ticks = together(up.ticks, kinds[0], language), together(across.ticks, kinds[1], language)
    parts = [svg.line(0, _y(up, tick), 1, _y(up, tick), "grid") for tick in up.ticks]
    parts += [dot(across.at(one["across"]), _y(up, one["value"]), 3, "faint") for one in chart["dots"]]
    parts += [dot(across.at(one["across"]), _y(up, one["value"]), 6) for one in chart["front"]]
    parts += [svg.words(1, _y(up, tick) - 3, ticks[0].with_unit(tick), "end") for tick in up.ticks]
    last = len(across.ticks) - 1
    ends = [
        svg.words(across.at(tick), 12, ticks[1].with_unit(tick), "start" if k == 0 else "end" if k == last else "middle")
        for k, tick in enumerate(across.ticks)
    ]
    beside = [together([one[name] for one in chart["front"]], kind, language) for name, kind in zip(("value", "across"), kinds, strict=True)]
    head = (language.text("sweep.point"), capital(up_name), capital(across_name), language.text("sweep.settings"))
    rows = tuple(
        (str(one["point"]), beside[0].with_unit(one["value"]), beside[1].with_unit(one["across"]), settings_words(one["labels"]))
        for one in chart["front"]
    )
    message = language.text("sweep.trade_dots", shown=language.count(len(shown)), all=language.count(chart["seen"]))
    table = ChartTable(language.text("sweep.legend_front"), head, rows)
    picture, axis = svg.strip(parts, HEIGHT + 4), svg.strip(ends, 16, "strip axis")
    return Trade(chart["district"], message, picture, axis, capital(up_name), capital(across_name), table)


def legends(language: Language) -> tuple[tuple[Sign, ...], tuple[Sign, ...]]:
    """What the signs of both charts mean."""
    mean, floor = Sign(_sample(6), language.text("sweep.legend_mean")), Sign(svg.swatch("bound"), language.text("sweep.legend_floor"))
    plan, front = Sign(_sample(3, "faint"), language.text("sweep.legend_dot")), Sign(_sample(6), language.text("sweep.legend_front"))
    return (mean, floor), (plan, front)


def dot(x: float, y: float, radius: float, name: str = "") -> Markup:
    """A dot of a size; the smaller ones are fainter besides."""
    place = Markup('<svg class="ch-dot {}" x="{}" y="{}" width="1" height="1">').format(svg.classes(name) if name else "", percent(x), f"{y:.1f}")
    return place + Markup('<circle r="{}"/></svg>').format(f"{radius:g}")


def _sample(radius: float, name: str = "") -> Markup:
    return Markup('<svg class="ch-sample" width="24" height="24" aria-hidden="true" focusable="false">{}</svg>').format(dot(0.5, 12, radius, name))


def _y(up: Scale, value: float) -> float:
    return TOP + (HEIGHT - TOP) * (1 - up.at(value))
