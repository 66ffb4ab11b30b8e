"""Settings that are compared: small TOML files, each the default with one thing changed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from rezoning.errors import Problem, Problems, ScenarioError
from rezoning.scenario.words import choice, unknown

DEFAULT = "default"
ABOUT, ENDING = "about", ".toml"
SECTIONS = ("solve", "rules")
TAKEN = ("solve.time_limit", "solve.seed", "solve.threads", "solve.gap", "solve.tidy")
"""What the bench sets itself, the same for all."""

FULL = (DEFAULT, "highs", "cbc", "no-separators", "flow", "closer-neighbor", "search-off", "tree-off")
"""The default, and seven that each change one thing."""
USUAL = (DEFAULT, "highs", "cbc", "no-separators", "flow", "search-off", "tree-off")
"""Those of them that ask the same question."""


@dataclass(frozen=True)
class Setting:
    """How questions are solved.

    Parameters
    ----------
    name
        The file's, without its ending.
    about
        What it is, as a sentence.
    settings
        Key to value, as ``--set`` has them; nothing for the default.
    """

    name: str
    about: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def asks_otherwise(self) -> bool:
        """Whether it forbids or allows other plans than the scenario: its values and bounds are those of another question."""
        return any(not key.startswith("solve.") for key in self.settings)

    @property
    def solver(self) -> str:
        """The solver that it names; ``auto`` where it names none."""
        return str(self.settings.get("solve.solver", "auto"))


def shipped() -> list[str]:
    """Names of the settings that come with the program, the default first."""
    found = sorted(Path(file.name).stem for file in _folder().iterdir() if file.name.endswith(ENDING))
    return sorted(found, key=lambda name: (name not in FULL, FULL.index(name) if name in FULL else 0))


def read_settings(wanted: Sequence[str]) -> list[Setting]:
    """Settings by name or file, each once, in the order given.

    Raises
    ------
    ScenarioError
        With everything that is wrong: a name that is none, a file that cannot be read, keys that no setting has.
    """
    problems, found = Problems(), dict[str, Setting]()
    for one in dict.fromkeys(wanted):
        setting = _read(one, problems)
        if setting is None:
            continue
        if setting.name in found:
            problems.add(one, f"there are two settings called {setting.name}.", "Name the files differently: results are told apart by it.")
        found[setting.name] = setting
    problems.raise_as(ScenarioError)
    return list(found.values())


def _folder() -> Any:
    return resources.files("rezoning.commands.benching") / "settings"


def _read(wanted: str, problems: Problems) -> Setting | None:
    """One setting; a name without an ending is one of ours."""
    is_file = wanted.endswith(ENDING) or "/" in wanted
    if not is_file and wanted not in shipped():
        problems.add(
            f"--settings {wanted}", "there is no setting of that name.", f"{unknown(wanted, shipped())} Or give a file that ends with {ENDING}."
        )
        return None
    try:
        text = Path(wanted).read_text(encoding="utf-8") if is_file else (_folder() / f"{wanted}{ENDING}").read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        problems.add(
            wanted, f"cannot be read: {error}.", 'A setting is TOML: about = "What it is.", then [solve] or [rules] with keys of the scenario.'
        )
        return None
    wrong = list(_wrongs(wanted, table))
    problems.extend(wrong)
    if wrong:
        return None
    keys = {key: value for name in SECTIONS if name in table for key, value in _flat(name, table[name])}
    return Setting(Path(wanted).stem, str(table.get(ABOUT, "")), keys)


def _wrongs(place: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    for key, value in table.items():
        if key not in (ABOUT, *SECTIONS):
            cure = f"Settings have {choice((ABOUT, *SECTIONS))}; what is asked of which data stands in the scenario."
            yield Problem(f"{place}, {key}", "is no key of a setting.", cure)
        elif isinstance(value, dict) != (key in SECTIONS):
            yield Problem(f"{place}, {key}", f"has the value {value!r}.", f"Give a {'table' if key in SECTIONS else 'sentence'}.")
        elif key in SECTIONS:
            for inner, said in _flat(key, value):
                if inner in TAKEN:
                    yield Problem(
                        f"{place}, {inner}", f"has the value {said!r}.", "Leave it out: all settings have the same, so that they can be compared."
                    )


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Keys with dots; `solve.options` stays whole, for its keys are the solver's."""
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, dict) and name != "solve.options":
            yield from _flat(name, value)
        else:
            yield name, value
