"""Books to export: a drawn district with a hole and an island, riverbend with a plan made by hand, and ways to read a plan back."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import drawn
import geopandas as gpd
import numpy as np
import shapely

from rezoning.district.district import District
from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.runs.option_judged import option_of_plan
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Scenario

ROOT = Path(__file__).resolve().parents[1]
RIVERBEND = ROOT / "scenarios" / "riverbend.yaml"

# B lies in a hole of A's zone and has an island in the east; C's zone is two pieces that touch in a corner.
TODAY = "Aaab/aBab/aaac/cCcb"
PLANS = {"A": "Aaab/aBbb/aaac/cCcb", "B": "Aaaa/aBaa/aaac/cCcb"}


def squares(rows: int = 4, columns: int = 4, side: float = 100.0) -> gpd.GeoSeries:
    """A grid of squares in meters, numbered row by row from the north."""
    west, north = 300_000.0, 4_300_000.0
    shapes = [
        shapely.box(west + c * side, north - (r + 1) * side, west + (c + 1) * side, north - r * side) for r in range(rows) for c in range(columns)
    ]
    return gpd.GeoSeries(shapes, crs="EPSG:32618")


def drawn_district(**changes: Any) -> District:
    counts = np.arange(16, dtype=float) + 30
    groups = {"low": counts // 2, "black": counts // 3, "white": counts // 4}
    border = np.full(len(drawn.grid(4, 4)), 100.0)
    given = {"students": counts, "groups": groups, "capacity": np.array([500.0, 400.0, 300.0]), "geometry": squares(), "border_m": border}
    return drawn.picture(TODAY, **(given | changes))


def drawn_plan(drawing: str) -> Plan:
    return Plan(["abc".index(letter) for letter in drawing.replace("/", "").lower()])


def book_of(scenario: Scenario, district: District, *plans: Plan) -> Book:
    letters = "ABCDEFGH"
    return make_book([option_of_plan(letters[k], f"plan-{k}", Path(f"plan-{k}.csv"), scenario, district, plan) for k, plan in enumerate(plans)])


def drawn_book(**changes: Any) -> Book:
    """The drawn district with its two plans; what is hidden is hidden."""
    return _drawn_book(**changes) if changes else plain_book()


@cache
def plain_book() -> Book:
    """The same as it is, made once."""
    return _drawn_book()


def _drawn_book(**changes: Any) -> Book:
    district = drawn_district(**changes)
    return book_of(drawn.scenario(), district, *(drawn_plan(drawing) for drawing in PLANS.values()))


def perturbed(district: District, seed: int, share: float = 0.2) -> Plan:
    """Today's zones, but some units next to another zone go over to it."""
    rng = np.random.default_rng(seed)
    school = np.where(district.stayable >= 0, district.stayable, 0)
    for i, j in rng.permutation(district.edges)[: int(share * len(district.edges))].tolist():
        if i not in district.school_unit:
            school[i] = school[j]
    return Plan(school)


def book_of_file(path: Path, seeds: tuple[int, ...] = (1, 2)) -> Book:
    """A district of a scenario file; nothing is hidden, for that is the drawn district's to show and takes time."""
    scenario = load_scenario(path, ["report.min_cell=0"])
    district = load_district(scenario.data)
    return book_of(scenario, district, *(perturbed(district, seed) for seed in seeds))


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def expected(book: Book, letter: str) -> dict[str, str]:
    """Unit id to school id, from the option itself and not from the book."""
    option = next(option for option in book.options if option.letter == letter)
    return {unit: option.district.school_ids[s] for unit, s in zip(option.district.unit_ids, option.plan.school.tolist(), strict=True)}


def located(zones: gpd.GeoDataFrame, book: Book, column: str = "school_id") -> dict[str, str]:
    """Unit id to the school of the zone that a point inside the unit lies in: what a program finds that knows only the map."""
    district = book.district
    assert district.geometry is not None
    points = gpd.GeoSeries(district.geometry.representative_point()).to_crs(zones.crs)
    unit, zone = shapely.STRtree(np.asarray(zones.geometry.array)).query(np.asarray(points.array), predicate="intersects")
    assert len(set(unit.tolist())) == len(unit)  # no point in two zones
    return {district.unit_ids[u]: zones[column].iloc[z] for u, z in zip(unit.tolist(), zone.tolist(), strict=True)}


def assert_coverage(zones: gpd.GeoDataFrame, book: Book) -> None:
    """Valid, without overlaps and gaps, as large as the units; in meters."""
    shapes = np.asarray(zones.geometry.array)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    units = np.asarray(book.district.geometry.to_crs(zones.crs).array)
    whole = shapely.union_all(shapes)
    assert abs(shapely.area(shapes).sum() - whole.area) <= 1e-9 * whole.area
    assert abs(whole.area - shapely.area(units).sum()) <= 1e-4 * whole.area
    gaps = shapely.get_num_interior_rings(shapely.get_parts(whole)).sum()
    drawn_gaps = [shapely.Polygon(ring) for part in shapely.get_parts(shapely.union_all(units)) for ring in part.interiors]
    assert gaps <= sum(2 * shapely.maximum_inscribed_circle(gap).length > 2.0 for gap in drawn_gaps)
