"""Which columns of a plan file hold units and schools, whatever program named them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rezoning.district.address_lists import is_address_list, refusal
from rezoning.district.checks import Mask, quoted
from rezoning.district.detect import NAMELESS, SCHOOL_ID, UNIT_ID, Lookup, Texts, by_name, is_counter, words_of
from rezoning.district.files.table import Table
from rezoning.district.labels import Labels
from rezoning.district.plans.how import When
from rezoning.district.plans.parts import whole_of
from rezoning.errors import DataError, Problem, shown

NEW_SCHOOL = (
    "new_school_nces", "new_school_id", "new_school", "plan_school", "school_id", "school", *SCHOOL_ID, "district", "zone", "assignment",
    "school_name", "sch_name", "elem_", "mid_", "int_", "high_",
)  # fmt: skip
"""Names of the column that holds a plan's school, the surest first."""

NEW_WORDS = frozenset({"new", "plan", "planned", "proposed", "proposal", "future", "next", "assigned", "assignment", "option", "scenario"})
OLD_WORDS = frozenset({"previous", "prev", "old", "current", "today", "todays", "existing", "present", "now", "prior", "former", "before"})
"""Words that say whether a column holds the plan's schools or today's."""

SMALL_NUMBER = re.compile(r"\d{1,3}(\.0)?")


@dataclass(frozen=True)
class Places:
    """Which unit each id of a column means.

    Parameters
    ----------
    whole
        Index by id, -1 where it is no unit's.
    parts
        Index by id of the unit that it is a part of; other ids are not in it.
    """

    whole: dict[str, int]
    parts: dict[str, int]

    @classmethod
    def of(cls, held: Texts, lookup: Lookup) -> Places:
        """Those of a column; ids are looked up once each: a state's file has hundreds of thousands, nearly all of other districts."""
        whole = {cell: lookup.find(cell) for cell in set(held)}
        parts = {cell: u for cell, found in whole.items() if found < 0 and (u := whole_of(cell, lookup)) >= 0}
        return cls(whole, parts)

    @property
    def covered(self) -> int:
        """How many units are meant; parts count where nothing else is."""
        return len(set(self.whole.values()) - {-1}) or len(set(self.parts.values()))

    def ours(self, held: Texts) -> Mask:
        """The rows that are about units of the district."""
        return np.array([self.whole[cell] >= 0 or cell in self.parts for cell in held], dtype=bool)


def unit_column(table: Table, columns: list[Texts], lookup: Lookup, key: str) -> tuple[int, Places]:
    """The column of units, and what its ids mean: one that is called so and names some, else the one that names the most."""
    header = table.columns
    if not header:
        raise DataError(Problem(table.name, "has no columns.", "Export it with the columns of units and schools."))
    found = [Places.of(held, lookup) for held in columns]
    covered = [places.covered for places in found]
    named = by_name([name for name, number in zip(header, covered, strict=True) if number], (key, *UNIT_ID))
    if named is not None:
        at = header.index(named)
        return at, found[at]
    most = max(covered, default=0)
    if not most:
        if is_address_list(table):
            raise DataError(refusal(table.name, "it"))
        order = min(range(len(header)), key=lambda at: by_name([header[at]], UNIT_ID) is None)
        sample = next((cell for cell in columns[order] if cell), "")
        message = f"no column holds units of the district: its units are like '{lookup.ids[0]}', and column '{header[order]}' has '{sample}'."
        cure = "Give ids as the units file has them; block ids of another census year have to be translated first."
        raise DataError(Problem(table.name, message, cure))
    counting = numbering(header, columns)
    free = [at for at in range(len(header)) if at not in counting and 2 * covered[at] >= most] or counting
    best = [at for at in free if covered[at] == max(covered[at] for at in free)]
    if any((columns[at] != columns[best[0]]).any() for at in best[1:]):
        message = f"has {len(best)} columns that may hold the units: {shown(quoted([header[at] for at in best]))}."
        raise DataError(Problem(f"{table.name}, row 1", message, f"Name the right one '{key or 'unit_id'}', or leave the other out."))
    return best[0], found[best[0]]


def numbering(header: Sequence[str], columns: Sequence[Texts]) -> list[int]:
    """Columns that number the rows; where there are two in all, each of them says something."""
    return [at for at, name in enumerate(header) if len(header) > 2 and NAMELESS.fullmatch(name) and is_counter(columns[at])]


