"""Cards of main numbers, one an option; indices among them lead to their formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rezoning.public.book import Book, View
from rezoning.public.cell import HIDDEN, is_number, look
from rezoning.report.catalogue.columns import sides
from rezoning.report.catalogue.goals import GOALS, goal_cell, goal_kind
from rezoning.report.catalogue.kinds import difference_as_shown, roughly, together, written
from rezoning.report.catalogue.measures import CARD, MEASURES
from rezoning.report.catalogue.rows import ComparedRow, rows_of, scope_of, verdict
from rezoning.report.goal_words import goal_name
from rezoning.report.language import NOTHING, Language, capital
from rezoning.report.page.formulas import formula_of
from rezoning.runs.option import Option
from rezoning.scenario.bands import BandRule

ON_CARDS = {"share_reassigned", *(measure.path[0] for measure in MEASURES if CARD in measure.sections)}


@dataclass(frozen=True)
class Tile:
    """A number with its name; `was` is today's, `note` stands below; `trend` is ``better``, ``worse`` or nothing; `formula` is an index's."""

    label: str
    value: str
    was: str = ""
    note: str = ""
    trend: str = ""
    formula: str = ""


def tiles(book: Book, option: Option, language: Language) -> list[Tile]:
    """The tiles of an option's card; what the district has no data for is left out."""
    return [
        *_moved(book, option, language),
        *_goal(book, option, language),
        *_measures(book, option, language),
        *_bands(book, option, book.views[option.letter], language),
        *_flags(book, option, language),
    ]


def _moved(book: Book, option: Option, language: Language) -> Iterator[Tile]:
    measures, label = book.views[option.letter].measures, language.text("measures.students_reassigned")
    if option.letter not in book.changes:
        yield Tile(label, NOTHING, note=language.text("page.no_today"))
        return
    moved, rate, students = (look(measures, key) for key in ("students_reassigned", "share_reassigned", "students"))
    note = language.text("page.tile_moved_note", percent=written(rate, "percent", language), students=language.count(students))
    yield Tile(label, language.count(moved), note=note)


def _goal(book: Book, option: Option, language: Language) -> Iterator[Tile]:
    """The first goal, where it is not one of those that have tiles of their own."""
    if not option.scenario.goals:  # a level that no goal looks at by itself
        return
    goal, entry = option.scenario.goals[0], option.record["goals"][0]
    if GOALS[goal.minimize].equals and GOALS[goal.minimize].measure in ON_CARDS and goal.versus is None:
        return
    unit = option.district.travel_unit
    value, now = goal_cell(book, goal, entry["value"], book.views[option.letter]), goal_cell(book, goal, entry.get("today"), book.today)
    kind = goal_kind(goal, unit)
    said = together([value, now], kind, language)
    note = language.text("page.about_same") if said.is_same(value, now) else ""
    was = "" if now is None else said.with_unit(now)
    yield Tile(capital(goal_name(goal, unit, language)), said.with_unit(value), was, note, verdict(value, now, kind, "lower"))


def _measures(book: Book, option: Option, language: Language) -> Iterator[Tile]:
    """The measures of a card: of those that tell how groups mix, the ones of the group that the first goal is about, or of all together."""
    columns = [side for side in sides(book, language) if side.key in ("today", option.letter)]
    first = next((goal.group for goal in option.scenario.goals[:1]), None)
    for row in rows_of(CARD, columns, scope_of(book, language)):
        value, now = row.values[option.letter], row.values.get("today")
        is_wanted = row.measure is None or row.measure.topic != "mixing" or row.group == first
        if is_wanted and value is not None:
            was = "" if now is None else row.with_unit("today")
            note, trend = _changed(row, option.letter, language), verdict(value, now, row.kind, row.direction)
            yield Tile(row.label, row.with_unit(option.letter), was, note, trend, formula_of(row))


def _changed(row: ComparedRow, letter: str, language: Language) -> str:
    """By how much: of an index relative to today; that two numbers look alike which need not be so."""
    value, now = row.values[letter], row.values.get("today")
    if not is_number(value) or not is_number(now):
        return ""
    if row.together.is_same(value, now):
        return "" if row.kind == "count" else language.text("page.about_same")
    change = difference_as_shown(value, now, row.kind)
    if row.kind != "index" or now < 1e-9 or not is_number(change):
        return row.change(letter)
    return language.text("page.lower_by" if change < 0 else "page.higher_by", percent=roughly(abs(change) / now, language))


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
        yield Tile(language.text("page.tile_bands", group=who), language.count(value), was, note, verdict(value, now, "count", "lower"))


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
    points = f"{language.number(100 * band.within, 0)} {language.text('measures.unit_points')}"
    return f"{aim}: ±{language.percent(band.within, 0) if band.relative else points}"


def _flags(book: Book, option: Option, language: Language) -> Iterator[Tile]:
    """Groups that carry more of the moves than their share."""
    if option.letter not in book.changes or not book.groups:
        return
    asked, measures = book.settings.statement, book.views[option.letter].measures
    flagged, is_hidden = [], False
    for name in book.groups:
        enrolled, times = look(measures, "students_by_group", name), look(measures, "burden", name, "reassigned", "ratio")
        if is_number(enrolled) and enrolled >= asked.min_students and is_number(times) and times > asked.max_ratio:
            flagged.append(language.text("page.tile_flag", group=language.group(name), ratio=written(times, "ratio", language)))
        is_hidden = is_hidden or HIDDEN in (enrolled, times)
    note = "; ".join(flagged) if flagged else ""
    rule = language.text("page.tile_flags_note", ratio=written(asked.max_ratio, "ratio", language))
    value = language.count(float(len(flagged))) if flagged else language.text("page.none")
    if is_hidden and not flagged:
        value = language.count(HIDDEN)
    yield Tile(language.text("page.tile_flags"), value, note=f"{note}. {rule}" if note else rule, trend="worse" if flagged else "")
