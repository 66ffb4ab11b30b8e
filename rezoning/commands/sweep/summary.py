"""What a sweep has found, in few numbers: best and bound of each district, what each lever does, trade-offs, failures. Rows come one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rezoning.commands.sweep.asked import DISTRICT, POINT
from rezoning.runs.row import FAILED
from rezoning.scenario.sweep import Drawn, Sweep

BINS = 4  # of a lever that was drawn between two numbers
DOTS = 300  # points of a district that a chart shows besides those that no other point beats
FRONT = 500  # of these
ERRORS = 30  # different failures that are told
KINDS = ("plan", "infeasible", "no_plan", "rejected", "failed")


def kind_of(row: Mapping[str, Any]) -> str:
    """How a point ended: `plan`, `infeasible`, `no_plan`, `rejected` or `failed`."""
    status = str(row["status"])
    if status in ("infeasible", "no_plan", "failed"):
        return status
    return {7: "rejected", 0: "plan"}.get(int(row["exit_code"] or 0), "failed")


@dataclass
class Tally:
    """Points of one kind together: how they ended, their values, and what none of them can go below."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    total: float = 0.0
    best: float | None = None
    bound: float | None = None
    is_bounded: bool = True

    def take(self, row: Mapping[str, Any]) -> None:
        """Count a row. Where a plan may exist and nothing is proven, nothing is proven of all of them."""
        kind = kind_of(row)
        self.counts[kind] += 1
        value, bound = row.get("goal1_value"), row.get("goal1_bound")
        if kind == "plan" and value is not None:
            self.total += value
            self.best = value if self.best is None else min(self.best, value)
        if kind == "infeasible":
            return
        if bound is None:
            self.is_bounded = False
        else:
            self.bound = bound if self.bound is None else min(self.bound, bound)

    @property
    def mean(self) -> float | None:
        """Mean value of the plans."""
        return self.total / self.counts["plan"] if self.counts["plan"] else None

    @property
    def floor(self) -> float | None:
        """What no point goes below; None where that is not proven."""
        return self.bound if self.is_bounded else None


@dataclass
class _Group:
    """Points of one district with the same first goal."""

    district: str
    goal: str
    tally: Tally = field(default_factory=Tally)
    levels: dict[str, dict[Any, Tally]] = field(default_factory=dict)
    best: dict[str, Any] | None = None
    today: float | None = None
    front: list[dict[str, Any]] = field(default_factory=list)
    dots: list[dict[str, Any]] = field(default_factory=list)
    seen: int = 0
    goals: list[dict[str, Any]] = field(default_factory=list)
    travel_unit: str = "min"
    estimates: set[str] = field(default_factory=set)


