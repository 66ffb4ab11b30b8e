"""A folder of files as people have them becomes a scenario that runs, with today's audit beside it; nothing else of the folder is touched."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys

import pandas as pd
import pytest
from conftest import SHARED_DATA

from rezoning import load_district, load_scenario, run
from rezoning.cli.new import _put
from rezoning.commands.new.asking import AnswerError, Asking, Choice, Question
from rezoning.commands.new.place import write_all
from rezoning.commands.new.words import Slug, grade_of, group_of
from rezoning.errors import OutputError
from rezoning.scenario.needs import DATA, needing
from rezoning.scenario.schema import Scenario

FOUR = ("baltimore", "shaker_heights", "mount_vernon", "fairfax_hs")


@pytest.fixture
def town(tmp_path):
    """Twelve squares, two schools, as a layer, a table of schools and a table of trips."""
    import geopandas as gpd
    from shapely.geometry import box

    folder = tmp_path / "Our Town 2026"
    folder.mkdir()
    squares, rows = [], []
    for column in range(6):
        for row in range(2):
            squares.append(box(500000 + 1000 * column, 4400000 + 1000 * row, 501000 + 1000 * column, 4401000 + 1000 * row))
            rows.append({"PU": f"p{column}{row}", "students": 20, "FRL": 12 - 2 * column, "current": "West" if column < 3 else "East"})
    gpd.GeoDataFrame(pd.DataFrame(rows), geometry=squares, crs=26915).to_file(folder / "units.geojson", driver="GeoJSON")
    (folder / "schools.csv").write_text("school_id,name,capacity,PU\nW,West,150,p10\nE,East,150,p40\n")
    trips = [f"{row['PU']},{2 + 2 * abs(int(row['PU'][1]) - 1)},{2 + 2 * abs(int(row['PU'][1]) - 4)}" for row in rows]
    (folder / "trips.csv").write_text("\n".join(["PU,W,E", *trips]) + "\n")
    return folder


def hashes(folder):
    """Every file of a folder with its hash."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def copied(name, tmp_path):
    """A shared district without its scenario."""
    if not (SHARED_DATA / name).is_dir():
        pytest.skip("needs the real districts in ../shared/data")
    folder = tmp_path / name
    shutil.copytree(SHARED_DATA / name, folder, copy_function=shutil.copyfile)
    folder.chmod(0o755)
    for scenario in folder.glob("*.yaml"):
        scenario.unlink()
    return folder


# -- what is written -------------------------------------------------------------------------------------------------


def test_a_folder_becomes_a_scenario_that_is_sound(call, town):
    before = hashes(town)
    code, out, _ = call("new", town, "--yes")
    assert code == 0
    after = hashes(town)
    assert {name: sha for name, sha in after.items() if name in before} == before
    assert set(after) - set(before) == {"scenario.yaml", "today.md", "today.json"}
    assert "rezoning run" in out.splitlines()[-1]
    assert call("validate", town / "scenario.yaml")[0] == 0
    scenario = load_scenario(town / "scenario.yaml")
    assert scenario.name == "our-town-2026"
    rules = scenario.rules
    assert (rules.capacity.max, rules.travel.max_increase, rules.contiguity.islands) == (1.05, 0.5, "keep")
    assert rules.shape.max_boundary_increase == 0.05
    assert {(rule.group, rule.measure) for rule in rules.burden} == {("low_income", "reassigned"), ("low_income", "added_travel")}
    assert [(goal.minimize, goal.group, goal.give_up) for goal in scenario.goals] == [
        ("dissimilarity", "low_income", 0.05), ("boundary_length", None, 0.0),
    ]  # fmt: skip
    text = (town / "scenario.yaml").read_text()
    assert all(f"\n# {said}" in text for said in ("What every plan must obey.", "What to make small", "Where everything comes from."))


def test_today_is_told_beside_it(call, town):
    assert call("new", town, "--yes")[0] == 0
    page, record = (town / "today.md").read_text(), json.loads((town / "today.json").read_text())
    assert "| West | 150 | 120 | 80 % |" in page
    assert "None: today's zones keep every rule." in page
    assert "every zone is in one piece" in page
    assert record["audit_today"]["passed"]
    assert [row["students"] for row in record["schools"]] == [120, 120]
    walks = next(one for one in record["missing"] if one["missing"] == "who can walk")
    assert "rules.walk" in walks["rules_out"]
    assert "goal not_walking" in walks["rules_out"]


