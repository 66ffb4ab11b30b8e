"""What a sweep would do: every point with what is known of it, and how long the others may take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rezoning.commands.points.point import Reader, broken_key
from rezoning.commands.points.store import Store
from rezoning.commands.sweep.asked import part_of, read_sweep
from rezoning.commands.sweep.sweeping import place_of
from rezoning.errors import ScenarioError
from rezoning.optimize.threads import available_threads, threads_for


def planned(
    path: str | Path,
    out: str | Path | None = None,
    *,
    workers: int | None = None,
    only: tuple[int, int] | None = None,
    retry: bool = False,
    overrides: Sequence[str] = (),
) -> dict[str, Any]:
    """What `sweep` would do with the same arguments; nothing is solved and nothing written.

    Returns
    -------
    dict
        ``points``: labels of each, with `key` and `state`: ``there``, ``failed`` or ``open``. ``counts`` of these. ``seconds`` that the open ones
        may take, and ``from`` what that is known: ``ended``, points of this sweep that ended, or ``limits``, the time limits, which solves may not
        need. ``workers`` at a time.
    """
    asked = read_sweep(path, overrides)
    directory = place_of(asked, out)
    store, reader, points = Store(directory.absolute()), Reader(), list[dict[str, Any]]()
    took, limits, most = list[float](), 0.0, 1
    for point in asked.points() if only is None else part_of(asked.points(), *only):
        try:
            scenario = reader.scenario(point)
            key, limit, threads = reader.key(scenario), scenario.solve.time_limit, threads_for(scenario.solve)
        except ScenarioError:
            key, limit, threads = broken_key(point), 0.0, 1
        known = store.load(point, key)
        state = "open" if known is None else "failed" if known.directory is None else "there"
        if known is not None and known.directory is not None:
            took.append(known.seconds)
        if state == "open" or (state == "failed" and retry):
            limits, most = limits + limit, max(most, threads)
        points.append({**point.labels, "key": key, "state": state})
    cores = available_threads()
    at_a_time = max(min(workers or cores, cores // most), 1)
    counts = {state: sum(1 for point in points if point["state"] == state) for state in ("there", "failed", "open")}
    waiting = counts["open"] + (counts["failed"] if retry else 0)
    total = sum(took) / len(took) * waiting if took else limits
    return {
        "name": asked.sweep.name,
        "directory": str(directory),
        "levers": list(asked.sweep.levers),
        "counts": counts,
        "seconds": round(total / at_a_time, 1),
        "from": "ended" if took else "limits",
        "workers": at_a_time,
        "points": points,
    }
