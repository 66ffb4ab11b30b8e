"""How the search went: the best plan found and what no plan can be below, over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup

from rezoning.public.book import Book
from rezoning.report.charts import svg
from rezoning.report.charts.parts import Sign, Table, at
from rezoning.report.charts.scale import Scale, scale_around, scale_to
from rezoning.report.charts.trace import Moment, Stage, stages
from rezoning.report.html import render
from rezoning.report.language import HIDDEN, Language
from rezoning.report.steps import shown
from rezoning.runs.option import Option

HEIGHT = 130.0
TOP = 16.0  # room for the uppermost number
SHOWN = 60
"""Moments that are drawn; between them nobody could see a difference."""

MEASURES = {
    "theil_h": "theil_h",
    "out_of_band": "out_of_band",
    "reassigned": "share_reassigned",
    "schools_changed": "schools_changed",
    "travel": "travel_mean",
    "over_capacity": "over_capacity_students",
    "utilization_spread": "utilization_spread",
    "portables": "portable_students",
    "boundary_length": "boundary_km",
    "cut_edges": "cut_edges",
    "polsby_popper": "polsby_popper",
}
"""Where the measure of a goal without a group stands among a view's, to see whether it is hidden; others are, as soon as anything is."""

BY_GROUP = {"reassigned": "reassigned_by_group"} | {kind: kind for kind in ("dissimilarity", "normalized_exposure", "isolation", "max_deviation")}


@dataclass(frozen=True)
class Picture:
    """One goal's search."""

    title: str
    message: str
    picture: Markup
    axis: Markup
    table: Table


def proof(book: Book, letter: str, language: Language) -> Markup:
    """The searches of an option as HTML; empty where the run has no trace, or not the one of these numbers."""
    option = next(option for option in book.options if option.letter == letter)
    pictures = [_picture(stage, book, language) for stage in public_stages(book, option)]
    if not pictures:
        return Markup("")
    if len(book.options) > 1:  # tables of several options must be told apart
        said = language.text("charts.option_short", letter=letter)
        pictures = [replace(one, table=replace(one.table, caption=f"{one.table.caption}. {said}")) for one in pictures]
    legend = [Sign(svg.swatch(name), language.text(f"charts.{name}")) for name in ("value", "bound", "gap")]
    return Markup(render("charts/proof.html.j2", language, pictures=pictures, legend=legend))


def public_stages(book: Book, option: Option) -> list[Stage]:
    """The searches of an option that may be shown, and as exactly as they may be."""
    found = [stage for stage in stages(option) if not is_hidden(book, option.letter, stage)]
    if not book.is_hidden:
        return found
    unit = book.district.travel_unit
    return [replace(stage, moments=tuple(_rounded(moment, stage, unit) for moment in stage.moments)) for stage in found]


def is_hidden(book: Book, letter: str, stage: Stage) -> bool:
    """Whether a stage's goal measures what must not be shown."""
    if stage.goal is None:
        return book.is_hidden
    kind, group = stage.goal["minimize"], stage.goal.get("group")
    if group is not None and group not in book.groups:
        return True
    if not book.is_hidden:
        return False
    if group in book.vague or (kind == "theil_h" and book.vague):
        return True
    measures = book.views[letter].measures
    if group is not None:
        return kind not in BY_GROUP or at(measures, BY_GROUP[kind], group) == HIDDEN
    return kind not in MEASURES or _hides(measures.get(MEASURES[kind]))


def _hides(value: object) -> bool:
    """Whether anything in a measure is hidden."""
    if isinstance(value, Mapping):
        return any(map(_hides, value.values()))
    return any(map(_hides, value)) if isinstance(value, (list, tuple)) else value == HIDDEN


def _rounded(moment: Moment, stage: Stage, unit: str) -> Moment:
    """No more digits than a book shows that hides something: a place in a picture can be read as exactly as a number."""
    digits = 3 if stage.goal is None or stage.goal["minimize"] != "travel" else 1 if unit == "min" else 2
    value, bound = (None if one is None else round(one, digits) for one in (moment.value, moment.bound))
    return Moment(moment.seconds, value, bound)


