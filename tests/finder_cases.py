"""Addresses of a made-up town: the same for the same district."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from rezoning.district.district import District

NAMES = ("Oak", "St. Clair", "Peña", "Harbor", "O'Brien", "Mill", "5th", "Main", "Église", "Quarry")
KINDS = ("Street", "Ave", "Rd", "Lane", "Blvd")


def write_addresses(path: Path, district: District, number: int = 500) -> Path:
    """A CSV of addresses in the units of a district, in its order: a street for every twenty units, numbers that go up along it."""
    import geopandas as gpd

    assert district.geometry is not None
    points = gpd.GeoSeries(district.geometry.representative_point(), crs=district.geometry.crs).to_crs(4326)
    units = np.linspace(0, district.num_units - 1, number).astype(int)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Full_Address", "LON", "LAT"])
        for k, u in enumerate(units.tolist()):
            street = k // 20
            name = f"{NAMES[street % len(NAMES)]} {KINDS[street // len(NAMES) % len(KINDS)]}"
            town = f", Township {street // 50}" if number > 1000 else ""
            writer.writerow([f"{100 + 3 * (k % 20)} {name}{town}", f"{points.iloc[u].x:.6f}", f"{points.iloc[u].y:.6f}"])
    return path


def degrees(points: list[tuple[float, float]], crs: object = "EPSG:32618") -> list[tuple[float, float]]:
    """Longitude and latitude of places in meters."""
    import geopandas as gpd

    found = gpd.GeoSeries(gpd.points_from_xy(*zip(*points, strict=True)), crs=crs).to_crs(4326)
    return list(zip(found.x.tolist(), found.y.tolist(), strict=True))


def write_csv(path: Path, head: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path
