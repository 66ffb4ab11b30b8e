"""Every export is read back as the plan that it was written from, by this program itself: as files, folders and zip files."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from exports_cases import drawn_book
from plans_drawn import said_of

from rezoning.district.plans.how import PlanReading
from rezoning.district.plans.read import bring_plan
from rezoning.report.exports.export import export
from rezoning.report.exports.formats import FORMATS


@pytest.fixture(scope="module")
def book():
    return drawn_book()


@pytest.fixture(scope="module")
def exported(book, tmp_path_factory):
    """Every format in a folder, of both options."""
    places = {}
    for name in FORMATS:
        places[name] = tmp_path_factory.mktemp(name)
        export(book, None, name, places[name])
    return places


FILES = {
    "baf": lambda letter: (f"BlockAssign_{letter}.txt", PlanReading()),
    "dra": lambda letter: (f"block-assignments_{letter}.csv", PlanReading()),
    "districtr": lambda letter: (f"districtr_{letter}.csv", PlanReading()),
    "gpkg": lambda letter: ("plan.gpkg", PlanReading(f"school_{letter}")),
    "geojson": lambda letter: ("units.geojson", PlanReading(f"school_{letter}")),
    "shp": lambda letter: (f"units_{letter}.shp", PlanReading(f"school_{letter}")),
    "gerrychain": lambda letter: ("graph.json", PlanReading(f"school_{letter}")),
}
ZONES = {
    "gpkg": None,
    "geojson": lambda letter: (f"zones_{letter}.geojson", PlanReading()),
    "shp": lambda letter: (f"zones_{letter}.shp", PlanReading()),
    "kml": lambda letter: (f"zones_{letter}.kml", PlanReading()),
    "sabs": lambda letter: (f"SABS_{letter}.shp", PlanReading()),
}
"""The formats that hold units, and those that hold zones: which file has an option, and what is to be said of it."""


def test_every_format_is_read_back_in_some_way():
    assert set(FILES) | set(ZONES) | {"xlsx"} == set(FORMATS)


@pytest.mark.parametrize("form", ["file", "folder", "zip"])
@pytest.mark.parametrize("to", FILES)
def test_units_come_back(to, form, book, exported, tmp_path):
    for option in book.options:
        name, how = FILES[to](option.letter)
        path = exported[to] / name
        if form != "file":
            how = PlanReading(how.column, layer=None if to == "gpkg" else name)
            path = exported[to] if form == "folder" else Path(shutil.make_archive(str(tmp_path / f"{to}-{option.letter}"), "zip", exported[to]))
        assert bring_plan(path, option.district, how).plan == option.plan


@pytest.mark.parametrize("to", [name for name, which in ZONES.items() if which is not None])
def test_zones_come_back(to, book, exported):
    for option in book.options:
        name, how = ZONES[to](option.letter)
        assert bring_plan(exported[to] / name, option.district, how).plan == option.plan


def test_of_a_workbook_the_sheet_of_units_comes_back(book, exported):
    for option in book.options:
        brought = bring_plan(exported["xlsx"] / "options.xlsx", option.district, PlanReading(f"school ID, {option.letter}"))
        assert brought.plan == option.plan


def test_a_workbook_of_two_options_asks_which(book, exported):
    said = said_of(lambda: bring_plan(exported["xlsx"], book.district))
    assert said == [
        "options.xlsx: has 2 columns that may hold the plan's schools: 'school ID, A', 'school ID, B'. Say which with --column 'school ID, B'."
    ]


def test_its_changed_units_alone_leave_the_others_at_todays_school(book, exported):
    for option in book.options:
        how = PlanReading(f"school ID, {option.letter}", sheet="Changes", rest="today")
        brought = bring_plan(exported["xlsx"] / "options.xlsx", option.district, how)
        assert brought.plan == option.plan
        kept = np.array(brought.kept)
        assert len(kept)
        assert (option.district.current[kept] == option.plan.school[kept]).all()


@pytest.mark.parametrize("to", FORMATS)
def test_one_option_alone_needs_no_words(to, book, tmp_path):
    option = book.options[1]
    export(book, option.letter, to, tmp_path)
    how = PlanReading("school ID, B") if to == "xlsx" else PlanReading()  # a workbook is of all options
    assert bring_plan(tmp_path, option.district, how).plan == option.plan
