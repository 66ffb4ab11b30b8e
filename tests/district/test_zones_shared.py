"""A real district's zones, dissolved, projected, simplified and written as people publish them, come back as the plan that they were made of."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from conftest import SHARED_DATA

from rezoning.district.load import load_district
from rezoning.district.plans.read import bring_plan
from rezoning.scenario.load import load_scenario

pytestmark = pytest.mark.shared

UTM, VIRGINIA_FEET, MERCATOR, DEGREES = 26918, 2283, 3857, 4326
KINDS = [("zones.kml", DEGREES), ("zones.geojson", DEGREES), ("zones.shp", VIRGINIA_FEET), ("zones.gpkg", MERCATOR)]
SIMPLIFIED_M = 2.0
LARGEST_SHARE = 0.005


@pytest.fixture(scope="module")
def mount_vernon():
    folder = SHARED_DATA / "mount_vernon"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not beside the project")
    return load_district(load_scenario(folder / "balance.yaml").data)


@pytest.fixture(scope="module")
def zones(mount_vernon):
    blocks = gpd.read_file(SHARED_DATA / "mount_vernon" / "blocks.gpkg", layer="blocks")
    whole = blocks.dissolve("current").geometry.to_crs(UTM)
    return gpd.GeoDataFrame({"Name": [str(name) for name in whole.index]}, geometry=whole.simplify(SIMPLIFIED_M).to_list(), crs=UTM)


def assert_the_same(plan, split, district):
    changed = np.flatnonzero(plan != district.current)
    assert len(changed) <= LARGEST_SHARE * district.num_units
    assert set(changed.tolist()) <= {one.unit for one in split}


@pytest.mark.parametrize(("name", "crs"), KINDS)
def test_zones_come_back_as_the_plan_that_they_were(name, crs, mount_vernon, zones, tmp_path):
    path = tmp_path / name
    zones.to_crs(crs).to_file(path, **({"driver": "KML"} if name.endswith(".kml") else {}))
    brought = bring_plan(path, mount_vernon)
    assert_the_same(brought.plan.school, brought.split, mount_vernon)


def test_zones_drawn_beside_the_blocks_borders(mount_vernon, zones, tmp_path):
    """Moved by 3 m, as maps of two offices differ: what changes is told."""
    zones.set_geometry(zones.translate(3, 0)).to_file(tmp_path / "zones.gpkg")
    brought = bring_plan(tmp_path / "zones.gpkg", mount_vernon)
    assert_the_same(brought.plan.school, brought.split, mount_vernon)


def test_todays_schools_from_zones(mount_vernon, zones, tmp_path):
    zones.rename(columns={"Name": "schnam"}).to_file(tmp_path / "zones.shp")
    said = ["data.units.current_school=null", f"data.units.current={{path: {tmp_path / 'zones.shp'}}}"]
    district = load_district(load_scenario(SHARED_DATA / "mount_vernon" / "balance.yaml", said).data)
    assert_the_same(district.current, district.today_split, mount_vernon)


@pytest.mark.slow
def test_a_county_of_many_blocks(tmp_path):
    folder = SHARED_DATA / "fairfax_hs"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not beside the project")
    district = load_district(load_scenario(folder / "balance.yaml").data)
    blocks = gpd.read_file(folder / "blocks.gpkg").to_crs(UTM)
    whole = blocks.dissolve("high_current").geometry.simplify(SIMPLIFIED_M)
    frame = gpd.GeoDataFrame({"zone": [str(name) for name in whole.index]}, geometry=whole.to_list(), crs=UTM)
    for name, crs in KINDS:
        frame.to_crs(crs).to_file(tmp_path / name, **({"driver": "KML"} if name.endswith(".kml") else {}))
        brought = bring_plan(tmp_path / name, district)
        assert_the_same(brought.plan.school, brought.split, district)
