"""Streets under the maps: a made-up county of 10,000 blocks with 100,000 street nodes to a report, in a process of its own.

python benchmarks/basemap.py [FOLDER]      # makes the county, writes its report without and with streets, prints a row of the table for each
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np

SIDE, BLOCKS, SCHOOLS = 316, 100, (4, 6)
"""Corners of streets along a side, blocks along a side, schools in rows."""
WEST, SOUTH, STEP = -91.2, 40.3, (0.0012, 0.0009)
HEAD = "| report of 10,000 blocks | street nodes | vertices | CPU seconds | page, MB |\n|---|---|---|---|---|"
WOODS = ("Alder", "Ash", "Beech", "Birch", "Cedar", "Cherry", "Chestnut", "Dogwood", "Elm", "Fir", "Hazel", "Hickory", "Juniper", "Larch", "Linden",
         "Locust", "Magnolia", "Maple", "Mulberry", "Oak", "Pear", "Pine", "Plum", "Poplar", "Redwood", "Spruce", "Sycamore", "Walnut", "Willow", "Yew")  # fmt: skip
LANDS = ("Hill", "Park", "Lake", "View", "Ridge", "Run", "Glen", "Creek", "Point", "Grove", "Field")


def write(folder: Path) -> Path:
    """Blocks, schools, a plan, streets and a scenario; made once."""
    scenario = folder / "scenario.yaml"
    if scenario.exists():
        return scenario
    rng = np.random.default_rng(0)
    (folder / "streets.geojson").write_text(_collection(_streets(rng)), encoding="utf-8")
    far = np.array(STEP) * (SIDE - 1)
    corner = np.stack(np.meshgrid(np.arange(BLOCKS + 1), np.arange(BLOCKS + 1)), axis=2) + rng.uniform(-0.25, 0.25, (BLOCKS + 1, BLOCKS + 1, 2))
    place = np.round(np.array([WEST, SOUTH]) + corner * far / BLOCKS, 6)
    rows, columns = SCHOOLS
    schools = [(int((r + 0.5) * BLOCKS / rows), int((c + 0.5) * BLOCKS / columns)) for r in range(rows) for c in range(columns)]
    middle = np.stack(np.meshgrid(np.arange(BLOCKS), np.arange(BLOCKS), indexing="ij"), axis=2).reshape(-1, 1, 2)
    away = np.hypot(*np.moveaxis(middle - np.array(schools), 2, 0))
    today, plan = away.argmin(axis=1), (away * rng.uniform(0.93, 1.07, len(schools))).argmin(axis=1)
    students, low = rng.poisson(6, BLOCKS**2), rng.uniform(0.2, 0.8, BLOCKS**2)
    blocks = []
    for k in range(BLOCKS**2):
        row, column = divmod(k, BLOCKS)
        ring = [place[row, column], place[row, column + 1], place[row + 1, column + 1], place[row + 1, column], place[row, column]]
        said = {"GEOID20": _id(k), "students": int(students[k]), "low": int(rng.binomial(students[k], low[k])), "school": f"S{today[k]}"}
        blocks.append((said, {"type": "Polygon", "coordinates": [[point.tolist() for point in ring]]}))
    (folder / "blocks.geojson").write_text(_collection(blocks), encoding="utf-8")
    lines = [f"S{s},{WOODS[s]} Elementary,4000,{_id(row * BLOCKS + column)}" for s, (row, column) in enumerate(schools)]
    (folder / "schools.csv").write_text("\n".join(["school_id,name,capacity,GEOID20", *lines]) + "\n", encoding="utf-8")
    (folder / "plan.csv").write_text("\n".join(["unit,school", *(f"{_id(k)},S{s}" for k, s in enumerate(plan.tolist()))]) + "\n", encoding="utf-8")
    scenario.write_text(
        "name: county\n"
        "goals: [{minimize: dissimilarity, group: low_income}]\n"
        "data:\n"
        "  units: {path: blocks.geojson, id: GEOID20, students: students, groups: {low_income: low}, current_school: school}\n"
        "  schools: {path: schools.csv, id: school_id, name: name, capacity: capacity, unit: GEOID20}\n"
        "  travel: {estimate: straight_line}\n",
        encoding="utf-8",
    )
    return scenario


def _id(k: int) -> str:
    return f"99001000{k:07d}"


def _streets(rng: np.random.Generator) -> list[tuple[dict[str, str], dict[str, object]]]:
    """A grid of crooked streets, a line from corner to corner with two bends each; every tenth is a main street, every fourth a collector."""
    grid = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=2) + rng.uniform(-0.2, 0.2, (SIDE, SIDE, 2))
    found = []
    for what in ("Avenue", "Street"):
        across = grid if what == "Street" else grid.transpose(1, 0, 2)
        for k, line in enumerate(across):
            kind = "secondary" if k % 10 == 0 else "tertiary" if k % 4 == 0 else "residential"
            name = f"{WOODS[k % len(WOODS)]} {LANDS[k // len(WOODS)]} {what}"
            for start, end in pairwise(line):
                bends = [start + share * (end - start) + rng.uniform(-0.06, 0.06, 2) for share in (1 / 3, 2 / 3)]
                points = np.round(np.array([WEST, SOUTH]) + np.array([start, *bends, end]) * STEP, 6)
                found.append(({"name": name, "highway": kind}, {"type": "LineString", "coordinates": points.tolist()}))
    return found


def _collection(features: list[tuple[dict[str, object], dict[str, object]]]) -> str:
    return json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in features]}
    )


def measured(scenario: Path, settings: list[str]) -> dict[str, float]:
    """Seconds of the processor and megabytes of one report, in a process of its own."""
    script = (
        "import json, sys, time; from pathlib import Path; from rezoning.commands.publishing import write_report;"
        "done = write_report([Path(one) for one in sys.argv[1:3]], Path(sys.argv[3]), sys.argv[4:]);"
        "print(json.dumps([time.process_time(), (done.directory / 'report.html').stat().st_size / 1e6]))"
    )
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-c", script, str(scenario), str(scenario.with_name("plan.csv")), str(Path(out) / "report"), *settings]
        seconds, megabytes = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"seconds": seconds, "megabytes": megabytes}


def main(folder: Path) -> None:
    """Print the table."""
    scenario = write(folder)
    edges = 2 * SIDE * (SIDE - 1)
    print(HEAD)
    for name, settings in (("without streets", []), ("with streets", ["report.basemap.streets=streets.geojson"])):
        found = measured(scenario, settings)
        nodes, points = (f"{SIDE**2:,}", f"{SIDE**2 + 2 * edges:,}") if settings else ("–", "–")
        print(f"| {name} | {nodes} | {points} | {found['seconds']:.1f} | {found['megabytes']:.2f} |", flush=True)


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    place.mkdir(parents=True, exist_ok=True)
    main(place)
