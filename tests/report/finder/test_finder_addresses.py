"""Addresses are read, found in their units, and every doubt is told."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from exports_cases import drawn_district
from finder_cases import degrees, write_csv
from shapely.geometry import Point

from rezoning.errors import DataError
from rezoning.report.finder import read_addresses
from rezoning.scenario.reporting import Addresses as Section

WEST, NORTH, SIDE = 300_000.0, 4_300_000.0, 100.0


def middle(u: int) -> tuple[float, float]:
    row, column = divmod(u, 4)
    return WEST + (column + 0.5) * SIDE, NORTH - (row + 0.5) * SIDE


def rows_at(places: list[tuple[str, tuple[float, float]]]) -> list[list[object]]:
    found = degrees([place for _, place in places])
    return [[text, f"{lon:.8f}", f"{lat:.8f}"] for (text, _), (lon, lat) in zip(places, found, strict=True)]


def read(tmp_path, head, rows, **keys):
    return read_addresses(Section(path=write_csv(tmp_path / "homes.csv", head, rows), **keys), drawn_district())


def problems(tmp_path, head, rows, **keys) -> list[str]:
    with pytest.raises(DataError) as caught:
        read(tmp_path, head, rows, **keys)
    return [str(problem) for problem in caught.value.problems]


def test_every_address_is_found_in_its_unit(tmp_path):
    found = read(tmp_path, ["Address", "LON", "lat"], rows_at([(f"{u + 1} Oak St", middle(u)) for u in range(16)]))
    assert found.unit.tolist() == list(range(16))
    assert found.texts[4] == "5 Oak St"
    assert found.house[4] == "5"
    assert found.streets == ("Oak St",)
    assert found.notes == (
        "homes.csv: address column 'Address' (detected)", "homes.csv: lon column 'LON' (detected)", "homes.csv: lat column 'lat' (detected)",
    )  # fmt: skip
    assert [len(one.sha256) for one in found.inputs] == [64]
    assert not found.warnings


def test_number_and_street_may_be_two_columns_and_named(tmp_path):
    rows = [["7", "Elm St", *rows_at([("", middle(3))])[0][1:]]]
    detected = read(tmp_path, ["Number", "STREET", "x", "y"], rows)
    named = read(tmp_path, ["n", "s", "a", "b"], rows, number="n", street="s", lon="a", lat="b")
    for found in (detected, named):
        assert (found.texts, found.house, found.streets, found.unit.tolist()) == (("7 Elm St",), ("7",), ("Elm St",), [3])
    assert named.notes == ()


@pytest.mark.parametrize("name", ["homes.gpkg", "homes.kml", "homes.gdb", "homes.geojson"])
def test_points_of_a_layer_are_the_places(tmp_path, name):
    driver = {".gpkg": "GPKG", ".kml": "LIBKML", ".gdb": "OpenFileGDB", ".geojson": "GeoJSON"}[(tmp_path / name).suffix]
    places = [Point(*middle(u)) for u in (3, 5)]
    homes = gpd.GeoDataFrame({"address": ["1 Oak St", "2 Oak St"]}, geometry=places, crs=drawn_district().geometry.crs)
    pyogrio.write_dataframe(homes.to_crs(4326), tmp_path / name, driver=driver)
    found = read_addresses(Section(path=tmp_path / name), drawn_district())
    assert (found.texts, found.unit.tolist()) == (("1 Oak St", "2 Oak St"), [3, 5])


def test_addresses_of_a_workbook(tmp_path):
    rows = rows_at([("1 Oak St", middle(3)), ("2 Oak St", middle(5))])
    pd.DataFrame(rows, columns=["address", "lon", "lat"]).to_excel(tmp_path / "homes.xlsx", sheet_name="Homes", index=False)
    assert read_addresses(Section(path=tmp_path / "homes.xlsx", sheet="Homes"), drawn_district()).unit.tolist() == [3, 5]


def test_a_point_on_a_border_is_in_the_smallest_unit(tmp_path):
    district = drawn_district()
    district = drawn_district(geometry=district.geometry.to_crs(4326))  # so that the corner is the same number in file and shape
    corners = [set(shape.exterior.coords) for shape in district.geometry]
    lon, lat = next(iter(corners[5] & corners[6] & corners[9] & corners[10]))
    path = write_csv(tmp_path / "homes.csv", ["address", "lon", "lat"], [["1 Corner", repr(lon), repr(lat)]])
    assert read_addresses(Section(path=path), district).unit.tolist() == [5]


def test_what_is_left_out_is_counted_and_told(tmp_path):
    outside = (WEST - 50, NORTH)
    good = [("1 Oak St", middle(0)), ("2 Oak St", outside), ("", middle(1))]
    places = [*good, ("1 OAK Street", middle(0)), ("9 Elm St", middle(2)), ("9 Elm St", middle(3))]
    found = read(tmp_path, ["address", "lon", "lat"], [*rows_at(places), ["3 Oak St", "", ""]])
    assert found.texts == ("1 Oak St",)
    assert (found.blank, found.unplaced, found.outside, found.repeated, found.unclear) == (1, 1, 1, 2, 1)
    lon, lat = degrees([outside])[0]
    assert found.warnings == (
        "homes.csv, row 4: no address; left out",
        "homes.csv, row 8: 1 address without coordinates: '3 Oak St'; left out",
        f"homes.csv, row 3: 1 address outside of every unit: '2 Oak St' at {lon:g}, {lat:g}; left out",
        "homes.csv, rows 6, 7: the same address lies in several units: '9 Elm St'; left out. Add the town, or correct the place",
    )
    assert "homes.csv: 2 rows with an address that was there before, left out" in found.notes


def test_only_the_first_five_outside_are_named(tmp_path):
    away = [(f"{k} Far Rd", (WEST - 1000 - k, NORTH)) for k in range(1, 8)]
    found = read(tmp_path, ["address", "lon", "lat"], rows_at([("1 Oak St", middle(0)), *away]))
    assert found.outside == 7
    assert "homes.csv, rows 3, 4, 5, 6, 7 and 2 more: 7 addresses outside of every unit:" in found.warnings[0]
    assert found.warnings[0].endswith("and 2 more; left out")


def test_towns_keep_two_streets_of_one_name_apart(tmp_path):
    rows = [[*row, town] for row, town in zip(rows_at([("1 Main St", middle(0)), ("1 Main St", middle(9))]), ("Ada", "Béla"), strict=True)]
    found = read(tmp_path, ["address", "lon", "lat", "City"], rows)
    assert found.texts == ("1 Main St, Ada", "1 Main St, Béla")
    assert found.streets == ("Main St, Ada", "Main St, Béla")
    assert "homes.csv: towns from column 'City' (detected) follow the street" in found.notes


def test_apartments_are_addresses_of_their_own(tmp_path):
    places = [("1 Oak St Apt 1", middle(0)), ("1 Oak St Apt 2", middle(1)), ("1 Oak St", middle(0))]
    found = read(tmp_path, ["address", "lon", "lat"], rows_at(places))
    assert found.flat == ("Apt 1", "Apt 2", "")
    assert found.streets == ("Oak St",)


# -- what is wrong is said, all of it -----------------------------------------------------------------------------------


def test_a_missing_file(tmp_path):
    path = tmp_path / "none.csv"
    with pytest.raises(DataError) as caught:
        read_addresses(Section(path=path), drawn_district())
    assert str(caught.value) == f"report.addresses.path: there is no file {path}. Paths are relative to the scenario file."


def test_units_without_polygons_and_a_missing_file_are_told_together(tmp_path):
    with pytest.raises(DataError) as caught:
        read_addresses(Section(path=tmp_path / "none.csv"), drawn_district(geometry=None))
    first, second = caught.value.problems
    assert str(first).endswith(
        "the units have no polygons, so no address can be found in one. Give data.units.path a layer of polygons, or leave report.addresses out."
    )
    assert "there is no file" in str(second)


def test_columns_that_cannot_be_detected_are_all_told(tmp_path):
    first, second = problems(tmp_path, ["a", "b"], [["1", "2"]])
    assert first.endswith(
        "homes.csv has no column known to hold addresses. Name it with report.addresses.address, or number and street with "
        "report.addresses.number and report.addresses.street. Columns: a, b."
    )
    assert second.endswith(
        "homes.csv has no column known to hold longitudes or latitudes. Name the columns of degrees with report.addresses.lon and "
        "report.addresses.lat. Columns: a, b."
    )


def test_named_columns_that_are_not_there_are_all_told(tmp_path):
    first, second = problems(tmp_path, ["adress", "lon", "latt"], [["1 Oak St", "1", "2"]], address="address", lat="lat")
    assert first.endswith("homes.csv has no column 'address'. Did you mean 'adress'? Columns: adress, lon, latt.")
    assert second.endswith("homes.csv has no column 'lat'. Did you mean 'latt'? Columns: adress, lon, latt.")


def test_a_street_without_its_numbers(tmp_path):
    (only,) = problems(tmp_path, ["street", "lon", "lat"], [["Oak St", "-77", "38"]])
    assert "homes.csv has no column known to hold house numbers." in only


def test_one_column_and_two_at_once(tmp_path):
    (only,) = problems(tmp_path, ["a", "n", "s", "lon", "lat"], [["1 Oak", "1", "Oak", "-77", "38"]], address="a", number="n", street="s")
    assert only.endswith("names a column, and so do number and street. Name the one column, or the two, and leave the other out.")


def test_coordinates_that_are_none(tmp_path):
    rows = [["1 Oak St", "-77", "38"], ["2 Oak St", "here", "38"], ["3 Oak St", "-77", ""], ["4 Oak St", "300000", "4300000"]]
    assert problems(tmp_path, ["address", "lon", "lat"], rows) == [
        "homes.csv, rows 3, 4, 5: columns 'lon' and 'lat' hold ('here', '38'), ('-77', ''), ('300000', '4300000'), which is no place in degrees. "
        "Give degrees (EPSG:4326), or leave both cells blank."
    ]


def test_exchanged_coordinates(tmp_path):
    assert problems(tmp_path, ["address", "lon", "lat"], [["1 Oak St", "38.8", "-107.3"]])[0].endswith("They seem to be exchanged.")


def test_no_address_in_any_unit(tmp_path):
    assert problems(tmp_path, ["address", "lon", "lat"], [["1 Oak St", "38.5", "-77.25"]]) == [
        "homes.csv: none of its 1 row lies in a unit: '1 Oak St' at 38.5, -77.25. "
        "Check that lon and lat are degrees (EPSG:4326), not exchanged, and of this district."
    ]


def test_many_addresses_are_read_quickly(tmp_path):
    rng = np.random.default_rng(0)
    places = [(f"{k} Oak St", (WEST + x, NORTH - y)) for k, (x, y) in enumerate(rng.uniform(1, 399, (20_000, 2)))]
    assert len(read(tmp_path, ["address", "lon", "lat"], rows_at(places)).texts) == 20_000
