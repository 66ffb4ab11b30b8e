"""Who feeds whom: schools of one level and those of another whose zones share counted students, recomputed from plans and districts alone.

feed(e, m) = Σ_u n_u over the units in zone e of the lower and in zone m of the upper level, n the students of the level that is counted. Students who
have no school at one of the two are in no feed. A feed of no more than 1e-6 students is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats
from rezoning.district.plan import Plan
from rezoning.metrics.zones import Zones, today_zones
from rezoning.scenario.levels import Feeding

NOTHING = 1e-6  # students


@dataclass(frozen=True, eq=False)
class Feeds:
    """The feeds between two levels.

    Parameters
    ----------
    asked
        Which, whose students, and of what a feed is a share.
    lower, upper
        Ids of the schools, closed ones that have a zone included; E and M of them.
    students
        Counted students of each feed, shape (E, M).
    """

    asked: Feeding
    lower: tuple[str, ...]
    upper: tuple[str, ...]
    students: Floats

    @cached_property
    def is_feed(self) -> NDArray[np.bool_]:
        """Feeds that have students, shape (E, M)."""
        return np.asarray(self.students > NOTHING)

    @cached_property
    def whole(self) -> Floats:
        """The denominator of each feed: the counted students of its lower or of its upper school; shape (E, M)."""
        total = self.students.sum(axis=1 if self.asked.of == "lower" else 0, keepdims=True)
        return np.broadcast_to(total, self.students.shape)

    @cached_property
    def split(self) -> NDArray[np.bool_]:
        """Lower schools that feed more than one upper school, shape (E,)."""
        return np.asarray(self.is_feed.sum(axis=1) > 1)

    def small(self, min_share: float | None = None) -> NDArray[np.bool_]:
        """Feeds above 0 and below a share of their denominator (of `asked`, when left out), shape (E, M)."""
        share = self.asked.min_share if min_share is None else min_share
        return self.is_feed & (False if share is None else self.students < share * self.whole - NOTHING)

    def to_record(self) -> dict[str, Any]:
        """What documents say of it, its denominator included; lists in the order of the schools."""
        small = self.small()
        feeds = [
            {
                "from": self.lower[e],
                "to": self.upper[m],
                "students": float(self.students[e, m]),
                "share": float(self.students[e, m] / self.whole[e, m]),
                "is_small": bool(small[e, m]),
            }
            for e, m in np.argwhere(self.is_feed).tolist()
        ]
        has_share = self.asked.min_share is not None
        return {
            "split_schools": [text for text, is_split in zip(self.lower, self.split, strict=True) if is_split],
            "split_feeders": int(self.split.sum()),
            "small_feeds": int(small.sum()) if has_share else None,
            "small_feeders": float(self.students[small].sum()) if has_share else None,
            "feeds": feeds,
        }


def feeds(asked: Feeding, zones: Mapping[str, Zones]) -> Feeds:
    """Who feeds whom.

    Parameters
    ----------
    zones
        The zones of each level, all over the same units; those of today have closed schools too.
    """
    lower, upper = zones[asked.lower], zones[asked.upper]
    counted = zones[asked.count].district.students
    found = np.zeros((len(lower.ids), len(upper.ids)))
    has_both = lower.counted & upper.counted
    np.add.at(found, (lower.school[has_both], upper.school[has_both]), counted[has_both])
    return Feeds(asked, lower.ids, upper.ids, found)


def split_feeders(asked: Feeding, zones: Mapping[str, Zones]) -> float | None:
    """Number of lower schools that feed more than one upper school."""
    return float(feeds(asked, zones).split.sum())


def small_feeders(asked: Feeding, zones: Mapping[str, Zones]) -> float | None:
    """Counted students in feeds above 0 and below `min_share` of their denominator."""
    found = feeds(asked, zones)
    return float(found.students[found.small()].sum())


def feeder_change(asked: Feeding, zones: Mapping[str, Zones]) -> float | None:
    """Share of the counted students whose upper school is not today's; who has none today does not change. None without today's zones or students.

    Another measure than splits: a school may be split today and stay so, and nobody's next school changes.
    """
    counted, moved = zones[asked.count].district.students, zones[asked.upper].moved
    total = counted.sum()
    return None if moved is None or total <= 0 else float(counted[moved].sum() / total)


BETWEEN: dict[str, Callable[[Feeding, Mapping[str, Zones]], float | None]] = {
    "split_feeders": split_feeders,
    "small_feeders": small_feeders,
    "feeder_change": feeder_change,
}
"""Values of the goals that look at two plans; all others are in `metrics.goals.VALUES`."""


def measure_feeders(asked: Sequence[Feeding], plans: Mapping[str, Plan], districts: Mapping[str, District]) -> dict[str, list[dict[str, Any]] | None]:
    """All that is asked of feeders, today and in the plan: the part ``feeders`` of metrics.json.

    Returns
    -------
    dict
        ``today`` (None where some level has no zones of today) and ``plan`` (None without plans): for each of `asked` who is asked about
        (`Feeding.to_record`), ``split_schools`` (ids of the lower level), ``split_feeders`` (their number), ``small_feeds`` (number; None without
        ``min_share``), ``small_feeders`` (their students), ``feeder_change`` (share of the counted students) and ``feeds``, those that have
        students: ``from``, ``to``, ``students``, ``share`` (of the denominator), ``is_small``.
    """
    now = {name: today_zones(district) for name, district in districts.items()}
    known = {name: zones for name, zones in now.items() if zones is not None}
    then = {name: Zones(districts[name], plan.school) for name, plan in plans.items()}
    sides = {"today": known if len(known) == len(now) else None, "plan": then or None}
    return {side: None if zones is None else [_measured(one, zones) for one in asked] for side, zones in sides.items()}


def _measured(asked: Feeding, zones: Mapping[str, Zones]) -> dict[str, Any]:
    found = feeds(asked, zones).to_record()
    return {**asked.to_record(), **{key: value for key, value in found.items() if key != "feeds"}, "feeder_change": feeder_change(asked, zones),
            "feeds": found["feeds"]}  # fmt: skip
