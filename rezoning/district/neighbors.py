"""The section `data.adjacency`: neighbors from polygons or a file, links and barriers, and what in them should be looked at."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.adjacency import Links, edges_from_file, with_links
from rezoning.district.checks import quoted
from rezoning.district.detect import note_mended
from rezoning.district.district import Floats, Ints, Land, same_school_components
from rezoning.district.drawn import TOLERANCE_M, Drawn, Missed, forgiving, is_known, neighbors_from_polygons, widths
from rezoning.district.edge_columns import edge_columns
from rezoning.district.files.read import read_source
from rezoning.district.files.table import texts
from rezoning.district.geometry import coordinate_step_m
from rezoning.district.reading import Reading, counted
from rezoning.district.schools import SchoolTable, school_points
from rezoning.errors import DataError, shown

if TYPE_CHECKING:
    import geopandas as gpd

    from rezoning.district.units import UnitTable
    from rezoning.scenario.data import Adjacency

WIDEST_M = 50.0
"""Wider gaps are no matter of drawing: a number for `snap_m` would be bad advice."""


LARGEST_SNAP = 0.2
"""Share of a unit's width beyond which a gap is no matter of drawing either."""


@dataclass(frozen=True, eq=False)
class UnitPairs:
    """Pairs of units, their borders, and the pieces of ground where units have several; as `District` has them."""

    edges: Ints
    border_m: Floats
    parts: Land | None = None


def read_neighbors(section: Adjacency, units: UnitTable, schools: SchoolTable, school_unit: Ints, reading: Reading) -> UnitPairs:
    """Edges and their borders, with links and barriers; what is doubtful about them is warned of."""
    drawn, edges, border_m = None, np.empty((0, 2), dtype=np.int64), np.empty(0)
    with reading.gathering():
        if section.path is not None:
            edges, border_m = _listed(section, units, reading)
            _warn_of_parts(section, units, reading)
        elif units.geometry is not None:
            drawn = _drawn(section, units, units.geometry, schools, school_unit, reading)
            edges, border_m = drawn.edges, drawn.border_m
        elif units.table.geometry is None:
            message = f"neighbors are found from polygons, and {units.table.name} has none."
            reading.problems.add(section.place(), message, "Give the polygons of the units, or a file of pairs: data.adjacency.path.")
    links, barriers = (_pairs(section, key, units, drawn, reading) for key in ("links", "barriers"))
    edges, border_m, notes = with_links(edges, border_m, [pair for pair in links if pair[0] != pair[1]], barriers)
    reading.notes.extend(notes)
    if drawn is None:
        return UnitPairs(edges, border_m)
    parts = None if drawn.land is None else drawn.land.linked(links, barriers)
    _warn_of_gaps(drawn, units, links, barriers, reading)
    _warn_of_pieces(drawn, Land(np.arange(len(units.ids)), edges) if parts is None else parts, units, reading)
    return UnitPairs(edges, border_m, parts)


def _drawn(section: Adjacency, units: UnitTable, geometry: gpd.GeoSeries, schools: SchoolTable, school_unit: Ints, reading: Reading) -> Drawn:
    """Neighbors from polygons; notes which units lie in several places."""
    assert units.table.geometry is not None
    width = math.sqrt(float(np.median(geometry.area)))
    if section.snap_m > LARGEST_SNAP * width:
        reading.warn(
            f"{units.table.name}: data.adjacency.snap_m: {section.snap_m:,.10g} is wide beside units of some {width:,.0f} m: "
            "units become neighbors that lie apart, across a street or another unit"
        )
    held = _places(geometry, schools, school_unit)
    drawn = neighbors_from_polygons(geometry, section.min_shared_m, section.snap_m, coordinate_step_m(units.table.geometry), held)
    if drawn.land is None:
        return drawn
    count = np.bincount(drawn.land.unit)
    several = np.flatnonzero(count > 1)
    if len(several):
        told = f"{units.table.name}: " + ("1 unit is" if len(several) == 1 else f"{len(several):,} units are")
        reading.note(f"{told} drawn in several places, and no unit holds a zone together across them: {_with_counts(units, several, count)}")
    if drawn.slivers.any():
        small = np.flatnonzero(drawn.slivers)
        reading.note(
            f"{units.table.name}: {counted(int(drawn.slivers.sum()), 'part')} of units too small to count as ground of "
            f"{'its' if drawn.slivers.sum() == 1 else 'their'} own (below 1 % of the unit and 0.1 ha): {_with_counts(units, small, drawn.slivers)}"
        )
    unplaced = [u for u in school_unit.tolist() if 0 <= u < len(count) and count[u] > 1 and u not in held]
    if unplaced:
        named = shown(quoted([units.ids[u] for u in unplaced]))
        reading.note(
            f"{units.table.name}: units in several places whose largest part is taken to hold their school, for its place is unknown: {named}"
        )
    return drawn


