"""Every new rule restated unit by unit in plain loops, on drawn districts with water, islands, new units, closed schools and unknown trips."""

import numpy as np
import pytest
from drawn import cases
from hypothesis import given
from hypothesis import strategies as st

from rezoning.auditing import audit, audit_today
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.scenario.schema import Rules

FREE = {"contiguity": {"method": "none"}, "school_in_own_zone": False}


def furnished(district: District, rng: np.random.Generator) -> District:
    """A drawn district with walk zones, barriers, grades, years and columns as well."""
    n, m, k = district.num_units, district.num_schools, len(district.closed_ids)
    given = {
        "groups": {name: np.minimum(counts, district.students) for name, counts in district.groups.items()},
        "walkable": rng.random((n, m)) < 0.4,
        "walk": np.where(rng.random((n, m)) < 0.2, np.nan, rng.integers(1, 30, (n, m))),
        "crossed": rng.random((n, m)) < 0.3,
        "closed_travel": np.where(rng.random((n, k)) < 0.3, np.nan, rng.integers(1, 20, (n, k))),
        "years": {"2030": rng.integers(0, 40, n).astype(float)},
        "grades": {"5": np.floor(district.students / 3)},
        "travel": district.travel if district.travel is not None else rng.integers(1, 20, (n, m)).astype(float),
        "current": district.current if district.current is not None else rng.integers(-1, m, n),
        "columns": {
            "area": rng.choice(["N", "S"], n, p=[0.5, 0.5]),
            "hood": rng.choice(["", "x", "y"], n),
            "mark": rng.choice(["", "no", "yes"], n),
            "moved": rng.choice(["", "2019", "2024"], n),
        },
    }
    given["columns"]["area"][:2] = ["N", "S"]
    return District(**({key: getattr(district, key) for key in FIELDS} | given))


FIELDS = ("unit_ids", "students", "school_ids", "school_names", "school_unit", "edges", "closed_ids", "capacity")