def stage_name(stage: Stage, language: Language) -> str:
    """What a stage minimized: the measure of its goal, or its number."""
    if stage.goal is None:
        return language.text("charts.stage", number=stage.number)
    name = language.text(f"charts.goal_{stage.goal['minimize']}")
    group = stage.goal.get("group")
    said = f"{name}: {language.group(group)}" if group else name
    return language.text("charts.stage_of", number=stage.number, goal=said)


def written(stage: Stage, travel_unit: str, language: Language) -> Callable[[float | None], str]:
    """How values of a stage are written."""

    def write(value: float | None) -> str:
        if value is None or stage.goal is None:
            return language.number(value, 3)
        return shown(stage.goal, value, travel_unit)

    return write


def _picture(stage: Stage, book: Book, language: Language) -> Picture:
    moments = thinned(stage.moments)
    write = written(stage, book.district.travel_unit, language)
    begin, end = moments[0].seconds, moments[-1].seconds
    across = scale_to([end - begin], least=0.01, ticks=4)
    known = [one for moment in moments for one in (moment.value, moment.bound) if one is not None]
    up = scale_around(min(known), max(known))
    last = moments[-1]
    key = "charts.proof_message" if last.bound is not None else "charts.proof_no_bound"
    message = language.text(key, value=write(last.value), bound=write(last.bound), seconds=language.number(end, 1))
    grid = [svg.line(0, _y(up, tick), 1, _y(up, tick), "grid") for tick in up.ticks]
    numbers = [svg.words(1, _y(up, tick) - 3, write(tick), "end") for tick in up.ticks]
    lines = [*_path(moments, across, up, "bound"), *_path(moments, across, up, "value")]
    parts = [*grid, *_gap(moments, across, up), *lines, *numbers]
    ends = [
        svg.words(across.at(tick), 12, language.text("charts.seconds_short", seconds=language.number(tick, 0 if tick == int(tick) else 2)),
                  "start" if k == 0 else "end" if k == len(across.ticks) - 1 else "middle")
        for k, tick in enumerate(across.ticks)
    ]  # fmt: skip
    head = (language.text("charts.seconds"), language.text("charts.value"), language.text("charts.bound"))
    rows = tuple((language.number(moment.seconds - begin, 2), write(moment.value), write(moment.bound)) for moment in moments)
    title = stage_name(stage, language)
    return Picture(title, message, svg.strip(parts, HEIGHT + 4), svg.strip(ends, 16, "strip axis"), Table(title, head, rows, wide=0))


def thinned(moments: tuple[Moment, ...], most: int = SHOWN) -> tuple[Moment, ...]:
    """At most `most` moments: the first, the last, and of those between the last in each of equal spans of time."""
    if len(moments) <= most:
        return moments
    begin, length = moments[0].seconds, moments[-1].seconds - moments[0].seconds or 1.0
    spans = {int((moment.seconds - begin) / length * (most - 2)): moment for moment in moments[1:-1]}
    return (moments[0], *(spans[k] for k in sorted(spans)), moments[-1])


def _path(moments: tuple[Moment, ...], across: Scale, up: Scale, name: str) -> list[Markup]:
    """A staircase: each value holds until the next."""
    parts, begin = [], moments[0].seconds
    for now, then in pairwise(moments):
        here, there = getattr(now, name), getattr(then, name)
        x1, x2 = across.at(now.seconds - begin), across.at(then.seconds - begin)
        if here is not None:
            parts.append(svg.line(x1, _y(up, here), x2, _y(up, here), name))
            if there is not None and there != here:
                parts.append(svg.line(x2, _y(up, here), x2, _y(up, there), name))
    last = getattr(moments[-1], name)
    x = across.at(moments[-1].seconds - begin)
    return [*parts, *([svg.line(x, _y(up, last), 1, _y(up, last), name)] if last is not None else [])]


def _gap(moments: tuple[Moment, ...], across: Scale, up: Scale) -> list[Markup]:
    """Between the two: better plans may be there."""
    begin, end = moments[0].seconds, across.high
    times = [*(moment.seconds - begin for moment in moments), end]
    return [
        svg.rect(across.at(left), _y(up, moment.value), across.at(right), _y(up, moment.bound), "gap")
        for moment, (left, right) in zip(moments, pairwise(times), strict=True)
        if moment.value is not None and moment.bound is not None and right > left
    ]


def _y(up: Scale, value: float) -> float:
    return TOP + (HEIGHT - TOP) * (1 - up.at(value))
