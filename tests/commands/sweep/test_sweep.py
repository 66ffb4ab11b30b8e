"""Sweeps: points of a file, and what is gathered from them."""

from __future__ import annotations

import csv
import errno
import itertools
import json
import re
import threading

import pytest

from rezoning.commands.points import Point
from rezoning.commands.points.solved import Solved
from rezoning.commands.sweep import sweep
from rezoning.commands.sweep.asked import part_of, read_sweep
from rezoning.commands.sweep.gathered import Keys
from rezoning.commands.sweep.planned import planned
from rezoning.commands.sweep.slurm import slurm_script
from rezoning.commands.sweep.summary import Summary
from rezoning.commands.sweep.table import Spool, has_parquet
from rezoning.errors import OutputError, ScenarioError
from rezoning.report.language import Language
from rezoning.report.sweep import sweep_page
from rezoning.report.sweep.screen import progress_words
from rezoning.scenario.languages import LANGUAGES
from rezoning.scenario.sweep import Sweep


@pytest.fixture
def file(tiny, tmp_path):
    """Write a sweep of the tiny district; gives its path."""

    def write(text: str = "grid:\n  solve.seed: [1, 2]\n", **changes):
        tiny(**changes)
        path = tmp_path / "few.yaml"
        path.write_text(f"districts: tiny/scenario.yaml\n{text}", encoding="utf-8")
        return path

    return write


# -- what is asked ---------------------------------------------------------------------------------------------------


def test_points_are_numbered_and_named_by_what_tells_districts_apart(tmp_path, tiny):
    for name in ("a", "b"):
        tiny()
        (tmp_path / "tiny").rename(tmp_path / name)
    path = tmp_path / "both.yaml"
    path.write_text("districts: ['*/scenario.yaml', a/scenario.yaml]\ngrid:\n  solve.seed: [1, 2]\n", encoding="utf-8")
    asked = read_sweep(path, ["solve.time_limit=7"])
    points = list(asked.points())
    assert [point.labels for point in points] == [
        {"point": n, "district": district, "solve.seed": seed}
        for n, (district, seed) in enumerate(itertools.product(["a/scenario", "b/scenario"], [1, 2]), 1)
    ]
    assert all(point.settings["solve.time_limit"] == 7 for point in points)
    parts = [list(part_of(asked.points(), number, 3)) for number in (1, 2, 3)]
    assert sorted(point.labels["point"] for part in parts for point in part) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grid:\n  rules.travel.max_incrase: [1]\n", r"few\.yaml, line 3, grid\.rules\.travel\.max_incrase, .*Did you mean 'max_increase'"),
        (
            "grid:\n  rules.capacity.max: [0.9, 0.1]\n",
            r"few\.yaml, line 3, grid\.rules\.capacity\.max, over .*scenario\.yaml.*min 0\.5 is above max 0\.1",
        ),
        ("set: {solve.gap: -1}\n", r"few\.yaml, line 2, set, solve\.gap: -1 is too small"),
        ("list: [{solve.seed: 1}, {solve.sed: 1}]\n", r"few\.yaml, line 2, list\[1\], solve\.sed"),
        ("sample: {count: 1, settings: {rules.reassigned.max_share: [0, 7]}}\n", r"max_share.*: 7.0 is too large"),
    ],
)
def test_settings_that_no_scenario_takes_are_told_before_anything_is_solved(file, text, said):
    with pytest.raises(ScenarioError) as error:
        read_sweep(file(text))
    assert re.search(said, str(error.value)), str(error.value)


