"""Small inputs that once went wrong, each with its right answer, where they are beside the project; every folder has an answer here."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rezoning.commands import evaluation
from rezoning.commands.run import run
from rezoning.district.load import load_district
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import RezoningError
from rezoning.scenario.load import load_scenario

CASES = Path(__file__).resolve().parents[1].parent / "shared" / "cases"
LATER = {"travel-osrm-json"}
"""Formats that are not read yet; they are refused in words."""

Answer = Callable[[Path, Path], None]
ANSWERS: dict[str, Answer] = {}


def right(*names: str) -> Callable[[Answer], Answer]:
    """The answer of one or more folders."""

    def keep(answer: Answer) -> Answer:
        ANSWERS.update(dict.fromkeys(names, answer))
        return answer

    return keep


def record_of(folder: Path, out: Path, *settings: str) -> dict[str, Any]:
    """run.json of the folder's scenario, which ends well."""
    outcome = run(folder / "scenario.yaml", out, overrides=settings)
    assert outcome.exit_code == 0, outcome.record["problems"]
    assert outcome.record["audit"]["passed"]
    return {**outcome.record, "metrics": outcome.measures.metrics}


def refusal(folder: Path, out: Path) -> str:
    """What is said of the folder's scenario, which is refused as bad."""
    with pytest.raises(RezoningError) as error:
        run(folder / "scenario.yaml", out)
    assert error.value.exit_code == 3
    assert not out.exists()
    return str(error.value)


def told(record: dict[str, Any]) -> str:
    return " ".join([*record["notes"], *record["warnings"]])


def mean_trip(folder: Path, out: Path, side: str = "today") -> float:
    return record_of(folder, out)["metrics"][side]["travel_mean"]


# -- data ------------------------------------------------------------------------------------------------------------


@right("borders-tjunction-degrees", "borders-tjunction-feet")
def borders_that_run_along_each_other(folder: Path, out: Path) -> None:
    assert record_of(folder, out)["counts"]["edges"] == 3


@right("multipart-unit")
def a_unit_in_two_places_is_no_bridge(folder: Path, out: Path) -> None:
    outcome = run(folder / "scenario.yaml", out)
    said = str([outcome.record["problems"], outcome.record["warnings"], outcome.record["notes"]])
    assert outcome.exit_code == 4
    assert "'a'" in said or " a " in said


@right("travel-two-measures")
def the_column_that_fits_the_measure(folder: Path, out: Path) -> None:
    record = record_of(folder, out)
    assert record["metrics"]["today"]["travel_mean"] == pytest.approx(0.716, abs=0.001)
    assert "distance" in told(record)


@right("travel-two-times")
def the_column_of_the_unit(folder: Path, out: Path) -> None:
    assert mean_trip(folder, out) == pytest.approx(1.70, abs=0.01)


@right("travel-two-percentiles")
def two_percentiles_are_refused(folder: Path, out: Path) -> None:
    said = refusal(folder, out)
    assert "travel_time_p25" in said
    assert "travel_time_p75" in said
    assert "data.travel.value" in said


@right("travel-unreachable-as-largest-integer")
def the_largest_integer_is_no_trip(folder: Path, out: Path) -> None:
    record = record_of(folder, out)
    assert "2147483647" in told(record).replace(",", "")
    assert record["metrics"]["plan"]["travel_max"] < 1_000


@right("travel-unroutable-as-zero")
def no_trip_between_places_apart_is_doubted(folder: Path, out: Path) -> None:
    said = " ".join(record_of(folder, out)["warnings"])
    assert "travel.csv" in said
    assert " 0 " in said or "zero" in said


@right("rownames-in-wide-travel")
def named_columns_win_over_row_numbers(folder: Path, out: Path) -> None:
    record = record_of(folder, out)
    assert record["metrics"]["today"]["travel_mean"] == pytest.approx(0.72, abs=0.005)
    assert "row number" in told(record)