class Summary:
    """Takes the rows of a sweep in order.

    Parameters
    ----------
    sweep
        What was asked.
    """

    def __init__(self, sweep: Sweep) -> None:
        self._sweep, self._groups = sweep, dict[tuple[str, str], _Group]()
        self._errors, self.counts, self.seconds = dict[str, dict[str, Any]](), dict.fromkeys(KINDS, 0), 0.0

    def take(self, row: Mapping[str, Any], read: Callable[[], Mapping[str, Any] | None]) -> None:
        """Take a row; `read` gives run.json where it is there, and is asked once for all points of a district with the same first goal."""
        kind = kind_of(row)
        self.counts[kind] += 1
        self.seconds += row.get("total_seconds") or 0.0
        if kind in ("failed", "rejected"):
            self._fail(row, kind)
        group = self._group(row, read)
        if group is None:
            return
        group.tally.take(row)
        if row.get("estimates"):
            group.estimates.add(str(row["estimates"]))
        for lever in self._sweep.levers:
            level = self._level(lever, row.get(lever))
            group.levels.setdefault(lever, {}).setdefault(level, Tally()).take(row)
        if kind == "plan":
            self._place(group, row)

    def _group(self, row: Mapping[str, Any], read: Callable[[], Mapping[str, Any] | None]) -> _Group | None:
        """Points with which a row is compared; None for a failure, which has no goals."""
        key = str(row[DISTRICT]), str(row.get("goal1"))
        if row["status"] == FAILED:
            return None
        if key not in self._groups:
            record = read()
            if record is None:
                return None
            travel = record.get("travel") or {}
            goals = [{name: value for name, value in goal.items() if name not in _FOUND} for goal in record.get("goals", ())]
            self._groups[key] = _Group(*key, goals=goals, travel_unit=travel.get("unit", "min"))
        return self._groups[key]

    def _fail(self, row: Mapping[str, Any], kind: str) -> None:
        said = str(row.get("error") or kind)
        if said in self._errors:
            self._errors[said]["count"] += 1
        elif len(self._errors) < ERRORS:
            self._errors[said] = {"error": said, "kind": kind, "count": 1, "point": row[POINT], "district": row[DISTRICT]}

    def _level(self, lever: str, label: Any) -> Any:
        """A lever's value; of one that was drawn, the range that it lies in."""
        how = None if self._sweep.sample is None else self._sweep.sample.settings.get(lever)
        return label if how is None or how.choices is not None else _bin(how, label)

    def _place(self, group: _Group, row: Mapping[str, Any]) -> None:
        """Among the best, and among the dots of the chart."""
        across = row.get("goal2_value")
        if across is None and row.get("students"):
            across = (row.get("moved_students") or 0.0) / row["students"]
        seen = {"point": row[POINT], "key": row["key"], "value": row["goal1_value"], "across": across, "bound": row.get("goal1_bound")}
        seen |= {"labels": {lever: row.get(lever) for lever in self._sweep.levers}}
        group.today = row.get("goal1_today") if group.today is None else group.today
        values = [row[name] for name in sorted((name for name in row if _is_value(name)), key=_number) if row[name] is not None]
        if group.best is None or values < group.best["values"]:
            group.best = {**seen, "values": values, "gap": row.get("goal1_gap"), "moved_students": row.get("moved_students")}
        if across is None or seen["value"] is None:
            return
        group.seen += 1
        if not any(_beats(other, seen) for other in group.front) and len(group.front) < FRONT:
            group.front = [other for other in group.front if not _beats(seen, other)] + [seen]
        every = 1 + group.seen // DOTS  # an even choice, however many there will be
        if group.seen % every == 0 and len(group.dots) < 2 * DOTS:
            group.dots.append(seen)

    # -- what is told ------------------------------------------------------------------------------------------------

    def districts(self) -> list[dict[str, Any]]:
        """Each district with its best point, what no point can go below, and how its points ended."""
        return [
            {
                "district": group.district, "goals": group.goals, "travel_unit": group.travel_unit, "today": group.today, "best": group.best,
                "bound": group.tally.floor, "mean": group.tally.mean, "counts": group.tally.counts, "estimates": sorted(group.estimates),
            }
            for group in self._groups.values()
        ]  # fmt: skip

    def levers(self) -> list[dict[str, Any]]:
        """Each lever with its values; first those that move the first goal most.

        The effect of a value is the mean over districts of: mean of the plans at this value less mean of all plans of the district. Where the same
        combinations were solved at each value, that is the main effect of the lever.
        """
        found = [self._lever(lever) for lever in self._sweep.levers]
        return sorted(found, key=lambda lever: -(lever["range"] or 0.0))

    def _lever(self, lever: str) -> dict[str, Any]:
        levels: dict[Any, list[tuple[_Group, Tally]]] = {}
        for group in self._groups.values():
            for level, tally in group.levels.get(lever, {}).items():
                levels.setdefault(level, []).append((group, tally))
        names = sorted(levels, key=lambda level: level[0]) if all(isinstance(level, tuple) for level in levels) else list(levels)
        told = [_level_record(level, levels[level]) for level in names]
        effects = [one["effect"] for one in told if one["effect"] is not None]
        return {"lever": lever, "range": max(effects) - min(effects) if len(effects) > 1 else None, "levels": told}

    def charts(self, most: int) -> list[dict[str, Any]]:
        """Dots of the districts with the most plans: those that no other point beats in both numbers, and an even choice of the others."""
        chosen = sorted((group for group in self._groups.values() if group.seen > 1), key=lambda group: -group.seen)[:most]
        return [
            {
                "district": group.district, "goals": group.goals, "travel_unit": group.travel_unit, "seen": group.seen, "today": group.today,
                "front": [_dot(dot) for dot in sorted(group.front, key=lambda dot: dot["across"])],
                "dots": [_dot(dot) for dot in group.dots if dot not in group.front],
            }
            for group in chosen
        ]  # fmt: skip

    def failures(self) -> list[dict[str, Any]]:
        """Different failures, the most frequent first."""
        return sorted(self._errors.values(), key=lambda error: -error["count"])


_FOUND = ("value", "bound", "gap", "today", "best", "ended")


def _dot(dot: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dot[name] for name in ("point", "value", "across", "labels")}


def _level_record(level: Any, of: Iterable[tuple[_Group, Tally]]) -> dict[str, Any]:
    pairs = list(of)
    known = [(group.tally.mean, tally.mean) for group, tally in pairs]
    shifts = [here - all_of_it for all_of_it, here in known if here is not None and all_of_it is not None]
    means = [here for _, here in known if here is not None]
    floors = [tally.floor for _, tally in pairs if tally.counts["infeasible"] < sum(tally.counts.values())]
    counts = {kind: sum(tally.counts[kind] for _, tally in pairs) for kind in KINDS}
    proven = [floor for floor in floors if floor is not None]
    return {
        "level": f"{level[0]:.4g} – {level[1]:.4g}" if isinstance(level, tuple) else level,
        "effect": sum(shifts) / len(shifts) if shifts else None,
        "mean": sum(means) / len(means) if means else None,
        "bound": sum(proven) / len(proven) if proven and len(proven) == len(floors) else None,
        "counts": counts,
    }


def _bin(how: Drawn, value: Any) -> tuple[float, float]:
    """The part of a range that a drawn value lies in; parts are as likely as each other."""
    low, high = how.uniform or how.log_uniform or (0.0, 1.0)
    is_log = how.log_uniform is not None
    ends = [low * (high / low) ** (k / BINS) if is_log else low + (high - low) * k / BINS for k in range(BINS + 1)]
    place = next((k for k in range(BINS) if value <= ends[k + 1]), BINS - 1)
    return ends[place], ends[place + 1]


def _beats(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether one point is at least as good in both numbers; the first of two that are alike."""
    return bool(one["value"] <= other["value"] and one["across"] <= other["across"])


def _is_value(name: str) -> bool:
    return name.startswith("goal") and name.endswith("_value")


def _number(name: str) -> int:
    return int(name.removeprefix("goal").removesuffix("_value"))