def test_scenarios_that_are_not_there_are_told(tmp_path):
    path = tmp_path / "none.yaml"
    path.write_text("districts: [gone.yaml, 'no/*.yaml']\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read_sweep(path)
    assert "line 1, districts[0]: 'gone.yaml' does not exist" in str(error.value)
    assert "districts[1]: no file fits 'no/*.yaml'" in str(error.value)


def test_a_dry_run_says_what_is_known_of_the_time(file, tmp_path):
    found = planned(file(), tmp_path / "out", workers=1)
    assert found["counts"] == {"there": 0, "failed": 0, "open": 2}
    assert (found["seconds"], found["from"], found["workers"]) == (60, "limits", 1)
    assert not (tmp_path / "out").exists()


def test_a_slurm_script_solves_parts_into_one_folder(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    script = slurm_script(file(), 5, "out dir", cores=4, overrides=["solve.time_limit=9"])
    assert "#SBATCH --array=1-5\n#SBATCH --cpus-per-task=4" in script
    assert "--out 'out dir' --set solve.time_limit=9 --only \"$SLURM_ARRAY_TASK_ID/5\"" in script
    assert script.startswith("#!/bin/bash\n# 2 points in 5 parts.")


def test_a_slurm_script_is_one_document_and_no_name_breaks_its_lines(file, call):
    code, out, _ = call("sweep", file(), "--slurm", "2", "--json")
    assert (code, json.loads(out)["script"].splitlines()[0]) == (0, "#!/bin/bash")
    code, out, err = call("sweep", file(), "--slurm", "2", "--out", "a\nrm b")
    assert (code, out) == (2, "")
    assert "cannot stand in a line" in err


# -- what is gathered ------------------------------------------------------------------------------------------------


def row(point: int, value, bound=0.0, status="feasible", code=0, **labels):
    goals = {
        "goal1": "dissimilarity poor",
        "goal1_value": value,
        "goal1_bound": bound,
        "goal1_today": 0.5,
        "goal2": "reassigned",
        "goal2_value": 1 / point,
    }
    return {"point": point, "district": "a", **labels, "key": "00", "status": status, "exit_code": code, "total_seconds": 2.0, **goals}


ENTRY = {
    "travel": {"unit": "min"},
    "goals": [{"minimize": "dissimilarity", "group": "poor", "value": 1.0}, {"minimize": "reassigned", "group": None}],
}


def summary_of(rows, **said):
    found = Summary(Sweep(districts="a.yaml", **said))
    for one in rows:
        found.take(one, lambda: ENTRY)
    return found


def test_a_levers_effect_is_its_main_effect():
    """On a full grid without noise effects add up to what was put in."""
    effects = {"solve.seed": {1: -0.02, 2: 0.0, 3: 0.02}, "rules.x": {"lax": -0.1, "strict": 0.1}}
    combinations = list(itertools.product(*effects.values()))
    rows = [
        row(n, 0.3 + effects["solve.seed"][seed] + effects["rules.x"][x], bound=n / 100, **{"solve.seed": seed, "rules.x": x})
        for n, (seed, x) in enumerate(combinations, 1)
    ]
    levers = summary_of(rows, grid={key: list(values) for key, values in effects.items()}).levers()
    assert [lever["lever"] for lever in levers] == ["rules.x", "solve.seed"]  # what matters most stands first
    for lever in levers:
        assert lever["range"] == pytest.approx(max(effects[lever["lever"]].values()) - min(effects[lever["lever"]].values()))
        assert {level["level"]: level["effect"] for level in lever["levels"]} == pytest.approx(effects[lever["lever"]])
    assert [level["bound"] for level in levers[1]["levels"]] == [0.01, 0.03, 0.05]


def test_no_bound_is_told_where_one_is_missing_and_infeasible_points_need_none():
    rows = [row(1, 0.2, 0.1), row(2, 0.3, 0.15), row(3, None, None, "infeasible", 4)]
    assert summary_of(rows).districts()[0]["bound"] == 0.1
    for missing in (row(4, 0.3, None), row(4, None, None, "no_plan", 5)):
        assert summary_of([*rows, missing]).districts()[0]["bound"] is None


def test_the_front_is_what_brute_force_says():
    rows = [row(n, (n * 7919 % 101) / 100) for n in range(1, 90)]
    found = summary_of(rows)
    points = [(one["goal1_value"], one["goal2_value"], one["point"]) for one in rows]
    front = {n for v, a, n in points if not any((w <= v and b <= a) and (w, b) != (v, a) for w, b, _ in points)}
    assert {dot["point"] for dot in found.charts(6)[0]["front"]} == front
    best = found.districts()[0]["best"]
    assert (best["value"], best["across"]) == min((v, a) for v, a, _ in points)


def test_drawn_levers_are_told_in_ranges():
    rows = [row(n, n / 100, **{"rules.x": 10 ** (n / 10)}) for n in range(1, 20)]
    lever = summary_of(rows, sample={"count": 19, "settings": {"rules.x": {"log_uniform": [1, 100]}}}).levers()[0]
    assert [level["level"] for level in lever["levels"]] == ["1 – 3.162", "3.162 – 10", "10 – 31.62", "31.62 – 100"]
    assert sum(level["counts"]["plan"] for level in lever["levels"]) == 19


def test_a_page_of_hundreds_of_districts_stays_small():
    found = Summary(Sweep(districts="a.yaml", grid={"solve.seed": [0, 1]}))
    for number in range(1200):
        found.take({**row(number + 1, 0.2 + number / 1e4, 0.1, **{"solve.seed": number % 2}), "district": f"d{number // 2}"}, lambda: ENTRY)
    counts = {**found.counts, "waiting": 0}
    document = {
        "name": "many", "points": 1200, "districts": 600, "counts": counts, "seconds": {"points": 1.0}, "levers": found.levers(), "notes": [],
        "best": found.districts(), "failures": [], "charts": found.charts(6), "asked": {"districts": ["*"]}, "versions": {},
    }  # fmt: skip
    page = sweep_page(document, Language())
    assert len(page) < 200_000
    assert page.count("<tr>") < 100
    assert "The 50 districts with the largest gains of 600" in page


def test_failures_are_told_once_each():
    rows = [row(1, 0.2), *({**row(n, None, None, "failed", 1), "error": f"broke {n % 2}"} for n in range(2, 7))]
    found = summary_of(rows)
    assert [(one["error"], one["count"], one["point"]) for one in found.failures()] == [("broke 0", 3, 2), ("broke 1", 2, 3)]
    assert found.counts == {"plan": 1, "infeasible": 0, "no_plan": 0, "rejected": 0, "failed": 5}


def test_a_table_has_all_columns_that_any_row_has(tmp_path):
    with Spool(("point", "district")) as spool:
        spool.put({"point": 1, "district": "a", "status": "failed", "error": "=x"})
        spool.put({"point": 2, "district": "b", "status": "optimal", "goal1_value": 1, "nodes": None})
        spool.put({"point": 3, "district": "c", "goal1_value": 0.25, "nodes": 3, "is_counted": True, "mixed": "x"})
        spool.put({"point": 4, "district": "d", "mixed": 2})
        names = spool.write(tmp_path)
    with (tmp_path / "sweep.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [one["point"] for one in rows] == ["1", "2", "3", "4"]
    assert [one["goal1_value"] for one in rows] == ["", "1", "0.25", ""]
    if has_parquet():
        import pyarrow.parquet as pq

        assert names == ["sweep.csv", "sweep.parquet"]
        held = pq.read_table(tmp_path / "sweep.parquet")
        assert held.column_names == list(rows[0])
        assert held["goal1_value"].to_pylist() == [None, 1.0, 0.25, None]
        assert held["mixed"].to_pylist() == [None, None, "x", "2"]


def test_without_pyarrow_there_is_no_parquet_file(tmp_path, monkeypatch):
    monkeypatch.setattr("rezoning.commands.sweep.table.has_parquet", lambda: False)
    with Spool(("point",)) as spool:
        spool.put({"point": 1})
        assert spool.write(tmp_path) == ["sweep.csv"]


def test_keys_are_found_by_number_and_missing_ones_are_none():
    with Keys() as keys:
        for number, digit in ((5, "a"), (2, "b")):
            keys.put(Solved(Point("x", {}, {"point": number}), digit * 20, None, {}, 0))
        assert [keys.of(number) for number in (1, 2, 5, 6)] == [None, "b" * 20, "a" * 20, None]


# -- whole -----------------------------------------------------------------------------------------------------------


def test_a_sweep_is_solved_once_gathered_and_told(file, tmp_path, call):
    path = file("grid:\n  rules.capacity: {loose: {max: 1.0}, none: {min: 0, max: 0.1}}\n  solve.seed: [1]\n")
    heard = []
    found = sweep(path, tmp_path / "out", watcher=heard.append)
    assert (found.exit_code, found.document["counts"]["plan"], found.document["counts"]["infeasible"]) == (0, 1, 1)
    assert [progress.done for progress in heard] == [1, 2]
    assert list(found.to_frame()["rules.capacity"]) == ["loose", "none"]
    assert "the best plan has" in found._repr_html_()
    best = found.document["best"][0]["best"]
    assert (best["labels"], best["point"]) == ({"rules.capacity": "loose", "solve.seed": 1}, 1)
    assert {"sweep.csv", "sweep.json", "sweep.html", "runs", "failed"} <= {one.name for one in (tmp_path / "out").iterdir()}
    code, out, _ = call("sweep", path, "--out", tmp_path / "out", "--json")
    assert code == 0
    assert {key: value for key, value in json.loads(out).items() if key not in ("directory", "seconds")} == {
        key: value for key, value in json.loads((tmp_path / "out" / "sweep.json").read_text()).items() if key != "seconds"
    }
    assert "2 are there already" in call("sweep", path, "--out", tmp_path / "out", "--dry-run")[1]
    code, out, _ = call("sweep", path, "--out", tmp_path / "out", "--set", "rules.capacity={min: 0, max: 0.1}")
    assert (code, "2 points of one district: for 2 no plan exists." in out) == (0, True)
    assert call("sweep", path, "--only", "3/2")[0] == 2
    for language in LANGUAGES:
        page = sweep_page(found.document, Language(language))
        assert "https://" not in page
        assert "rules.capacity" in page


def test_a_sweep_that_is_stopped_gathers_what_it_has(file, tmp_path):
    stop = threading.Event()
    stop.set()
    found = sweep(file(), tmp_path / "out", stop=stop)
    assert (found.exit_code, found.document["counts"]["waiting"]) == (130, 2)


def test_where_something_else_stands_nothing_is_written(file, tmp_path):
    with pytest.raises(OutputError, match="not empty"):
        sweep(file(), tmp_path)


def test_a_full_disk_for_temporary_files_is_told(file, tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("rezoning.commands.sweep.gathered.tempfile.TemporaryFile", full)
    with pytest.raises(OutputError, match="space"):
        sweep(file(), tmp_path / "out")


def test_progress_in_words():
    assert progress_words(12, 1072, 1, 40.0, 200.0) == "12 of 1,072 points, 1 failed, 40 s, about 3 min left"
    assert progress_words(2, 2, 0, 7200.0, None) == "2 of 2 points, 2.0 h"