@right("rownames-in-adjacency")
def row_numbers_are_no_neighbors(folder: Path, out: Path) -> None:
    """The pairs of the named columns, which leave three units without a way to a school."""
    district = load_district(load_scenario(folder / "scenario.yaml").data)
    with (folder / "adj.csv").open() as file:
        pairs = {frozenset((row["a"], row["b"])) for row in csv.DictReader(file)}
    assert {frozenset((district.unit_ids[u], district.unit_ids[v])) for u, v in district.edges} == pairs
    assert "row number" in " ".join(district.notes)
    assert run(folder / "scenario.yaml", out).exit_code == 4


@right("rownames-in-plan")
def row_numbers_in_a_plan_move_nobody(folder: Path, out: Path) -> None:
    for plan in ("plan.csv", "plan-rownames.csv"):
        record = evaluated(folder, plan)
        assert record["counts"]["moved_units"] == 0


def evaluated(folder: Path, plan: str) -> dict[str, Any]:
    return evaluation_record_of(folder, folder / plan)


def evaluation_record_of(folder: Path, plan: Path, how: PlanReading = PLAINLY) -> dict[str, Any]:
    """What `evaluate` says of a plan file."""
    scenario = load_scenario(folder / "scenario.yaml")
    district = load_district(scenario.data)
    return evaluation.evaluation_record(scenario, district, evaluation.evaluate_plan(scenario, district, plan, how))


@right("plan-two-school-columns")
def two_columns_of_schools_are_refused(folder: Path, out: Path) -> None:
    with pytest.raises(RezoningError) as error:
        evaluated(folder, "plan.csv")
    said = str(error.value)
    assert "school" in said
    assert "District" in said
    assert "--column" in said


@right("plan-containers")
def every_container_holds_todays_zones_or_is_named_for_what_it_lacks(folder: Path, out: Path) -> None:
    """All files of the folder are one plan, that of today; two number their zones, and one leaves out two units."""
    out.mkdir()
    key = out / "labels.csv"
    key.write_text("label,school\n1,S1\n2,S2\n", encoding="utf-8")
    numbered, partial = {"districts-1-2.csv", "districtr-plan.json"}, {"districtr-v2.csv"}
    for plan in sorted(folder.iterdir()):
        if plan.name in ("scenario.yaml", "schools.csv", "units.gpkg", "plan.xlsx"):
            continue
        how = PlanReading(labels=key) if plan.name in numbered else PlanReading(rest="today") if plan.name in partial else PLAINLY
        if how != PLAINLY:
            with pytest.raises(RezoningError) as error:
                evaluated(folder, plan.name)
            assert ("--labels" if plan.name in numbered else "--rest today") in str(error.value)
        record = evaluation_record_of(folder, plan, how)
        assert record["counts"]["moved_units"] == 0, plan.name
        assert record["reading"]["kept_today"]["units"] == (2 if plan.name in partial else 0)
        assert str(plan) in [entry["path"] for entry in record["inputs"]]


@right("ids-NA")
def an_id_may_spell_not_available(folder: Path, out: Path) -> None:
    record_of(folder, out)
    assert evaluation_record_of(folder, out / "plan.csv")["audit"]["passed"]
    with (out / "plan.csv").open() as file:
        assert "NA" in {row["school_id"] for row in csv.DictReader(file)}


@right("ids-fourteen-digits")
def an_id_that_was_named_stays_as_written(folder: Path, out: Path) -> None:
    record_of(folder, out)
    with (out / "plan.csv").open() as file:
        assert {len(row["unit_id"]) for row in csv.DictReader(file)} == {14}


@right("counts-NA")
def not_available_is_no_zero(folder: Path, out: Path) -> None:
    said = refusal(folder, out)
    assert "NA" in said
    assert "row" in said


@right("counts-suppressed")
def no_cure_invents_zeros(folder: Path, out: Path) -> None:
    said = refusal(folder, out)
    assert "*" in said
    assert "blank for 0" not in said


