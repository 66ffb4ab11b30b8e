"""Who judges a plan that was brought: a scenario that is named before the plans, else that of the first run among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.errors import DataError, Problem
from rezoning.runs.directory import RUN
from rezoning.scenario.data import Data
from rezoning.scenario.files import is_folder
from rezoning.scenario.schema import Scenario
from rezoning.scenario.sources import data_files

if TYPE_CHECKING:
    from rezoning.district.district import District

SCENARIOS = (".yaml", ".yml")


@dataclass(frozen=True, eq=False)
class Judge:
    """A scenario and its district, by which plans are judged."""

    scenario: Scenario
    district: District


class Districts:
    """Districts that were read, by what their scenarios say of the data: two runs of one district read it once, while its files stay as they are.

    Parameters
    ----------
    most
        How many are kept, the last that were asked for; all when left out.
    """

    def __init__(self, most: int | None = None) -> None:
        self._read: dict[str, District] = {}
        self._most = most

    def of(self, scenario: Scenario) -> District:
        """The district of a scenario; with several levels that of each is read by itself."""
        from rezoning.district.levels import load_levels

        return load_levels(scenario, self.of) if scenario.levels else self.load(scenario.data)

    def load(self, data: Data) -> District:
        """The district of the section `data`."""
        from rezoning.district.load import load_district

        key = f"{data.model_dump_json()} {[_stamp(path) for path in data_files(data)]}"
        found = self._read.pop(key, None)
        if found is None:
            while self._most is not None and len(self._read) >= self._most:
                del self._read[next(iter(self._read))]
            found = load_district(data)
        self._read[key] = found
        return found


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file does."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_size


def is_scenario(path: Path) -> bool:
    """Whether a path is named like a scenario file."""
    return path.suffix.lower() in SCENARIOS and not is_folder(path)


def is_run(path: Path) -> bool:
    """Whether a path is the directory of a run; a folder without its record is one of plan files."""
    return is_folder(path) and (path / RUN).exists()


def asked_first(paths: Sequence[Path]) -> tuple[Path | None, list[Path]]:
    """The scenario file that stands before the plans, and the plans.

    Raises
    ------
    DataError
        It stands alone, or is not the first.
    """
    late = [path for path in paths[1:] if is_scenario(path)]
    if late:
        raise DataError(Problem(str(late[0]), "is a scenario file among the plans.", "Give one scenario file, before all plans."))
    if not paths or not is_scenario(paths[0]):
        return None, list(paths)
    if len(paths) == 1:
        cure = "Give plan files behind it, or the directory of a run (rezoning run finds a plan)."
        raise DataError(Problem(str(paths[0]), "is a scenario, and no plan stands behind it.", cure))
    return paths[0], list(paths[1:])
