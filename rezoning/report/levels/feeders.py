"""Who feeds whom, in words, as a table and drawn: the part of a page that is about two levels of schools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.public.cell import is_number, ratio
from rezoning.public.feeds import Feed, FeedTable, FeedView
from rezoning.report.charts.parts import ChartTable, view_name
from rezoning.report.language import Language
from rezoning.report.levels.names import level_title, level_words
from rezoning.report.levels.picture import FeedPicture, feed_picture
from rezoning.report.maps.colors import school_colors


@dataclass(frozen=True)
class FeedNames:
    """A name beside the picture: where, which school, how many counted students, and whether it is split."""

    top: float
    name: str
    students: str
    is_split: bool


@dataclass(frozen=True)
class FeedSide:
    """Today or an option: its picture and what is to be said of it.

    Parameters
    ----------
    key, name
        ``today`` or a letter, and what people call it.
    picture, left, right
        The ribbons, and the names beside them.
    message
        All that the picture shows, in a sentence.
    splits, smalls
        A sentence each, and the schools or feeds that it names.
    notes
        What else is to be said: who goes on to another school, what is kept back.
    """

    key: str
    name: str
    picture: FeedPicture
    left: tuple[FeedNames, ...]
    right: tuple[FeedNames, ...]
    message: str
    splits: tuple[str, tuple[str, ...]]
    smalls: tuple[str, tuple[str, ...]]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FeederPart:
    """Everything about the feeds between two levels; `only` is said in place of the rest where all go on to one school."""

    key: str
    title: str
    lead: str
    sides: tuple[FeedSide, ...]
    table: ChartTable
    is_hidden: bool
    only: str = ""


def feeder_parts(tables: Sequence[FeedTable], language: Language) -> list[FeederPart]:
    """A part for each pair of levels that is asked about."""
    return [_part(table, k, language) for k, table in enumerate(tables, 1)]


def denominator(table: FeedTable, language: Language) -> str:
    """Whose students are counted, and what a share is a share of."""
    asked = table.asked
    counted, of = level_words(asked.count, language), level_words(asked.lower if asked.of == "lower" else asked.upper, language)
    return language.text(f"levels.counted_{asked.of}", counted=counted, of=of)


def how_many(feed: Feed, language: Language) -> str:
    """Students and share of a feed; a range, or the sign of what is kept back."""
    students = language.between(feed.between) if feed.between is not None else language.count(feed.students)
    return f"{students} ({language.percent(feed.share)})" if is_number(feed.share) else students


def _part(table: FeedTable, number: int, language: Language) -> FeederPart:
    t, asked = language.text, table.asked
    title = t("levels.feeders_heading", lower=level_words(asked.lower, language), upper=level_words(asked.upper, language))
    uppers = _orders(table)[1]
    if len(uppers) == 1:
        only = t("levels.all_to", school=_name(table.upper, uppers[0]))
        return FeederPart(f"feeders-{number}", title, "", (), _table(table, title, language), is_hidden=False, only=only)
    sides = tuple(_side(table, view, language) for view in table.views.values())
    return FeederPart(f"feeders-{number}", title, denominator(table, language), sides, _table(table, title, language), table.is_hidden)


def _side(table: FeedTable, view: FeedView, language: Language) -> FeedSide:
    order, upper = _orders(table)
    drawn = feed_picture(view, order, upper, school_colors(table.upper))
    left, right = (
        tuple(
            FeedNames(end.top, _name(book, end.school), language.count(totals.get(end.school, 0.0)), side == 0 and end.school in view.split)
            for end in ends
        )
        for side, (book, ends, totals) in enumerate(((table.lower, drawn.left, view.lower), (table.upper, drawn.right, view.upper)))
    )
    splits, smalls = _splits(table, view, language), _smalls(table, view, language)
    name = view_name(view.key, table.lower, language)
    return FeedSide(
        view.key, name, drawn, left, right, " ".join([f"{name}:", splits[0], smalls[0]]).strip(), splits, smalls, _notes(table, view, language)
    )


def _orders(table: FeedTable) -> tuple[list[int], list[int]]:
    """Lower schools in the order of the upper school that most of their students go to in the first view, so that ribbons cross little."""
    first = next(iter(table.views.values()))
    upper = sorted({feed.upper for view in table.views.values() for feed in view.feeds})
    main: dict[int, int] = {}
    for feed in first.feeds:
        main.setdefault(feed.lower, feed.upper)
    lower = {feed.lower for view in table.views.values() for feed in view.feeds}
    return sorted(lower, key=lambda s: (main.get(s, len(upper)), -len([one for one in first.feeds if one.lower == s]), s)), upper


def _splits(table: FeedTable, view: FeedView, language: Language) -> tuple[str, tuple[str, ...]]:
    if not view.split:
        return language.text("levels.split_none"), ()
    named = tuple(
        language.text(
            "levels.split_school",
            school=_name(table.lower, s),
            feeds="; ".join(
                language.text("levels.to_school", students=how_many(feed, language), school=_name(table.upper, feed.upper))
                for feed in view.feeds
                if feed.lower == s
            ),
        )
        for s in view.split
    )
    said = {"count": language.count(float(len(view.split))), "all": language.count(float(len({feed.lower for feed in view.feeds})))}
    return language.text("levels.split_one" if len(view.split) == 1 else "levels.split_some", **said), named


def _smalls(table: FeedTable, view: FeedView, language: Language) -> tuple[str, tuple[str, ...]]:
    if table.asked.min_share is None:
        return "", ()
    share = language.share(table.asked.min_share)
    if not view.small:
        return "" if view.untold else language.text("levels.small_none", share=share), ()
    named = tuple(
        language.text(
            "levels.small_feed", lower=_name(table.lower, feed.lower), upper=_name(table.upper, feed.upper), students=how_many(feed, language)
        )
        for feed in view.small
    )
    said = {"count": language.count(float(len(view.small))), "share": share}
    return language.text("levels.small_one" if len(view.small) == 1 else "levels.small_some", **said), named


def _notes(table: FeedTable, view: FeedView, language: Language) -> tuple[str, ...]:
    said = []
    if view.untold:
        names = "; ".join(
            language.text("charts.from_to", before=_name(table.lower, feed.lower), after=_name(table.upper, feed.upper)) for feed in view.untold
        )
        said.append(language.text("levels.untold", share=language.share(table.asked.min_share or 0.0), feeds=names))
    if view.changed is not None:
        share = ratio(view.changed, view.counted)
        values = {"students": language.count(view.changed), "counted": language.count(view.counted), "share": language.percent(share)}
        said.append(language.text("levels.changed" if is_number(view.changed) else "levels.changed_kept", **values))
    return tuple(said)


def _table(table: FeedTable, title: str, language: Language) -> ChartTable:
    """A row for each feed that has students in some view."""
    order, upper = _orders(table)
    found = {key: {(feed.lower, feed.upper): feed for feed in view.feeds} for key, view in table.views.items()}
    pairs = [(e, m) for e in order for m in upper if any((e, m) in feeds for feeds in found.values())]
    rows = []
    for e, m in pairs:
        cells = [_cell(feeds.get((e, m)), language) for feeds in found.values()]
        rows.append((_name(table.lower, e), _name(table.upper, m), *cells))
    views = [view_name(key, table.lower, language) for key in table.views]
    head = (level_title(table.asked.lower, language), level_title(table.asked.upper, language), *views)
    return ChartTable(f"{title}. {denominator(table, language)}", head, tuple(rows), wide=2)


def _cell(feed: Feed | None, language: Language) -> str:
    if feed is None:
        return language.count(0.0)
    return language.text("levels.small_cell", students=how_many(feed, language)) if feed.is_small else how_many(feed, language)


def _name(book: Book, school: int) -> str:
    return book.schools[school].name
