"""Feeds for everybody: counted as they are where nobody is few, hidden where somebody is, and never to be found by subtraction."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from level_districts import small_options

from rezoning.public.cell import HIDDEN, is_number
from rezoning.public.levels import make_levels_book

LOW, UP, STUDENTS = "aaabbbccc", "xxxxxyyyy", [40, 30, 20, 25, 35, 45, 50, 15, 60]


def counted(low: str, up: str, students: list[int]) -> dict[tuple[str, str], int]:
    """Students by lower and upper school, one unit at a time."""
    found: dict[tuple[str, str], int] = {}
    for e, m, n in zip(low, up, students, strict=True):
        if n:
            found[e, m] = found.get((e, m), 0) + n
    return found


@settings(max_examples=12)
@given(st.data())
def test_feeds_are_what_lives_in_both_zones(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    lower, upper = (data.draw(st.text(alphabet, min_size=9, max_size=9)) for alphabet in ("abc", "xy"))
    students = data.draw(st.lists(st.integers(0, 50), min_size=9, max_size=9).filter(lambda those: sum(those) > 0))
    options = small_options(tmp_path_factory.mktemp("feeds"), LOW, UP, students, [(lower, upper)])
    (table,) = make_levels_book(options).feeds
    for key, zones in {"today": (LOW, UP), "A": (lower, upper)}.items():
        view, wanted = table.views[key], counted(*zones, students)
        names = {(table.lower.schools[feed.lower].id, table.upper.schools[feed.upper].id): feed for feed in view.feeds}
        assert {pair: feed.students for pair, feed in names.items()} == wanted
        totals = {e: sum(n for (one, _), n in wanted.items() if one == e) for e, _ in wanted}
        assert all(feed.share == pytest.approx(wanted[pair] / totals[pair[0]]) for pair, feed in names.items())
        assert all(feed.is_small == (wanted[pair] < 0.25 * totals[pair[0]] - 1e-9) for pair, feed in names.items())
        assert {table.lower.schools[s].id for s in view.split} == {e for e, _ in wanted if sum(one == e for one, _ in wanted) > 1}
        assert view.small_students == sum(n for (e, _), n in wanted.items() if n < 0.25 * totals[e] - 1e-9)
    moved = sum(n for before, after, n in zip(UP, upper, students, strict=True) if before != after)
    assert table.views["A"].changed == moved
    assert table.views["today"].changed is None


def test_the_denominator_changes_who_is_small(tmp_path: Path) -> None:
    rules = {"contiguity": {"method": "none"}, "school_in_own_zone": False}
    shares = {}
    for of in ("lower", "upper"):
        folder = tmp_path / of
        folder.mkdir()
        asked = {"rules": {**rules, "feeders": [{"min_share": 0.2, "of": of}]}, "goals": [{"minimize": "reassigned"}]}
        options = small_options(folder, LOW, UP, STUDENTS, [(LOW, UP)], **asked)
        (table,) = make_levels_book(options).feeds
        feed = next(one for one in table.views["today"].feeds if (one.lower, one.upper) == (1, 1))
        shares[of] = feed.share
    assert shares["lower"] == pytest.approx(45 / 105)
    assert shares["upper"] == pytest.approx(45 / 170)


def test_a_feed_of_a_few_students_is_hidden_with_what_would_tell_it(tmp_path: Path) -> None:
    students = [40, 30, 4, 25, 35, 45, 50, 15, 60]
    options = small_options(tmp_path, "aaabbbccc", "xxyxxyyyy", students, [(LOW, UP)], least=10)
    book = make_levels_book(options)
    (table,) = book.feeds
    feeds = {(feed.lower, feed.upper): feed for feed in table.views["today"].feeds}
    assert feeds[0, 1].students == HIDDEN
    assert feeds[0, 1].share == HIDDEN
    assert feeds[0, 1].between is None or feeds[0, 1].between[0] == 0
    total = table.views["today"].lower[0]
    assert not (is_number(total) and is_number(feeds[0, 0].students)), "the rest of the school tells it"
    assert book.is_hidden
    assert 0 in table.views["today"].split, "that a school is split stands on the map"


def test_what_is_kept_back_is_not_said_to_be_small_or_not(tmp_path: Path) -> None:
    students = [40, 30, 4, 25, 35, 45, 50, 15, 60]
    options = small_options(tmp_path, "aaabbbccc", "xxyxxyyyy", students, [(LOW, UP)], least=10)
    (table,) = make_levels_book(options).feeds
    for feed in table.views["today"].feeds:
        if feed.students == HIDDEN and feed.between is None and feed.share != 1.0:
            assert feed.is_small is None