def test_json_is_one_document(call, town):
    code, out, _ = call("new", town, "--yes", "--json", "--name", "first")
    record = json.loads(out)
    assert (code, record["name"], record["plan_exists"]) == (0, "first", True)
    assert {one["file"]: one["kind"] for one in record["files"]} == {"units.geojson": "units", "schools.csv": "schools", "trips.csv": "travel"}
    assert record["written"][-1] == str(town / "scenario.yaml")


# -- what is asked ---------------------------------------------------------------------------------------------------


def test_without_a_terminal_questions_are_listed_and_nothing_is_written(call, town):
    before = hashes(town)
    code, out, _ = call("new", town)
    assert code == 2
    assert hashes(town) == before
    assert "measure: In which unit does trips.csv measure trips? Suggested: minutes" in " ".join(out.split())
    assert f"  rezoning new '{town}' --yes" in out.splitlines()
    code, out, _ = call("new", town, "--json")
    assert (code, [one["key"] for one in json.loads(out)["questions"]]) == (2, ["level", "measure"])


def test_an_answer_beforehand_wins(call, town):
    assert call("new", town, "--answer", "measure=seconds")[0] == 2  # the level is still open
    assert call("new", town, "--answer", "measure=seconds", "--level", "middle")[0] == 0
    scenario = load_scenario(town / "scenario.yaml")
    assert (scenario.data.travel.measure, scenario.report.level) == ("seconds", "middle schools")


@pytest.mark.parametrize(
    ("answer", "said"),
    [("measure=hours", "is none of the answers"), ("color=red", "answers no question of this folder"), ("measure", "is no answer")],
)
def test_an_answer_that_fits_nothing_is_refused(call, town, answer, said):
    code, _, err = call("new", town, "--yes", "--answer", answer)
    assert code == 2
    assert said in err
    assert not (town / "scenario.yaml").exists()


def test_a_person_answers_by_number_by_word_or_with_enter(monkeypatch, capsys):
    question = Question("measure", "In which unit?", (Choice("minutes"), Choice("seconds")), 1, "the file's name says so")
    for typed, answer in (("\n", "seconds"), ("1\n", "minutes"), ("Minutes\n", "minutes"), ("7\nno\n2\n", "seconds")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        assert _put(question) == answer
    assert "'7' is none of them." in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(KeyboardInterrupt):
        _put(question)


def test_a_question_is_put_once_and_remembered():
    put = []
    asking = Asking(ask=lambda question: put.append(question.key) or question.choices[1].value)
    choices = [Choice("a"), Choice("b")]
    assert [asking.choose("one", "?", choices) for _ in range(2)] == ["b", "b"]
    assert put == ["one"]
    with pytest.raises(AnswerError):
        Asking({"one": "c"}).choose("one", "?", choices)


# -- what stands there already ---------------------------------------------------------------------------------------


def test_a_scenario_is_never_written_over(call, town):
    (town / "scenario.yaml").write_text("name: mine\n")
    code, _, err = call("new", town, "--yes")
    assert code == 2
    assert "there is a scenario already" in err
    assert (town / "scenario.yaml").read_text() == "name: mine\n"
    assert not (town / "today.md").exists()
    assert call("new", town, "--yes", "--replace")[0] == 0
    assert load_scenario(town / "scenario.yaml").name == "our-town-2026"


def test_out_may_be_elsewhere_and_paths_lead_back(call, town, tmp_path):
    (tmp_path / "plans").mkdir()
    assert call("new", town, "--yes", "--out", tmp_path / "plans" / "first.yaml")[0] == 0
    assert "path: ../Our Town 2026/units.geojson" in (tmp_path / "plans" / "first.yaml").read_text()
    assert load_district(load_scenario(tmp_path / "plans" / "first.yaml").data).num_units == 12
    assert not (town / "scenario.yaml").exists()


@pytest.mark.parametrize(("out", "said"), [("nowhere/first.yaml", "is no folder"), ("first.txt", "is no name of a scenario")])
def test_a_place_that_cannot_be_is_refused_first(call, town, out, said):
    code, _, err = call("new", town, "--yes", "--out", out)
    assert code == 2
    assert said in err


def test_a_folder_that_is_none_is_refused(call, town):
    code, _, err = call("new", town / "units.geojson")
    assert code == 2
    assert err.startswith("usage:")  # nothing was to be written yet
    assert call("new")[0] == 2


def test_all_files_are_written_or_none(tmp_path, monkeypatch):
    (tmp_path / "b").write_text("before")
    plain = type(tmp_path).rename

    def fails(self, target):
        if self.name == "c":
            raise OSError(28, "No space left on device")
        return plain(self, target)

    monkeypatch.setattr(type(tmp_path), "rename", fails)
    with pytest.raises(OutputError, match="No space left"):
        write_all(tmp_path, {"a": b"1", "b": b"2", "c": b"3"})
    monkeypatch.undo()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"b": "before"}


