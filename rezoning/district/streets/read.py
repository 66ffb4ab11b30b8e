"""A file of streets, by what its name says it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rezoning.district.district import Floats
from rezoning.district.files.faults import check_there
from rezoning.district.streets.graphml import read_graphml
from rezoning.district.streets.osm import read_osm
from rezoning.district.streets.roads import read_roads
from rezoning.district.streets.ways import Box, Ways

if TYPE_CHECKING:
    from rezoning.scenario.streets import Streets

ROUND_ABOUT = 0.2
"""Degrees, some 20 km, that are read beyond the district: the way may lead round it."""


def read_ways(section: Streets, places: Floats) -> Ways:
    """Streets in and round the district whose units and schools are at some places in degrees.

    Raises
    ------
    DataError
        The file is not there, damaged, or not understood.
    """
    check_there(section.path, section.place("path"))
    low, high = places.min(axis=0) - ROUND_ABOUT, places.max(axis=0) + ROUND_ABOUT
    box: Box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    name = section.path.name.lower()
    if name.endswith((".pbf", ".osm")):
        ways = read_osm(section.path, section.mode, box)
    elif name.endswith(".graphml"):
        ways = read_graphml(section.path)
    else:
        ways = read_roads(section)
    return replace(ways.inside(box), num_read=ways.num_read)
