"""Seats of the schools: permanent ones, those in portable classrooms, and what one of these costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import TOLERANCE, Mask, quoted
from rezoning.district.counts import doubt_thousands, numbers, report_no_number
from rezoning.district.district import Floats
from rezoning.district.files.table import Table, column
from rezoning.district.reading import Reading
from rezoning.errors import shown
from rezoning.scenario.section import columns_of

if TYPE_CHECKING:
    from rezoning.scenario.schema import Schools

OR_TODAY = "or use today's enrollment: rules.capacity of: current, without data.schools.capacity."


def read_capacity(section: Schools, table: Table, ids: tuple[str, ...], reading: Reading) -> Floats | None:
    """Seats of each open school, shape (m,), above 0; None where the scenario names no column."""
    if section.capacity is None:
        return None
    seats, names = np.zeros(len(ids)), columns_of(section.capacity)
    unclear = np.zeros(len(ids), dtype=bool)
    with reading.gathering():
        for name in names:
            read, blank, wrong = _read(table, name, section.place("capacity"), "Write the seats as a plain number.", reading)
            held = table.holding(name)
            if blank.any():
                message = f"no capacity for {_named(ids, blank)}."
                reading.problems.add(held.place(held.rows(blank)), message, f"Fill in column '{name}', {OR_TODAY}")
            below = ~blank & ~wrong & (read < 0) & (len(names) > 1)
            if below.any():
                message = f"seats cannot be below 0: {_held(ids, read, below)}."
                reading.problems.add(held.place(held.rows(below)), message, f"Correct column '{name}'.")
            unclear |= blank | wrong | below
            seats += np.where(unclear, 0.0, read)
        low = ~unclear & (seats <= TOLERANCE)
        if low.any():
            message = f"a capacity has to be above 0: {_held(ids, seats, low)}."
            held = table.holding(names[0])
            reading.problems.add(held.place(held.rows(low)), message, f"Give its seats, close it with an open column, {OR_TODAY}")
        return np.where(unclear | low, 1.0, seats)
    return np.ones(len(ids))


def _read(table: Table, name: str, place: str, cure: str, reading: Reading) -> tuple[Floats, Mask, Mask]:
    """A column's numbers, where cells are blank, and where they hold no number; shape (m,) each."""
    values = column(table, name, place)
    read, blank, wrong = numbers(values, thousands=True)
    doubt_thousands(table.holding(name), name, values, reading)
    report_no_number(table.holding(name), name, wrong, cure, reading)
    return read, blank, wrong


def read_portables(section: Schools, table: Table, ids: tuple[str, ...], reading: Reading) -> tuple[Floats | None, Floats | None]:
    """Portable seats of each open school and the price of one, shape (m,) each; None where the scenario names no column.

    A blank cell is no portable seat, and is noted; a blank price is a problem, for 1 beside prices in dollars would be no price.
    """
    seats = price = None
    if section.portables is not None:
        with reading.gathering():
            seats = np.zeros(len(ids))
            for name in columns_of(section.portables):
                some, blank = read_amounts(table, name, section.place("portables"), "portable seats", ids, reading)
                seats = seats + some
                if blank.any():
                    reading.note(f"{table.holding(name).name}: no portable seats at {_named(ids, blank)}, where column '{name}' is blank")
    if section.portable_price is not None:
        with reading.gathering():
            price, blank = read_amounts(table, section.portable_price, section.place("portable_price"), "a price", ids, reading)
            if blank.any():
                message = f"no price of a portable seat for {_named(ids, blank)}."
                cure = f"Fill in column '{section.portable_price}', or leave data.schools.portable_price out: then each costs 1."
                held = table.holding(section.portable_price)
                reading.problems.add(held.place(held.rows(blank)), message, cure)
    return seats, price


def read_amounts(table: Table, name: str, place: str, what: str, ids: tuple[str, ...], reading: Reading) -> tuple[Floats, Mask]:
    """Numbers that are not negative, 0 where there are none, and where cells are blank; shape (m,) each."""
    read, blank, wrong = _read(table, name, place, "Write a plain number.", reading)
    low, held = ~blank & ~wrong & (read < 0), table.holding(name)
    if low.any():
        reading.problems.add(held.place(held.rows(low)), f"{what} cannot be below 0: {_held(ids, read, low)}.", f"Correct column '{name}'.")
    return np.where(blank | wrong | low, 0.0, read), blank


def _named(ids: tuple[str, ...], where: Mask) -> str:
    return shown(np.array(quoted(ids), dtype=object)[where])


def _held(ids: tuple[str, ...], read: Floats, where: Mask) -> str:
    named = np.array(quoted(ids), dtype=object)[where]
    return shown(f"{school} has {value:g}" for school, value in zip(named, read[where], strict=True))
