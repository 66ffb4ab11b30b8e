"""Tables that say something else than they seem to at a glance: none may be taken for what it is not."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from small_files import EDGES, SCHOOLS, TRAVEL, UNITS, SmallFiles

from rezoning.district.labels import Labels
from rezoning.district.plans.collect import read_assignment

LONG = "from_id,to_id,minutes\n" + "".join(
    f"{u},{s},{value}\n" for u, *row in (line.split(",") for line in TRAVEL.split()[1:]) for s, value in zip("SN", row, strict=True)
)


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


def numbers_for_letters(text):
    """The same table of units 1 to 4."""
    head, *rows = text.splitlines()
    called = dict(zip("abcd", "1234", strict=True))
    return "\n".join([head, *(",".join(called.get(cell, cell) for cell in row.split(",")) for row in rows)]) + "\n"


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


@pytest.mark.parametrize(("name", "is_doubted"), [("distance_m", False), ("crossings", True)])
def test_no_distance_is_next_door(files, name, is_doubted):
    files.csv("edges.csv", f"u,v,{name}\na,b,0\nb,c,0\nc,d,12\n")
    district = files.load()
    assert district.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    said = f"edges.csv: column '{name}' holds 0 for 2 pairs, which stay neighbors; if it says that they share no border, call it shared_m"
    assert (said in district.warnings) == is_doubted


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


# -- ids and names ---------------------------------------------------------------------------------------------------

MARKED = {
    "marked as text": ("a01", '="a01"'),
    "marked by an apostrophe": ("001", "'001"),
    "zeros lost": ("001", "1"),
    "another way to write a letter": ("Pe\u00f1a", "Pen\u0303a"),
    "a mark that takes no room": ("a", "a\u200b"),
    "as NHGIS joins them": ("510590040011000", "G51005900040011000"),
    "joined, of a state that begins with zero": ("060014001001000", "G06000104001001000"),
}


@pytest.mark.parametrize("kind", MARKED)
def test_ids_that_programs_have_marked_are_found_and_told(files, kind):
    true, written = MARKED[kind]
    for name in ("units.csv", "schools.csv", "travel.csv", "edges.csv"):
        text = (files.folder / name).read_text()
        files.csv(name, "\n".join(",".join(true if cell == "a" else cell for cell in row.split(",")) for row in text.splitlines()) + "\n")
    expected = files.load()
    for name in ("travel.csv", "edges.csv"):
        files.edit(name, f"\n{true},", f"\n{written},")
    district = files.load()
    assert district.travel.tolist() == expected.travel.tolist()
    assert district.edges.tolist() == expected.edges.tolist()
    said = "1 id found after restoring lost leading zeros, or dropping a prefix, '.0' or a mark of text"
    assert next(note for note in district.notes if said in note).startswith("travel.csv: ")
    path = files.csv("plan.csv", f'unit,school\n{written},S\nb,="S"\nc,N\nd,N\n')
    plan = read_assignment(path, district.unit_ids, labels=Labels(district.school_ids))
    assert plan.rows == (2, 3, 4, 5)
    assert any("""'="S"' as 'S'""" in note for note in plan.notes)


def test_ids_that_only_differ_by_zeros_are_two(files):
    for name in ("units.csv", "schools.csv", "travel.csv", "edges.csv"):
        text = (files.folder / name).read_text()
        called = {"a": "007", "b": "7"}
        files.csv(name, "\n".join(",".join(called.get(cell, cell) for cell in row.split(",")) for row in text.splitlines()) + "\n")
    assert files.load().travel.tolist() == [[2, 8], [3, 6], [6, 3], [8, 2]]
    files.edit("travel.csv", "007,", "07,")
    assert any("unknown: '07'" in warning for warning in files.load().warnings)


@pytest.mark.parametrize("text", [TRAVEL.replace("S,N", "south,North"), LONG.replace(",S,", ",South,").replace(",N,", ",NORTH,")])
def test_travel_finds_schools_by_their_names(files, text):
    expected = files.load().travel.tolist()
    files.csv("travel.csv", text)
    district = files.say("schools", name="name").load()
    assert district.travel.tolist() == expected
    assert any(note.startswith("travel.csv: schools are found by their names: ") for note in district.notes)
    files.edit("schools.csv", "North", "South")  # a name of two schools finds neither
    assert files.problems() or any("no travel to" in warning for warning in files.load().warnings)


def test_names_of_columns_have_no_unseen_marks(files):
    files.csv("units.csv", "\ufeff\ufeff" + UNITS.replace("students", "stu\u00addents"))
    assert files.load().students.tolist() == [10, 10, 20, 0]


def test_pairs_in_one_column_beside_numbers_of_the_analysis(files):
    """Numbers that a network analysis gives to places look like ids 1 to 4, and are others."""
    for name, text in (("units.csv", UNITS), ("schools.csv", SCHOOLS), ("edges.csv", EDGES)):
        files.csv(name, numbers_for_letters(text))
    rows = [
        (f"{u},{s}" if right else f"{5 - u},{s}", f"{u} - {s}", v)
        for right in (True, False)
        for u in range(1, 5)
        for s, v in (("S", u), ("N", 9 - u))
    ]
    head = "Name,OriginID,DestinationID,Total_Minutes\n"
    files.csv("travel.csv", head + "".join(f"{name},{ids},{value}\n" for ids, name, value in rows[:8]))
    assert files.load().travel.tolist() == [[1, 8], [2, 7], [3, 6], [4, 5]]
    files.csv("travel.csv", head + "".join(f"{name},{ids},{value}\n" for ids, name, value in rows[8:]))
    assert files.problems() == [
        "travel.csv, row 1: column 'Name' holds unit and school in one, as in '1 - S', and 'OriginID' and 'DestinationID' are others: "
        "they seem to be the numbers of the network analysis. Part 'Name' into two columns, from_id and to_id, and leave its own ids out."
    ]


# -- rows and numbers ------------------------------------------------------------------------------------------------


def test_a_row_of_totals_is_no_unit(files):
    files.csv("units.csv", UNITS + "Grand Total,40,11,\n")
    assert files.problems() == [
        "units.csv, row 6: 'Grand Total' has as many students as all other rows together: a total is no unit. Delete the row."
    ]
    files.csv("units.csv", UNITS + "Total,40,10,\n")  # not that of the group
    assert files.problems() == []


def test_a_total_of_another_name_is_doubted(files):
    rows = "".join(f"e{k},1,1,N\n" for k in range(4))
    files.csv("units.csv", UNITS + rows + "x,44,15,N\n")
    assert "units.csv, row 10: 'x' has as many students as all other rows together; if it is a total, delete it" in files.load().warnings


@pytest.mark.parametrize(
    ("text", "row", "name"), [(UNITS + "Source: district\n", 6, "Source: district"), (UNITS.replace("zone\n", "zone\nkey,,,\n"), 2, "key")]
)
def test_rows_of_nothing_but_an_id_are_doubted(files, text, row, name):
    files.csv("units.csv", text)
    warning = f"units.csv, row {row}: '{name}' has nothing but an id, and counts as a unit without students; delete what is no unit"
    assert warning in files.load().warnings
    files.csv("units.csv", UNITS.replace("c,20", "lake,,,\nc,20"))
    assert not any("nothing but" in warning for warning in files.load().warnings)


def test_points_that_may_part_thousands_are_doubted(files):
    files.edit("units.csv", "c,20,5", "c,1.250,1").edit("schools.csv", "South,25", "South,1.250")
    said = "is read with a decimal point, beside whole numbers; if the point parts thousands, take it away"
    warnings = files.load().warnings
    assert f"units.csv, row 4: '1.250' in column 'students' {said}" in warnings
    assert f"schools.csv, row 2: '1.250' in column 'capacity' {said}" in warnings
    files.edit("units.csv", "a,10,", "a,9.5,")
    assert not any("units.csv" in warning for warning in files.load().warnings)


@pytest.mark.parametrize("value", ["999", "9999", "99999"])
def test_nines_far_above_all_trips_are_doubted(files, value):
    files.say("travel", measure="meters").csv("travel.csv", TRAVEL.replace("a,2,8", f"a,2,{value}"))
    said = f"travel.csv, row 2: {value} in column 'N' is more than twice any other value; if it says that there is no way, leave the cell blank"
    assert said in files.load().warnings
    files.edit("travel.csv", "b,3,6", f"b,3,{int(value) // 2 + 1}")
    assert said not in files.load().warnings
