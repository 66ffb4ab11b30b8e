"""Value and bound over time, a line for each setting with its name at its end; time on a logarithmic axis, for most happens early."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from markupsafe import Markup

from rezoning.report.benching.apart import apart
from rezoning.report.benching.comparison import Comparison
from rezoning.report.benching.tables import value_text
from rezoning.report.benching.trials import Trial
from rezoning.report.charts.scale import Scale, scale_around
from rezoning.report.charts.svg import axis, grid, line, strip, words
from rezoning.report.language import Language
from rezoning.runs.row import Steps

HEIGHT, ROOM, LINE = 220.0, 0.74, 13.0  # pixels; part of the width for lines, the rest is for names; pixels of a name
FIRST = 0.1  # seconds: what is known before stands at the left end
LETTERS = "abcdefgh"
Track = list[tuple[float, float]]


@dataclass(frozen=True)
class Chart:
    """A picture with its axes and what it shows."""

    title: str
    picture: Markup
    seconds: Markup
    low: str
    high: str


def charts(found: Comparison, instance: str, language: Language) -> list[Chart]:
    """Plans, and bounds, of the settings that ask the same question; none where no setting has any."""
    made = (
        _chart(found, instance, language, "chart_value", lambda steps, at: _known(steps, at, 1)),
        _chart(found, instance, language, "chart_bound", lambda steps, at: _known(steps, at, 2)),
    )
    return [one for one in made if one is not None]


def _chart(found: Comparison, instance: str, language: Language, key: str, known: Callable[[Steps, float], float | None]) -> Chart | None:
    same = [name for name in found.settings if name not in found.others][: len(LETTERS)]
    tracks = {name: track(found.of(name, instance), found.seconds, known) for name in same}
    values = [value for one in tracks.values() for _, value in one]
    if not values:
        return None
    up, time = scale_around(min(values), max(values)), _times(found.seconds)
    parts = [grid(time, HEIGHT)]
    for letter, one in zip(LETTERS, tracks.values(), strict=False):
        parts += _stairs(one, found.seconds, up, f"step option-{letter}")
    ends = {name: _height(one[-1][1], up) for name, one in tracks.items() if one}
    for (name, _), place in zip(ends.items(), apart(list(ends.values()), LINE, HEIGHT), strict=True):
        parts.append(words(ROOM + 0.015, place + 4, name, "start"))
        parts.append(line(ROOM, ends[name], ROOM + 0.012, place, f"step option-{LETTERS[same.index(name)]}"))
    ticks = [language.number(10**tick, 1 if tick < 0 else 0) for tick in (math.log10(at) for at in _ticks(found.seconds))]
    title = language.text(f"benching.{key}", instance=instance)
    return Chart(title, strip(parts, HEIGHT), axis(time, ticks), value_text(up.low), value_text(up.high))


def track(trials: Sequence[Trial], limit: float, known: Callable[[Steps, float], float | None]) -> Track:
    """Median over seeds of what was known at each second at which any of them got better; from when on half of them know anything."""
    times = sorted({min(at, limit) for trial in trials for at, _, _ in trial.steps})
    found: Track = []
    for at in times:
        values = [known(trial.steps, at) for trial in trials]
        there = [value for value in values if value is not None]
        if 2 * len(there) > len(values) and (not found or median(there) != found[-1][1]):
            found.append((at, median(there)))
    return found


def _known(steps: Steps, at: float, column: int) -> float | None:
    """The last value (1) or bound (2) that stood at a time."""
    found: float | None = None
    for step in steps:
        if step[0] > at:
            break
        said = step[column]
        found = found if said is None else said
    return found


def _stairs(one: Track, limit: float, up: Scale, name: str) -> list[Markup]:
    parts = []
    for k, (at, value) in enumerate(one):
        until = one[k + 1][0] if k + 1 < len(one) else limit
        parts.append(line(_across(at, limit), _height(value, up), _across(until, limit), _height(value, up), name))
        if k + 1 < len(one):
            parts.append(line(_across(until, limit), _height(value, up), _across(until, limit), _height(one[k + 1][1], up), name))
    return parts


def _across(at: float, limit: float) -> float:
    """Place of a second."""
    return _times(limit).at(math.log10(max(at, FIRST)))


def _height(value: float, up: Scale) -> float:
    return HEIGHT * (1 - up.at(value))


def _ticks(limit: float) -> tuple[float, ...]:
    return tuple(at for at in (0.1, 1.0, 10.0, 100.0, 1000.0, 10000.0) if at <= limit * (1 + 1e-9))


def _times(limit: float) -> Scale:
    """The axis of seconds: its scale is that of their logarithms, the end beyond the lines."""
    low, high = math.log10(FIRST), math.log10(max(limit, 2 * FIRST))
    return Scale(low, low + (high - low) / ROOM, tuple(math.log10(at) for at in _ticks(limit)))
