"""What the schools' file says of closing and opening: statuses, costs, least students, and facts about buildings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import Mask, quoted
from rezoning.district.detect import Texts
from rezoning.district.district import Floats, Ints
from rezoning.district.files.table import Table, column, texts
from rezoning.district.programs import yes_or_no
from rezoning.district.reading import Reading, counted
from rezoning.district.seats import read_amounts
from rezoning.errors import shown
from rezoning.scenario.section import columns_of

if TYPE_CHECKING:
    from rezoning.scenario.schema import Schools

STATUSES = ("open", "may_close", "candidate", "closed")
"""What a status may be; a blank is the first."""


@dataclass(frozen=True, eq=False)
class Openings:
    """Which schools may close or open, and what is said of those that are not closed; shape (m,) each.

    Parameters
    ----------
    optional, is_candidate, cost_if_open, least_students, facts
        As a `District` has them.
    """

    optional: Mask
    is_candidate: Mask
    cost_if_open: Floats | None = None
    least_students: Floats | None = None
    facts: dict[str, Texts] = field(default_factory=dict)


def read_statuses(section: Schools, table: Table, reading: Reading) -> Texts:
    """Status of each school of a table, one of `STATUSES`; a yes or no of the column `open` is open or closed."""
    everyone = np.full(len(table.frame), STATUSES[0], dtype=object)
    name = section.open if section.status is None else section.status
    if name is None:
        return everyone
    with reading.gathering():
        found = _from_open(section, table, reading) if section.status is None else _from_status(section, table, reading)
        if found is None:
            return everyone
        is_closed, no_school = found == "closed", ~np.isin(found, ("open", "may_close"))
        if no_school.all():
            reading.problems.add(table.name, f"no school is open: column '{name}' says so.", "Open at least one.")
            return everyone
        if is_closed.any():
            reading.note(f"{table.name}: {counted(int(is_closed.sum()), 'school')} closed by column '{name}'")
        return found
    return everyone


def _from_open(section: Schools, table: Table, reading: Reading) -> Texts | None:
    assert section.open is not None
    is_open = yes_or_no(table, section.open, section.place("open"), reading)
    return None if is_open is None else np.where(is_open, "open", "closed").astype(object)


def _from_status(section: Schools, table: Table, reading: Reading) -> Texts | None:
    """Case, blanks and hyphens are forgiven: `May close` is may_close."""
    assert section.status is not None
    written = texts(column(table, section.status, section.place("status")))
    found = np.array(["_".join(text.lower().replace("-", " ").replace("_", " ").split()) or STATUSES[0] for text in written], dtype=object)
    strange = ~np.isin(found, STATUSES)
    if strange.any():
        message = f"column '{section.status}' holds {shown(quoted(list(dict.fromkeys(written[strange]))))}, which is no status."
        held = table.holding(section.status)
        reading.problems.add(held.place(held.rows(strange)), message, f"Write {', '.join(STATUSES[:-1])} or {STATUSES[-1]}; a blank is open.")
        return None
    for status, what in (("may_close", "may close"), ("candidate", "may open")):
        if (count := int((found == status).sum())) > 0:
            reading.note(f"{table.name}: {counted(count, 'school')} {what}, by column '{section.status}'")
    return found


def read_openings(section: Schools, table: Table, statuses: Texts, ids: tuple[str, ...], reading: Reading) -> Openings:
    """What else is said of the schools of a table that are not closed; `statuses` and `ids` are theirs."""
    cost = least = None
    facts: dict[str, Texts] = {}
    if section.cost_if_open is not None:
        with reading.gathering():
            cost = np.zeros(len(ids))
            for name in columns_of(section.cost_if_open):
                some, blank = read_amounts(table, name, section.place("cost_if_open"), "a cost", ids, reading)
                cost = cost + some
                if blank.any():
                    held = table.holding(name)
                    message = f"no cost for {shown(np.array(quoted(ids), dtype=object)[blank])}."
                    reading.problems.add(held.place(held.rows(blank)), message, f"Fill in column '{name}'; 0 where it costs nothing.")
    if section.least_students is not None:
        with reading.gathering():
            least, _ = read_amounts(table, section.least_students, section.place("least_students"), "least students", ids, reading)
    for fact, name in (section.facts or {}).items():
        with reading.gathering():
            facts[fact] = texts(column(table, name, section.place("facts", fact)))
    return Openings(np.isin(statuses, ("may_close", "candidate")), statuses == "candidate", cost, least, facts)


def check_candidates(
    current: Ints | None, ids: tuple[str, ...], is_candidate: Mask, unit_ids: tuple[str, ...], table: Table, reading: Reading
) -> None:
    """A candidate is no school today, so that nobody goes there."""
    for s in [] if current is None else np.flatnonzero(is_candidate).tolist():
        units = np.flatnonzero(current == s)
        if len(units):
            message = (
                f"'{ids[s]}' is a candidate, and is today's school of {counted(len(units), 'unit')}: {shown(quoted([unit_ids[u] for u in units]))}."
            )
            cure = "Give it the status may_close, or correct today's school of these units; blank is a new unit."
            reading.problems.add(table.name, message, cure)


def clash_in_unit(found: Ints, optional: Mask) -> Mask:
    """Schools in a unit that holds several which are open whatever a plan says; shape (m,)."""
    clashing = np.zeros(len(found), dtype=bool)
    for u in np.unique(found[found >= 0]):
        inside = (found == u) & ~optional
        if inside.sum() > 1:
            clashing |= inside
    return clashing
