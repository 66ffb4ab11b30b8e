"""Drawn districts whose units have polygons and borders with lengths, with the rule on shape; and an oracle that knows what it means.

Polygons are bars that lie apart, so that each unit's width is drawn by itself; who borders whom, and how far, is drawn as a graph.
"""

from dataclasses import replace
from functools import cache, cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from drawn import Case, case, parted
from oracle import Oracle

from rezoning.district.district import Land
from rezoning.scenario.schema import Scenario

LENGTH = 1e-6  # km


@cache
def shape_case(seed: int, max_units: int = 8, in_places: bool = False, **rule: Any) -> Case:
    """The case of a seed, with limits on shape: those given, else some that are drawn."""
    base = parted(seed, max_units) if in_places else case(seed, max_units)
    rng, d = np.random.default_rng([seed, 13]), base.district
    border = np.round(rng.uniform(30, 300, len(d.edges)))
    border[rng.random(len(border)) < 0.08] = np.nan  # links
    wide = np.where(rng.random(d.num_units) < 0.25, rng.choice([20.0, 60.0], d.num_units), 200.0)
    bars = gpd.GeoSeries([shapely.box(1000 * u, 0, 1000 * u + wide[u], 400) for u in range(d.num_units)], crs="EPSG:32618")
    d = replace(d, border_m=border, geometry=bars)
    if d.parts is not None:
        d = replace(d, parts=Land(d.parts.unit, d.parts.edges, np.round(rng.uniform(30, 300, len(d.parts.edges)))))
    plain = base.scenario.model_dump(mode="json", exclude_unset=True)
    said = dict(rule) or _drawn(rng, d)
    if said.get("min_width_m") and plain["rules"]["contiguity"]["method"] == "closer_neighbor":
        plain["rules"]["contiguity"]["method"] = "exact"
    plain["rules"].pop("reassigned", None)
    plain["rules"]["shape"] = said
    goals = [goal for goal in plain["goals"] if "weight" not in goal] or [{"minimize": "dissimilarity", "group": "low"}]
    if rng.random() < 0.3:
        goals = [{"minimize": "boundary_length"}, *goals[:1]]
    return Case(d, Scenario.model_validate({**plain, "goals": goals}))


def _drawn(rng: np.random.Generator, d: Any) -> dict[str, float]:
    """Some limits; those on borders only where there are some today."""
    found: dict[str, float] = {}
    ends = None if d.current is None else d.current[d.edges]
    has_border = ends is not None and np.nansum(d.border_m[(ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1)]) > 0
    if has_border and rng.random() < 0.6:
        found["max_boundary_increase"] = float(rng.choice([0.0, 0.1, 0.5]))
    if has_border and rng.random() < 0.5:
        found["each_school"] = float(rng.choice([0.0, 0.2, 0.6]))
    if rng.random() < 0.6 or not found:
        found["min_width_m"] = float(rng.choice([50, 100]))
    return found


