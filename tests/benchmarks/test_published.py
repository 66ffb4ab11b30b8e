"""Instances as others published them: a small one in each layout becomes a folder that runs, and asks what the files say."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import cells, write_rows

import rezoning
from rezoning.errors import DataError

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import published

DISTRICT = "0100005"
SCHOOLS = {"A": "010000500871", "B": "010000500879"}
TODAY = cells("AABB\nAABB\nAAAB")
HOMES = {"A": (0, 0), "B": (0, 3)}


def solver_files(folder: Path, **changes: object) -> Path:
    """The four files of a made-up district of twelve blocks and two schools, in the layout of attendance-boundaries."""
    folder.mkdir(exist_ok=True)
    places = [tuple(int(part) for part in unit.split("-")[1:]) for unit in TODAY]
    letters = list(TODAY.values())
    numbers = {letter: j for j, letter in enumerate("AB")}
    rows = [
        {
            "index": i, "block_id": 10010201001000 + i, "ncessch": SCHOOLS[letter], "leaid": DISTRICT, "num_total_to_school": 10,
            "num_white_to_school": (1, 3, 6, 9)[places[i][1]], "num_black_to_school": (9, 7, 4, 1)[places[i][1]],
            "total_enrollment": 10 * letters.count(letter), "block_idx": i, "school_idx": numbers[letter],
        }
        for i, letter in enumerate(letters)
    ]  # fmt: skip
    write_rows(folder / f"prepped_file_for_solver_{DISTRICT}.csv", rows)
    times = [[60.0 * (1 + abs(a - HOMES[s][0]) + abs(b - HOMES[s][1])) for s in "AB"] for a, b in places]
    times[5][0] = float("nan")  # block 5 has no known way to A, where it is today
    times[3][0] = float("nan")
    (folder / f"prepped_travel_time_matrix_{DISTRICT}.csv").write_text(json.dumps(times, indent=4))
    links = [(i, j) for i, p in enumerate(places) for j, q in enumerate(places) if i < j and abs(p[0] - q[0]) + abs(p[1] - q[1]) == 1]
    networks = {}
    for s, j in numbers.items():
        far = [abs(a - HOMES[s][0]) + abs(b - HOMES[s][1]) for a, b in places]
        nodes = [{"attrs": {"orig_school_idx": numbers[letters[i]], "dist_from_root": far[i]}, "id": i} for i in range(12)]
        networks[str(j)] = {
            "directed": False,
            "multigraph": False,
            "graph": {},
            "nodes": nodes,
            "links": [{"source": a, "target": b} for a, b in links],
        }
    (folder / f"blocks_networks_{DISTRICT}.json").write_text(json.dumps(networks, indent=4))
    for name, text in changes.items():
        path = next(folder.glob(f"{name}*"))
        path.write_text(str(text))
    return folder


def test_solver_files_become_a_scenario_that_says_the_same(tmp_path):
    scenario = published.read("solver-files", solver_files(tmp_path / "files"), DISTRICT, out=tmp_path / "out", travel=1.0, size=0.2)
    asked = rezoning.load_scenario(scenario)
    district = rezoning.load_district(asked.data)
    assert district.num_units == 12
    assert district.school_ids == tuple(SCHOOLS.values())
    assert district.unit_ids[0] == "10010201001000"
    assert [district.unit_ids[u][-2:] for u in district.school_unit] == ["00", "03"]
    assert district.students.tolist() == [10.0] * 12
    assert district.groups["white"].sum() == 3 * (1 + 3 + 6 + 9)
    assert len(district.edges) == 3 * 3 + 2 * 4
    assert district.travel[0, 1] == pytest.approx(4.0)  # minutes
    assert np.isnan(district.travel[5, 0])
    assert district.capacity.tolist() == [70.0, 50.0]
    problem = rezoning.formulate(district, asked)
    schools = {u: set(problem.pairs.school[problem.pairs.node == problem.pairs.node_of_unit[u]].tolist()) for u in range(12)}
    assert schools[5] == {0}  # today's trip is not known: it stays
    assert schools[3] == {1}
    assert schools[6] == {0, 1}


@pytest.mark.slow
def test_solver_files_run(tmp_path):
    scenario = published.read("solver-files", solver_files(tmp_path / "files"), DISTRICT, out=tmp_path / "out", group="black", travel=2.0, size=0.3)
    outcome = rezoning.run(scenario, tmp_path / "run", overrides=["solve.time_limit=5"])
    assert outcome.exit_code == 0
    assert outcome.record["goals"][0]["value"] <= outcome.record["goals"][0]["today"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prepped_travel": "[[1, 2]]"}, "no JSON matrix of 12 blocks by 2 schools"),
        ({"prepped_travel": "block,1"}, "no JSON document"),
        ({"blocks_networks": "{}"}, "not about 2 schools"),
        ({"blocks_networks": '{"0": {"nodes": []}}'}, "node-link graph"),
        ({"prepped_file": "block_id,ncessch\n1,2\n"}, "has no column"),
        ({"prepped_file": ""}, "has no row"),
    ],
)
def test_files_that_are_not_the_published_ones_are_refused(tmp_path, changes, said):
    with pytest.raises(DataError, match=said):
        published.read("solver-files", solver_files(tmp_path / "files", **changes), DISTRICT, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_ours_is_kept(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    files = solver_files(tmp_path / "files")
    assert published.main(["solver-files", str(files), DISTRICT, str(tmp_path / "out")]) == 2
    assert "not replaced" in capsys.readouterr().err
    assert published.main(["solver-files", str(files), "9", str(tmp_path / "new")]) == 3
    assert published.main(["solver-files", str(files), DISTRICT, str(tmp_path / "new")]) == 0
    assert published.main(["solver-files", str(files), DISTRICT, str(tmp_path / "new")]) == 0  # its own is replaced


def test_plain_tables_become_a_scenario(tmp_path):
    units = [{"node": unit, "population": 10 + k, "poor": k, "zone": school} for k, (unit, school) in enumerate(TODAY.items())]
    write_rows(tmp_path / "units.csv", units)
    write_rows(tmp_path / "schools.csv", [{"name": "A", "unit": "u-0-0", "seats": 110}, {"name": "B", "unit": "u-0-3", "seats": 100}])
    ids = list(TODAY)
    edges = [{"u": a, "v": b} for i, a in enumerate(ids) for b in (ids[i + 1 : i + 2] if i % 4 < 3 else []) + ids[i + 4 : i + 5]]
    write_rows(tmp_path / "edges.csv", edges)
    files = [tmp_path / name for name in ("units.csv", "edges.csv", "schools.csv")]
    asked = rezoning.load_scenario(published.read("tables", *files, out=tmp_path / "out"))
    district = rezoning.load_district(asked.data)
    assert asked.goals[0].group == "poor"
    assert (district.num_units, len(district.edges), district.has_current) == (12, 17, True)
    assert district.capacity.tolist() == [110.0, 100.0]
    assert rezoning.formulate(district, asked).pairs.num_schools == 2
    with (tmp_path / "units.csv").open() as stream:
        rows = [{"who": row["node"], **{key: row[key] for key in ("population", "poor")}} for row in csv.DictReader(stream)]
    write_rows(tmp_path / "units.csv", rows)
    with pytest.raises(DataError, match="no column for unit"):
        published.read("tables", *files, out=tmp_path / "out")
