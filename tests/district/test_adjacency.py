from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import SHARED_DATA
from hypothesis import given
from hypothesis import strategies as st

from rezoning.district.adjacency import edges_from_file, with_links
from rezoning.errors import Problems


def pairs(edges):
    return [tuple(map(int, edge)) for edge in edges]


def shared_file(name):
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


# -- from a file -----------------------------------------------------------------------------------------------------
UNITS = {"A": 0, "B": 1, "C": 2, "D": 3}


def table(*rows, columns=("u", "v", "shared_m", "note")):
    frame = pd.DataFrame(list(rows), columns=list(columns)[: len(rows[0])], dtype=str)
    frame.index = pd.RangeIndex(2, 2 + len(frame))
    return frame


def from_file(frame):
    problems = Problems()
    edges, shared = edges_from_file(frame, UNITS, "edges.csv", problems)
    return edges, shared, [str(problem) for problem in problems]


def test_pairs_are_merged_whatever_their_direction():
    edges, shared, problems = from_file(table(("B", "A", "", "x"), ("A", "B", "12.5", "x"), ("B", " A", "12.6", "x"), ("C", "D", None, "x")))
    assert pairs(edges) == [(0, 1), (2, 3)]
    assert shared == pytest.approx([12.5, np.nan], nan_ok=True)
    assert problems == []


def test_two_columns_have_no_lengths():
    edges, shared, problems = from_file(table(("D", "A"), ("A", "B")))
    assert pairs(edges) == [(0, 1), (0, 3)]
    assert np.isnan(shared).all()
    assert problems == []


def test_everything_wrong_is_said_at_once():
    rows = [("A", "X", "1", ""), ("X", "Y", "1", ""), ("A", "A", "1", ""), ("A", "B", "long", ""), ("B", "C", "-2", ""), ("C", "D", "5", "")]
    edges, shared, problems = from_file(table(*rows, ("D", "C", "50", "")))
    assert problems == [
        "edges.csv: 2 ids are no unit's: 'X' (row 2), 'Y' (row 3). "
        "Give ids as the units file has them, leading zeros included, or delete the rows of units outside the district.",
        "edges.csv: 1 unit is its own neighbor: 'A' (row 4). Delete these rows.",
        "edges.csv: column 'shared_m' holds 2 values that are no length in meters: 'long' (row 5), '-2' (row 6). "
        "The third column is the shared length; leave it blank where unknown, or put other columns after it.",
        "edges.csv: 1 pair has two different lengths: 'D' and 'C' share 5 m (row 7) and 50 m (row 8). Keep one row per pair.",
    ]
    assert pairs(edges) == [(0, 1), (1, 2), (2, 3)]
    assert shared == pytest.approx([np.nan, np.nan, 5], nan_ok=True)


def test_one_column_is_no_table_of_pairs():
    edges, _, problems = from_file(table(("A",), ("B",)))
    assert problems == ["edges.csv: one column (u) where two columns of unit ids were expected. Give one pair of units a row."]
    assert edges.shape == (0, 2)


@pytest.mark.shared
def test_a_real_file_of_pairs():
    path = shared_file("mount_vernon/adjacency.csv")
    frame = pd.read_csv(path, dtype=str)
    index = {unit: u for u, unit in enumerate(sorted(set(frame["u"]) | set(frame["v"])))}
    problems = Problems()
    edges, shared = edges_from_file(frame, index, path.name, problems)
    assert not problems
    assert (len(edges), round(shared.min(), 1) >= 1) == (2470, True)


# -- links and barriers ----------------------------------------------------------------------------------------------
PATH_EDGES = np.array([[0, 1], [1, 2]])
PATH_BORDER = np.array([10.0, 20.0])


def test_links_add_and_barriers_take_away():
    edges, border, notes = with_links(PATH_EDGES, PATH_BORDER, [(3, 2)], [(1, 0)])
    assert pairs(edges) == [(1, 2), (2, 3)]
    assert border == pytest.approx([20, np.nan], nan_ok=True)
    assert notes == ()


def test_what_has_no_effect_is_said_and_a_barrier_beats_a_link():
    edges, border, notes = with_links(PATH_EDGES, PATH_BORDER, [(1, 0), (0, 1), (0, 3)], [(0, 3), (1, 3)])
    assert pairs(edges) == [(0, 1), (1, 2)]
    assert border == pytest.approx([10, 20])
    assert notes == (
        "adjacency.links: 1 of 2 pairs were neighbors already",
        "adjacency.barriers: 1 of 2 pairs were no neighbors anyway",
    )


def test_nothing_to_add_changes_nothing():
    edges, border, notes = with_links(PATH_EDGES, PATH_BORDER, [], [])
    assert np.array_equal(edges, PATH_EDGES)
    assert np.array_equal(border, PATH_BORDER)
    assert notes == ()


unit_pairs = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] != pair[1]), max_size=12)


@given(unit_pairs, unit_pairs, unit_pairs)
def test_links_and_barriers_are_set_arithmetic(drawn, links, barriers):
    start, border, _ = with_links(np.empty((0, 2), dtype=np.int64), np.empty(0), drawn, [])
    edges, shared, _ = with_links(start, border, links, barriers)
    normal = [{(min(pair), max(pair)) for pair in group} for group in (drawn, links, barriers)]
    assert pairs(edges) == sorted((normal[0] | normal[1]) - normal[2])
    assert len(shared) == len(edges)