@right("counts-as-shares")
def shares_where_counts_belong_are_doubted(folder: Path, out: Path) -> None:
    said = " ".join(record_of(folder, out)["warnings"])
    assert "low" in said
    assert "share" in said


@right("text-windows-1252")
def typographic_quotes_are_read(folder: Path, out: Path) -> None:
    record = record_of(folder, out)
    names = (out / "schools.csv").read_text(encoding="utf-8")
    assert "St. Mary’s – North" in names
    assert "“Peña” Académie" in names
    assert "1252" in told(record)


@right("csv-newline-in-header", "csv-ellipsis-in-header", "csv-sep-line", "parquet-index", "gpkg-fid")
def it_is_read(folder: Path, out: Path) -> None:
    assert record_of(folder, out)["counts"]["units"] > 1


@right("filegdb-folder", "layers-in-kml")
def a_layer_of_another_kind(folder: Path, out: Path) -> None:
    """Twenty-four blocks in four rows of six, whatever they are kept in; the folder of a geodatabase is one file among the inputs."""
    record = record_of(folder, out)
    assert (record["counts"]["units"], record["counts"]["edges"]) == (24, 38)
    assert evaluation_record_of(folder, out / "plan.csv")["audit"]["passed"]
    layer = next(path for path in folder.iterdir() if path.stem == "units")
    assert [Path(one["path"]).name for one in record["inputs"]].count(layer.name) == 1
    assert evaluation_record_of(folder, layer)["counts"]["moved_units"] == 0


@right("tables-in-xlsx")
def a_workbook_is_read_and_has_no_polygons(folder: Path, out: Path) -> None:
    """What the scenario wants of polygons is refused in words; with neighbors as a file, and no travel, the table is a district."""
    said = refusal(folder, out)
    assert "units.xlsx has none" in said
    assert "data.adjacency.path" in said
    units = [f"5105900400110{k:02}" for k in range(24)]
    pairs = [(k, k + step) for k in range(24) for step in (1, 6) if k + step < 24 and (step == 6 or k % 6 < 5)]
    edges = out.parent / "edges.csv"
    edges.write_text("a,b\n" + "".join(f"{units[u]},{units[v]}\n" for u, v in pairs))
    record = record_of(folder, out, "data.travel=null", f"data.adjacency.path={edges}")
    assert (record["counts"]["units"], record["counts"]["edges"]) == (24, 38)
    assert evaluation_record_of(folder.parent / "layers-in-kml", folder / "units.xlsx")["counts"]["moved_units"] == 0


@right("crs-degrees-called-utm")
def degrees_under_another_name(folder: Path, out: Path) -> None:
    said = refusal(folder, out)
    assert "degrees" in said
    assert len(said.splitlines()) == 1
    assert "snap_m" not in said


@right("polygon-unclosed-ring")
def the_row_of_a_broken_polygon(folder: Path, out: Path) -> None:
    said = refusal(folder, out)
    assert "row" in said
    assert "51" in said  # its id


@right("zones-as-polygons")
def zones_are_laid_over_the_units(folder: Path, out: Path) -> None:
    """The zones are today's, whether they are laid over the units for today or as a plan."""
    known = load_district(load_scenario(folder / "scenario.yaml").data)
    laid = load_district(load_scenario(folder / "scenario-zones.yaml").data)
    assert (known.current == laid.current).all()
    for plan in ("zones.shp", "zones.geojson"):
        assert evaluated(folder, plan)["counts"]["moved_units"] == 0


# -- rules and solvers -----------------------------------------------------------------------------------------------


@right("solver-scip-lp-error")
def a_plan_whatever_the_solver_does(folder: Path, out: Path) -> None:
    record = record_of(folder, out)
    assert all(goal["bound"] is None or goal["bound"] <= goal["value"] + 1e-9 for goal in record["goals"])