# -- what files are --------------------------------------------------------------------------------------------------


def test_files_are_told_by_what_they_hold_and_not_by_their_names(call, town):
    for number, name in enumerate(("trips.csv", "schools.csv")):
        (town / name).rename(town / f"{number}.csv")
    (town / "units.geojson").rename(town / "schools.geojson")
    code, out, _ = call("new", town, "--yes", "--json")
    assert code == 0
    assert {one["file"]: one["kind"] for one in json.loads(out)["files"]} == {"0.csv": "travel", "1.csv": "schools", "schools.geojson": "units"}


def test_files_that_cannot_be_read_are_told_and_no_reason_to_stop(call, town):
    (town / "broken.shp").write_bytes(b"\x00\x01")
    (town / "empty.csv").write_text("")
    (town / "torn.geojson").write_text('{"type": "FeatureColl')
    (town / "torn.xlsx").write_bytes(b"PK\x03\x04no workbook")
    (town / "torn.zip").write_bytes(b"PK\x05\x06")
    (town / "minutes.pdf").write_bytes(b"%PDF")
    (town / "sub").mkdir()
    (town / "sub" / "notes.csv").write_text("day,what\nMonday,meeting\n")
    code, out, _ = call("new", town, "--yes", "--json")
    assert code == 0
    kinds = {one["file"]: one["kind"] for one in json.loads(out)["files"]}
    assert {kinds[name] for name in ("broken.shp", "empty.csv", "torn.geojson", "torn.xlsx", "torn.zip")} == {"unreadable"}
    assert (kinds["minutes.pdf"], kinds["sub/notes.csv"]) == ("document", "none")


def test_a_list_of_students_without_coordinates_is_named_for_what_it_is(call, town):
    rows = "\n".join(f"{number},{number} Main St,Town,{number % 6},West" for number in range(1, 90))
    (town / "export.csv").write_text(f"student,address,city,grade,school\n{rows}\n")
    code, out, _ = call("new", town, "--yes", "--json")
    assert code == 0
    record = json.loads(out)
    assert next(one["is"] for one in record["files"] if one["file"] == "export.csv") == "students' addresses without coordinates"
    assert any("ocode" in remark for remark in record["remarks"])


@pytest.mark.parametrize(
    ("lost", "said"), [("units.geojson", "no file holds units"), ("schools.csv", "no file holds schools")]
)  # fmt: skip
def test_what_cannot_be_done_without_is_told(call, town, lost, said):
    (town / lost).unlink()
    code, out, err = call("new", town, "--yes")
    assert code == 3
    assert said in err
    assert "trips.csv" in out
    assert not (town / "scenario.yaml").exists()


def test_an_empty_folder_is_told_without_a_table(call, tmp_path):
    (tmp_path / "empty").mkdir()
    code, out, err = call("new", "empty", "--yes")
    assert (code, out) == (3, "There is no file in empty\n")
    assert "no file holds units" in err


def test_names_of_files_are_not_broken(call, town):
    (town / "units.geojson").rename(town / "planning areas.geojson")
    (town / "trips.csv").rename(town / "minutes from every area.csv")
    assert "minutes from every area.csv  " in call("new", town, "--yes")[1]


def test_of_two_files_alike_the_newer_is_suggested(call, town):
    (town / "units.geojson").rename(town / "units 2024.geojson")
    shutil.copyfile(town / "units 2024.geojson", town / "units 2025.geojson")
    shutil.copyfile(town / "schools.csv", town / "schools old.csv")
    answers = json.loads(call("new", town, "--yes", "--json")[1])["answers"]
    assert (answers["units"], answers["schools"]) == ("units 2025.geojson", "schools.csv")


def test_small_numbers_that_are_ids_of_schools_by_chance_are_no_zones(call, town):
    import geopandas as gpd

    units = gpd.read_file(town / "units.geojson")
    zones = units.dissolve("current")[["geometry"]].reset_index().rename(columns={"current": "Name"})
    zones.to_file(town / "zones.kml", driver="KML")
    units = units.drop(columns="current").assign(region=[1 + k % 2 for k in range(12)], other=[k % 3 for k in range(12)])
    units.to_file(town / "units.geojson", driver="GeoJSON")
    (town / "schools.csv").write_text("school_id,name,capacity,PU\n1,West,150,p10\n2,East,150,p40\n")
    (town / "trips.csv").write_text((town / "trips.csv").read_text().replace("PU,W,E", "PU,1,2"))
    assert call("new", town, "--yes")[0] == 0
    assert "current: {path: zones.kml, column: Name}" in (town / "scenario.yaml").read_text()
    district = load_district(load_scenario(town / "scenario.yaml").data)
    assert district.current.tolist() == [int(unit[1] >= "3") for unit in district.unit_ids]


