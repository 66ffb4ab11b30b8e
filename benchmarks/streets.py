"""Travel along streets: a made-up network of 100,000 nodes to a table of 10,000 units by 24 schools, in a process of its own.

python benchmarks/streets.py FILE          # what the suite starts: makes the table of one file, prints seconds and megabytes as JSON
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

SIDE, PLACES, SCHOOLS = 316, 100, (4, 6)
"""Corners along a side, units along a side, schools in rows."""
WEST, SOUTH, STEP = -91.2, 40.3, (0.0012, 0.0009)
HEAD = "| streets | nodes | units × schools | CPU seconds after imports | written beside the scenario | MB |\n|---|---|---|---|---|---|"


def corners(rng: np.random.Generator) -> np.ndarray:
    """Corners of a grid, each moved a little, in degrees as files of streets have them; shape (SIDE, SIDE, 2)."""
    grid = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=2) + rng.uniform(-0.2, 0.2, (SIDE, SIDE, 2))
    return np.round(np.array([WEST, SOUTH]) + grid * STEP, 7)


def write(folder: Path) -> list[Path]:
    """The same streets, every tenth one-way, as OpenStreetMap's XML and as a GeoPackage; made once."""
    import geopandas as gpd
    import shapely

    files = [folder / "streets.osm", folder / "streets.gpkg"]
    if all(path.exists() for path in files):
        return files
    rng = np.random.default_rng(0)
    place, number = corners(rng).reshape(-1, 2), np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    east, north = (number[:, :-1], number[:, 1:]), (number[:-1], number[1:])
    ends = np.concatenate([np.column_stack([one.ravel(), other.ravel()]) for one, other in (east, north)])
    main = (ends[:, 0] // SIDE % 10 == 0) | (ends[:, 0] % SIDE % 10 == 0)
    kind, oneway = np.where(main, "secondary", "residential"), np.where(rng.random(len(ends)) < 0.1, "yes", "no")
    nodes = (f'<node id="{k + 1}" lat="{y:.7f}" lon="{x:.7f}"/>\n' for k, (x, y) in enumerate(place.tolist()))
    ways = (
        f'<way id="{k + 1}"><nd ref="{a + 1}"/><nd ref="{b + 1}"/><tag k="highway" v="{what}"/><tag k="oneway" v="{one}"/></way>\n'
        for k, ((a, b), what, one) in enumerate(zip(ends.tolist(), kind.tolist(), oneway.tolist(), strict=True))
    )
    with files[0].open("w", encoding="utf-8") as stream:
        stream.write('<?xml version="1.0"?><osm version="0.6">\n')
        stream.writelines(nodes)
        stream.writelines(ways)
        stream.write("</osm>\n")
    gpd.GeoDataFrame({"highway": kind, "oneway": oneway}, geometry=shapely.linestrings(place[ends]), crs=4326).to_file(files[1])
    return files


def made(path: Path) -> dict[str, float]:
    """Make the table of one file and keep it, and say what that took."""
    import resource
    import tempfile
    import time

    import geopandas  # noqa: F401 (imports are not what is measured)
    import pyogrio
    import pyproj
    import scipy.sparse.csgraph
    import shapely  # noqa: F401

    from rezoning.district.streets.load import made as trips
    from rezoning.district.streets.places import Places
    from rezoning.district.streets.shelf import Shelf
    from rezoning.scenario.streets import Streets

    _ = pyogrio, pyproj, scipy.sparse.csgraph
    rng, far = np.random.default_rng(1), np.array(STEP) * (SIDE - 1)
    cells = np.stack(np.meshgrid(*[np.arange(PLACES)] * 2), axis=2).reshape(-1, 2)
    units = np.array([WEST, SOUTH]) + far * (cells + rng.uniform(0, 1, cells.shape)) / PLACES
    rows, columns = SCHOOLS
    schools = np.array([WEST, SOUTH]) + far * np.array([((c + 0.5) / columns, (r + 0.5) / rows) for r in range(rows) for c in range(columns)])
    ids = tuple(f"u{k:05d}" for k in range(len(units))), tuple(f"S{k}" for k in range(len(schools)))
    places = Places(*ids, units, schools, np.ones(len(units), dtype=bool))
    began = time.process_time()
    kept = trips(Streets(path=path), {}, places)
    ended = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        Shelf(Path(folder), (), {"mode": "drive"}, *ids).put(kept)
    written = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = {"seconds": ended - began, "written": written - ended, "mb": peak}
    return {**spent, "units": len(units), "schools": len(schools), "mean": float(np.mean(kept.minutes))}


def measured(path: Path) -> dict[str, float]:
    """`made`, in a process of its own."""
    done = subprocess.run([sys.executable, __file__, str(path)], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def table(folder: Path) -> None:
    """Print a row for each kind of file."""
    print(HEAD)
    for path in write(folder):
        found = measured(path)
        cells = [path.name, f"{SIDE * SIDE:,}", f"{found['units']:,} × {found['schools']}"]
        cells += [f"{found['seconds']:.1f}", f"{found['written']:.1f}", f"{found['mb']:.0f}"]
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    print(json.dumps(made(Path(sys.argv[1]))))
