"""Feeds as a document and as rows, for programs and spreadsheets: what the page says of them, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rezoning.public.book import Book
from rezoning.public.cell import Cell, ratio
from rezoning.public.feeds import Feed, FeedTable, FeedView


def feeders_record(tables: Sequence[FeedTable]) -> list[dict[str, Any]]:
    """A document for each pair of levels.

    Returns
    -------
    list of dict
        ``lower``, ``upper``, ``count`` (whose students are counted), ``of`` (the denominator of ``share``: that of the lower or of the upper school),
        ``min_share``; ``views``: today and each option, with ``split_schools``, ``small_feeders`` (students), ``feeder_change`` (share of the counted
        students whose upper school is not today's) and ``feeds``: ``from``, ``to``, ``students`` (``*`` where it is kept back, with ``between`` where
        a range is told), ``share``, ``is_small`` (null where it is not told).
    """
    return [{**_asked(table), "views": {key: _view(table, view) for key, view in table.views.items()}} for table in tables]


def feeder_rows(tables: Sequence[FeedTable]) -> list[dict[str, Any]]:
    """A row for each feed of each view."""
    return [
        {"option": key, **_asked(table), **{name: value for name, value in _feed(table, feed).items() if name != "between"}}
        for table in tables
        for key, view in table.views.items()
        for feed in view.feeds
    ]


def _asked(table: FeedTable) -> dict[str, Any]:
    asked = table.asked
    return {"lower": asked.lower, "upper": asked.upper, "count": asked.count, "of": asked.of, "min_share": asked.min_share}


def _view(table: FeedTable, view: FeedView) -> dict[str, Any]:
    changed: Cell = None if view.changed is None else ratio(view.changed, view.counted)
    return {
        "split_schools": [_id(table.lower, s) for s in view.split],
        "small_feeders": None if not view.has_share else "*" if view.untold else view.small_students,
        "feeder_change": changed,
        "feeds": [_feed(table, feed) for feed in view.feeds],
    }


def _feed(table: FeedTable, feed: Feed) -> dict[str, Any]:
    ends = {"from": _id(table.lower, feed.lower), "to": _id(table.upper, feed.upper)}
    between = None if feed.between is None else list(feed.between)
    return {**ends, "students": feed.students, "between": between, "share": feed.share, "is_small": feed.is_small}


def _id(book: Book, school: int) -> str:
    return book.schools[school].id