class ShapeOracle(Oracle):
    """All plans of one district under the rule on shape; goals are those of `Oracle`, and the border."""

    # -- strips ------------------------------------------------------------------------------------------------------

    @cached_property
    def wide(self) -> np.ndarray:
        """For each school which zones hang together without strips, each strip beside its zone; shape (m, 2^n)."""
        width, method = self.rules.shape.min_width_m or 0.0, self.rules.contiguity.method
        if not width or method == "none":
            return np.ones((self.m, 1 << self.n), dtype=bool)
        land, roots = self.d.land, set(self.d.school_unit.tolist())
        thin = {g for g in self.ground if g not in roots and self.d.geometry.iloc[self.unit[g]].buffer(-width / 2).is_empty}
        lengths = np.full(len(land.edges), np.nan) if land.border_m is None else land.border_m
        firm = [(a, b) for a, b in land.edges.tolist() if a not in thin and b not in thin]
        carry = {(a, b) for (a, b), m in zip(land.edges.tolist(), lengths, strict=True) if (a, b) in firm and not m < width}
        for root in roots:
            if not any(root in pair for pair in carry):
                carry |= {pair for pair in firm if root in pair}  # all of its borders carry
        thin |= {g for g in self.ground if g not in roots and not any(g in pair for pair in carry)}
        level = {g: 0 for g in self.ground if g not in thin}
        for step in range(1, len(self.unit) + 1):
            level |= {g: step for g in self.ground if g not in level and any(self.near[g] >> h & 1 and level.get(h) == step - 1 for h in self.ground)}
        holders = {g: [h for h in self.ground if self.near[g] >> h & 1 and level.get(h, 99) < level.get(g, 99)] for g in thin}
        return np.array([[self._is_wide(s, zone, thin, carry, holders) for zone in range(1 << self.n)] for s in self.schools])

    def _firm_pieces(self, inside: set[int], carry: set[tuple[int, int]]) -> list[set[int]]:
        left, found = set(inside), []
        while left:
            piece = {left.pop()}
            while True:
                more = {h for a, b in carry for g, h in ((a, b), (b, a)) if g in piece and h in left}
                if not more:
                    break
                piece |= more
                left -= more
            found.append(piece)
        return found

    def _is_wide(self, s: int, zone: int, thin: set[int], carry: set[tuple[int, int]], holders: dict[int, list[int]]) -> bool:
        root, ground = int(self.d.school_unit[s]), {g for g in self.ground if zone >> self.unit[g] & 1}
        home = {g for g in self.ground if self.today[self.unit[g]] == s}
        seeds, kept = {root}, set()
        if self.rules.contiguity.islands == "keep" and (root in ground or self.rules.school_in_own_zone):
            for piece in self._firm_pieces(home - thin, carry):
                if root not in piece:
                    seeds.add(min(piece, key=lambda g: (-self.d.students[self.unit[g]], self.d.unit_ids[self.unit[g]], g)))
            kept = {g for g in home & thin if not home & set(holders[g])}
        joined = all(piece & seeds for piece in self._firm_pieces(ground - thin, carry))
        return joined and all(g in kept or ground & set(holders[g]) for g in ground & thin)

    # -- borders -----------------------------------------------------------------------------------------------------

    def km(self, plans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Border between zones, shape (plans,), and each open school's, shape (plans, m)."""
        a, b = self.d.edges.T
        km = np.nan_to_num(self.d.border_m) / 1000
        zone, other = plans[:, a], plans[:, b]
        cut = (zone != other) & (zone >= 0) & (other >= 0)
        own = np.stack([(km * (cut & ((zone == s) | (other == s)))).sum(axis=1) for s in range(self.m + len(self.d.closed_ids))], axis=1)
        return (km * cut).sum(axis=1), own

    def borders_hold(self, plans: np.ndarray) -> np.ndarray:
        rule, holds = self.rules.shape, np.ones(len(plans), dtype=bool)
        if rule.max_boundary_increase is None and rule.each_school is None:
            return holds
        (whole,), (zones,) = self.km(self.home[None, :])
        total, own = self.km(plans)
        if rule.max_boundary_increase is not None:
            holds &= total <= (1 + rule.max_boundary_increase) * whole + LENGTH
        if rule.each_school is not None:
            base = np.where(zones > 0, zones, zones[zones > 0].mean())[: self.m]
            holds &= (own[:, : self.m] <= (1 + rule.each_school) * base + LENGTH).all(axis=1)
        return holds

    def plans(self) -> np.ndarray:
        found = Oracle.plans(self)
        found = found[self.borders_hold(found)]
        zones = self.masks(found)
        return found[np.logical_and.reduce([self.wide[s][zones[:, s]] for s in self.schools])]

    def breaks_shape(self, plan: np.ndarray) -> bool:
        """Whether a plan breaks the rule on shape."""
        zones = self.masks(plan[None, :])[0]
        return not self.borders_hold(plan[None, :])[0] or not all(self.wide[s][zones[s]] for s in self.schools)

    def values_of(self, plans: np.ndarray) -> np.ndarray:
        """Natural value of each goal of plans, shape (plans, goals)."""
        masks = self.masks(plans)
        found = []
        for goal in self.scenario.goals:
            if goal.minimize == "boundary_length":
                found.append(self.km(plans)[0])
            else:
                found.append(self._summed(masks, list(self._tables(goal))))
        return np.stack(found, axis=1)

    def best(self) -> list[float]:
        """The best value of each goal under those before it; none where there is no plan."""
        values, best = self.values_of(self.plans()), []
        left = np.ones(len(values), dtype=bool)
        for goal, value in zip(self.scenario.goals, values.T, strict=True):
            if len(value):
                best.append(float(value[left].min()))
                left &= value <= best[-1] + goal.give_up * abs(best[-1]) + self.scenario.solve.gap_abs + 1e-12
        return best
