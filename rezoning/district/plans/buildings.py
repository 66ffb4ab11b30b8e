"""`buildings.csv`: who has which grades, one row for each building; written beside `plan.csv` and read back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.district.graded import graded
from rezoning.district.labels import Labels
from rezoning.district.plan import Plan
from rezoning.errors import DataError, Problem, Problems, shown

COLUMNS = ("cluster", "zones", "school", "name", "grades", "students", "capacity")
SEPARATOR = "; "


def buildings_file(plan: Path) -> Path:
    """Where the buildings of a plan file stand: ``buildings.csv`` beside ``plan.csv``, ``buildings.2.csv`` beside ``plan.2.csv``."""
    name = plan.name.replace("plan", "buildings", 1) if plan.name.startswith("plan") else f"{plan.stem}.buildings.csv"
    return plan.with_name(name)


def building_rows(plan: Plan, district: District) -> list[dict[str, Any]]:
    """Rows of buildings.csv: clusters in the order of their first school, their buildings from the lowest grades on.

    ``cluster`` is its number from 1, ``zones`` the schools whose zones of old it has, ``grades`` are listed, ``students`` and a column for each group
    count who is in the building, of no grade that is split too.
    """
    buildings = plan.buildings
    assert buildings is not None
    view = graded(district, buildings.grades)
    school, m = view.plan(plan).school, district.num_schools
    inside = (school >= 0) & (school < m)
    counts = {"students": view.district.students} | {f"group_{name}" if name in COLUMNS else name: one for name, one in view.district.groups.items()}
    held = {name: np.bincount(school[inside], weights=one[inside], minlength=m) for name, one in counts.items()}
    rows = []
    for number, cluster in enumerate(buildings.clusters(), 1):
        zones = SEPARATOR.join(district.school_ids[s] for s in cluster)
        for s in sorted(cluster, key=lambda one: buildings.grades.index((buildings.spans(one) or buildings.grades)[0])):
            capacity = None if district.capacity is None else float(district.capacity[s])
            row = {"cluster": number, "zones": zones, "school": district.school_ids[s], "name": district.school_names[s]}
            row |= {"grades": SEPARATOR.join(buildings.spans(s)), "students": float(held["students"][s]), "capacity": capacity}
            rows.append(row | {name: float(one[s]) for name, one in held.items() if name != "students"})
    return rows


def read_buildings(path: Path, district: District) -> Buildings:
    """The buildings that a file says; read are ``cluster``, ``school`` and ``grades``.

    Grades are listed, or a run ``K-2`` of those that the district counts, whose order they then have; else that of the file.

    Raises
    ------
    DataError
        With everything that is wrong in the file.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(Problem(str(path), f"cannot be read: {error}.", "Give a file as rezoning run writes it.")) from None
    missing = [name for name in ("cluster", "school", "grades") if not rows or name not in rows[0]]
    if missing:
        cure = "Give the columns cluster, school and grades, one row for each building."
        raise DataError(Problem(str(path), f"has no column {shown(missing)}.", cure))
    problems = Problems()
    known = tuple(district.grades)
    found = list(_read_rows(path, rows, district, known, problems))
    problems.raise_as(DataError)
    named = {grade for _, _, _, span in found for grade in span}
    order = tuple(grade for grade in known if grade in named) if named <= set(known) else _order(found)
    buildings = _placed(path, found, order, district, problems)
    problems.raise_as(DataError)
    return buildings


Read = tuple[int, str, int, tuple[str, ...]]  # row, cluster, school, grades


def _read_rows(path: Path, rows: list[dict[str, str]], district: District, grades: tuple[str, ...], problems: Problems) -> Iterator[Read]:
    labels = Labels(district.school_ids, district.school_names)
    seen: set[int] = set()
    for number, row in enumerate(rows, 2):
        place, text = f"{path}, row {number}", (row["school"] or "").strip()
        s = district.school_index.get(labels.id_of(text), -1)
        if s < 0:
            problems.add(place, f"there is no school '{text}' in the district.", f"The schools are {shown(district.school_ids, 10)}.")
        elif s in seen:
            problems.add(place, f"'{text}' has two rows.", "Keep one row for each building.")
        else:
            seen.add(s)
            yield number, (row["cluster"] or "").strip(), s, _span(row["grades"] or "", grades)
    lost = [district.school_ids[s] for s in range(district.num_schools) if s not in seen]
    if lost and not problems:
        problems.add(str(path), f"says nothing of {shown(lost)}.", "Give every school a row; one that is left alone has all grades.")


def _span(text: str, grades: tuple[str, ...]) -> tuple[str, ...]:
    """Grades as they are listed, or as a run of known ones: ``K-2``."""
    if text.strip() in grades:
        return (text.strip(),)
    first, dash, last = (part.strip() for part in text.partition("-"))
    if dash and first in grades and last in grades:
        return grades[grades.index(first) : grades.index(last) + 1]
    return tuple(part.strip() for part in text.replace(",", ";").split(";") if part.strip())


def _order(found: list[Read]) -> tuple[str, ...]:
    """All grades in order: those of the buildings of the first cluster, one after the other."""
    first = found[0][1]
    return tuple(dict.fromkeys(grade for _, cluster, _, span in found if cluster == first for grade in span))


def _placed(path: Path, found: list[Read], grades: tuple[str, ...], district: District, problems: Problems) -> Buildings:
    at = np.full((district.num_schools, len(grades)), -1, dtype=np.int64)
    clusters: dict[str, list[Read]] = {}
    for one in found:
        clusters.setdefault(one[1], []).append(one)
    for members in clusters.values():
        zones = [s for _, _, s, _ in members]
        for number, _, s, span in members:
            for grade in span:
                place = f"{path}, row {number}"
                if grade not in grades:
                    problems.add(place, f"'{grade}' is not one of the grades {', '.join(grades)}.", "List the grades as the scenario names them.")
                elif at[zones[0], grades.index(grade)] >= 0:
                    problems.add(place, f"grade {grade} has two buildings in its cluster.", "Give each grade of a cluster one building.")
                else:
                    at[zones, grades.index(grade)] = s
        lost = [grade for g, grade in enumerate(grades) if at[zones[0], g] < 0]
        if lost:
            message = f"nobody has the grades {', '.join(lost)} of cluster {members[0][1]}."
            problems.add(f"{path}, row {members[0][0]}", message, "Give every grade of a cluster one building.")
    return Buildings(at, grades)
