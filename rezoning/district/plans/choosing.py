"""Which table of several is the plan: the only one that gives the district's units schools, or the one that is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rezoning.district.detect import Lookup, Texts
from rezoning.district.files.table import Table, texts
from rezoning.district.labels import Labels
from rezoning.district.plans.columns import Places, rank_of, school_column, unit_column
from rezoning.district.plans.how import PlanReading, When
from rezoning.district.plans.opening import Part
from rezoning.errors import DataError, Problem, shown


@dataclass(frozen=True)
class Found:
    """A table that gives units schools.

    Parameters
    ----------
    name
        What names it among several.
    table, columns
        As read, and all its cells as text.
    unit_at, school_at
        Which columns hold the units and the schools.
    places
        Which unit each id means.
    """

    name: str
    table: Table
    columns: Sequence[Texts]
    unit_at: int
    school_at: int
    places: Places

    @property
    def names(self) -> tuple[str, str]:
        """The columns of units and of schools."""
        return self.table.columns[self.unit_at], self.table.columns[self.school_at]

    @property
    def said(self) -> dict[str, str]:
        """What it says of the district's units, as written."""
        ours = self.places.ours(self.columns[self.unit_at])
        return dict(zip(self.columns[self.unit_at][ours].tolist(), self.columns[self.school_at][ours].tolist(), strict=True))


@dataclass(frozen=True)
class Wanted:
    """What is looked for."""

    lookup: Lookup
    labels: Labels
    how: PlanReading
    when: When
    key: str


@dataclass(frozen=True)
class Refused:
    """A table that is not the plan: why, and how many units stand in it."""

    fault: DataError
    covered: int


def located(part: Part, wanted: Wanted) -> Found | Refused:
    """The columns of units and schools; why not, where no unit stands in it or its column of schools cannot be told."""
    covered = 0
    try:
        table = part.read()
        columns = [_bare(texts(table.frame.iloc[:, at])) for at in range(table.frame.shape[1])]
        unit_at, places = unit_column(table, columns, wanted.lookup, wanted.key)
        covered = places.covered
        school_at = school_column(table, columns, unit_at, places, wanted.how.column, wanted.labels, wanted.when)
    except DataError as error:
        return Refused(error, covered)
    return Found(part.name, table, columns, unit_at, school_at, places)


def _bare(held: Texts) -> Texts:
    """Cells of lists with one value as that value: ``[S1]`` and ``['S1']``."""
    if not any(text.startswith("[") for text in held):
        return held
    bare = held.copy()
    bare[:] = [text[1:-1].strip("\"' ") if text.startswith("[") and text.endswith("]") and "," not in text else text for text in held]
    return bare


def chosen(parts: Sequence[Part], wanted: Wanted, file: str) -> Found:
    """The table that is the plan.

    Raises
    ------
    DataError
        There is none, or several that say different things.
    """
    looked = [located(part, wanted) for part in parts]
    refused = [one for one in looked if isinstance(one, Refused)]
    best = _best([one for one in looked if isinstance(one, Found)], wanted)
    if not best or any(one.covered > 2 * best[0].places.covered for one in refused):
        raise _nothing(parts, refused, file)
    if any(_meant(one, wanted.labels) != _meant(best[0], wanted.labels) for one in best[1:]):
        names = [one.name for one in best]
        message = f"holds {len(names)} tables that may be the plan: {shown(names, 40)}."
        raise DataError(Problem(file, message, f"Say which with {_option(best[0])} {best[0].name.partition(': ')[0]}."))
    return best[0]


def _option(found: Found) -> str:
    return "--sheet" if found.table.path.suffix.lower() in (".xlsx", ".xlsm") and found.name != found.table.name else "--layer"


def _nothing(parts: Sequence[Part], refused: Sequence[Refused], file: str) -> DataError:
    """What is wrong with the table that was perhaps meant: the one with the most units."""
    most = max(refused, key=lambda one: one.covered)
    if most.covered or len(parts) == 1:
        return most.fault
    names = shown([part.name for part in parts], 40)
    message = f"none of its {len(parts)} tables holds units of the district: {names}."
    return DataError([Problem(file, message, "Name the file or the layer that holds units and their schools."), *most.fault.problems[:1]])


def _best(found: Sequence[Found], wanted: Wanted) -> list[Found]:
    """Tables whose labels are schools, where some are; that cover as many units as any; and speak of the time that is wanted."""

    def known(one: Found) -> bool:
        held = {label for label in one.said.values() if not wanted.labels.is_blank(label)}
        return bool(held) and 2 * sum(wanted.labels.find(label) >= 0 for label in held) >= len(held)

    best = [one for one in found if known(one)] or list(found)
    most = max((one.places.covered for one in best), default=0)
    best = [one for one in best if 2 * one.places.covered >= most]
    rank = {one.name: min(rank_of(one.names[1], wanted.when), rank_of(one.name, wanted.when)) for one in best}
    return [one for one in best if rank[one.name] == max(rank.values())]


def _meant(one: Found, labels: Labels) -> dict[int, int | str]:
    """What a table says of the district's units, whichever way it writes them."""
    found: dict[int, int | str] = {}
    for unit, label in one.said.items():
        u, s = one.places.whole[unit], labels.find(label)
        if u >= 0 and not labels.is_blank(label):
            found[u] = s if s >= 0 else label
    return found