def test_zones_are_no_units_even_where_some_of_their_names_are_strange(call, town):
    import geopandas as gpd
    from shapely.geometry import box

    (town / "units.geojson").unlink()
    names = [*(f"Hill {k}" for k in range(10))]
    places = [box(500000 + 1000 * k, 4400000, 501000 + 1000 * k, 4401000) for k in range(10)]
    zones = gpd.GeoDataFrame({"Name": [*names[:8], "New One", "New Two"]}, geometry=places, crs=26915)
    zones.to_file(town / "zones.kml", driver="KML")
    (town / "schools.csv").write_text("name,lon,lat\n" + "".join(f"{name},-93,39.7\n" for name in names))
    (town / "trips.csv").unlink()
    code, out, err = call("new", town, "--yes")
    assert code == 3
    assert "'Name' names 8 schools" in " ".join(out.split())
    assert "no file holds units (found: schools, zones as polygons)" in err


def test_what_a_scenario_limits_is_what_its_description_says(call, town):
    import geopandas as gpd

    gpd.read_file(town / "units.geojson").drop(columns="FRL").to_file(town / "units.geojson", driver="GeoJSON")
    assert call("new", town, "--yes")[0] == 0
    scenario = load_scenario(town / "scenario.yaml")
    assert not scenario.rules.burden
    assert scenario.rules.shape is not None
    assert scenario.description.strip().endswith("make room where it is short, within limits on seats, trips and borders.")


def test_everybody_is_no_student(call, town):
    text = (town / "units.geojson").read_text().replace('"students"', '"POP20"')
    (town / "units.geojson").write_text(text)
    code, _, err = call("new", town, "--yes")
    assert code == 3
    assert "'POP20' counts everybody who lives there, and total population is not students" in err


def test_schools_over_their_seats_may_stay_so_where_no_plan_helps(call, town):
    (town / "schools.csv").write_text("school_id,name,capacity,PU\nW,West,150,p10\nE,East,100,p40\n")
    far = [f"p{column}{row},{'2,60' if column < 3 else '60,2'}" for column in range(6) for row in range(2)]
    (town / "trips.csv").write_text("\n".join(["PU,W,E", *far]) + "\n")
    text = (town / "units.geojson").read_text().replace('"students": 20', '"students": 19')
    (town / "units.geojson").write_text(text)
    code, out, _ = call("new", town, "--yes", "--json")
    record = json.loads(out)
    assert (code, record["plan_exists"]) == (0, True)
    assert any("East (114 %) may stay as full as today" in remark for remark in record["remarks"])
    scenario = load_scenario(town / "scenario.yaml")
    assert scenario.rules.capacity.limits("E") == (0.75, 1.14)
    assert scenario.rules.capacity.limits("W") == (0.75, 1.05)
    assert [goal.minimize for goal in scenario.goals] == ["over_capacity", "dissimilarity", "boundary_length"]


def test_what_a_scenario_can_do_without_is_left_out_where_it_fits_nothing(call, town):
    trips = (town / "trips.csv").read_text().splitlines()
    (town / "trips.csv").write_text("\n".join([*trips[:3], trips[3].replace(",", ",-", 1), *trips[4:]]) + "\n")
    code, out, _ = call("new", town, "--yes", "--json")
    assert code == 0
    assert any(
        remark.startswith("Left out, for it could not be read with the rest: data.travel. trips.csv, row 4") for remark in json.loads(out)["remarks"]
    )
    assert load_scenario(town / "scenario.yaml").data.travel is None


