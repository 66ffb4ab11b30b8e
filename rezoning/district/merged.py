"""A merged district: its schools are clusters that share one zone, so that whatever is asked of zones is asked of shared ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rezoning.district.buildings import Buildings
from rezoning.district.district import District, Ints
from rezoning.scenario.schema import Rules


@dataclass(frozen=True, eq=False)
class Merged:
    """A merged district, and the way back.

    Parameters
    ----------
    district
        Its schools are clusters in the order of their first schools, each with the id and the unit of the school that leads it; it knows no trips and
        no seats, for these are of buildings.
    cluster
        Cluster of each school, shape (m,).
    lead
        The school of each cluster that has its lowest grades, shape (k,).
    members
        Schools of each cluster.
    """

    district: District
    cluster: Ints
    lead: Ints
    members: tuple[tuple[int, ...], ...]

    def of(self, school: Ints) -> Ints:
        """Clusters in place of schools, open or closed; -1 stays."""
        return renumbered(school, self.cluster, len(self.lead))

    def schools(self, cluster: Ints, today: Ints) -> Ints:
        """A school of each unit's cluster, shape (n,): today's where it is one of it, else the one that leads it."""
        m = len(self.cluster)
        is_open = (today >= 0) & (today < m)
        keeps = is_open & (self.cluster[np.where(is_open, today, 0)] == cluster)
        return np.where(keeps, today, self.lead[cluster])


def renumbered(school: Ints, cluster: Ints, count: int) -> Ints:
    """Clusters in place of open schools, closed ones after them."""
    m = len(cluster)
    is_open = (school >= 0) & (school < m)
    return np.where(is_open, cluster[np.where(is_open, school, 0)], np.where(school >= m, school - m + count, school))


def merged(district: District, buildings: Buildings) -> Merged:
    """The merged district of some buildings."""
    members = buildings.clusters()
    cluster = np.empty(district.num_schools, dtype=np.int64)
    for c, schools in enumerate(members):
        cluster[list(schools)] = c
    lead = np.array([int(buildings.at[schools[0], 0]) for schools in members], dtype=np.int64)
    made = replace(
        district,
        school_ids=tuple(district.school_ids[s] for s in lead), school_unit=district.school_unit[lead],
        school_names=tuple(" + ".join(district.school_names[s] for s in schools) for schools in members),
        current=None if district.current is None else renumbered(district.current, cluster, len(lead)),
        capacity=None, portables=None, portable_price=None, programs={}, travel=None, walk=None, walkable=None, crossed=None,
        closed_travel=None, closed_walk=None, closed_walkable=None,
        optional=district.optional[lead], is_candidate=district.is_candidate[lead], cost_if_open=None, least_students=None, facts={},
        grades={}, groups_by_grade={},
    )  # fmt: skip
    return Merged(made, cluster, lead, members)


KEPT = ("contiguity", "school_in_own_zone", "keep_together", "protected", "not_again")
"""Rules about zones that name no school."""


def merged_rules(rules: Rules, district: District, place: Merged) -> Rules:
    """The rules that are about zones, of shared ones: of a school they say what they say of its cluster."""

    def lead(school: str) -> str:
        s = district.school_index.get(school)
        return school if s is None else place.district.school_ids[place.cluster[s]]

    said: dict[str, object] = {key: getattr(rules, key) for key in KEPT}
    said["assign"] = {unit: lead(school) for unit, school in rules.assign.items()}
    said["forbid"] = tuple((unit, lead(school)) for unit, school in rules.forbid)
    if rules.locked is not None:
        schools = tuple(dict.fromkeys(map(lead, rules.locked.schools)))
        said["locked"] = rules.locked.model_copy(update={"schools": schools})
    return Rules().model_copy(update=said)