class Loops:
    """The rules again, from their sentences, one unit at a time; each gives the subjects in breach."""

    def __init__(self, d: District, school: list[int]) -> None:
        self.d, self.school, self.m = d, school, d.num_schools
        self.today = d.current.tolist()
        self.units = range(d.num_units)
        self.near = {u: [int(b if a == u else a) for a, b in d.edges if u in (a, b)] for u in self.units}

    def id(self, u: int) -> str:
        return self.d.unit_ids[u]

    def open_today(self, u: int) -> bool:
        return 0 <= self.today[u] < self.m

    def moves(self, u: int) -> bool:
        return self.today[u] >= 0 and self.today[u] != self.school[u]

    def protected(self):
        return {self.id(u) for u in self.units if self.d.columns["mark"][u] == "yes" and self.open_today(u) and self.moves(u)}

    def not_again(self):
        return {self.id(u) for u in self.units if self.d.columns["moved"][u] == "2024" and self.open_today(u) and self.moves(u)}

    def walk(self):
        can = self.d.walkable
        return {self.id(u) for u in self.units if can[u].any() and not can[u, self.school[u]]}

    def nearest(self, within: float):
        found = set()
        for u in self.units:
            known = [trip for trip in self.d.travel[u] if not np.isnan(trip)]
            trip = self.d.travel[u, self.school[u]]
            if known and min(known) <= within and not trip <= min(known) + 1e-6:
                found.add(self.id(u))
        return found

    def no_crossing(self):
        return {self.id(u) for u in self.units if self.d.crossed[u, self.school[u]] and self.today[u] != self.school[u]}

    def keep_together(self):
        by_text = {}
        for u in self.units:
            by_text.setdefault(self.d.columns["hood"][u], []).append(u)
        return {self.id(units[0]) for text, units in by_text.items() if text and len({self.school[u] for u in units}) > 1}

    def unity(self, share: float):
        found = set()
        for u in self.units:
            mates = [v for v in self.near[u] if self.today[u] >= 0 and self.today[v] == self.today[u]]
            if self.moves(u) and mates and sum(self.school[v] == self.school[u] for v in mates) < share * len(mates) - 1e-9:
                found.add(self.id(u))
        return found

    def reassigned(self, share: float):
        found = set()
        low, n = self.d.groups["low"], self.d.students
        if low.sum() > 0 and sum(low[u] for u in self.units if self.moves(u)) / low.sum() > share + 1e-9:
            found.add("low")
        for s, text in enumerate((*self.d.school_ids, *self.d.closed_ids)):
            zone = [u for u in self.units if self.today[u] == s]
            total = sum(n[u] for u in zone)
            if total > 0 and sum(n[u] for u in zone if self.moves(u)) / total > share + 1e-9:
                found.add(text)
        return found

    def added(self, u: int) -> float:
        """What is added to a unit's trip; NaN where one of the two is unknown."""
        s, t = self.today[u], self.d.travel
        if s < 0:
            return 0.0
        return t[u, self.school[u]] - (t[u, s] if s < self.m else self.d.closed_travel[u, s - self.m])

    def burden(self, ratio: float):
        low, n = self.d.groups["low"], self.d.students
        known = [u for u in self.units if not np.isnan(self.added(u))]
        if not sum(low[u] for u in known) > 0:
            return set()
        ours, everyone = (sum(c[u] * self.added(u) for u in known) / sum(c[u] for u in known) for c in (low, n))
        return {"low"} if ours > (ratio * everyone if everyone > 0 else everyone) + 1e-6 else set()

    def unknown(self):
        """Units that go to another school by a trip that is unknown."""
        return {self.id(u) for u in self.units if np.isnan(self.d.travel[u, self.school[u]]) and self.today[u] != self.school[u]}

    def flow_balance(self):
        def flow(a, b):
            area = self.d.columns["area"]
            there = [u for u in self.units if self.moves(u) and area[u] == a and area[self.d.school_unit[self.school[u]]] == b]
            return sum(self.d.students[u] for u in there)

        pairs = [("N", "S"), ("S", "N")]
        return {f"{a} to {b}" for a, b in pairs if flow(a, b) > 1.5 * flow(b, a) + 1e-6}

    def capacity(self, most: float):
        n, found = self.d.students, set()
        enrolled = [sum(n[u] for u in self.units if self.today[u] == s) for s in range(self.m)]
        seats = [0] * self.m if self.d.capacity is None else self.d.capacity
        base = [e if e > 0 else seat for e, seat in zip(enrolled, seats, strict=True)]
        for s, text in enumerate(self.d.school_ids):
            mine = [u for u in self.units if self.school[u] == s]
            stays = [u for u in self.units if self.open_today(u) and self.moves(u)]
            left = sum(self.d.grades["5"][u] for u in stays if self.today[u] == s)
            held = {
                "": sum(n[u] for u in mine),
                " 2030": sum(self.d.years["2030"][u] for u in mine),
                " first": sum(n[u] - (self.d.grades["5"][u] if u in stays else 0) for u in mine) + left,
            }
            found |= {text + label for label, students in held.items() if students > most * base[s] + 1e-6}
        return found

    def travel(self, most: float, walk: float, bus: float, within: float):
        found = set()
        for u in self.units:
            s, trip = self.school[u], self.d.travel[u, self.school[u]]
            if s == self.today[u] or trip <= within + 1e-6:
                continue
            length = self.d.walk[u, s] if self.d.walkable[u, s] else trip
            if np.isnan(trip) or trip > most + 1e-6 or length > (walk if self.d.walkable[u, s] else bus) + 1e-6:
                found.add(self.id(u))
        return found


