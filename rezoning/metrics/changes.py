"""Changes: which zones differ from today's, and how many students go from school to school."""

from __future__ import annotations

import numpy as np

from rezoning.metrics.zones import Zones


def schools_changed(zones: Zones) -> int | None:
    """Open schools whose zone gains or loses a unit, a new one too; None without today's schools."""
    today = zones.district.current
    if today is None:
        return None
    changed = zones.counted & (today != zones.school)
    touched = np.concatenate([zones.school[changed], today[changed]])
    return int(np.unique(touched[(touched >= 0) & (touched < zones.district.num_schools)]).size)


def flows(zones: Zones) -> list[dict[str, str | float]] | None:
    """Students who go from one school to another, most first; they add up to `students_reassigned`. None without today's schools."""
    today = zones.district.current
    if today is None or zones.moved is None:
        return None
    ids = (*zones.district.school_ids, *zones.district.closed_ids)
    pairs = np.column_stack([today[zones.moved], zones.school[zones.moved]])
    unique, place = np.unique(pairs, axis=0, return_inverse=True)
    students = np.bincount(place.ravel(), weights=zones.district.students[zones.moved], minlength=len(unique))
    order = np.argsort(-students, kind="stable")
    return [{"from": ids[unique[k, 0]], "to": ids[unique[k, 1]], "students": float(students[k])} for k in order if students[k] > 0]
