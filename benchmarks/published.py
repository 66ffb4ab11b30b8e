"""Instances as others published them, made into folders that this program runs: files of the usual kinds and a scenario.yaml.

    python benchmarks/published.py solver-files FILES DISTRICT OUT [--group white] [--travel 0.5] [--size 0.15]
    python benchmarks/published.py tables UNITS EDGES SCHOOLS OUT [--travel-table FILE --measure minutes] [--group NAME]

Solver files of Plural Connections' attendance-boundaries, for a district by its NCES id, in one folder:

==========================================  =================================================================================================
prepped_file_for_solver_<id>.csv            A row per block: block_id, ncessch (today's school), num_total_to_school and num_<group>_to_school,
                                            total_enrollment of the school; block_idx and school_idx number blocks and schools.
prepped_travel_time_matrix_<id>.csv         JSON in spite of its name: seconds[block_idx][school_idx], NaN where there is no way.
prepped_distance_matrix_<id>.csv            Likewise, miles in a straight line; taken where there are no times.
blocks_networks_<id>.json                   For each school_idx a node-link graph of block_idx; its root, dist_from_root 0, has the school.
==========================================  =================================================================================================

The question is the published one: trips at most so much longer than today's, blocks whose trip today is not known stay, enrollment at most so much
above total_enrollment, contiguous zones (exact here; the published rule is `rules.contiguity.method: closer_neighbor`), dissimilarity of a group.

Plain tables: units (id, students, groups …, school today if there is one), edges (two ids), schools (id, unit, capacity), travel (wide or long).
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from rezoning.errors import DataError, Problem, Problems, RezoningError, shown
from rezoning.runs.directory import check_what_is_there, written_whole

SCENARIO = "scenario.yaml"
GROUPS = ("white", "black", "asian", "native", "hispanic", "ell", "frl")
NAMES = {
    "unit": ("unit_id", "unit", "block_id", "geoid", "geoid20", "id", "node"),
    "students": ("students", "num_students", "num_total_to_school", "total", "population", "pop", "n"),
    "today": ("current_school", "today", "school_today", "zone", "ncessch", "school_id", "school"),
    "school": ("school_id", "school", "ncessch", "id", "name"),
    "home": ("unit_id", "unit", "block_id", "node", "geoid"),
    "capacity": ("capacity", "seats", "total_enrollment", "enrollment"),
}
"""Names that columns of plain tables have, the likeliest first."""

Row = dict[str, str]


def read(kind: str, *files: Path, out: Path, **question: Any) -> Path:
    """Make a folder of a published instance; gives its scenario.

    Parameters
    ----------
    kind
        ``solver-files`` (folder, district id) or ``tables`` (units, edges, schools).
    files
        What is published.
    out
        The folder, written whole or not at all; one that a reader has written is replaced.
    question
        ``group``, ``travel`` and ``size`` as shares; for tables also ``travel_table`` and ``measure``.

    Raises
    ------
    DataError
        A file is not there, or not as its kind is.
    """
    readers: dict[str, Callable[..., dict[str, Any]]] = {"solver-files": _solver_files, "tables": _tables}
    if kind not in readers:
        raise DataError(Problem(kind, "is no kind of instance.", f"Give {' or '.join(readers)}."))
    content = readers[kind](*files, **question)
    with written_whole(out, partial(check_what_is_there, out, SCENARIO, None, replace=True)) as folder:
        for name, rows in content["tables"].items():
            with (folder / name).open("w", encoding="utf-8", newline="") as stream:
                table = csv.writer(stream, lineterminator="\n")
                table.writerows(rows)
        (folder / SCENARIO).write_text(yaml.safe_dump(content["scenario"], sort_keys=False, allow_unicode=True), encoding="utf-8")
    return out / SCENARIO


# -- solver files ------------------------------------------------------------------------------------------------------


def _solver_files(root: Path, district: str | Path, *, group: str = "white", travel: float = 0.5, size: float = 0.15) -> dict[str, Any]:
    root, district = Path(root), str(district)
    place = root / f"prepped_file_for_solver_{district}.csv"
    rows = _table(place)
    groups = [name for name in GROUPS if f"num_{name}_to_school" in rows[0]]
    _need(place, rows[0], ["block_id", "ncessch", "num_total_to_school", "total_enrollment"])
    if group not in groups:
        raise DataError(Problem(str(place), f"has no column num_{group}_to_school.", f"Give --group {' or '.join(groups)}."))
    blocks, schools = _numbered(place, rows, "block_id", "block_idx"), _numbered(place, rows, "ncessch", "school_idx")
    if len(set(blocks)) != len(rows):
        raise DataError(Problem(str(place), "has a block in several rows.", "Give the file of one district with a row per block."))
    by_block = {row["block_id"]: row for row in rows}
    times, measure = _matrix(root, district, len(blocks), len(schools))
    edges, roots = _networks(root / f"blocks_networks_{district}.json", len(blocks), len(schools))
    today = {school: j for j, school in enumerate(schools)}
    stays = [block for i, block in enumerate(blocks) if math.isnan(times[i][today[by_block[block]["ncessch"]]])]
    size_of = {row["ncessch"]: _count(place, row, "total_enrollment") for row in rows}
    units = [
        [block, _count(place, by_block[block], "num_total_to_school"), *(_count(place, by_block[block], f"num_{name}_to_school") for name in groups),
         by_block[block]["ncessch"]]
        for block in blocks
    ]  # fmt: skip
    return {
        "tables": {
            "units.csv": [["block_id", "students", *groups, "ncessch"], *units],
            "schools.csv": [["ncessch", "unit", "total_enrollment"], *([one, blocks[roots[j]], size_of[one]] for j, one in enumerate(schools))],
            "travel.csv": [["block_id", *schools], *([block, *map(_known, times[i])] for i, block in enumerate(blocks))],
            "edges.csv": [["u", "v"], *([blocks[a], blocks[b]] for a, b in sorted(edges))],
        },
        "scenario": {
            "name": f"attendance-boundaries-{district}",
            "data": {
                "units": {
                    "path": "units.csv", "id": "block_id", "students": "students", "groups": {name: name for name in groups},
                    "current_school": "ncessch", "groups_above_total": "keep",
                },
                "schools": {"path": "schools.csv", "id": "ncessch", "unit": "unit", "capacity": "total_enrollment"},
                "travel": {"path": "travel.csv", "measure": measure},
                "adjacency": {"path": "edges.csv"},
            },
            "rules": {
                "capacity": {"max": round(1 + size, 6), "of": "capacity"}, "travel": {"max_increase": travel},
                "contiguity": {"method": "exact", "islands": "keep"}, "school_in_own_zone": False, **({"locked": {"units": stays}} if stays else {}),
            },
            "goals": [{"minimize": "dissimilarity", "group": group}],
        },
    }  # fmt: skip


def _numbered(place: Path, rows: Sequence[Row], key: str, number: str) -> list[str]:
    """The ids by their numbers, or in the order in which they come, which is how they were numbered."""
    found = list(dict.fromkeys(row[key] for row in rows))
    if number not in rows[0]:
        return found
    by_number = {_whole(place, row, number): row[key] for row in rows}
    if sorted(by_number) != list(range(len(found))):
        raise DataError(
            Problem(f"{place}, {number}", "does not number every one once from 0.", "Give the file as it was published, for one district.")
        )
    return [by_number[k] for k in range(len(found))]


def _matrix(root: Path, district: str, blocks: int, schools: int) -> tuple[list[list[float]], str]:
    """Trips from block to school, and their unit: times where there are some, else distances."""
    places = {"seconds": root / f"prepped_travel_time_matrix_{district}.csv", "miles": root / f"prepped_distance_matrix_{district}.csv"}
    measure = next((unit for unit, place in places.items() if place.exists()), "seconds")
    place = places[measure]
    matrix = _json(place)
    is_table = isinstance(matrix, list) and len(matrix) == blocks and all(isinstance(row, list) and len(row) == schools for row in matrix)
    if not is_table or not all(isinstance(trip, int | float) or trip is None for row in matrix for trip in row):
        raise DataError(
            Problem(str(place), f"is no JSON matrix of {blocks:,} blocks by {schools:,} schools.", "Give the files of one district and year.")
        )
    trips = [[math.nan if trip is None else float(trip) for trip in row] for row in matrix]
    if any(trip < 0 or math.isinf(trip) for row in trips for trip in row):
        raise DataError(Problem(str(place), "has a trip below 0 or without end.", "Give the file as it was published."))
    return trips, measure


def _networks(place: Path, blocks: int, schools: int) -> tuple[set[tuple[int, int]], dict[int, int]]:
    """Pairs of neighbors, the networks of all schools together, and the block of each school."""
    edges: set[tuple[int, int]] = set()
    roots: dict[int, int] = {}
    networks = _json(place)
    try:
        for school, graph in networks.items():
            found = [int(node["id"]) for node in graph["nodes"] if node["attrs"]["dist_from_root"] == 0]
            links = graph["links"] if "links" in graph else graph["edges"]
            roots[int(school)] = found[0]
            edges |= {(min(a, b), max(a, b)) for link in links for a, b in [(int(link["source"]), int(link["target"]))] if a != b}
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        raise DataError(Problem(str(place), "is not a node-link graph for each school, with a root.", "Give the file as it was published.")) from None
    named = {v for pair in edges for v in pair} | set(roots.values())
    if set(roots) != set(range(schools)) or any(not 0 <= v < blocks for v in named):
        message = f"is not about {schools:,} schools and {blocks:,} blocks."
        raise DataError(Problem(str(place), message, "Give the files of one district and year."))
    return edges, roots


def _known(trip: float) -> str:
    return "" if math.isnan(trip) else repr(trip)


# -- plain tables ------------------------------------------------------------------------------------------------------


def _tables(
    units: Path, edges: Path, schools: Path, *, group: str | None = None, travel: float = 0.5, size: float = 0.15,
    travel_table: Path | None = None, measure: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    rows, pairs, places = _table(units), _table(edges), _table(schools)
    problems = Problems()
    unit, students = _column(units, rows, "unit", problems), _column(units, rows, "students", problems)
    school, home = _column(schools, places, "school", problems), _column(schools, places, "home", problems)
    if len(pairs[0]) < 2:
        problems.add(str(edges), "has not two columns of ids.", "Give two units in each row.")
    problems.raise_as(DataError)
    named = {place[school] for place in places}
    today = next((name for name in NAMES["today"] for name in _like(rows, name) if {row[name] for row in rows} - {""} <= named), None)
    capacity = next(iter(_likely(places, "capacity")), None)
    groups = [name for name in rows[0] if name not in (unit, students, today) and all(_is_count(row[name]) for row in rows)]
    if group is not None and group not in groups:
        raise DataError(Problem(str(units), f"has no column {group} of counts.", f"Give --group {shown(groups) or 'nothing'}."))
    goal = {"minimize": "dissimilarity", "group": group or groups[0]} if groups else {"minimize": "imbalance" if capacity else "cut_edges"}
    data: dict[str, Any] = {
        "units": {"path": "units.csv", "id": unit, "students": students, **({"groups": {name: name for name in groups}} if groups else {}),
                  **({"current_school": today} if today else {}), **({"groups_above_total": "keep"} if groups else {})},
        "schools": {"path": "schools.csv", "id": school, "unit": home, **({"capacity": capacity} if capacity else {})},
        "adjacency": {"path": "edges.csv"},
    }  # fmt: skip
    tables = {"units.csv": _cells(rows), "schools.csv": _cells(places), "edges.csv": _cells(pairs)}
    rules: dict[str, Any] = {"contiguity": {"method": "exact", "islands": "keep" if today else "forbid"}}
    if capacity:
        rules["capacity"] = {"max": round(1 + size, 6), "of": "capacity"}
    if travel_table is not None:
        trips = _table(Path(travel_table))
        tables["travel.csv"] = _cells(trips)
        data["travel"] = {"path": "travel.csv", "measure": measure or "minutes"}
        rules |= {"travel": {"max_increase": travel}} if today else {}
    name = f"tables-{Path(units).stem}"
    return {"tables": tables, "scenario": {"name": name, "data": data, "rules": rules, "goals": [goal]}}


def _column(place: Path, rows: Sequence[Row], kind: str, problems: Problems) -> str:
    found = _likely(rows, kind)
    if not found:
        problems.add(str(place), f"has no column for {kind}: none of {', '.join(NAMES[kind])}.", "Give one of them this name.")
    return found[0] if found else ""


def _likely(rows: Sequence[Row], kind: str) -> list[str]:
    return [own for name in NAMES[kind] for own in _like(rows, name)]


def _like(rows: Sequence[Row], name: str) -> list[str]:
    return [own for own in rows[0] if own.strip().lower() == name]


def _cells(rows: Sequence[Row]) -> list[list[str]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def _is_count(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and float(text) >= 0
    except ValueError:
        return False


# -- files -------------------------------------------------------------------------------------------------------------


def _table(place: Path) -> list[Row]:
    """The rows of a .csv by column, at least one."""
    try:
        with Path(place).open(encoding="utf-8-sig", newline="") as stream:
            rows = [{name: value or "" for name, value in row.items() if name is not None} for row in csv.DictReader(stream)]
    except OSError as error:
        raise DataError(Problem(str(place), f"cannot be read ({error.strerror}).", "Give the files as they were published.")) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(Problem(str(place), f"is no table ({error}).", "Give a .csv in UTF-8.")) from None
    if not rows:
        raise DataError(Problem(str(place), "has no row.", "Give the files as they were published."))
    return rows


def _need(place: Path, row: Row, names: Iterable[str]) -> None:
    lost = [name for name in names if name not in row]
    if lost:
        raise DataError(Problem(str(place), f"has no column {shown(lost)}.", "Give the file as it was published."))


def _count(place: Path, row: Row, name: str) -> str:
    if not _is_count(row[name]):
        message = f"'{row[name]}' in {name} of block {row['block_id']} is no count."
        raise DataError(Problem(str(place), message, "Give the file as it was published."))
    return row[name]


def _whole(place: Path, row: Row, name: str) -> int:
    try:
        return int(float(row[name]))
    except (ValueError, OverflowError):
        raise DataError(Problem(f"{place}, {name}", f"'{row[name]}' is no number.", "Give the file as it was published.")) from None


def _json(place: Path) -> Any:
    try:
        return json.loads(place.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(Problem(str(place), f"cannot be read ({error.strerror}).", "Give the files as they were published.")) from None
    except (ValueError, RecursionError):
        raise DataError(Problem(str(place), "is no JSON document.", "Give the file as it was published.")) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description="Make a folder that rezoning runs of an instance that others published.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, names in (("solver-files", ("files", "district")), ("tables", ("units", "edges", "schools"))):
        one = kinds.add_parser(kind)
        for name in names:
            one.add_argument(name, type=str if name == "district" else Path)
        one.add_argument("out", type=Path)
        one.add_argument("--group", default="white" if kind == "solver-files" else None)
        one.add_argument("--size", type=float, default=0.15, help="how far enrollment may be above what it is measured by")
        one.add_argument("--travel", type=float, default=0.5, help="how much longer trips may be")
        if kind == "tables":
            one.add_argument("--travel-table", type=Path)
            one.add_argument("--measure", default=None)
    said = vars(parser.parse_args(arguments))
    kind, out = said.pop("kind"), said.pop("out")
    files = [said.pop(name) for name in (("files", "district") if kind == "solver-files" else ("units", "edges", "schools"))]
    try:
        print(read(kind, *files, out=out, **said))
    except RezoningError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
