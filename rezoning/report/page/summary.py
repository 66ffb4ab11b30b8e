"""The summary: one card an option, with what a board asks first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rezoning.public import Book, View
from rezoning.public.book import EVERYONE
from rezoning.report.charts.parts import trip_digits
from rezoning.report.language import NOTHING, Cell, Language
from rezoning.report.page.columns import cell_of, schools_over
from rezoning.report.page.goals import amount, capital, goal_name, shown_value, with_unit
from rezoning.runs.option import Option
from rezoning.scenario.bands import BandRule

MIXING = ("dissimilarity", "normalized_exposure", "isolation")


@dataclass(frozen=True)
class Tile:
    """A number with its name; `was` is today's, `note` stands below; `trend` is ``better``, ``worse`` or nothing."""

    label: str
    value: str
    was: str = ""
    note: str = ""
    trend: str = ""


def tiles(book: Book, option: Option, language: Language) -> list[Tile]:
    """The tiles of an option's card; what the district has no data for is left out."""
    view = book.views[option.letter]
    return [
        *_moved(book, option, language),
        *_goal(book, option, language),
        *_indices(book, option, view, language),
        *_trip(book, option, view, language),
        *_over(book, view, language),
        *_bands(book, option, view, language),
        *_flags(book, option, language),
    ]


def _moved(book: Book, option: Option, language: Language) -> Iterator[Tile]:
    change = book.changes.get(option.letter)
    if change is None:
        yield Tile(language.text("page.tile_moved"), NOTHING, note=language.text("page.no_today"))
        return
    everyone = change.movers[EVERYONE]
    note = language.text("page.tile_moved_note", percent=language.percent(everyone.rate), students=language.count(everyone.enrolled))
    yield Tile(language.text("page.tile_moved"), language.count(everyone.moved), note=note)


def _goal(book: Book, option: Option, language: Language) -> Iterator[Tile]:
    """The first goal, where it is not one of those that have tiles of their own."""
    goal, entry = option.scenario.goals[0], option.record["goals"][0]
    if goal.minimize in (*MIXING, "reassigned", "travel", "theil_h") and goal.versus is None:
        return
    unit = option.district.travel_unit
    value, now = shown_value(book, goal, entry["value"], book.views[option.letter]), shown_value(book, goal, entry.get("today"), book.today)
    was = "" if now is None else amount(goal, now, unit, language)
    yield Tile(capital(goal_name(goal, unit, language)), amount(goal, value, unit, language), was, trend=_trend(value, now, -1))


def _indices(book: Book, option: Option, view: View, language: Language) -> Iterator[Tile]:
    goal = option.scenario.goals[0]
    wanted = [(index, goal.group) for index in MIXING] if goal.group is not None else [("theil_h", "")]
    for index, name in wanted:
        keys = (index, name) if name else (index,)
        value = cell_of(view.measures, *keys)
        now = None if book.today is None else cell_of(book.today.measures, *keys)
        if value is None:
            continue
        label = language.text("page.measure_theil_h") if not name else f"{language.text(f'page.part_{index}')}: {language.group(name)}"
        was, text = "" if now is None else language.number(now, 3), language.number(value, 3)
        same = was == text  # nothing is better by less than what is shown
        yield Tile(label, text, was, "" if same else _changed(value, now, language), "" if same else _trend(value, now, -1))


def _changed(value: Cell, now: Cell, language: Language) -> str:
    """By how much, relative to today."""
    if not isinstance(value, (int, float)) or not isinstance(now, (int, float)) or now < 1e-9:
        return ""
    share = language.percent(abs(value - now) / now, 0)
    return language.text("page.lower_by" if value < now else "page.higher_by", percent=share)


def _trip(book: Book, option: Option, view: View, language: Language) -> Iterator[Tile]:
    value = cell_of(view.measures, "travel_mean")
    if value is None:
        return
    now = None if book.today is None else cell_of(book.today.measures, "travel_mean")
    unit = option.district.travel_unit
    digits = trip_digits(unit)
    note = ""
    if isinstance(value, (int, float)) and isinstance(now, (int, float)) and round(value - now, digits):
        note = with_unit(language.change(value - now, digits), unit, language)
    was = "" if now is None else with_unit(language.number(now, digits), unit, language)
    yield Tile(language.text("page.measure_travel_mean"), with_unit(language.number(value, digits), unit, language), was, note)


