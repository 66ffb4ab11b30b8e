"""Seats of the schools: permanent ones, those in portable classrooms, and what one of these costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import TOLERANCE, Mask, doubt_thousands, numbers, quoted, report_no_number
from rezoning.district.district import Floats
from rezoning.district.files.table import Table, column
from rezoning.district.reading import Reading
from rezoning.errors import shown

if TYPE_CHECKING:
    from rezoning.scenario.schema import Schools

OR_TODAY = "or use today's enrollment: rules.capacity of: current, without data.schools.capacity."


def read_capacity(section: Schools, table: Table, ids: tuple[str, ...], reading: Reading) -> Floats | None:
    """Seats of each open school, shape (m,), above 0; None where the scenario names no column."""
    if section.capacity is None:
        return None
    with reading.gathering():
        values = column(table, section.capacity, section.place("capacity"))
        read, blank, wrong = numbers(values)
        doubt_thousands(table, section.capacity, values, reading)
        report_no_number(table, section.capacity, wrong, "Write the seats as a plain number.", reading)
        if blank.any():
            message = f"no capacity for {_named(ids, blank)}."
            reading.problems.add(table.place(table.rows(blank)), message, f"Fill in column '{section.capacity}', {OR_TODAY}")
        low = ~blank & ~wrong & (read <= TOLERANCE)
        if low.any():
            message = f"a capacity has to be above 0: {_held(ids, read, low)}."
            reading.problems.add(table.place(table.rows(low)), message, f"Give its seats, close it with an open column, {OR_TODAY}")
        return np.where(blank | wrong | low, 1.0, read)
    return np.ones(len(ids))


def read_portables(section: Schools, table: Table, ids: tuple[str, ...], reading: Reading) -> tuple[Floats | None, Floats | None]:
    """Portable seats of each open school and the price of one, shape (m,) each; None where the scenario names no column.

    A blank cell is no portable seat, and is noted; a blank price is a problem, for 1 beside prices in dollars would be no price.
    """
    seats = price = None
    if section.portables is not None:
        with reading.gathering():
            seats, blank = _amounts(table, section.portables, section.place("portables"), "portable seats", ids, reading)
            if blank.any():
                reading.note(f"{table.name}: no portable seats at {_named(ids, blank)}, where column '{section.portables}' is blank")
    if section.portable_price is not None:
        with reading.gathering():
            price, blank = _amounts(table, section.portable_price, section.place("portable_price"), "a price", ids, reading)
            if blank.any():
                message = f"no price of a portable seat for {_named(ids, blank)}."
                cure = f"Fill in column '{section.portable_price}', or leave data.schools.portable_price out: then each costs 1."
                reading.problems.add(table.place(table.rows(blank)), message, cure)
    return seats, price


def _amounts(table: Table, name: str, place: str, what: str, ids: tuple[str, ...], reading: Reading) -> tuple[Floats, Mask]:
    """Numbers that are not negative, 0 where there are none, and where cells are blank; shape (m,) each."""
    read, blank, wrong = numbers(column(table, name, place))
    report_no_number(table, name, wrong, "Write a plain number.", reading)
    low = ~blank & ~wrong & (read < 0)
    if low.any():
        reading.problems.add(table.place(table.rows(low)), f"{what} cannot be below 0: {_held(ids, read, low)}.", f"Correct column '{name}'.")
    return np.where(blank | wrong | low, 0.0, read), blank


def _named(ids: tuple[str, ...], where: Mask) -> str:
    return shown(np.array(quoted(ids), dtype=object)[where])


def _held(ids: tuple[str, ...], read: Floats, where: Mask) -> str:
    named = np.array(quoted(ids), dtype=object)[where]
    return shown(f"{school} has {value:g}" for school, value in zip(named, read[where], strict=True))
