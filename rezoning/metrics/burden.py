"""Burden: who changes schools. Shares are of all students of the district, new units included, though these never change."""

from __future__ import annotations

from rezoning.metrics.zones import Zones


def students_reassigned(zones: Zones) -> float | None:
    """Students whose school changes, Σ_u n_u m_u with m_u = 1 where unit u moves; None without today's schools."""
    return None if zones.moved is None else float(zones.district.students[zones.moved].sum())


def share_reassigned(zones: Zones) -> float | None:
    """Share of all students whose school changes, R = Σ_u n_u m_u / T; None without today's schools or without students."""
    moved, total = students_reassigned(zones), float(zones.district.students.sum())
    return None if moved is None or total <= 0 else moved / total


def reassigned_by_group(zones: Zones) -> dict[str, float | None]:
    """Share of each group whose school changes, R_g = Σ_u n_gu m_u / N_g; None where the group has no students."""
    return {name: _share(zones, name) for name in zones.district.groups}


def _share(zones: Zones, name: str) -> float | None:
    group = zones.district.groups[name]
    total = float(group.sum())
    return None if zones.moved is None or total <= 0 else float(group[zones.moved].sum()) / total
