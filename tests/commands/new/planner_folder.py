"""Riverbend as a planner has it: areas with a column for each grade, a workbook of seats, points of schools, zones, roads, and students as points."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely
from shapely.geometry import LineString

RIVERBEND = Path(__file__).resolve().parents[3] / "scenarios" / "riverbend"
STATE_PLANE = 26975  # meters, as a county's layers would be
GRADES = ("k", "g1", "g2", "g3", "g4", "g5")
RACES = {"W": "white", "H": "hispanic", "B": "black", "A": "asian"}


def write_planner_folder(folder: Path, seed: int = 7) -> Path:
    """Write the files; the same seed gives the same students."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = gpd.read_file(RIVERBEND / "blocks.geojson").to_crs(STATE_PLANE)
    schools = pd.read_csv(RIVERBEND / "schools.csv", dtype={"GEOID20": str})
    names = dict(zip(schools["school_id"], schools["name"], strict=True))
    blocks["PU"] = [f"PU-{number:04}" for number in range(1, 1 + len(blocks))]
    (folder / "Planning areas").mkdir(exist_ok=True)
    areas = blocks[["PU", "area", *GRADES, "geometry"]].rename(columns={grade: grade.upper() for grade in GRADES})
    areas.to_file(folder / "Planning areas" / "areas.shp")
    zones = blocks.dissolve("school").reset_index()
    gpd.GeoDataFrame({"NAME": [f"{names[school]} Elementary" for school in zones["school"]]}, geometry=zones.geometry, crs=blocks.crs).to_file(
        folder / "Elementary zones.shp"
    )
    points = gpd.points_from_xy(schools["lon"], schools["lat"], crs=4326).to_crs(STATE_PLANE)
    gpd.GeoDataFrame({"NAME": [f"{name} ES" for name in schools["name"]], "PHONE": "555-0100"}, geometry=points).to_file(folder / "Schools.shp")
    _workbook(folder / "Capacities 2026-27.xlsx", schools)
    _roads(blocks).to_file(folder / "Roads.shp")
    _students(blocks, np.random.default_rng(seed)).to_file(folder / "students_oct1.shp")
    (folder / "Notes for the board.docx").write_bytes(b"no data")
    return folder


def _workbook(path: Path, schools: pd.DataFrame) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Capacity"
    sheet.append(["Riverbend Public Schools"])
    sheet.append(["Office of Facilities Planning, program capacity 2026-27"])
    sheet.append([])
    sheet.append(["School", "Program Capacity"])
    for name, seats in zip(schools["name"], schools["capacity"], strict=True):
        sheet.append([f"{name} Elementary School", int(seats)])
    sheet.append(["Total", int(schools["capacity"].sum())])
    book.save(path)


def _roads(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The edges of blocks, each once, with a class and a speed in miles an hour."""
    edges = set()
    for polygon in blocks.geometry.explode():
        corners = [tuple(corner) for corner in shapely.get_coordinates(polygon.exterior).round(2).tolist()]
        edges |= {tuple(sorted(pair)) for pair in pairwise(corners)}
    lines = [LineString(edge) for edge in sorted(edges)]
    kinds = ["Arterial" if number % 9 == 0 else "Local" for number in range(len(lines))]
    speeds = [40 if kind == "Arterial" else 25 for kind in kinds]
    return gpd.GeoDataFrame({"ROADCLASS": kinds, "SPEED": speeds}, geometry=lines, crs=blocks.crs)


def _students(blocks: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """A point for each student in the block where it is counted, with grade, race and lunch."""
    rows, places = [], []
    for row in blocks.itertuples():
        grades = [grade.removeprefix("g").upper() for grade in GRADES for _ in range(int(getattr(row, grade)))]
        races = [code for code, race in RACES.items() for _ in range(int(getattr(row, race)))]
        races += ["O"] * (len(grades) - len(races))
        poor = np.arange(len(grades)) < row.low_income
        rng.shuffle(races)
        rng.shuffle(poor)
        rows += list(zip(grades, races, np.where(poor, "Y", "N"), strict=True))
        places += list(shapely.get_coordinates(_inside(row.geometry, len(grades), rng)))
    frame = pd.DataFrame(rows, columns=["GRADE", "RACE", "FRL"])
    frame.insert(0, "STUDENT_ID", rng.permutation(len(frame)) + 100000)
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(*np.array(places).T), crs=blocks.crs)


def _inside(polygon: shapely.Geometry, number: int, rng: np.random.Generator) -> list[shapely.Point]:
    """So many points near a point inside."""
    middle = polygon.representative_point()
    room = middle.distance(polygon.boundary) * 0.7
    turns, reach = rng.uniform(0, 2 * np.pi, number), rng.uniform(0, room, number)
    return [shapely.Point(middle.x + r * np.cos(t), middle.y + r * np.sin(t)) for t, r in zip(turns, reach, strict=True)]


if __name__ == "__main__":
    write_planner_folder(Path(sys.argv[1]))
