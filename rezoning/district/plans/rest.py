"""Units that a plan leaves out: refused, or at today's school where the user says so."""

from __future__ import annotations

from rezoning.district.district import District
from rezoning.district.plans.file import PlanFile
from rezoning.district.plans.how import PlanReading
from rezoning.district.reading import counted
from rezoning.errors import Problems, shown

EVERY_UNIT = "A plan gives every unit exactly one school."
OR_TODAY = "Where the others are to keep today's school, say --rest today."


def left_out(assignment: PlanFile) -> list[int]:
    """Units without a row, or without a school in it."""
    return [u for u, school in enumerate(assignment.schools) if not school]


def kept_today(assignment: PlanFile, district: District, how: PlanReading, problems: Problems) -> tuple[int, ...]:
    """Units that keep today's school; every other unit that is left out is a problem."""
    left = left_out(assignment)
    if how.rest is None:
        _report(assignment, district, left, problems)
        return ()
    if left and district.current is None:
        problems.add("--rest today", "the scenario has no zones of today.", "Give data.units.current_school, or a plan of all units.")
        return ()
    stay = district.stayable
    lost = [f"'{district.unit_ids[u]}' ({_why(district, u)})" for u in left if stay[u] < 0]
    if lost:
        message = f"leaves out {counted(len(lost), 'unit')} with no school to keep: {shown(lost)}."
        problems.add(assignment.name, message, "Give them a school.")
    return tuple(u for u in left if stay[u] >= 0)


def _why(district: District, u: int) -> str:
    """Why a unit cannot stay where it is today."""
    if district.current is None or district.current[u] < 0:
        return "new: it has no school today"
    return f"today's school '{district.closed_ids[district.current[u] - district.num_schools]}' is closed"


def _report(assignment: PlanFile, district: District, left: list[int], problems: Problems) -> None:
    """Units of elsewhere are shown with those that have no row, for they may be the same ones misspelled."""
    cure = EVERY_UNIT if district.current is None else f"{EVERY_UNIT} {OR_TODAY}"
    missing = [f"'{district.unit_ids[u]}'" for u in left if not assignment.rows[u]]
    if missing:
        strangers = [f"'{unit}' (row {row})" for unit, row in assignment.extra]
        also = f" Of {counted(len(strangers), 'row')} the unit is not the district's: {shown(strangers)}." if strangers else ""
        lacks = "row for" if assignment.unit_column else "zone over"
        message = f"has no {lacks} {len(missing):,} of {counted(district.num_units, 'unit')}: {shown(missing)}.{also}"
        problems.add(assignment.name, message, cure)
    blank = [f"'{district.unit_ids[u]}' (row {assignment.rows[u]})" for u in left if assignment.rows[u]]
    if blank:
        problems.add(assignment.name, f"gives no school to {counted(len(blank), 'unit')}: {shown(blank)}.", cure)


def told_kept(kept: tuple[int, ...], district: District, file: str) -> str:
    """One sentence on all units that keep today's school."""
    units = [f"'{district.unit_ids[u]}'" for u in kept]
    students = district.students[list(kept)].sum()
    verb = "keeps" if len(kept) == 1 else "keep"
    number = f"{counted(len(kept), 'unit')} with {students:,.0f} students"
    return f"{file}: leaves out {number}, which {verb} today's school (--rest today): {shown(units)}"