def _over(book: Book, view: View, language: Language) -> Iterator[Tile]:
    after = schools_over(view)
    if after is None:
        return
    before = None if book.today is None else schools_over(book.today)
    note = language.text("page.some_hidden") if after[1] or (before is not None and before[1]) else ""
    was = "" if before is None else language.count(before[0])
    trend = "" if before is None or note else _trend(after[0], before[0], -1)
    yield Tile(language.text("page.measure_schools_over"), language.count(after[0]), was, note, trend)


def _bands(book: Book, option: Option, view: View, language: Language) -> Iterator[Tile]:
    """Schools out of each band; the measures name the bands in the scenario's order."""
    rows = view.measures.get("out_of_band")
    if not isinstance(rows, (list, tuple)):
        return
    same = option.scenario.rules.bands == book.first.scenario.rules.bands  # today is measured by the bands of the first option
    before = book.today.measures.get("out_of_band") if book.today is not None and same else None
    if before is None and not book.is_hidden and option.metrics["today"] is not None:
        before = option.metrics["today"].get("out_of_band")
    for i, row in enumerate(rows):
        who = language.group(row["group"]) if row.get("group") else language.text("page.band_index")
        now = before[i].get("schools") if isinstance(before, (list, tuple)) and i < len(before) else None
        value = row.get("schools")
        was = "" if now is None else language.count(now)
        note = _band_words(option.scenario.rules.bands, rows, i, language)
        yield Tile(language.text("page.tile_bands", group=who), language.count(value), was, note, _trend(value, now, -1))


def _band_words(bands: Sequence[BandRule], rows: Sequence[Mapping[str, Any]], i: int, language: Language) -> str:
    """Which band, where several of one group must be told apart or it is a mere aim."""
    shown = [band for band in bands if any(row["group"] == band.group and row["index"] == band.index for row in rows)]
    if len(shown) != len(rows):
        return ""
    band = shown[i]
    aim = language.text("page.band_soft" if band.soft else "page.band_hard")
    if band.preset is not None:
        return f"{aim}: {band.preset}"
    write = partial(language.percent, digits=0) if band.index is None else partial(language.number, digits=2)
    if band.within is None:
        return f"{aim}: {'' if band.min is None else write(band.min)}–{'' if band.max is None else write(band.max)}"
    points = f"{language.number(100 * band.within, 0)} {language.text('page.points')}"
    return f"{aim}: ±{language.percent(band.within, 0) if band.relative else points}"


def _flags(book: Book, option: Option, language: Language) -> Iterator[Tile]:
    """Groups that carry more of the moves than their share."""
    change = book.changes.get(option.letter)
    if change is None or not book.groups:
        return
    asked = book.settings.statement
    flagged = []
    for name in book.groups:
        mover = change.movers[name]
        large = isinstance(mover.enrolled, (int, float)) and mover.enrolled >= asked.min_students
        if large and isinstance(mover.ratio, (int, float)) and mover.ratio > asked.max_ratio:
            flagged.append(language.text("page.tile_flag", group=language.group(name), ratio=language.number(mover.ratio, 2)))
    note = "; ".join(flagged) if flagged else ""
    rule = language.text("page.tile_flags_note", ratio=language.number(asked.max_ratio, 2))
    value = language.count(float(len(flagged))) if flagged else language.text("page.none")
    yield Tile(language.text("page.tile_flags"), value, note=f"{note}. {rule}" if note else rule, trend="worse" if flagged else "")


def _trend(value: Cell, now: Cell, sign: int) -> str:
    if not isinstance(value, (int, float)) or not isinstance(now, (int, float)) or abs(value - now) < 1e-9:
        return ""
    return "better" if (value - now) * sign > 0 else "worse"
