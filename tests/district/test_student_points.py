"""Students' points: counted into units by brute force, told in numbers and distances, and nothing of a single student leaves."""

from __future__ import annotations

import gzip
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point
from squares import write_polygons

from rezoning.commands.evaluation import evaluate, evaluation_record
from rezoning.commands.run import run
from rezoning.district.load import load_district
from rezoning.district.reading import Reading
from rezoning.district.students.placing import GAP_M, placed
from rezoning.errors import DataError, ScenarioError
from rezoning.scenario.load import load_scenario
from rezoning.scenario.resolve import resolved
from rezoning.scenario.students import StudentPoints

CRS = 32616
X, Y = 500_000, 4_400_000
ID, STREET = "STU-900417", "12 Oak Street"
GROUPS = {"poor": {"column": "FRL", "equals": "Y"}}


def students(seed=0, k=400):
    """Students in and around the twelve squares: column (west to east) and row, group, grade."""
    rng = np.random.default_rng(seed)
    x, y = X + rng.uniform(0, 400, k), Y - rng.uniform(0, 300, k)
    return gpd.GeoDataFrame(
        {"FRL": rng.choice(["Y", "N"], k), "GRADE": rng.choice(["K", "1", "2"], k), "HOME": rng.choice(["es", "en"], k)},
        geometry=gpd.points_from_xy(x, y), crs=CRS,
    )  # fmt: skip


@pytest.fixture
def town(tmp_path):
    """Write students and read the district that they are counted into."""
    write_polygons(tmp_path)

    def load(frame=None, name="students.gpkg", crs=CRS, overrides=(), **section):
        if frame is not None:
            frame.to_crs(crs).to_file(tmp_path / name)
        said = json.loads((tmp_path / "scenario.yaml").read_text())
        said["data"]["units"] = {"path": "units.geojson", "id": "unit", "current_school": "today"}
        said["data"]["students"] = {"path": name, "groups": GROUPS} | section
        (tmp_path / "scenario.yaml").write_text(json.dumps(said))
        return load_district(load_scenario(tmp_path / "scenario.yaml", overrides).data)

    load.folder = tmp_path
    return load


