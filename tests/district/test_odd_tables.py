"""Tables that say something else than they seem to at a glance: none may be taken for what it is not."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from small_files import EDGES, SCHOOLS, TRAVEL, UNITS, SmallFiles

LONG = "from_id,to_id,minutes\n" + "".join(
    f"{u},{s},{value}\n" for u, *row in (line.split(",") for line in TRAVEL.split()[1:]) for s, value in zip("SN", row, strict=True)
)


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


def numbers_for_letters(text):
    """The same table of units 1 to 4."""
    head, *rows = text.splitlines()
    return "\n".join([head, *(",".join(str("abcd".index(cell) + 1) if cell in [*"abcd"] else cell for cell in row.split(",")) for row in rows)]) + "\n"


# -- columns ---------------------------------------------------------------------------------------------------------


def test_the_column_of_ids_may_count_the_units(files):
    """Ids are 1 to 4, and a column of another name holds a part of them: the name wins."""
    for name, text in (("units.csv", UNITS), ("schools.csv", SCHOOLS), ("travel.csv", TRAVEL), ("edges.csv", EDGES)):
        files.csv(name, numbers_for_letters(text))
    expected = files.load().travel.tolist()
    rows = [f"{k},{row}" for k, row in enumerate(numbers_for_letters(TRAVEL).splitlines()[1:])]
    files.csv("travel.csv", "ix,id,S,N\n" + "\n".join(rows) + "\n")
    assert files.load().travel.tolist() == expected


EDGE_TABLES = {
    "counter of another name": ("ix,from,to\n", lambda k, u, v: f"{k + 1},{u},{v}"),
    "counter with gaps": ("index,src_id,nbr_id\n", lambda k, u, v: f"{3 - k},{u},{v}"),
    "text in front": ("row,unit1,unit2\n", lambda k, u, v: f"r{k},{u},{v}"),
    "length in front": ("meters,u,v\n", lambda k, u, v: f"99.5,{u},{v}"),
}


@pytest.mark.parametrize("kind", EDGE_TABLES)
def test_pairs_are_the_columns_whose_names_belong_together(files, kind):
    for name, text in (("units.csv", UNITS), ("schools.csv", SCHOOLS), ("travel.csv", TRAVEL)):
        files.csv(name, numbers_for_letters(text))
    head, row = EDGE_TABLES[kind]
    files.csv("edges.csv", head + "".join(row(k, u, v) + "\n" for k, (u, v) in enumerate([(1, 2), (2, 3), (3, 4)])))
    district = files.load()
    assert district.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert any(note.startswith("edges.csv: pairs from ") for note in district.notes)


@pytest.mark.parametrize(
    ("name", "nothing"), [("shared_m", "0"), ("LENGTH", "0.0"), ("adjacent", "0"), ("rook", "False"), ("touches", "no"), ("weight", "0")]
)
def test_pairs_that_share_nothing_are_no_neighbors(files, name, nothing):
    """All pairs are listed, as programs do that also find corners."""
    some = "true" if nothing.isalpha() else "100"
    rows = [f"{u},{v},{some if ord(v) == ord(u) + 1 else nothing}" for u in "abcd" for v in "abcd" if u < v]
    files.csv("edges.csv", f"u,v,{name}\n" + "\n".join(rows) + "\n")
    district = files.load()
    assert district.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert f"edges.csv: 3 pairs left out, for column '{name}' says that they share no border" in district.notes


def test_more_neighbors_than_a_map_has_are_doubted(files):
    files.csv("units.csv", "id,students,poor,zone\n" + "".join(f"{u},10,4,{'S' if u < 'c' else 'N'}\n" for u in "abcdef"))
    pairs = [(u, v) for u in "abcdef" for v in "abcdef" if u < v]
    for some, is_doubted in ((pairs, True), (pairs[:12], False)):
        files.csv("edges.csv", "u,v\n" + "".join(f"{u},{v}\n" for u, v in some))
        said = [warning for warning in files.load().warnings if warning.startswith("edges.csv")]
        assert [warning[:49] for warning in said] == ["edges.csv: 15 pairs of neighbors are more than 6 "] * is_doubted


HEADLESS = {
    "edges.csv": (EDGES.split("\n", 1)[1], "holds the units 'a', 'b' where names of columns were expected"),
    "travel.csv": (TRAVEL.split("\n", 1)[1], "holds a unit where names of columns were expected: 'a', '2', '8'"),
    "long travel.csv": (LONG.split("\n", 1)[1], "holds a unit where names of columns were expected: 'a', 'S', '2'"),
    "matrix edges.csv": ("id,a,b,c,d\na,0,1,0,0\nb,1,0,1,0\nc,0,1,0,1\nd,0,0,1,0\n", "is a matrix: its columns are the units 'a', 'b', 'c', 'd'"),
}


@pytest.mark.parametrize("kind", HEADLESS)
def test_a_first_row_of_units_is_no_row_of_names(files, kind):
    """It would be lost, and nobody would know."""
    text, said = HEADLESS[kind]
    name = kind.split()[-1]
    files.csv(name, text)
    assert [problem.split(".csv, row 1: ")[1].split(". ")[0] for problem in files.problems()] == [said]


def test_attributes_of_another_layer_are_not_taken_for_those_of_the_shapes(files):
    """Two shapes less than records, or more: each would get its neighbor's students."""
    files.drawn("units.shp")
    shorter = SmallFiles(files.folder).csv("few.csv", "")
    shorter.unlink()
    whole = pd.read_csv(files.folder / "units.csv")
    files.csv("units.csv", whole.iloc[:2].to_csv(index=False))
    files.drawn("few.shp")
    shutil.copy(files.folder / "few.dbf", files.folder / "units.dbf")
    files.say("units", path=files.folder / "units.shp")
    assert files.problems() == [
        "units.shp: has 4 shapes, and units.dbf 2 records: they are not of the same layer. "
        "Copy .shp, .shx and .dbf together, or export the layer again."
    ]
