"""One question of many: a scenario file with settings over it, and the name that its content gives it."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rezoning.district.reading import hashed
from rezoning.runs.record import versions
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.load import ScenarioFile, read_file
from rezoning.scenario.resolve import scenario_key
from rezoning.scenario.schema import Scenario
from rezoning.scenario.sources import data_files
from rezoning.scenario.tree import override_text

MATTER = ("rezoning", "pulp", "highspy", "pyscipopt", "numba", "numpy", "scipy", "shapely")
"""Packages with whose versions an answer may change."""

FILES, HASHES = 16, 4096  # of scenarios and of data that are remembered, however many points there are
DIGITS = 20  # of the hash


@dataclass(frozen=True)
class Point:
    """One question.

    Parameters
    ----------
    scenario
        The scenario file.
    settings
        What is set over it, key to value, as ``--set`` has them: ``{"rules.travel.max_increase": 0.25}``. None takes a value away.
    labels
        Columns of the table that say which point this is. They do not change what is asked.
    """

    scenario: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, Any] = field(default_factory=dict)

    @property
    def overrides(self) -> list[str]:
        """The settings as the command line has them."""
        return [f"{key}={override_text(value)}" for key, value in self.settings.items()]


class Reader:
    """Reads what points ask; files that many of them share are read and hashed once."""

    def __init__(self) -> None:
        self._files: OrderedDict[Path, ScenarioFile] = OrderedDict()
        self._hashes: OrderedDict[tuple[str, int, int], str] = OrderedDict()

    def scenario(self, point: Point) -> Scenario:
        """The scenario of a point: on one thread where it does not say how many.

        Raises
        ------
        ScenarioError
            As `load_scenario`.
        """
        if point.scenario not in self._files:
            _make_room(self._files, FILES)
            self._files[point.scenario] = read_file(point.scenario)
        scenario = self._files[point.scenario].scenario(point.overrides)
        check_one_level(scenario, "rezoning sweep")
        if scenario.solve.threads is None:
            return scenario.model_copy(update={"solve": scenario.solve.model_copy(update={"threads": 1})})
        return scenario

    def key(self, scenario: Scenario) -> str:
        """The name of a question: a hash of all that the scenario says, of its data files and of the versions that matter."""
        installed = versions()
        said = [
            scenario_key(scenario),
            *sorted(self._hash(path) for path in data_files(scenario.data)),
            *(f"{name} {installed[name]}" for name in MATTER),
        ]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:DIGITS]

    def _hash(self, path: Path) -> str:
        try:
            state = path.stat()
            known = (str(path), state.st_mtime_ns, state.st_size)
            if path.is_dir() or known not in self._hashes:
                _make_room(self._hashes, HASHES)
                self._hashes[known] = hashed([path])[0].sha256
            return self._hashes[known]
        except OSError:
            return "missing"  # whoever reads the district says so


def point_key(point: Point) -> str:
    """Content address of a point: the same wherever the files lie, another when scenario, data or versions are others.

    Raises
    ------
    ScenarioError
        The point is no scenario.
    """
    reader = Reader()
    return reader.key(reader.scenario(point))


def broken_key(point: Point) -> str:
    """A name for a point that is no scenario."""
    return hashlib.sha256(json.dumps([str(point.scenario), point.overrides]).encode()).hexdigest()[:DIGITS]


def _make_room(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) >= most:
        kept.popitem(last=False)