def _with_counts(units: UnitTable, which: Ints, count: Ints) -> str:
    return shown(f"'{units.ids[u]}' ({counted(int(count[u]), 'part')})" for u in which)


def _places(geometry: gpd.GeoSeries, schools: SchoolTable, school_unit: Ints) -> dict[int, tuple[float, float]]:
    """Where the school of each unit in several parts is, as far as the schools file says."""
    import shapely

    several = shapely.get_num_geometries(np.asarray(geometry.array)) > 1
    wanted = [s for s, u in enumerate(school_unit.tolist()) if u >= 0 and several[u]]
    if not wanted:
        return {}
    points = schools.points
    if points is None:
        try:
            points = school_points(schools.open_table, geometry.crs)
        except DataError:  # nothing else needs their places
            return {}
    if points is None:
        return {}
    keeping_last = sorted(wanted, key=lambda s: (bool(schools.openings.optional[s]), s), reverse=True)  # as `District.sharing`
    return {int(school_unit[s]): (float(points.iloc[s].x), float(points.iloc[s].y)) for s in keeping_last}


def _listed(section: Adjacency, units: UnitTable, reading: Reading) -> tuple[Ints, Floats]:
    table = read_source(section)
    reading.took(table)
    frame = edge_columns(table, units.lookup, reading)
    mended: dict[str, None] = {}
    for name in frame.columns[:2]:
        written = texts(frame[name])
        mended |= dict.fromkeys(units.lookup.mended(written))
        found, _ = units.lookup.find_all(written)
        frame[name] = [units.ids[u] if u >= 0 else text for u, text in zip(found, written, strict=True)]
    note_mended(list(mended), table, reading)
    edges, border_m = edges_from_file(frame, units.lookup.index, table.name, reading.problems)
    _warn_of_many(edges, len(units.ids), table.name, reading)
    return edges, border_m


def _warn_of_many(edges: Ints, num_units: int, name: str, reading: Reading) -> None:
    """Areas on a map have at most 3 n - 6 pairs that share a border."""
    if len(edges) > max(3 * num_units - 6, 3):
        reading.warn(
            f"{name}: {counted(len(edges), 'pair')} of neighbors are more than {num_units:,} units on a map can have: it may list units that "
            "meet in corners, or lie near each other; zones hang together too easily then"
        )


def _pairs(section: Adjacency, key: str, units: UnitTable, drawn: Drawn | None, reading: Reading) -> Links:
    """Links or barriers as indices; unknown units are problems of their line, and so is a unit with itself that has no parts to link."""
    pairs = []
    for number, (first, second) in enumerate(getattr(section, key)):
        u, v = units.lookup.find(first), units.lookup.find(second)
        unknown = [text for text, place in ((first, u), (second, v)) if place < 0]
        has_parts = drawn is not None and drawn.land is not None and int((drawn.land.unit == u).sum()) > 1
        if unknown:
            message = f"{units.table.name} has no unit {' and no unit '.join(quoted(unknown))}."
            reading.problems.add(section.place(key, number), message, did_you_mean(unknown[0], units.ids))
        elif u == v and not (has_parts and key == "links"):
            reading.problems.add(section.place(key, number), f"pairs unit '{first}' with itself.", "Name two units.")
        else:
            pairs.append((u, v))
    return pairs


