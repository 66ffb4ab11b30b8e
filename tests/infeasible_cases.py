"""Scenarios without a plan: every rule that can leave none, alone and in combination, on a town of twelve units and two schools.

West of the middle lives who goes to A today, east of it who goes to B; the poor live in the west. Trips are 2 minutes a block.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from drawn import picture, scenario

from rezoning.district.district import District
from rezoning.scenario.schema import Scenario

ROWS = "aabb/Aabb/aaBb"
LOW = (9.0, 6.0, 3.0, 1.0)  # by column


@dataclass(frozen=True, eq=False)
class Hopeless:
    """A question that has no answer, and the keys that the first relaxation may edit (any when empty)."""

    name: str
    rules: dict[str, Any]
    keys: tuple[str, ...] = ()
    rows: str = ROWS
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def district(self) -> District:
        return town(self.rows, **self.changes)

    @property
    def scenario(self) -> Scenario:
        return scenario(self.rules)


def town(rows: str = ROWS, **changes: Any) -> District:
    """The town with everything that rules ask for."""
    lines = rows.split("/")
    width, n = len(lines[0]), sum(map(len, lines))
    cells = "".join(lines)
    homes = [cells.index(c) for c in sorted({c for c in cells if c.isupper()})]
    trips = np.array([[2.0 * (abs(u // width - h // width) + abs(u % width - h % width)) for h in homes] for u in range(n)])
    low = np.array([LOW[u % width] if u % width < 4 else 0.0 for u in range(n)])
    given: dict[str, Any] = {
        "capacity": np.full(len(homes), 5.0 * n),
        "travel": trips,
        "groups": {"low": low, "black": np.full(n, 5.0), "white": np.full(n, 4.0)},
        "walkable": trips <= 4,
        "crossed": np.zeros(trips.shape, dtype=bool),
        "grades": {"5": np.full(n, 4.0)},
        "portables": np.full(len(homes), 3.0),
        "columns": texts(n, width),
    }
    return picture(rows, **(given | changes))


def texts(n: int, width: int) -> dict[str, np.ndarray]:
    """Columns: the area of each unit, the year it was moved in, whether it is protected, its neighborhood, its index."""
    column = np.arange(n) % width
    return {
        "area": np.where(column < 2, "west", "east").astype(object),
        "moved": np.where(column == 1, "2024", "").astype(object),
        "settled": np.where(column == 1, "yes", "").astype(object),
        "hood": np.where((column == 1) | (column == 2), "middle", "").astype(object),
        "index": (1 + column % 3).astype(str).astype(object),
    }


def crossing(*pairs: tuple[int, int]) -> np.ndarray:
    table = np.zeros((12, 2), dtype=bool)
    for u, s in pairs:
        table[u, s] = True
    return table


def unknown_trip(u: int) -> np.ndarray:
    table = town().travel.copy()
    table[u] = np.nan
    return table


WITHOUT_BRIDGE = [(0, 1), (1, 2), (4, 5), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (0, 4), (1, 5), (2, 6), (4, 8), (5, 9), (6, 10), (7, 11)]
MOVE_TO_B = {"assign": {"01": "B", "02": "B"}}  # unit 01 goes to A today
EAST_LOCKED = {"locked": {"units": ["02", "12", "23", "13", "03"]}}
SMALL_A = np.array([40.0, 90.0])

CASES = [
    Hopeless("too few seats", {"capacity": {"max": 0.9}}, ("rules.capacity.max",)),
    Hopeless("too many seats to fill", {"capacity": {"min": 1.1}}, ("rules.capacity.min",)),
    Hopeless(
        "a school's own limit", {"capacity": {"max": 1.2, "schools": {"A": {"max": 0.5}, "B": {"max": 1.0}}}},
        ("rules.capacity.schools.A.max", "rules.capacity.schools.B.max"),
    ),
    Hopeless("too few seats as of today", {"capacity": {"max": 0.9, "of": "current"}}, ("rules.capacity.max",)),
    Hopeless("seats of a locked zone", {"capacity": {"max": 1.0}, "locked": {"schools": ["A"]}}, changes={"capacity": SMALL_A}),
    Hopeless("seats in coming years", {"capacity": {"max": 1.0}}, ("rules.capacity.max",), changes={"years": {"2030": np.full(12, 11.0)}}),
    Hopeless("seats with growth and portables", {"capacity": {"max": 1.0, "portables": True}}, changes={"growth": {"high": np.full(12, 11.0)}}),
    Hopeless(
        "seats in the transition",
        {"capacity": {"max": 1.0}, "phase_in": [{"year": "2027", "stay": {"5": 1.0}}], **MOVE_TO_B},
        changes={"capacity": np.array([52.0, 75.0])},
    ),
    Hopeless("trips too long", {"travel": {"max": 2}, "stay_allowed": False}, ("rules.travel.units",)),
    Hopeless("buses too long", {"travel": {"modes": {"bus": {"max": 4}, "walk": {"max": 4}}}, "stay_allowed": False, "forbid": [["03", "B"]]}),
    Hopeless("an unknown trip", {"travel": {"max": 20}}, ("rules.assign.03",), "aab./Aabb/aaBb", {"travel": unknown_trip(3)}),
    Hopeless("longer trips and seats", {"travel": {"max_increase": 0.0}, "capacity": {"max": 1.0}}, changes={"capacity": SMALL_A}),
    Hopeless("trips and seats", {"travel": {"max": 4}, "stay_allowed": False, "capacity": {"max": 1.0}}, changes={"capacity": SMALL_A}),
    Hopeless("a locked unit assigned elsewhere", {"locked": {"units": ["01", "00"]}, **MOVE_TO_B}),
    Hopeless("a unit of a locked zone assigned elsewhere", {"locked": {"schools": ["A"]}, **MOVE_TO_B}),
    Hopeless("a new unit locked", {"locked": {"units": ["03", "00"]}}, ("rules.locked.units",), "aab./Aabb/aaBb"),
    Hopeless("a school's unit assigned elsewhere", {"assign": {"10": "B"}}),
    Hopeless("every school forbidden", {"forbid": [["01", "A"], ["01", "B"], ["00", "B"]]}, ("rules.forbid",)),
    Hopeless("a school's own unit forbidden", {"forbid": [["10", "A"]]}),
    Hopeless("no budget for an assignment", {"reassigned": {"max_share": 0.05}, **MOVE_TO_B}),
    Hopeless("no budget of a group", {"reassigned": {"groups": {"low": 0.01}}, **MOVE_TO_B}),
    Hopeless("no budget of a school", {"reassigned": {"each_school": 0.1}, **MOVE_TO_B}),
    Hopeless("no budget for a closed school", {"reassigned": {"max_share": 0.0}}, ("rules.reassigned.max_share",), "aabz/Aabz/aaBb"),
    Hopeless("a unit cut off from its school", {"assign": {"03": "A", "02": "B", "13": "B"}}),
    Hopeless("a locked island", {"locked": {"units": ["02", "03", "13"]}}, (), "aaba/Aabb/aaBb"),
    Hopeless("units with no way to a school", {}, ("rules.contiguity.islands",), changes={"edges": WITHOUT_BRIDGE}),
    Hopeless("a narrow band", {"bands": [{"group": "low", "within": 0.02}], "locked": {"units": ["00", "03"]}}),
    Hopeless("a band of one side", {"bands": [{"group": "low", "max": 0.3}]}, ("rules.bands[0].max",)),
    Hopeless("either of two bands", {"bands": [{"group": "low", "min": 0.8, "either": [{"max": 0.2}], "schools": ["A", "B"]}]}),
    Hopeless("a preset", {"bands": [{"group": "black", "preset": "fifty_fifty", "schools": ["A"]}, {"group": "low", "max": 0.4}]}),
    Hopeless("an index", {"bands": [{"index": "index", "min": 2.5, "max": 3}]}, ("rules.bands[0].min",)),
    Hopeless("isolation and seats", {"isolation": [{"group": "low", "above": 0.1}], "capacity": {"schools": {"B": {"min": 1.2}}}}),
    Hopeless("a burden", {"burden": [{"group": "low", "measure": "reassigned", "max_ratio": 1.0}], "assign": {"01": "B"}, **EAST_LOCKED}),
    Hopeless("an added burden", {"burden": [{"group": "low", "measure": "added_travel", "max_extra": 0.0}], "assign": {"00": "B", "01": "B"}}),
    Hopeless("a lopsided exchange", {"flow_balance": [{"column": "area", "between": ["west", "east"]}], **EAST_LOCKED, **MOVE_TO_B}),
    Hopeless("protected units", {"protected": {"units": ["01", "00"]}, **MOVE_TO_B}),
    Hopeless("a protected column", {"protected": {"column": "settled"}, **MOVE_TO_B}),
    Hopeless("moved again", {"not_again": {"column": "moved", "years": 5, "year": 2027}, **MOVE_TO_B}),
    Hopeless("a walk kept", {"walk": {"guarantee": "keep"}, **MOVE_TO_B}),
    Hopeless("any walk", {"walk": {"guarantee": "any"}, "forbid": [["00", "A"]]}),
    Hopeless("the nearest school", {"nearest": {"within": 4}, "assign": {"00": "B", "01": "B"}}),
    Hopeless("a barrier", {"no_crossing": {"today": "forbid"}}, changes={"crossed": crossing((0, 0), (0, 1))}),
    Hopeless("a barrier and a lock", {"no_crossing": {"today": "forbid"}, "locked": {"units": ["01"]}}, changes={"crossed": crossing((1, 0))}),
    Hopeless("together and apart", {"keep_together": [["00", "01", "11"]], "assign": {"00": "A", "01": "B"}}),
    Hopeless("a neighborhood and a lock", {"keep_together": {"column": "hood"}, "locked": {"schools": ["A"]}}),
    Hopeless("neighbors who stay behind", {"unity": {"min_share": 1.0}, "locked": {"units": ["00"]}, **MOVE_TO_B}),
    Hopeless(
        "seats, trips, bands and a budget",
        {
            "capacity": {"max": 0.95}, "travel": {"max_increase": 0}, "reassigned": {"max_share": 0.0}, "bands": [{"group": "low", "within": 0.05}],
            "locked": {"units": ["00"]},
        },
    ),
]  # fmt: skip