# -- the schools' column ---------------------------------------------------------------------------------------------


def school_column(table: Table, columns: list[Texts], unit_at: int, places: Places, column: str | None, labels: Labels, when: When) -> int:
    """The column that was asked for, else the only other one, else the one that holds schools and is called so.

    Raises
    ------
    DataError
        There is none; or several hold different schools, and their names do not say which are wanted.
    """
    header = table.columns
    others = [at for at in range(len(header)) if at != unit_at]
    names = [header[at] for at in others]
    if column is not None:
        wanted = " ".join(column.split())
        named = wanted if wanted in names else by_name(names, (wanted,))
        if named is None:
            raise DataError(Problem(table.name, f"has no column '{column}'.", f"Columns beside the units: {shown(names, 40)}."))
        return header.index(named)
    others = [at for at in others if at not in numbering(header, columns)]
    if len(others) == 1:
        return others[0]
    ours = places.ours(columns[unit_at])
    fitting = _fitting(header, columns, others, ours, labels, when)
    if not fitting:
        said = f"none of its {len(names)} other columns is known to hold schools: {shown(names, 40)}" if names else "has no second column"
        raise DataError(Problem(table.name, f"{said}.", f"Name the column of schools with {settled_by(when)}, or leave only unit and school."))
    if not _say_the_same([columns[at][ours] for at in fitting], labels):
        told = shown(quoted([header[at] for at in fitting]), 40)
        message = f"has {len(fitting)} columns that may hold {'the plan' if when == 'new' else 'today'}'s schools: {told}."
        last = header[fitting[-1]]
        raise DataError(Problem(table.name, message, f"Say which with {settled_by(when)} {shlex.quote(last) if when == 'new' else last}."))
    return min(fitting, key=lambda at: (_order(header[at]), at))


def settled_by(when: When) -> str:
    """What settles which column holds the schools."""
    return "--column" if when == "new" else "data.units.current.column:"


def _order(name: str) -> int:
    return next((place for place, known in enumerate(NEW_SCHOOL) if known == name.lower()), len(NEW_SCHOOL))


def _fitting(header: Sequence[str], columns: list[Texts], others: list[int], ours: Mask, labels: Labels, when: When) -> list[int]:
    """Columns that hold schools, or are called so where none does; of these the ones whose names speak of the time that is wanted."""
    called = [at for at in others if _order(header[at]) < len(NEW_SCHOOL)]
    holding = [at for at in others if _holds_schools(columns[at][ours], labels, is_called_so=at in called)]
    best = timely(header, holding, when)
    if best and rank_of(header[best[0]], when) > 0:
        return best
    return timely(header, called, when) or best


def timely(header: Sequence[str], those: list[int], when: When) -> list[int]:
    """Of some columns those whose names speak most of the time that is wanted."""
    highest = max((rank_of(header[at], when) for at in those), default=0)
    return [at for at in those if rank_of(header[at], when) == highest]


def rank_of(name: str, when: When) -> int:
    """2 for a column whose name speaks of the time that is wanted, 0 of the other, 1 of none."""
    words = set(words_of(name))
    wanted, other = (NEW_WORDS, OLD_WORDS) if when == "new" else (OLD_WORDS, NEW_WORDS)
    return 2 if words & wanted else 0 if words & other else 1


def _holds_schools(held: Texts, labels: Labels, *, is_called_so: bool) -> bool:
    """Whether most of what a column says of the district's units are schools; small numbers are counts as well, and need a name."""
    given = [label for label in set(held) if not labels.is_blank(label)]
    if not given or (not is_called_so and all(SMALL_NUMBER.fullmatch(label) for label in given)):
        return False
    return 2 * sum(labels.find(label) >= 0 for label in given) >= len(given)


def _say_the_same(held: list[Texts], labels: Labels) -> bool:
    """Whether columns give every unit the same school, whether by its id or by its name; nothing is as good as what the first says."""

    def meant(label: str) -> str | int:
        s = labels.find(label)
        return "" if labels.is_blank(label) else label if s < 0 else s

    return all(meant(one) == meant(other) for more in held[1:] for one, other in zip(held[0], more, strict=True))
