"""Children by census block and group: the seed of an estimate of students.

Ages come from table P12 of the 2020 census (Demographic and Housing Characteristics), for everyone and by group; or, where there is only PL 94-171,
children under 18 by group: everybody less the adults. Blocks' counts carry the noise that the Census Bureau adds to protect people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rezoning.district.census.cells import Cell, cells_of
from rezoning.district.census.codes import all_known, geoids, known
from rezoning.district.district import Floats
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem, shown

TOTAL = "children"
"""The column of all children, beside one for each group."""

BANDS = ((0, 5, 3, 27), (5, 10, 4, 28), (10, 15, 5, 29), (15, 18, 6, 30))
"""Ages of table P12: from, below, its cell of boys and its cell of girls."""

GROUPS = {"hispanic": "H", "white": "I", "black": "J", "native": "K", "asian": "L", "pacific": "M", "other_race": "N", "multiracial": "O"}
"""Groups that do not overlap, and the letter of table P12 that is theirs: Hispanic of any race, and races of those who are not."""

OF_PL = {"hispanic": 2, "white": 5, "black": 6, "native": 7, "asian": 8, "pacific": 9, "other_race": 10, "multiracial": 11}
"""The same groups in tables P2 (everybody) and P4 (18 and older) of PL 94-171."""

ELEMENTARY = (5, 11)
"""Ages of kindergarten to grade five: children from five on who are not yet eleven."""


@dataclass(frozen=True, eq=False)
class Children:
    """Children by block.

    Parameters
    ----------
    frame
        A row per block, indexed by its fifteen digits: `TOTAL` and a column for each group that is known; NaN where a count is not known.
    words
        Where the numbers come from, for people.
    """

    frame: pd.DataFrame
    words: str

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups by which they are known."""
        return tuple(name for name in self.frame.columns if name != TOTAL)


def children_by_block(ages: Table | None, redistricting: Table | None = None, between: tuple[int, int] = ELEMENTARY) -> Children:
    """Children of some ages by block and group, from what is there.

    Parameters
    ----------
    ages
        Table P12, for everyone and perhaps by group (P12H to P12O).
    redistricting
        PL 94-171: where ages are not known by group, each block's children are shared out as its children under 18 are; where ages are not known at
        all, these are the seed.
    between
        Ages, from the first to below the second. Of a band of years partly inside, that part is taken: a fifth of 10 to 14.

    Raises
    ------
    DataError
        Neither has what is needed, or ids are no blocks.
    """
    by_age = None if ages is None else _by_age(ages, between)
    if by_age is not None and by_age.groups:
        return by_age
    by_race = None if redistricting is None else _under_18(redistricting)
    if by_age is None and by_race is None:
        raise DataError(Problem("ages by block", "neither table P12 nor PL 94-171 is there.", "Download P12 with P12H to P12O by block."))
    if by_age is None or by_race is None:
        found = by_age if by_race is None else by_race
        assert found is not None
        return found
    return _shared_out(by_age, by_race)


def _by_age(table: Table, between: tuple[int, int]) -> Children:
    cells = {cell: name for name, cell in cells_of(table.columns).items() if cell.table == "P12"}
    iterations = {TOTAL: "", **GROUPS}
    found = {name: _of_ages(table, letter, between, cells) for name, letter in iterations.items()}
    groups = [counts for name, counts in found.items() if name != TOTAL and counts is not None]
    if found[TOTAL] is None and len(groups) == len(GROUPS):
        found[TOTAL] = all_known(groups)
    if found[TOTAL] is None:
        needed = shown(f"P12_{number:03}N" for band in BANDS for number in band[2:])
        raise DataError(Problem(table.name, "has no ages of all children.", f"Download table P12 whole ({needed})."))
    frame = _by_id(table, {name: counts for name, counts in found.items() if counts is not None})
    return Children(frame, f"children of ages {between[0]} to {between[1] - 1} of the census, table P12 ({table.name})")


def _of_ages(table: Table, letter: str, between: tuple[int, int], cells: Mapping[Cell, str]) -> Floats | None:
    """Children between two ages, shape (k,); None where a cell is missing."""
    parts = []
    for low, high, *numbers in BANDS:
        share = max(0, min(high, between[1]) - max(low, between[0])) / (high - low)
        for number in numbers if share else ():
            name = cells.get(Cell("P12", letter, number))
            if name is None:
                return None
            parts.append(share * known(table.frame[name]))
    return all_known(parts) if parts else None


def _under_18(table: Table) -> Children:
    """Everybody less the adults; the noise in both may leave fewer than none, which is none."""
    cells = {cell: name for name, cell in cells_of(table.columns).items()}

    def count(table_name: str, number: int) -> Floats | None:
        name = cells.get(Cell(table_name, "", number))
        return None if name is None else known(table.frame[name])

    pairs = {TOTAL: (count("P1", 1), count("P3", 1)), **{name: (count("P2", number), count("P4", number)) for name, number in OF_PL.items()}}
    if any(one is None for one in pairs[TOTAL]):
        pairs[TOTAL] = (count("P2", 1), count("P4", 1))
    found = {name: np.maximum(one - adults, 0) for name, (one, adults) in pairs.items() if one is not None and adults is not None}
    if TOTAL not in found:
        raise DataError(Problem(table.name, "has no adults beside everybody.", "Download tables P1 to P4: children are P1_001N - P3_001N."))
    if np.nansum(found[TOTAL]) == 0:
        message = "has as many adults as people: table P3 is that of another product, which counts everybody."
        raise DataError(Problem(table.name, message, "Download tables P1 to P4 of PL 94-171 (redistricting data)."))
    return Children(_by_id(table, found), f"children under 18 of the census, PL 94-171 ({table.name})")


def _shared_out(by_age: Children, by_race: Children) -> Children:
    """Children of the right ages, by group as those under 18 of their block are."""
    under_18 = by_race.frame.reindex(by_age.frame.index)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = under_18[list(by_race.groups)].div(under_18[TOTAL], axis=0)
    groups = shares.fillna(0).mul(by_age.frame[TOTAL], axis=0)
    words = f"{by_age.words}, by group as {by_race.words} are"
    return Children(pd.concat([by_age.frame[[TOTAL]], groups], axis=1), words)


def _by_id(table: Table, counts: Mapping[str, Floats]) -> pd.DataFrame:
    """Counts by block; a row of labels has no id and is left out."""
    ids = geoids(table, 15)
    frame = pd.DataFrame(dict(counts), index=pd.Index(ids, name="GEOID"))
    frame = frame[frame.index != ""]
    if frame.index.has_duplicates:
        twice = frame.index[frame.index.duplicated()].unique()
        raise DataError(Problem(table.name, f"names blocks more than once: {shown(twice)}.", "Keep one row per block."))
    return frame
