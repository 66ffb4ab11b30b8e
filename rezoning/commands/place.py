"""Where a public output is written: beside the plan that it tells of, or where the user wants it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rezoning.errors import ScenarioError
from rezoning.runs.directory import RUN, check_place, check_what_is_there, name_in, written_whole
from rezoning.runs.judge import asked_first
from rezoning.runs.names import option_key
from rezoning.runs.packed import opened


@dataclass(frozen=True)
class Place:
    """Where to write, known to be writable before any work is done."""

    directory: Path
    marker: str
    name: str | None
    may_replace: bool

    @classmethod
    def of(cls, paths: Sequence[str | Path], out: str | Path | None, ending: str, marker: str, overrides: Sequence[str], may_replace: bool) -> Place:
        """The place that was asked for, or the one beside the first plan.

        Raises
        ------
        OutputError
            When it cannot be written, or holds what must stay.
        """
        asked, plans = asked_first(list(map(Path, paths)))
        first = plans[0].resolve() if plans else Path.cwd()
        directory = Path(out) if out is not None else beside(paths, ending)
        place = cls(directory, marker, _scenario_of(asked, opened(first), overrides), may_replace)
        check_place(place.directory, marker, place.name, replace=may_replace)
        return place

    def written(self, fill: Callable[[Path], None]) -> tuple[str, ...]:
        """Fill the directory; gives the names of its files."""
        check = partial(check_what_is_there, self.directory, self.marker, self.name, replace=self.may_replace)
        with written_whole(self.directory, check) as folder:
            fill(folder)
            return tuple(sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()))


def beside(paths: Sequence[str | Path], ending: str) -> Path:
    """``<first plan>-<ending>`` beside the first plan."""
    plans = asked_first(list(map(Path, paths)))[1]
    first = plans[0].resolve() if plans else Path.cwd()
    return first.with_name(f"{option_key(first) if plans else first.name}-{ending}")


def _scenario_of(asked: Path | None, run: Path, overrides: Sequence[str]) -> str | None:
    """Name of the scenario that judges, or that a run was asked; None where it cannot be read, which is said when it is."""
    from rezoning.scenario.load import load_scenario

    try:
        return name_in(run / RUN) if asked is None else load_scenario(asked, overrides).name
    except (OSError, ValueError, ScenarioError):
        return None
