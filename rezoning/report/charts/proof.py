"""How the search went: the best plan found and what no plan can be below, over time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup

from rezoning.public.book import Book
from rezoning.report.catalogue.goals import goal_kind, is_hidden, is_vague, rounded
from rezoning.report.catalogue.kinds import manner, together
from rezoning.report.charts import svg
from rezoning.report.charts.parts import ChartTable, Sign
from rezoning.report.charts.scale import Scale, scale_around, scale_to
from rezoning.report.charts.trace import GoalTrace, Moment, stages
from rezoning.report.estimated import book_labels
from rezoning.report.given_up import given_up
from rezoning.report.goal_words import goal_name
from rezoning.report.html import render
from rezoning.report.language import Language, capital
from rezoning.runs.option import Option

HEIGHT = 130.0
TOP = 16.0  # room for the uppermost number
OF_TRIPS = ("travel", "added_travel", "long_rides", "burden_gap")
"""Goals that are made from trips; a weighted sum may be."""

SHOWN = 60
"""Moments that are drawn; between them nobody could see a difference."""


@dataclass(frozen=True)
class SearchPicture:
    """One goal's search."""

    title: str
    message: str
    picture: Markup
    axis: Markup
    table: ChartTable


def proof(book: Book, letter: str, language: Language) -> Markup:
    """The searches of an option as HTML; empty where the run has no trace, or not the one of these numbers."""
    option = next(option for option in book.options if option.letter == letter)
    pictures = [_picture(stage, book, option, language) for stage in public_stages(book, option)]
    if not pictures:
        return Markup("")
    if len(book.options) > 1:  # tables of several options must be told apart
        said = language.text("charts.option_short", letter=letter)
        pictures = [replace(one, table=replace(one.table, caption=f"{one.table.caption}. {said}")) for one in pictures]
    legend = [Sign(svg.swatch(name), language.text(f"charts.{name}")) for name in ("value", "bound", "gap")]
    return Markup(render("charts/proof.html.j2", language, pictures=pictures, legend=legend, estimates=book_labels(book, language)))


def public_stages(book: Book, option: Option) -> list[GoalTrace]:
    """The searches of an option that may be shown, and as exactly as they may be: a place in a picture can be read as exactly as a number.

    A search begins at what today's zones are worth, so that it is hidden with today's value too.
    """
    views = [view for view in (book.today, book.views[option.letter]) if view is not None]
    return [
        replace(stage, moments=tuple(_rounded(book, moment, stage) for moment in stage.moments))
        for stage in stages(option)
        if not any(is_hidden(book, stage.goal, view) for view in views) and not (stage.goal is not None and is_vague(book, stage.goal))
    ]


def _rounded(book: Book, moment: Moment, stage: GoalTrace) -> Moment:
    value, bound = (rounded(book, stage.goal, one) for one in (moment.value, moment.bound))
    return Moment(moment.seconds, value, bound)


def stage_name(stage: GoalTrace, travel_unit: str, language: Language) -> str:
    """What a stage minimized."""
    name = goal_name(stage.goal, travel_unit, language)
    return capital(name) if stage.goal is None else language.text("charts.stage_of", number=stage.number, goal=name)


def _picture(stage: GoalTrace, book: Book, option: Option, language: Language) -> SearchPicture:
    moments = thinned(stage.moments)
    unit = book.district.travel_unit
    kind = goal_kind(stage.goal, unit)
    begin, end = moments[0].seconds, moments[-1].seconds
    across = scale_to([end - begin], least=0.01, ticks=4)
    known = [one for moment in moments for one in (moment.value, moment.bound) if one is not None]
    up = scale_around(min(known), max(known), size=manner(kind, language).size)
    last = moments[-1]
    said = together([last.value, last.bound], kind, language)
    is_near = said.is_same(last.value, last.bound) and stage.has_gap
    key = "proof_no_bound" if last.bound is None else "proof_near" if is_near else "proof_message"
    message = language.text(f"charts.{key}", value=said.with_unit(last.value), bound=said.with_unit(last.bound), seconds=language.number(end, 1))
    if stage.goal is not None:
        message = f"{message} {given_up(book, option, stage.number - 1, language)}".rstrip()
    on_axis, in_table = together(up.ticks, kind, language), together(known, kind, language)
    grid = [svg.line(0, _y(up, tick), 1, _y(up, tick), "grid") for tick in up.ticks]
    numbers = [svg.words(1, _y(up, tick) - 3, on_axis.with_unit(tick), "end") for tick in up.ticks]
    lines = [*_path(moments, across, up, "bound"), *_path(moments, across, up, "value")]
    parts = [*grid, *_gap(moments, across, up), *lines, *numbers]
    ends = [
        svg.words(across.at(tick), 12, language.text("charts.seconds_short", seconds=language.number(tick, 0 if tick == int(tick) else 2)),
                  "start" if k == 0 else "end" if k == len(across.ticks) - 1 else "middle")
        for k, tick in enumerate(across.ticks)
    ]  # fmt: skip
    head = (language.text("charts.seconds"), language.text("charts.value"), language.text("charts.bound"))
    rows = tuple(
        (language.number(moment.seconds - begin, 2), in_table.with_unit(moment.value), in_table.with_unit(moment.bound)) for moment in moments
    )
    title = stage_name(stage, unit, language)
    table = ChartTable(title, head, rows, wide=0, has_trips=stage.goal is None or stage.goal.minimize in OF_TRIPS)
    return SearchPicture(title, message, svg.strip(parts, HEIGHT + 4), svg.strip(ends, 16, "strip axis"), table)


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