@right("rule-highs-start-returned")
def the_true_optimum(folder: Path, out: Path) -> None:
    for seed in range(8):
        record = record_of(folder, out / str(seed), f"solve.seed={seed}")
        assert record["status"] == "optimal"
        assert record["goals"][0]["value"] == pytest.approx(1.628767, abs=1e-6)
        assert record["goals"][0]["bound"] == pytest.approx(1.628767, abs=1e-6)


@right("rule-travel-own-limit")
def a_limit_of_its_own(folder: Path, out: Path) -> None:
    assert run(folder / "scenario.yaml", out / "one").exit_code == 4
    record_of(folder, out / "six", "rules.travel.units.u1=6")
    with (out / "six" / "plan.csv").open() as file:
        assert next(row["school_id"] for row in csv.DictReader(file) if row["unit_id"] == "u1") == "B"


@right("rule-travel-unknown")
def an_unknown_trip_is_forbidden_and_never_nothing(folder: Path, out: Path) -> None:
    record = record_of(folder, out)
    with (folder / "travel.csv").open() as file:
        unknown = {(row["unit"], school) for row in csv.DictReader(file) for school in ("A", "B") if not row[school]}
    assert unknown
    with (out / "plan.csv").open() as file:
        assert not unknown & {(row["unit_id"], row["school_id"]) for row in csv.DictReader(file)}
    assert record["goals"][0]["value"] == pytest.approx(record["metrics"]["plan"]["travel_mean"])


@right("rule-unity-closed-school")
def zone_mates_of_a_closed_school(folder: Path, out: Path) -> None:
    record = record_of(folder, out)
    assert record["status"] == "optimal"
    assert record["goals"][0]["value"] == pytest.approx(0.25)


@right("rule-closed-school-trips")
def trips_to_a_closed_school_count(folder: Path, out: Path) -> None:
    """Today's trip to Z is one minute: half more reaches no open school. Ten times more reaches A, on foot as today, eight minutes longer."""
    assert run(folder / "scenario.yaml", out / "half").exit_code == 4
    walk_lost, added = record_of(folder, out / "ten", "rules.travel.max_increase=10")["goals"]
    assert walk_lost["value"] == pytest.approx(0.0, abs=1e-9)
    assert added["value"] == pytest.approx(8 * 10 / 40)


@right("rule-schools-changed-new-unit")
def a_new_unit_changes_the_school_it_joins(folder: Path, out: Path) -> None:
    assert record_of(folder, out)["goals"][0]["value"] == 1


@right("rule-burden-shorter-trips")
def equal_treatment_is_no_breach(folder: Path, out: Path) -> None:
    assert record_of(folder, out)["status"] == "optimal"


@right("rule-modes-mixed")
def solver_and_audit_agree_on_modes(folder: Path, out: Path) -> None:
    outcome = run(folder / "scenario.yaml", out)
    assert outcome.exit_code in (0, 4)


# -- the walk --------------------------------------------------------------------------------------------------------


def folders() -> list[str]:
    return sorted(place.name for place in CASES.iterdir() if place.is_dir()) if CASES.is_dir() else []


@pytest.mark.shared
def test_every_folder_has_an_answer():
    if not CASES.is_dir():
        pytest.skip(f"{CASES} is not beside the project")
    assert set(folders()) <= ANSWERS.keys() | LATER


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_right_answer(name, tmp_path):
    if not (CASES / name).is_dir():
        pytest.skip(f"{CASES / name} is not beside the project")
    ANSWERS[name](CASES / name, tmp_path / "out")


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(LATER))
def test_a_format_that_is_not_read_yet_is_refused_in_words(name, tmp_path):
    if not (CASES / name).is_dir():
        pytest.skip(f"{CASES / name} is not beside the project")
    scenario = next((path for path in (CASES / name / "scenario-zones.yaml",) if path.exists()), CASES / name / "scenario.yaml")
    with pytest.raises(RezoningError) as error:
        run(scenario, tmp_path / "out")
    assert error.value.exit_code == 3
