"""What `pairing` asks of a district: schools and grades that are there, and who is whose neighbor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.errors import Problem, shown
from rezoning.scenario.pairing import Pairing, Span, wrong_span
from rezoning.scenario.words import unknown


def grades_of(district: District, pairing: Pairing) -> tuple[str, ...]:
    """The grades that are split, lowest first: those that the section names, else those that the district counts."""
    return pairing.grades or tuple(district.grades)


def zone_neighbors(district: District, min_shared_m: float) -> NDArray[np.bool_]:
    """Schools whose zones of today share a border of so many meters, or one of unknown length; shape (m, m), symmetric, no school its own.

    A border is the sum over all neighboring units of the two zones, on islands too.
    """
    m, zone = district.num_schools, district.stayable[district.edges]
    between = (zone[:, 0] != zone[:, 1]) & (zone >= 0).all(axis=1)
    length = np.full(len(zone), np.nan) if district.border_m is None else district.border_m
    shared = np.zeros((m, m))
    np.add.at(shared, (zone[between, 0], zone[between, 1]), np.where(np.isnan(length[between]), np.inf, length[between]))
    touches = np.zeros((m, m), dtype=bool)
    touches[zone[between, 0], zone[between, 1]] = True
    touches |= touches.T
    return np.asarray(touches & (shared + shared.T >= min_shared_m - 1e-6))


def pairing_problems(district: District, pairing: Pairing) -> Iterator[Problem]:
    """Everything in the section that this district cannot answer."""
    yield from _unknown_schools(district, pairing)
    yield from _wrong_grades(district, pairing)
    yield from _no_zone(district, pairing)
    if np.any(getattr(district, "optional", False)):
        cure = "Say in the schools file which are open, or drop pairing."
        yield Problem(pairing.place(), "schools that may close or open are not known where schools share zones.", cure)
    elif district.sharing:
        unit = district.unit_ids[district.school_unit[district.sharing[0][0]]]
        message = f"unit '{unit}' holds several schools, which is not known where schools share zones."
        yield Problem(pairing.place(), message, "Name another unit for one of them with data.schools.unit, or drop pairing.")


def _unknown_schools(district: District, pairing: Pairing) -> Iterator[Problem]:
    schools = f"The schools are {shown(district.school_ids, 10)}."
    lists = [((key, k), one) for key in ("keep", "forbid", "given") for k, one in enumerate(getattr(pairing, key))]
    for keys, named in (*lists, (("except_schools",), pairing.except_schools)):
        for position, text in enumerate(named):
            place = pairing.place(*keys, position)
            if text in district.closed_ids:
                yield Problem(place, f"the school '{text}' is closed in this scenario.", f"{schools} Name one of them.")
            elif text not in district.school_index:
                yield Problem(place, f"there is no school '{text}' in the district.", schools)


def _wrong_grades(district: District, pairing: Pairing) -> Iterator[Problem]:
    grades = grades_of(district, pairing)
    if len(grades) < 2:
        cure = "Name them in pairing.grades, lowest first, or give their columns in data.units.grades."
        yield Problem(pairing.place("grades"), "nothing says which grades the schools have.", cure)
        return
    uncounted = [grade for grade in grades if grade not in district.grades]
    if district.grades and uncounted:
        yield Problem(pairing.place("grades"), f"'{uncounted[0]}' is not a grade of data.units.grades.", unknown(uncounted[0], district.grades))
        return
    for group, counts in district.groups_by_grade.items():
        lacking = [grade for grade in grades if grade not in counts]
        if lacking:
            cure = "Name a column for every grade that is split, or drop the group there."
            message = f"data.units.groups_by_grade has no column of '{group}' for the grades {', '.join(lacking)}."
            yield Problem(pairing.place("grades"), message, cure)
    for k, span in enumerate(pairing.spans or ()):
        for wrong in wrong_span(span, grades):
            yield Problem(pairing.place("spans", k), *wrong.said)
            return
    for k, schools in enumerate(pairing.given):
        yield from _wrong_cuts(pairing, k, len(cuts(grades, len(schools), pairing.spans)), len(schools))


def _wrong_cuts(pairing: Pairing, k: int, number: int, size: int) -> Iterator[Problem]:
    if number != 1:
        said = "no runs of pairing.spans follow each other" if number == 0 else f"in {number} ways runs of pairing.spans follow each other"
        cure = "List exactly the runs that its buildings have, lowest grades first."
        yield Problem(pairing.place("given", k), f"{said} from the first to the last grade in {size} buildings.", cure)


def _no_zone(district: District, pairing: Pairing) -> Iterator[Problem]:
    """Zones stay as they are, so that everybody must be in one."""
    homeless = np.flatnonzero((district.stayable < 0) & (district.students > 0))
    if len(homeless) and not pairing.given and district.current is not None:
        named = shown(f"'{district.unit_ids[u]}'" for u in homeless)
        message = f"zones stay as they are, and {named} with {district.students[homeless].sum():g} students have no open school today."
        yield Problem(pairing.place(), message, "Give them one in the units file, or redraw zones around pairing.given.")


def cuts(grades: tuple[str, ...], size: int, spans: tuple[Span, ...] | None) -> list[tuple[Span, ...]]:
    """All ways to cut the grades into so many runs, each one of `spans` where these are listed."""
    if size == 1:
        return [(grades,)] if spans is None or grades in spans else []
    found = []
    for end in range(1, len(grades) - size + 2):
        if spans is None or grades[:end] in spans:
            found += [(grades[:end], *rest) for rest in cuts(grades[end:], size - 1, spans)]
    return found


def given_buildings(district: District, pairing: Pairing) -> Buildings:
    """The buildings of clusters that are given: each school of one has its run of the grades of all of its zones."""
    grades = grades_of(district, pairing)
    at = np.repeat(np.arange(district.num_schools)[:, None], len(grades), axis=1)
    for schools in pairing.given:
        members = [district.school_index[text] for text in schools]
        spans = cuts(grades, len(members), pairing.spans)[0]
        at[members] = np.repeat(members, [len(span) for span in spans])
    return Buildings(at, grades)