def did_you_mean(text: str, known: Sequence[str]) -> str:
    """A cure that shows the nearest known id."""
    near = difflib.get_close_matches(text, known, n=1)
    return f"Did you mean '{near[0]}'?" if near else f"Units are like {shown(quoted(known[:2]))}."


# -- what should be looked at ----------------------------------------------------------------------------------------


def _warn_of_parts(section: Adjacency, units: UnitTable, reading: Reading) -> None:
    """Units in several parts where a file says who borders whom: the file is the truth."""
    import shapely

    if units.geometry is None or section.path is None:
        return
    count = shapely.get_num_geometries(np.asarray(units.geometry.array)).astype(np.int64)
    several = np.flatnonzero(count > 1)
    if len(several):
        told = "1 unit is drawn in several parts and counts" if len(several) == 1 else f"{len(several):,} units are drawn in several parts and count"
        reading.warn(
            f"{units.table.name}: {told} as one piece, for neighbors come from {section.path.name}, so that a zone may lie in several places there: "
            f"{_with_counts(units, several, count)}"
        )


def _warn_of_gaps(drawn: Drawn, units: UnitTable, links: Links, barriers: Links, reading: Reading) -> None:
    """Units that run along each other and are no neighbors, or share less than that, with the `snap_m` that mends it."""
    settled = {(min(pair), max(pair)) for pair in (*links, *barriers)}
    missed = tuple(one for one in drawn.missed if not is_known(one, settled))
    if not missed:
        return
    ordered = sorted(missed, key=lambda one: (one.is_neighbor, one.gap_m, one.first, one.second))
    apart = sum(not one.is_neighbor for one in missed)
    what = [f"{counted(apart, 'pair')} of units {'runs' if apart == 1 else 'run'} along each other and {'is' if apart == 1 else 'are'} no neighbors"]
    what += [f"{counted(len(missed) - apart, 'pair')} of neighbors {'shares' if len(missed) - apart == 1 else 'share'} only a part of their border"]
    said = " and ".join(text for text, number in zip(what, (apart, len(missed) - apart), strict=True) if number)
    reading.warn(
        f"{units.table.name}: {said}, for their drawings leave a gap or overlap: {shown(_gap(one, units) for one in ordered)}; "
        f"data.adjacency.snap_m: {forgiving(missed):g} finds {'them' if len(missed) > 1 else 'it'}"
    )


def _gap(one: Missed, units: UnitTable) -> str:
    first, second = units.ids[one.first], units.ids[one.second]
    who = f"two parts of '{first}'" if one.first == one.second else f"'{first}' and '{second}'"
    return f"{who} ({one.gap_m:.2g} m)"


def _warn_of_pieces(drawn: Drawn, land: Land, units: UnitTable, reading: Reading) -> None:
    """The district falls into pieces of ground that nothing joins."""
    label = same_school_components(land.graph, np.zeros(len(land.unit), dtype=np.int64))
    size = np.bincount(label)
    if len(size) < 2:
        return
    apart = np.delete(np.arange(len(size)), int(size.argmax()))
    one = [units.ids[u] for u in land.unit[[int(np.flatnonzero(label == piece)[0]) for piece in apart]]]
    gaps = widths(drawn.grounds, label, apart[:20])
    cure = "data.adjacency.links joins them where there is a way"
    if gaps.max() <= TOLERANCE_M:
        cure = f"{cure}; they touch in corners, overlap, or share less than data.adjacency.min_shared_m"
    elif gaps.max() <= WIDEST_M and len(apart) <= 20:
        cure = f"{cure}; if they touch, data.adjacency.snap_m: {math.ceil(100 * gaps.max() + 1e-6) / 100:g} may"
    rest = "" if len(one) == len(land.unit) - size.max() else " and what hangs together with them"
    wide = " to ".join(f"{gap:,.0f}" if gap >= 10 else f"{gap:.2g}" for gap in dict.fromkeys((float(gaps.min()), float(gaps.max()))))
    reading.warn(
        f"{units.table.name}: the units lie in {len(size)} pieces that no border joins, {wide} m apart; outside the largest of them "
        f"lie {shown(quoted(one))}{rest}. {cure}"
    )