@pytest.mark.parametrize("table", ["counts.csv", "counts.xlsx"])
def test_counts_and_seats_may_stand_in_tables_of_their_own(call, town, table):
    import geopandas as gpd

    units = gpd.read_file(town / "units.geojson")
    counts = units[["PU", "students", "FRL"]]
    counts.to_csv(town / table, index=False) if table.endswith("csv") else counts.to_excel(town / table, index=False)
    (town / "units.geojson").unlink()
    units[["PU", "current", "geometry"]].to_file(town / "areas.gpkg", layer="areas")
    (town / "schools.csv").write_text("name,lon,lat\nWest,-92.982,39.753\nEast,-92.947,39.753\nFar,-92.5,39.75\n")
    (town / "trips.csv").write_text((town / "trips.csv").read_text().replace("W,E", "West,East"))
    (town / "seats.csv").write_text("School,Capacity\nWest Elementary School,150\nEAST,150\n")
    code, out, _ = call("new", town, "--yes", "--json")
    assert code == 0
    assert {one["kind"] for one in json.loads(out)["files"]} == {"units", "counts", "schools", "capacities", "travel"}
    district = load_district(load_scenario(town / "scenario.yaml").data)
    assert (district.total_students, district.school_ids, district.capacity.tolist()) == (240, ("west", "east"), [150, 150])
    assert district.current.tolist() == [0] * 6 + [1] * 6


def test_a_file_of_the_users_keeps_its_name_and_one_that_was_made_is_made_anew(call, town):
    (town / "schools.csv").write_text("name,capacity,PU\nWest End,150,p10\nEast End,150,p40\n")
    text = (town / "units.geojson").read_text().replace('"West"', '"West End"').replace('"East"', '"East End"')
    (town / "units.geojson").write_text(text)
    (town / "trips.csv").write_text((town / "trips.csv").read_text().replace("W,E", "West End,East End"))
    before = (town / "schools.csv").read_text()
    assert call("new", town, "--yes")[0] == 0
    made = town / "schools-made.csv"
    assert (town / "schools.csv").read_text() == before
    assert made.read_text().splitlines()[1].startswith("west-end,West End,150")
    assert load_district(load_scenario(town / "scenario.yaml").data).school_ids == ("west-end", "east-end")
    first = (town / "scenario.yaml").read_text()
    assert call("new", town, "--yes", "--replace")[0] == 0
    assert (town / "scenario.yaml").read_text() == first
    made.write_text(made.read_text().replace("150", "170"))
    code, _, err = call("new", town, "--yes", "--replace")
    assert code == 2
    assert "has been changed since rezoning new wrote it" in err


def test_what_needs_what_is_read_of_the_schema():
    assert "rules.travel.max_increase" in needing(Scenario, "today")
    assert "goals.minimize: travel" in needing(Scenario, "travel")
    assert "rules.statement: 6" in needing(Scenario, "travel")
    assert all(needing(Scenario, what) for what in DATA)


def test_names_become_ids_each_once():
    slug = Slug(set())
    assert slug.of("Größe") == "grosse"
    assert [slug.of(name) for name in ("St. Mary's ES", "Peña", "PENA", "!")] == ["st-marys-es", "pena", "pena-2", "school"]


@pytest.mark.parametrize(
    ("name", "group"),
    [("TOTFRL", "low_income"), ("es_poverty", "low_income"), ("pct_frl", "low_income"), ("NH_BLACK", "black"), ("hisp", "hispanic"), ("area", None),
     ("students", None), ("white_students", "white"),
     ("hs_hispani", "hispanic"), ("es_low_inc", "low_income"), ("es_percent", None), ("ELL", "english_learners")],
)  # fmt: skip
def test_columns_speak_of_groups(name, group):
    assert group_of(name) == group


@pytest.mark.parametrize(
    ("name", "grade"),
    [("K", "K"), ("KG", "K"), ("G1", "1"), ("GR_05", "5"), ("Grade 12", None), ("GRADE_12", "12"), ("g0", None), ("13", None), ("kids", None)],
)
def test_columns_are_grades(name, grade):
    assert grade_of(name) == grade


# -- real districts --------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_smallest_real_district_gets_a_scenario_that_has_a_plan(call, tmp_path):
    folder = copied("baltimore", tmp_path)
    code, out, _ = call("new", folder, "--yes", "--json")
    record = json.loads(out)
    assert (code, record["plan_exists"]) == (0, True)
    assert {one["file"]: one["kind"] for one in record["files"] if one["kind"] not in ("document", "none")} == {
        "planning_blocks.geojson": "units", "schools.csv": "schools", "schools.geojson": "schools", "walk_zones.geojson": "walk_zones",
        "distance_m.csv": "travel", "adjacency_2m.csv": "adjacency",
    }  # fmt: skip
    assert call("validate", folder / "scenario.yaml")[0] == 0


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("name", FOUR)
def test_every_real_district_gets_a_scenario_that_runs(name, tmp_path, call):
    folder = copied(name, tmp_path)
    assert call("new", folder, "--yes")[0] == 0
    outcome = run(folder / "scenario.yaml", tmp_path / "run")
    assert outcome.exit_code == 0
    assert outcome.audit.passed