def counted(frame, mask=None):
    """Students of each square, one by one; the squares are numbered row by row from the north-west."""
    counts = np.zeros(12)
    for shape, is_in in zip(frame.geometry, np.ones(len(frame), dtype=bool) if mask is None else mask, strict=True):
        if is_in:
            counts[4 * int((Y - shape.y) // 100) + int((shape.x - X) // 100)] += 1
    return counts


def refused(town, *args, **keys):
    with pytest.raises(DataError) as error:
        town(*args, **keys)
    return str(error.value)


# -- counts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", [CRS, 4326, 3857])
@pytest.mark.parametrize("name", ["students.gpkg", "students.shp", "students.geojson"])
def test_students_groups_and_grades_are_counted(name, crs, town):
    frame = students()
    district = town(frame, name, crs, grade="GRADE")
    assert np.array_equal(district.students, counted(frame))
    assert np.array_equal(district.groups["poor"], counted(frame, frame.FRL == "Y"))
    assert list(district.grades) == ["K", "1", "2"]
    for grade, of in district.grades.items():
        assert np.array_equal(of, counted(frame, grade == frame.GRADE))


def test_a_table_with_degrees(town):
    frame = students(k=60)
    places = frame.geometry.to_crs(4326)
    table = pd.DataFrame(frame.drop(columns="geometry")).assign(Lon=places.x, LAT=places.y)
    table.to_csv(town.folder / "students.csv", index=False)
    assert np.array_equal(town(name="students.csv").students, counted(frame))
    with gzip.open(town.folder / "students.csv.gz", "wt") as stream:
        stream.write(table.to_csv(index=False, sep=";"))
    assert np.array_equal(town(name="students.csv.gz").students, counted(frame))


def test_grades_that_count_and_a_filter(town):
    frame = students()
    district = town(frame, grade="GRADE", grades=["2", "K"])
    inside = frame.GRADE.isin(["2", "K"])
    assert np.array_equal(district.students, counted(frame, inside))
    assert np.array_equal(district.groups["poor"], counted(frame, inside & (frame.FRL == "Y")))
    assert list(district.grades) == ["2", "K"]
    district = town(frame, filter={"column": "HOME", "equals": "es"})
    assert np.array_equal(district.students, counted(frame, frame.HOME == "es"))


def test_several_texts_and_yes_or_no(town):
    frame = students()
    frame["lunch"] = np.random.default_rng(1).choice(["free", "reduced", "paid"], len(frame))
    frame["EL"] = np.random.default_rng(2).choice([True, False], len(frame))
    frame["IEP"] = np.random.default_rng(3).choice(["x", ""], len(frame))
    groups = GROUPS | {"meals": {"column": "lunch", "equals": ["free", "reduced"]}, "el": {"column": "EL"}, "iep": {"column": "IEP"}}
    district = town(frame, "students.geojson", groups=groups)
    assert np.array_equal(district.groups["meals"], counted(frame, frame.lunch != "paid"))
    assert np.array_equal(district.groups["el"], counted(frame, frame.EL))
    assert np.array_equal(district.groups["iep"], counted(frame, frame.IEP == "x"))
    assert "never says no" in " ".join(district.notes)


def test_a_point_on_a_border_belongs_to_one_unit(town):
    shapes = [Point(X + 100, Y - 50), Point(X + 100, Y - 100), Point(X + 400, Y - 300)]
    district = town(gpd.GeoDataFrame({"FRL": ["Y", "N", "N"]}, geometry=shapes, crs=CRS))
    assert district.students.tolist() == [2.0, *[0.0] * 10, 1.0]


@given(st.integers(0, 2**31))
def test_no_student_is_lost_or_counted_twice(seed):
    """Those in units, those outside and those nowhere are all; each is in a unit that holds it, or is the nearest within the gap."""
    rng = np.random.default_rng(seed)
    left, low = rng.uniform(0, 300, (2, 8))
    polygons = gpd.GeoSeries(shapely.box(left, low, left + rng.uniform(5, 120, 8), low + rng.uniform(5, 120, 8)), crs=CRS)
    spots = [Point(*np.round(rng.uniform(-60, 480, 2), rng.integers(0, 2))) if rng.random() < 0.9 else None for _ in range(40)]

    section = StudentPoints(path="students.gpkg")
    reading = Reading()
    frame = gpd.GeoDataFrame({"k": range(40)}, geometry=spots, crs=CRS)
    found = None
    with pytest.MonkeyPatch.context() as patch:
        from rezoning.district.files.table import Table
        from rezoning.district.students import placing

        patch.setattr(placing, "read_students", lambda *_: Table(section.path, pd.DataFrame({"k": range(1, 41)}), frame.geometry))
        with reading.gathering():
            found = placed(section, polygons, reading)
    if found is None:
        assert "none of its 40 students" in str(next(iter(reading.problems)))
        return
    inside, nowhere = int((found.unit >= 0).sum()), sum(spot is None or (spot.x == 0 and spot.y == 0) for spot in spots)
    assert np.bincount(found.unit[found.unit >= 0], minlength=8).sum() + (found.unit < 0).sum() == 40
    said = " ".join(reading.warnings)
    outside = 40 - inside - nowhere
    assert (f"{outside} student" in said) == (outside > 0)
    for spot, u in zip(spots, found.unit.tolist(), strict=True):
        gaps = [np.inf] * 8 if spot is None or (spot.x == 0 and spot.y == 0) else [spot.distance(unit) for unit in polygons]
        nearest = min(gaps)
        assert u == (gaps.index(nearest) if nearest <= GAP_M else -1)


# -- students outside ------------------------------------------------------------------------------------------------


def test_students_outside_are_told_by_distance(town):
    beside = [(X - 20, Y - 50), (X - 40, Y - 50), (X - 300, Y - 50), (X - 450, Y - 50), (X - 3000, Y), (X - 90_000, Y)]
    inside = [(X + 50, Y - 50)] * 3
    shapes = [*map(Point, [*beside, *inside]), None]
    district = town(gpd.GeoDataFrame({"FRL": ["Y"] * 10}, geometry=shapes, crs=CRS))
    assert district.students[0] == 4
    assert "1 of them up to 25 m beside every unit, counted into the nearest" in " ".join(district.notes)
    said = " ".join(district.warnings)
    assert (
        "5 students outside every unit and not counted: 1 within 50 m of one, 2 from 50 to 500 m away, 1 from 500 m to 5 km away, 1 farther away"
        in said
    )
    assert "1 student without a place" in said


def test_nobody_in_the_district_is_refused(town):
    said = refused(town, gpd.GeoDataFrame({"FRL": ["Y"]}, geometry=[Point(X - 90_000, Y)], crs=CRS))
    assert "none of its 1 student lives in a unit: the nearest is 90 km away" in said


# -- what is refused -------------------------------------------------------------------------------------------------


def test_both_at_once_are_refused_naming_both_keys(town):
    town(students())
    said = json.loads((town.folder / "scenario.yaml").read_text())
    said["data"]["units"] |= {"students": "students", "groups": {"poor": "poor"}, "grades": {"K": "k"}}
    (town.folder / "both.yaml").write_text(json.dumps(said))
    with pytest.raises(ScenarioError) as error:
        load_scenario(town.folder / "both.yaml")
    for key in ("students", "groups", "grades"):
        assert f"data.units.{key} and data.students both count {key}" in str(error.value)
    with pytest.raises(ScenarioError, match=r"Give data.units.students, a column of counts, or data.students, a layer of points"):
        town(overrides=["data.students=null"])


def test_names_of_groups_and_grades_are_known_before_data_are_read(town):
    students().to_file(town.folder / "students.gpkg")
    with pytest.raises(ScenarioError, match=r"'rich' is not a group of data.students.groups"):
        town(overrides=["goals.0.group=rich"])
    phase = "rules.phase_in=[{year: 2027, stay: {3: 0.5}}]"
    with pytest.raises(ScenarioError, match=r"'3' is not a grade of data.students.grades"):
        town(overrides=[phase, "data.students.grade=GRADE", "data.students.grades=[K, 1]"])
    with pytest.raises(ScenarioError, match=r"data.students.groups.el.column: the key 'column' is missing. Add it: column of the students' file"):
        town(overrides=["data.students.groups.el.equals=Y"])
    with pytest.raises(ScenarioError, match="grades needs grade"):
        town(overrides=["data.students.grades=[K]"])
    with pytest.raises(ScenarioError, match=r"'rich' is not a group of data.students.groups"):
        town(overrides=["data.units.partition=[poor, rich]"])


def test_units_without_polygons(town):
    (town.folder / "units.csv").write_text("unit,today\n000,A\n")
    students().to_file(town.folder / "students.gpkg")
    with pytest.raises(DataError, match=r"students are found in polygons, and units.csv has none"):
        town(overrides=["data.units.path=units.csv", "data.adjacency.path=units.csv", "data.schools.unit=unit", "data.travel=null"])


@pytest.mark.parametrize(("spoil", "section", "wanted"), [
    ({}, {"groups": {"poor": {"column": "FRL", "equals": "Free"}}}, "has 'Free' in column 'FRL'. The column holds 'Y', 'N'."),
    ({}, {"groups": {"poor": {"column": "HOME"}}}, "says neither yes nor no of 60 students"),
    ({"FRL": None}, {"groups": {"poor": {"column": "FRL"}}}, "says nothing of 3 students, beside yes and no"),
    ({}, {"grade": "GRADE", "grades": ["7"]}, "is in grade '7'"),
    ({}, {"filter": {"column": "HOME", "equals": "fr"}}, "has 'fr' in column 'HOME'"),
    ({}, {"groups": {"poor": {"column": "FR"}}}, "has no column 'FR'"),
])  # fmt: skip
def test_columns_that_do_not_say_it(spoil, section, wanted, town):
    frame = students(k=60)
    for name, value in spoil.items():
        frame.loc[:2, name] = value
    for value in ("Y", "N"):
        frame.loc[frame.index[20:35] if value == "Y" else frame.index[35:50], "FRL"] = value
    assert wanted in refused(town, frame, "students.geojson", **section)


def test_what_is_not_known_is_doubted_where_texts_are_named(town):
    frame = students(k=60)
    frame.loc[:2, "FRL"] = None
    district = town(frame, "students.geojson")
    assert "3 students with nothing in column 'FRL', counted as not in group 'poor'" in " ".join(district.warnings)


def test_groups_of_a_partition_may_not_overlap(town):
    frame = students(k=30)
    frame["a"], frame["b"] = ["Y"] * 30, ["Y"] * 2 + ["N"] * 28
    with pytest.raises(DataError, match=r"rows 1, 2: 2 students in more than one group of the partition \(a, b\)"):
        town(frame, groups={"a": {"column": "a"}, "b": {"column": "b"}}, overrides=["data.units.partition=[a, b]", "goals=[{minimize: reassigned}]"])


def test_other_shapes_and_no_crs(town):
    shapes = [MultiPoint([(X + 1, Y - 1)]), Point(X + 2, Y - 2)]
    assert town(gpd.GeoDataFrame({"FRL": ["Y", "N"]}, geometry=shapes, crs=CRS)).students[0] == 2
    shapes = [LineString([(X, Y), (X + 1, Y)]), Point(X + 2, Y - 2)]
    assert "row 1: 1 student has no point but another shape" in refused(town, gpd.GeoDataFrame({"FRL": ["Y", "N"]}, geometry=shapes, crs=CRS))


# -- nothing of a student leaves -------------------------------------------------------------------------------------


def table(town, rows, header="id,street,city,zip,FRL,lon,lat"):
    (town.folder / "students.csv").write_text("\n".join([header, *rows] if header else rows) + "\n")


GOOD = f"{ID},{STREET},Springfield,22301,Y,-86.99953,39.74955"


@pytest.mark.parametrize(("row", "header"), [
    (f"{ID},{STREET},Springfield,22301,Y,-86.99953,north", "id,street,city,zip,FRL,lon,lat"),
    (f"{ID},{STREET},Springfield,22301,Y,39.74955,-186.99953", "id,street,city,zip,FRL,lon,lat"),
    (f"{ID},{STREET},Springfield,22301,Y,-86.99953,39.74955,more", "id,street,city,zip,FRL,lon,lat"),
    (GOOD, ""),
    (GOOD, f"{ID},{STREET},{STREET},zip,FRL,lon,lat"),
    (f"{ID},{STREET},Springfield,22301,{STREET},-86.99953,39.74955", "id,street,city,zip,FRL,lon,lat"),
    (GOOD, "id,street,city,zip,FRLX,lon,lat"),
    (GOOD, "id,street,city,zip,FRL,here,there"),
])  # fmt: skip
def test_no_refusal_quotes_a_student(row, header, town):
    table(town, [GOOD] * 2 * bool(header) + [row], header)
    section = {"groups": {"poor": {"column": "FRL"}}}
    said = refused(town, name="students.csv", **section)
    for secret in (ID, STREET, "Springfield", "22301", "86.99953", "39.74955"):
        assert secret not in said


def test_misnamed_columns_quote_no_student(town):
    table(town, [GOOD] * 3)
    for section in (
        {"grade": "id", "grades": ["K"]},
        {"filter": {"column": "street", "equals": "K"}},
        {"groups": GROUPS | {"a": {"column": "id", "equals": "Y"}}},
    ):
        said = refused(town, name="students.csv", **section)
        assert ID not in said
        assert STREET not in said
    table(town, [GOOD.replace("900417", str(900417 + k)) for k in range(30)])
    assert "30 different texts, which are no grades" in refused(town, name="students.csv", grade="id")


def test_neither_points_nor_ids_are_in_any_output(town, caplog):
    frame = students(k=600)
    frame["id"] = [f"STU-{k:06d}" for k in range(600)]
    with caplog.at_level("DEBUG"):
        town(frame, "students.geojson", 4326, grade="GRADE")
        outcome = run(town.folder / "scenario.yaml", town.folder / "out", overrides=["rules.capacity=null", "goals=[{minimize: reassigned}]"])
        found = evaluate(town.folder / "scenario.yaml", town.folder / "out" / "plan.csv")
    assert outcome.exit_code == 0
    held = [path.read_text(encoding="utf-8") for path in (town.folder / "out").rglob("*") if path.suffix in (".json", ".csv", ".yaml", ".html")]
    held += [json.dumps(evaluation_record(found.scenario, found.district, found)), caplog.text, repr(found.district)]
    assert all("STU-" not in text for text in held)
    digits = [f"{abs(shape.x):.6f}" for shape in frame.geometry.to_crs(4326)]
    assert not any(one in text for one in digits for text in held)
    names = [entry["path"] for entry in outcome.record["inputs"]]
    assert any(name.endswith("students.geojson") for name in names)


def test_the_scenario_is_shown_and_read_again(town):
    town(students(), grade="GRADE", grades=["K", "1"], filter={"column": "HOME", "equals": "es"})
    scenario = load_scenario(town.folder / "scenario.yaml")
    (town.folder / "again.yaml").write_text(resolved(scenario, town.folder))
    assert load_scenario(town.folder / "again.yaml") == scenario


# -- addresses without coordinates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "student_id,address,city,zip,school", "ID;STREET ADDRESS;CITY;STATE;ZIP CODE;SCHOOL", "Id,Addr1,Town,Postal,School",
        "student_id,meals,county,zip,school",
    ],
)  # fmt: skip
def test_addresses_without_coordinates_have_to_be_geocoded(header, town):
    mark = ";" if ";" in header else ","
    row = mark.join(["17", STREET, "Springfield", *["OH"] * (header.count(mark) - 4), "22301", "A"])
    (town.folder / "students.csv").write_text(f"{header}\n{row}\n")
    as_units = [
        "data.units.path=students.csv",
        "data.students=null",
        "data.units.students=count",
        "data.adjacency.path=e.csv",
        "data.schools.unit=unit",
    ]
    for overrides in ([], [*as_units, "goals=[{minimize: reassigned}]"]):
        said = refused(town, name="students.csv", overrides=overrides)
        assert "postal codes and no coordinates" in said
        assert "Census Geocoder" in said
        assert "permission" in said
        assert "lon and lat" in said
        assert STREET not in said


def test_a_child_scenario_counts_in_another_way(town):
    """The child's way takes the parent's away, in both directions."""
    town(students())
    (town.folder / "child.yaml").write_text("extends: scenario.yaml\ndata: {units: {students: students, groups: {poor: poor}}}\n")
    child = load_scenario(town.folder / "child.yaml")
    assert child.data.students is None
    assert load_district(child.data).total_students == 1200
    (town.folder / "grandchild.yaml").write_text("extends: child.yaml\ndata: {students: {path: students.gpkg, groups: {poor: {column: FRL}}}}\n")
    grandchild = load_scenario(town.folder / "grandchild.yaml")
    assert grandchild.data.units.students is None
    assert load_district(grandchild.data).total_students == 400
