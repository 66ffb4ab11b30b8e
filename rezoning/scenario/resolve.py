"""A scenario written out: every default filled in, every id safe from any YAML reader."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import StringIO
from math import inf, isfinite
from os.path import abspath, relpath
from pathlib import Path
from typing import Any

from rezoning.scenario.level import LevelRules
from rezoning.scenario.moved import path_items, put_value
from rezoning.scenario.rules import Locked, Rules
from rezoning.scenario.schema import Goal, Scenario, Schools, Travel
from rezoning.scenario.section import Section, plain_number
from rezoning.scenario.streets import Streets

OF_SOME: tuple[tuple[type[Section], str], ...] = ((Scenario, "levels"), (Rules, "feeders"), (Locked, "all"), (Schools, "facts"))
"""Keys that are written only where they say something, so that all other questions are written as they always were."""

_PLAIN_WORD = re.compile(r"[A-Za-z_]([A-Za-z0-9_./-]*[A-Za-z0-9_])?")
_NOT_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"}  # to one YAML reader or another


def resolved(scenario: Scenario, relative_to: Path | None = None) -> str:
    """The scenario as YAML with every default filled in and no `extends`.

    Read again from `relative_to` it gives an equal scenario.

    Parameters
    ----------
    scenario
        The scenario.
    relative_to
        Folder that the text will be read from: paths are written relative to it, with forward slashes. None: absolute paths.
    """
    return _dump(resolved_keys(scenario, relative_to))


def resolved_keys(scenario: Scenario, relative_to: Path | None = None) -> dict[str, Any]:
    """The scenario as `resolved` writes it, as plain values."""
    return _plain(scenario, lambda path: _path_text(path, relative_to))


def child_of(parent: str, changes: Mapping[str, Any]) -> str:
    """A scenario that extends another file and says only what it changes; None takes a value away."""
    return _dump({"extends": parent, **changes})


def goal_line(goal: Mapping[str, Any]) -> str:
    """A goal as one line of the list `goals`, to be pasted."""
    return f"- {{{', '.join(f'{key}: {_flow(value)}' for key, value in goal.items())}}}"


def _flow(value: Any) -> str:
    """A value as it may stand inside braces."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str):
        return value if _is_word(value) else json.dumps(value)
    return _number_text(float(value)).removesuffix(".0")


