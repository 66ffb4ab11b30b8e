"""Who judges a plan that was brought: a scenario that is named before the plans, else that of the first run among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.errors import DataError, Problem
from rezoning.runs.directory import RUN
from rezoning.scenario.files import is_folder
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District

SCENARIOS = (".yaml", ".yml")


@dataclass(frozen=True, eq=False)
class Judge:
    """A scenario and its district, by which plans are judged."""

    scenario: Scenario
    district: District


class Districts:
    """Districts that were read, by what their scenarios say of the data: two runs of one district read it once."""

    def __init__(self) -> None:
        self._read: dict[str, District] = {}

    def of(self, scenario: Scenario) -> District:
        """The district of a scenario."""
        from rezoning.district.load import load_district

        key = scenario.data.model_dump_json()
        if key not in self._read:
            self._read[key] = load_district(scenario.data)
        return self._read[key]


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
