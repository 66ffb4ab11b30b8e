"""Zones as maps draw them: what is filled, what is hatched, and what is written; zones that schools share are one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Ints
from rezoning.public.pairing import Pairing, drawn
from rezoning.report.maps.names import map_names
from rezoning.report.pairing_words import JOINED

if TYPE_CHECKING:
    from rezoning.district.plan import Plan
    from rezoning.public.book import Book, View


CLOSED = "× "
"""Before the name of a school that is closed, or not built, in what a map shows."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """An assignment as it is drawn.

    Parameters
    ----------
    zone
        The school that each unit is drawn as, by its index, shape (n,); -1 for none.
    before
        The same of today's zones, as far as this assignment keeps them apart; None where nothing is compared with today.
    changed
        Units some of whose students have another school than today, shape (n,).
    names
        What is written beside each school.
    targets
        What an area is said to go to, by school.
    pairing
        Which building has which grade; None where every school has all grades of its zone.
    grades
        In how many grades the school is another than today's, shape (n,); None where every school has all grades.
    closed
        Schools that may close or open and are not open here, shape (m,); None where no school may.
    """

    zone: Ints
    before: Ints | None
    changed: NDArray[np.bool_]
    names: tuple[str, ...]
    targets: tuple[str, ...]
    pairing: Pairing | None = None
    grades: Ints | None = None
    closed: NDArray[np.bool_] | None = None


def drawn_zones(
    zone: Ints, today: Ints | None, names: tuple[str, ...], pairing: Pairing | None = None, closed: NDArray[np.bool_] | None = None
) -> Drawn:
    """An assignment beside today's.

    Parameters
    ----------
    zone, today
        The school whose zone each unit is in, shape (n,); -1 for none. None where nothing is compared with today.
    names
        What maps call each school.
    pairing
        Which building has which grade, by the same schools. An area goes somewhere where it goes to other schools than those that share its zone of
        today.
    closed
        Schools that may close or open and are not open here, shape (m,); None where no school may.
    """
    if pairing is None:
        changed = np.zeros(len(zone), dtype=bool) if today is None else (today >= 0) & (today != zone)
        return Drawn(zone, today, changed, marked(names, closed), names, closed=closed)
    clusters = pairing.cluster_of
    written = tuple(f"{name} {pairing.spans[s]}" if s in clusters else name for s, name in enumerate(names))
    targets = tuple(JOINED.join(names[one.school] for one in clusters[s].buildings) if s in clusters else name for s, name in enumerate(names))
    grades = np.zeros(len(zone), dtype=np.int64) if today is None else pairing.changes(zone, today)
    before = None if today is None else drawn(today, pairing)
    return Drawn(drawn(zone, pairing), before, grades > 0, written, targets, pairing, grades)


def marked(names: tuple[str, ...], closed: NDArray[np.bool_] | None) -> tuple[str, ...]:
    """Names with a mark where a school is not open."""
    return names if closed is None else tuple(CLOSED + name if is_closed else name for name, is_closed in zip(names, closed, strict=True))


def closed_in(book: Book, view: View) -> NDArray[np.bool_] | None:
    """Schools of a book that may close or open and are not open in a view, shape (m,); None where no school may."""
    districts = [option.district for option in book.options if option.district.has_optional]
    if not districts:
        return None
    those = {text for one in districts for text, is_one in zip(one.school_ids, one.optional.tolist(), strict=True) if is_one}
    return np.array([school.id in those and not row.is_open for school, row in zip(book.schools, view.schools, strict=True)])


def drawn_plan(district: District, plan: Plan) -> Drawn:
    """A plan by the schools of its district."""
    buildings = plan.buildings
    pairing = None if buildings is None or buildings.is_alone().all() else Pairing(buildings.grades, buildings.at)
    today = None if district.current is None else district.stayable
    closed = district.optional & ~plan.open_schools(district) if district.has_optional else None
    found = drawn_zones(plan.school, today, map_names(district.school_names), pairing, closed)
    return replace(found, changed=found.changed | plan.moved(district))  # units of schools that have closed move too