def scenario_key(scenario: Scenario) -> str:
    """All that the scenario says as canonical JSON, the same on every machine: sorted keys, files by name only."""
    plain = _plain(scenario, lambda path: path.name)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def said_key(scenario: Scenario) -> str:
    """What the file of a resolved scenario says, as canonical JSON, by the names of its files.

    It is the `scenario_key` of when the file was written, also in later versions, which know more keys.
    """
    return json.dumps(_said(scenario, lambda path: path.name), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def said_again(scenario: Scenario, name_of: Callable[[Path], str]) -> str:
    """The file of a resolved scenario as it is, with other paths to its files: `name_of` those that it has."""
    return _dump(_said(scenario, name_of))


def _said(scenario: Scenario, name_of: Callable[[Path], str]) -> dict[str, Any]:
    root = scenario._origin.root
    if root is None:
        return _plain(scenario, name_of)
    for keys, item in path_items(root, Scenario):
        root = put_value(root, keys, name_of(Path(item.value)))
    said: dict[str, Any] = _numbers(root.plain())
    return said


def _numbers(value: Any) -> Any:
    """Python's own numbers for the loader's."""
    if isinstance(value, dict):
        return {key: _numbers(part) for key, part in value.items()}
    return [_numbers(part) for part in value] if isinstance(value, list) else plain_number(value)


def question_key(scenario: Scenario) -> str:
    """What is asked of which data, as canonical JSON: the same for two scenarios that any plan answers alike, wherever their files lie."""
    plain = _plain(scenario, lambda path: path.name)
    structures = {key: plain[key] for key in ("pairing", "levels") if key in plain}
    return json.dumps({key: plain.get(key) for key in ("data", "rules", "goals")} | structures, sort_keys=True)


def _plain(section: Section, name_of: Callable[[Path], str]) -> dict[str, Any]:
    """A section as plain values: what is None or does not apply is left out."""
    dropped = _not_applying(section)
    said = {key: getattr(section, key) for key in type(section).model_fields if key not in dropped}
    if isinstance(section, Scenario):
        said["goals"] = tuple(goal for goal in section.goals if not goal.is_own)  # what a program brought along is no key of a file
    if isinstance(section, Goal) and section.minimize == "dissimilarity":
        said["versus"] = section.versus or "others"
    return {key: _plain_value(value, name_of) for key, value in said.items() if value is not None}


def _not_applying(section: Section) -> set[str]:
    """Keys whose defaults mean nothing beside what is given, and would be refused."""
    if isinstance(section, Travel) and section.estimate is None:
        return {"speed_kmh", "detour"}
    if isinstance(section, Streets) and section.mode == "walk":
        return {"speeds", "share_of_limit"}
    if isinstance(section, Goal) and section.weight is not None:
        return {"give_up"}
    if isinstance(section, LevelRules):
        return set(type(section).model_fields) - section.model_fields_set  # a default would win over the rules of all levels
    unused = {key for kind, key in OF_SOME if isinstance(section, kind) and not getattr(section, key)}
    if unused:
        return unused
    path = getattr(section, "path", None)
    return {"min_shared_m", "snap_m"} if path is not None else set()


def _plain_value(value: Any, name_of: Callable[[Path], str]) -> Any:
    if isinstance(value, Section):
        return _plain(value, name_of)
    if isinstance(value, dict):
        return {key: _plain_value(part, name_of) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain_value(part, name_of) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)  # 60 seconds, not 60.0
    return name_of(value) if isinstance(value, Path) else value


def _path_text(path: Path, folder: Path | None) -> str:
    full = Path(abspath(path))  # noqa: PTH100 (not resolve(): a link stays as the user named it)
    if folder is None:
        return full.as_posix()
    try:
        return Path(relpath(full, folder)).as_posix()
    except ValueError:  # another drive
        return full.as_posix()


def _dump(plain: Mapping[str, Any]) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.representer import RoundTripRepresenter

    class Representer(RoundTripRepresenter):
        """With our way to write numbers, and nobody else's changed."""

    Representer.add_representer(float, lambda self, value: self.represent_scalar("tag:yaml.org,2002:float", _number_text(value)))
    yaml = YAML()
    yaml.Representer = Representer
    yaml.width = 150
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(_styled(plain), out)
    return out.getvalue()


def _styled(value: Any) -> Any:
    """The value in ruamel.yaml's types: texts in quotes unless they are plain words, short lists of scalars on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, Mapping):
        return CommentedMap({_styled(str(key)): _styled(part) for key, part in value.items()})
    if isinstance(value, list):
        listed = CommentedSeq([_styled(part) for part in value])
        if not any(isinstance(part, (Mapping, list)) for part in value):
            listed.fa.set_flow_style()
        return listed
    if isinstance(value, str):
        return value if _is_word(value) else DoubleQuotedScalarString(value)
    return value


def _is_word(text: str) -> bool:
    """Whether every YAML reader takes a text without quotes for a text."""
    return _PLAIN_WORD.fullmatch(text) is not None and text.lower() not in _NOT_WORDS


def _number_text(value: float) -> str:
    """A float that every reader knows for one: to those of YAML 1.1, 1e-06 is a text."""
    if not isfinite(value):
        return {inf: ".inf", -inf: "-.inf"}[value]
    text = repr(value)
    if "e" in text and 1e-9 < abs(value) < 1:
        return format(Decimal(text), "f")
    mantissa, _, exponent = text.partition("e")
    return text if not exponent or "." in mantissa else f"{mantissa}.0e{exponent}"
