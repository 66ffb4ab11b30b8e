"""Plans that divide units, leave some out, or number their zones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_drawn import BLOCKS, SCHOOLS, drawn, said_of, table

from rezoning.district.plan import Plan
from rezoning.district.plans.how import PlanReading
from rezoning.district.plans.parts import among
from rezoning.district.plans.read import bring_plan, read_plan
from rezoning.district.split_units import SplitUnit

PLACE = drawn()
WANTED = Plan([0, 1, 1, 2, 2, 0])
PAIRS = [(block, SCHOOLS[s]) for block, s in zip(BLOCKS, WANTED.school, strict=True)]


def put(folder, content, name="plan.csv"):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


# -- parts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["{}A", "{}-1", "{}001", "{}_a", "{} 2"])
def test_parts_of_blocks_with_longer_ids(tmp_path, ending):
    letter = str.maketrans("Aa12", "Bb24")
    rows = [(ending.format(block), label) for block, label in PAIRS] + [(ending.translate(letter).format(block), label) for block, label in PAIRS]
    brought = bring_plan(put(tmp_path, table(("GEOID20", "District"), *rows)), PLACE)
    assert brought.plan == WANTED
    assert brought.split == ()
    assert any("about parts of units" in note for note in brought.notes)


def test_most_parts_decide_and_what_is_divided_is_told(tmp_path):
    rows = [*((f"{BLOCKS[0]}{letter}", school) for letter, school in zip("ABC", ("S1", "S2", "S1"), strict=True)), *PAIRS[1:]]
    brought = bring_plan(put(tmp_path, table(("GEOID20", "District"), *rows)), PLACE)
    assert brought.plan == WANTED
    (split,) = brought.split
    assert (split.unit, split.of) == (0, "parts")
    assert dict(split.shares) == pytest.approx({"S1": 2 / 3, "S2": 1 / 3})
    assert brought.settled == (
        f"plan.csv: divides 1 unit with 10 students among several schools, and it has the one with the most (parts): '{BLOCKS[0]}' "
        "(10 students: 67 % S1, 33 % S2)",
    )
    assert not any("10 students" in text for text in brought.public)
    entry = brought.to_dict(PLACE)["split"][0]
    assert (entry["unit"], entry["students"]) == (BLOCKS[0], 10.0)


@pytest.mark.parametrize("column", ["share", "ALAND20", "Pct"])
def test_a_column_of_shares_decides(tmp_path, column):
    rows = [(BLOCKS[0], "S2", 3), (BLOCKS[0], "S1", 4), (BLOCKS[0], "S3", 2), *((*pair, 1) for pair in PAIRS[1:])]
    brought = bring_plan(put(tmp_path, table(("unit", "school", column), *rows)), PLACE)
    assert brought.plan == WANTED
    assert [label for label, _ in brought.split[0].shares] == ["S1", "S2", "S3"]
    assert brought.split[0].of == column


@pytest.mark.parametrize("rows", [
    [(BLOCKS[0], "S1", ""), (BLOCKS[0], "S2", "")], [(BLOCKS[0], "S1", 2), (BLOCKS[0], "S2", 2)],
    [(f"{BLOCKS[0]}A", "S1", 5), (f"{BLOCKS[0]}B", "S2", 5)],
])  # fmt: skip
def test_no_majority_is_refused(tmp_path, rows):
    (said,) = said_of(lambda: read_plan(put(tmp_path, table(("unit", "school", "share"), *rows, *((*pair, 1) for pair in PAIRS[1:]))), PLACE))
    assert said.startswith(f"plan.csv: gives two schools to 1 unit: '{BLOCKS[0]}' has 'S1' (row 2) and 'S2' (row 3). Keep one row per unit, or add")


def test_two_rows_of_a_unit_are_no_parts_without_shares(tmp_path):
    rows = [(BLOCKS[0], "S1"), (BLOCKS[0], "S1"), (BLOCKS[0], "S2"), *PAIRS[1:]]
    (said,) = said_of(lambda: read_plan(put(tmp_path, table(("unit", "school"), *rows)), PLACE))
    assert "gives two schools to 1 unit" in said


def test_a_part_is_nothing_beside_a_row_of_the_whole(tmp_path):
    rows = [*PAIRS, (f"{BLOCKS[0]}A", "S3")]
    brought = bring_plan(put(tmp_path, table(("unit", "school"), *rows)), PLACE)
    assert brought.plan == WANTED
    assert "plan.csv: ignored 1 row of units outside the district" in brought.notes


def test_a_longer_number_is_no_part(tmp_path):
    place = drawn(units=("1", "2", "3", "4", "5", "6"))
    rows = [*((str(k + 1), label) for k, (_, label) in enumerate(PAIRS[:5])), ("61", "S1")]
    (said,) = said_of(lambda: read_plan(put(tmp_path, table(("unit", "school"), *rows)), place))
    assert "has no row for 1 of 6 units: '6'" in said


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(SCHOOLS), st.integers(1, 4)), min_size=1, max_size=20))
def test_the_school_with_the_most_by_brute_force(tmp_path_factory, drawn_rows):
    rows = [(BLOCKS[u], school, weight) for u, school, weight in drawn_rows]
    sums = {u: {s: sum(w for v, t, w in drawn_rows if (v, t) == (u, s)) for s in SCHOOLS} for u in range(6)}
    path = put(tmp_path_factory.mktemp("parts"), table(("unit", "school", "share"), *rows))
    best = {u: sorted(held, key=lambda s: -held[s]) for u, held in sums.items() if any(held.values())}
    even = any(sums[u][first] == sums[u][second] for u, (first, second, _) in best.items())
    how = PlanReading(rest="today")
    if even:
        assert "gives two schools" in said_of(lambda: read_plan(path, PLACE, how))[0]
        return
    brought = bring_plan(path, PLACE, how)
    assert brought.plan == Plan([SCHOOLS.index(best[u][0]) if u in best else PLACE.current[u] for u in range(6)])
    assert {one.unit for one in brought.split} == {u for u in best if sums[u][best[u][1]]}
    assert all(sum(share for _, share in one.shares) == pytest.approx(1) for one in brought.split)


# -- the rest --------------------------------------------------------------------------------------------------------


def test_what_is_left_out_keeps_todays_school_only_if_that_is_said(tmp_path):
    path = put(tmp_path, table(("unit", "school"), *PAIRS[:3], (BLOCKS[3], "")))
    missing, blank = said_of(lambda: read_plan(path, PLACE))
    assert missing.endswith("A plan gives every unit exactly one school. Where the others are to keep today's school, say --rest today.")
    assert blank.endswith("say --rest today.")
    brought = bring_plan(path, PLACE, PlanReading(rest="today"))
    assert brought.plan == Plan([0, 1, 1, 1, 2, 2])
    assert brought.kept == (3, 4, 5)
    assert brought.settled[0].startswith("plan.csv: leaves out 3 units with 20 students, which keep today's school (--rest today): ")
    assert brought.to_dict(PLACE)["kept_today"] == {"units": 3, "students": 20.0, "unit_ids": list(BLOCKS[3:])}


def test_new_units_and_zones_of_closed_schools_have_nothing_to_keep(tmp_path):
    place = drawn(current=(0, 0, 1, 1, -1, 3), closed=("S9",))
    path = put(tmp_path, table(("unit", "school"), *PAIRS[:3]))
    (said,) = said_of(lambda: read_plan(path, place, PlanReading(rest="today")))
    assert said == (
        f"plan.csv: leaves out 2 units with no school to keep: '{BLOCKS[4]}' (new: it has no school today), "
        f"'{BLOCKS[5]}' (today's school 'S9' is closed). Give them a school."
    )


def test_without_zones_of_today_the_rest_can_keep_nothing(tmp_path):
    path = put(tmp_path, table(("unit", "school"), *PAIRS[:3]))
    assert "say --rest" not in said_of(lambda: read_plan(path, drawn(current=None)))[0]
    (said,) = said_of(lambda: read_plan(path, drawn(current=None), PlanReading(rest="today")))
    assert said.startswith("--rest today: the scenario has no zones of today.")


def test_a_whole_plan_has_no_rest(tmp_path):
    brought = bring_plan(put(tmp_path, table(("unit", "school"), *PAIRS)), PLACE, PlanReading(rest="today"))
    assert (brought.plan, brought.kept, brought.settled) == (WANTED, (), ())


# -- numbers of zones ------------------------------------------------------------------------------------------------

NUMBERED = [(block, s + 1) for block, s in zip(BLOCKS, WANTED.school, strict=True)]


def test_numbers_stand_for_schools_as_a_table_says(tmp_path):
    path = put(tmp_path, table(("GEOID20", "District"), *NUMBERED))
    key = put(tmp_path, table(("zone", "school"), ("01", "S1"), ("2.0", "brook elementary"), (3, "Clay ES")), "labels.csv")
    brought = bring_plan(path, PLACE, PlanReading(labels=key))
    assert brought.plan == WANTED
    assert {file.path for file in brought.files} == {str(path), str(key)}


def test_a_table_of_numbers_beside_the_plan_is_the_plans_own(tmp_path):
    place = drawn(schools=("3", "1", "2"))  # numbers that are schools' ids as well, and other ones
    path = put(tmp_path, table(("GEOID20", "District"), *NUMBERED))
    assert read_plan(path, place) == Plan([place.school_ids.index(str(number)) for _, number in NUMBERED])
    put(tmp_path, table(("District", "school_id", "name"), (1, "3", "A"), (2, "1", "B"), (3, "2", "C")), "plan_districts.csv")
    assert read_plan(path, place) == WANTED


@pytest.mark.parametrize("text", ["zone,school_id\n1,S1\n2,S2\n3,S3\n", "District,school_id\n1,S1\n2,S2\n", "District,school_id\n1,S1\n2,S2\n3,S9\n"])
def test_a_table_beside_that_is_of_another_plan_is_none(tmp_path, text):
    put(tmp_path, text, "plan_districts.csv")
    (said,) = said_of(lambda: read_plan(put(tmp_path, table(("GEOID20", "District"), *NUMBERED)), PLACE))
    assert "--labels labels.csv" in said


def test_what_is_wrong_with_a_table_of_labels(tmp_path):
    key = put(tmp_path, table(("label", "school"), (1, "S1"), (1, "S2"), (2, "Adms Elementary")), "labels.csv")
    path = put(tmp_path, table(("GEOID20", "District"), *NUMBERED))
    assert said_of(lambda: read_plan(path, PLACE, PlanReading(labels=key))) == [
        "labels.csv, row 3: gives label '1' a second school, 'S2'. Keep one row per label.",
        "labels.csv, row 4: names 'Adms Elementary', which is no one open school. Did you mean 'Adams Elementary'?",
    ]
    key = put(tmp_path, table(("a", "b", "c"), (1, 2, 3)), "labels.csv")
    (said,) = said_of(lambda: read_plan(path, PLACE, PlanReading(labels=key)))
    assert said == "labels.csv: has no columns of labels and schools: a, b, c. Name them label and school."


def test_no_table_of_labels_at_all(tmp_path):
    path = put(tmp_path, table(("GEOID20", "District"), *NUMBERED))
    (said,) = said_of(lambda: read_plan(path, PLACE, PlanReading(labels=tmp_path / "none.csv")))
    assert said == f"--labels: {tmp_path / 'none.csv'} does not exist. Check the name and the folder."


def test_labels_that_the_table_lacks_are_refused(tmp_path):
    key = put(tmp_path, table(("label", "school"), (1, "S1"), (2, "S2")), "labels.csv")
    (said,) = said_of(lambda: read_plan(put(tmp_path, table(("GEOID20", "District"), *NUMBERED)), PLACE, PlanReading(labels=key)))
    assert "holds the numbers 3" in said


@pytest.mark.parametrize("nothing", ["0", "-1", "0.0"])
def test_zero_is_no_zone_unless_it_is_a_school(tmp_path, nothing):
    rows = [(block, nothing if k == 0 else label) for k, (block, label) in enumerate(PAIRS)]
    path = put(tmp_path, table(("GEOID20", "District"), *rows))
    (said,) = said_of(lambda: read_plan(path, PLACE))
    assert f"gives no school to 1 unit: '{BLOCKS[0]}'" in said
    assert read_plan(path, PLACE, PlanReading(rest="today")) == WANTED


def test_units_partly_in_no_zone_are_not_called_divided_among_several_schools():
    both, one = SplitUnit(0, (("A", 0.6), ("B", 0.4)), "land"), SplitUnit(1, (("A", 0.8),), "land")
    assert among([both]) == "several schools"
    assert among([one]) == "a school and none"
    assert among([both, one]) == "several schools, 1 unit of them among one school and none"
