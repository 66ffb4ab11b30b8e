"""A layer of zones as a plan file: laid over the units, with everything that is to be told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import quoted
from rezoning.district.detect import FOUND_MENDED, Texts
from rezoning.district.files.table import Table, texts
from rezoning.district.labels import Labels
from rezoning.district.plans.file import PlanFile
from rezoning.district.plans.how import PlanReading, When
from rezoning.district.plans.zones.columns import zone_schools
from rezoning.district.plans.zones.decide import Laid, decided, lost_to_strangers, open_enrollment
from rezoning.district.plans.zones.ground import Ground
from rezoning.district.plans.zones.layer import zone_rows
from rezoning.district.plans.zones.shares import land_shares, point_shares
from rezoning.district.plans.zones.united import Zones, doubled, united, zone_overlaps
from rezoning.district.reading import counted
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Sequence


def zones_as_plan(table: Table, ground: Ground, unit_ids: Sequence[str], how: PlanReading, labels: Labels, when: When) -> PlanFile:
    """The school's label of each unit by a layer of zones; blank, with row 0, where a unit lies outside of all zones.

    Raises
    ------
    DataError
        The zones cannot be laid over the units, or leave it open which school a unit has. Labels that are no school's are left to the caller.
    """
    import shapely

    if ground.geometry is None and ground.is_told:
        raise DataError([])
    if ground.geometry is None:
        message = "holds zones, which are laid over the units' polygons, and the units have none."
        raise DataError(Problem(table.name, message, "Give the units' polygons (data.units.path), or a plan file with a row for each unit."))
    rows = zone_rows(table, ground.geometry)
    column = zone_schools(rows.table, how.column, labels, when)
    written = texts(rows.table.frame.iloc[:, rows.table.columns.index(column)])
    zones = united(rows, written, labels)
    _refuse_doubled(zones, table, column)
    units = np.asarray(ground.geometry.array)
    land = land_shares(units, zones.shapes)
    wide = open_enrollment(zones, land, shapely.area(units))
    warnings = [*table.warnings, *_said_wide(zones, wide, table)]
    if wide.any():
        zones = zones.kept(~wide)
        land = land_shares(units, zones.shapes)
    lived_in = ground.points()
    laid = decided(zones, land, None if lived_in is None else point_shares(*lived_in, zones.shapes, len(units)))
    _refuse_contested(laid, unit_ids, table)
    lost = lost_to_strangers(zones, land, laid, units)
    zone = np.where(lost >= 0, lost, laid.zone)
    notes = [*table.notes, *rows.notes, *_said(zones, zone, written, column, labels, table)]
    overlapping = zone_overlaps(zones.kept(zones.known))
    if overlapping:
        total = sum(one.hectares for one in overlapping)
        warnings.append(f"{table.name}: {counted(len(overlapping), 'pair')} of zones overlap, {total:,.1f} ha in all: {shown(overlapping)}")
    split = tuple(sorted(laid.split, key=lambda one: -ground.students[one.unit]))
    return PlanFile(
        table.name, "", column, tuple("" if k < 0 else zones.labels[k] for k in zone), tuple(0 if k < 0 else zones.rows[k][0] for k in zone),
        notes=tuple(notes), warnings=tuple(warnings), split=split, files=table.files,
    )  # fmt: skip


def _refuse_doubled(zones: Zones, table: Table, column: str) -> None:
    if not zones.labels or not zones.shapes.size:
        raise DataError(Problem(table.name, f"column '{column}' names no school.", "Fill it in, or name another column."))
    found = doubled(zones)
    if found:
        told = [f"'{one}' (row {row}) and '{other}' (row {other_row})" for (one, row), (other, other_row) in found]
        message = f"labels in column '{column}' fit one school, and their zones lie on each other: {shown(told)}."
        cure = (
            "Are they of several levels? Keep those that are meant: with data.units.current.filter, in a layer of their own, or by the schools' ids."
        )
        raise DataError(Problem(table.name, message, cure))


def _refuse_contested(laid: Laid, unit_ids: Sequence[str], table: Table) -> None:
    if not laid.contested:
        return
    of = {one.unit: one for one in laid.split}
    told = [f"'{unit_ids[u]}' ({' and '.join(quoted([label for label, _ in of[u].shares[:2]]))})" for u in laid.contested]
    message = f"{counted(len(told), 'unit')} in zones of two schools alike, for these overlap: {shown(told)}."
    cure = "Cut the zones apart where they overlap, or keep those of one level (data.units.current.filter, or a layer of their own)."
    raise DataError(Problem(table.name, message, cure))


# -- what is told ----------------------------------------------------------------------------------------------------


def _said_wide(zones: Zones, wide: np.ndarray[tuple[int], np.dtype[np.bool_]], table: Table) -> list[str]:
    if not wide.any():
        return []
    named = shown(quoted([zones.labels[k] for k in np.flatnonzero(wide)]))
    return [
        f"{table.name}: left out {named}, for its zone covers nearly all of the district, and those of other schools lie on it (open enrollment?)"
    ]


def _said(zones: Zones, zone: np.ndarray[tuple[int], np.dtype[np.int64]], written: Texts, column: str, labels: Labels, table: Table) -> list[str]:
    """Which zones were taken, and for which schools."""
    name, known = table.name, zones.known
    taken = [label for label, is_known in zip(zones.labels, known, strict=True) if is_known]
    notes = [f"{name}: {counted(len(taken), 'zone')} laid over the units' land, schools from '{column}'"]
    several = [
        f"'{label}' ({len(rows)} rows)" for label, rows, is_known in zip(zones.labels, zones.rows, known, strict=True) if is_known and len(rows) > 1
    ]
    if several:
        notes.append(f"{name}: zones in several rows were united: {shown(several)}")
    blank = sum(labels.is_blank(label) for label in written)
    if blank:
        notes.append(f"{name}: {counted(blank, 'zone')} without a school in column '{column}'")
    strangers = [zones.labels[k] for k in np.flatnonzero(~known) if k not in zone]
    if strangers:
        notes.append(f"{name}: left out {counted(len(strangers), 'zone')} of schools that are not the district's, and that take no unit from one: "
                     f"{shown(quoted(strangers))}")  # fmt: skip
    mended = labels.mended(written)
    if mended:
        notes.append(f"{name}: schools in column '{column}' {FOUND_MENDED}: {shown(mended)}")
    alike = labels.alike(written.tolist())
    if alike:
        notes.append(f"{name}: schools in column '{column}' known by a name like theirs: {shown(alike, 20)}")
    return notes
