"""A place of six blocks with streets of its own, as files, and its book."""

from __future__ import annotations

import json
from pathlib import Path

from published_cases import SIDE, write_place

WEST, NORTH = -87.0, 40.0
HOSTILE = "</script><b>\u202eBad & Name"


def street_lines() -> list[tuple[str, str, list[list[float]]]]:
    """Three across, of which two on borders of the rows and one, of a hostile name, through the lower; two down."""

    def across(row: float) -> list[list[float]]:
        return [[WEST - SIDE, NORTH - row * SIDE], [WEST + 4 * SIDE, NORTH - row * SIDE]]

    def down(column: float) -> list[list[float]]:
        return [[WEST + column * SIDE, NORTH + SIDE], [WEST + column * SIDE, NORTH - 3 * SIDE]]

    return [
        ("Oak Street", "residential", across(0)),
        ("Main Street", "primary", across(1)),
        (HOSTILE, "residential", across(1.5)),
        ("5th Avenue", "residential", down(0)),
        ("Interstate 1", "motorway", down(3)),
    ]


def write_streets(path: Path) -> Path:
    features = [
        {"type": "Feature", "properties": {"name": name, "highway": kind}, "geometry": {"type": "LineString", "coordinates": line}}
        for name, kind, line in street_lines()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def write_district(folder: Path) -> tuple[Path, Path]:
    """Six blocks, three in a row; scenario and plan."""
    blocks = [{"unit": f"u{k}", "students": 30 + k, "today": "A" if k % 3 < 2 else "B"} for k in range(6)]
    schools = [{"school": name, "name": f"School {name}", "seats": 500, "unit": unit} for name, unit in (("A", "u0"), ("B", "u5"))]
    scenario = write_place(folder, blocks, schools, 3)
    plan = folder / "plan.csv"
    plan.write_text("unit,school\n" + "".join(f"u{k},{'A' if k % 3 < 1 else 'B'}\n" for k in range(6)), encoding="utf-8")
    write_streets(folder / "streets.geojson")
    return scenario, plan
