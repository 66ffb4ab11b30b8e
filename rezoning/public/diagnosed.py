"""What everybody may see of a diagnosis: its parts, each with cells and ranges in place of counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rezoning.district.district import District, Ints
from rezoning.public.book import Book, Told
from rezoning.public.cell import Cell
from rezoning.scenario.bands import BandRule
from rezoning.scenario.schema import Scenario

Limits = list[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Subject:
    """Today's zones of a district, with what a scenario asks of it."""

    scenario: Scenario
    district: District
    metrics: Mapping[str, Any]


@dataclass(frozen=True)
class PublicSeats:
    """An open school's seats and students.

    Parameters
    ----------
    school
        Index in the book.
    seats, allowed, portables
        Seats, those that rules let be used, and those in portables (None where unknown).
    students, by_year
        Now, and in each year and growth scenario.
    """

    school: int
    seats: float
    allowed: float
    portables: float | None
    students: Cell
    by_year: Mapping[str, Cell]


@dataclass(frozen=True, eq=False)
class PublicSide:
    """One side of a border: the school, units along it, and who lives there."""

    school: int
    units: Ints
    students: Told


@dataclass(frozen=True, eq=False)
class PublicBorder:
    """Two neighboring schools, how far apart they are, and for each group both shares and their difference."""

    sides: tuple[PublicSide, PublicSide]
    border_m: float | None
    trip: float | None
    km: float | None
    shares: Mapping[str, tuple[Cell, Cell]]
    gaps: Mapping[str, Cell]


@dataclass(frozen=True, eq=False)
class PublicNearer:
    """Units of a school that are nearer to another one with room: how many, whose, and how much nearer the middle one of them is."""

    origin: int
    target: int
    units: int
    students: Told
    typical: float


@dataclass(frozen=True, eq=False)
class PublicIsland:
    """A piece of a zone that is cut off from its school."""

    school: int
    units: Ints
    students: Told


@dataclass(frozen=True)
class PublicBand:
    """A band, the schools outside with their shares, and how many schools cannot be judged by what may be shown."""

    band: BandRule
    is_rule: bool
    limits: Limits
    outside: tuple[tuple[int, Cell], ...]
    unjudged: int


@dataclass(frozen=True)
class PublicResidence:
    """Dissimilarity of a group: of homes, today, with nearest schools; what no zones go below under the rules, and by capacity and trips alone."""

    units: Cell
    today: Cell
    nearest: Cell
    floor: Cell
    loose: Cell


@dataclass(frozen=True)
class PublicPairing:
    """Two zones pooled: students of both, whether they fit the seats of both, how far apart the schools are, and dissimilarity by group."""

    schools: tuple[int, int]
    students: Cell
    fits: bool | None
    trip: float | None
    km: float | None
    after: Mapping[str, Cell]
    gain: Mapping[str, Cell]


@dataclass(frozen=True)
class PublicSplit:
    """Two schools that share their zones, the one with the lower grades first.

    Parameters
    ----------
    schools, grades
        Both, and the grades of each.
    moved
        Students who would change buildings.
    trips
        Mean trip of the students of both zones, today and then; None where it is unknown.
    after
        Dissimilarity by group.
    """

    schools: tuple[int, int]
    grades: tuple[tuple[str, ...], tuple[str, ...]]
    moved: Cell
    trips: tuple[Cell, Cell] | None
    after: Mapping[str, Cell]


@dataclass(frozen=True, eq=False)
class PublicDiagnosis:
    """Everything of a diagnosis that may be shown; see `metrics.diagnosis.Diagnosis`.

    Parameters
    ----------
    book
        Today's zones.
    groups, chosen
        Groups, the main one first, and those that zones may be drawn for.
    borders
        The most unequal of the main group first; those whose difference is hidden last.
    why_no_floor
        Group to why nothing is proven of it.
    rings
        Of units that count as being along a border.
    splits
        Pairs that are worth a look, with their grades; None where grades are not counted.
    """

    book: Book
    groups: tuple[str, ...]
    chosen: tuple[str, ...]
    seats: tuple[PublicSeats, ...] | None
    borders: tuple[PublicBorder, ...]
    nearer: tuple[PublicNearer, ...] | None
    islands: tuple[PublicIsland, ...]
    corridors: Mapping[str, Sequence[str]]
    bands: tuple[PublicBand, ...]
    residence: Mapping[str, PublicResidence]
    why_no_floor: Mapping[str, str]
    rings: int
    pairings: tuple[PublicPairing, ...]
    splits: tuple[PublicSplit, ...] | None = None