@given(cases(), st.integers(0, 2**31))
def test_every_rule_again(case, seed):
    rng = np.random.default_rng(seed)
    d = furnished(case.district, rng)
    school = np.where((d.stayable >= 0) & (rng.random(d.num_units) < 0.6), d.stayable, rng.integers(0, d.num_schools, d.num_units))
    loops = Loops(d, school.tolist())
    share, ratio = float(rng.choice([0.25, 0.5, 1 / 3, 1])), float(rng.choice([0.8, 1, 1.5]))
    limits = {"max": 8, "modes": {"walk": {"max": 12}, "bus": {"max": 5}}, "always_within": 2}
    expected = {
        "protected": ({"column": "mark"}, loops.protected()),
        "not_again": ({"column": "moved", "years": 3, "year": 2026}, loops.not_again()),
        "walk": ({"guarantee": "any"}, loops.walk()),
        "nearest": ({"within": 4}, loops.nearest(4)),
        "no_crossing": ({}, loops.no_crossing()),
        "keep_together": ({"column": "hood"}, loops.keep_together()),
        "unity": ({"min_share": share}, loops.unity(share)),
        "reassigned": ({"groups": {"low": share}, "each_school": share}, loops.reassigned(share)),
        "burden": ([{"group": "low", "measure": "added_travel", "max_ratio": ratio}], loops.burden(ratio)),
        "flow_balance": ([{"column": "area", "between": ["N", "S"]}], loops.flow_balance()),
        "travel": (limits, loops.travel(8, 12, 5, 2)),
    }
    for key, (rule, subjects) in expected.items():
        found = audit(Plan(school), d, Rules.model_validate({key: rule} | FREE)).violations
        if key == "burden":
            assert {v.subject for v in found if v.rule == "travel"} == loops.unknown()
        assert {v.subject for v in found if v.rule == key} == subjects, key
        assert {v.rule for v in found} <= {key, "travel" if key == "burden" else key}
        assert all(v.message.startswith(f"{v.rule}: ") for v in found)
    rules = {"capacity": {"of": "current", "max": 1.2}, "phase_in": [{"year": "first", "stay": {"5": 1}}]} | FREE
    assert {v.subject for v in audit(Plan(school), d, Rules.model_validate(rules)).violations} == loops.capacity(1.2)


@given(cases(), st.integers(0, 2**31))
def test_today_keeps_every_rule_about_change(case, seed):
    d = furnished(case.district, np.random.default_rng(seed))
    rules = {
        "protected": {"column": "mark"}, "not_again": {"column": "moved", "years": 9, "year": 2026}, "walk": {"guarantee": "keep"},
        "no_crossing": {"today": "keep"}, "unity": {"min_share": 1}, "reassigned": {"max_share": 0, "groups": {"low": 0}, "each_school": 0},
        "isolation": [{"group": "low", "above": 0}], "flow_balance": [{"column": "area", "between": ["N", "S"], "max_ratio": 1}],
        "burden": [{"group": "low", "measure": m, "max_ratio": 0, "max_extra": 0} for m in ("reassigned", "added_travel", "walk_lost")],
    }  # fmt: skip
    assert {v.rule for v in audit_today(d, Rules.model_validate(rules | FREE)).violations} <= {"assignment"}


@pytest.mark.parametrize("seed", range(5))
def test_the_drawn_districts_break_rules_often_enough_to_tell(seed):
    """The loops above would agree on nothing, too; they must not agree on nothing."""
    from drawn import case

    broken = set()
    for k in range(seed * 20, seed * 20 + 20):
        rng = np.random.default_rng(k)
        d = furnished(case(k).district, rng)
        loops = Loops(d, rng.integers(0, d.num_schools, d.num_units).tolist())
        checks = {
            "protected": loops.protected(), "not_again": loops.not_again(), "walk": loops.walk(), "nearest": loops.nearest(4),
            "no_crossing": loops.no_crossing(), "keep_together": loops.keep_together(), "unity": loops.unity(1), "reassigned": loops.reassigned(0.5),
            "burden": loops.burden(1), "flow_balance": loops.flow_balance(), "travel": loops.travel(8, 12, 5, 2), "capacity": loops.capacity(1.2),
        }  # fmt: skip
        broken |= {key for key, subjects in checks.items() if subjects}
    assert len(broken) == 12
