"""Read a scenario file: one tree from the file, its parents and the command line; checked whole; every problem told at once."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from os.path import abspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from rezoning.errors import Problem, Problems, ScenarioError
from rezoning.scenario.checks import cross_check
from rezoning.scenario.inherit import apply, read_family
from rezoning.scenario.level import FILLED, OF_ONE_LEVEL
from rezoning.scenario.levels import in_level, level_root, levels_said
from rezoning.scenario.moved import found_now
from rezoning.scenario.schema import LevelScenario, Scenario
from rezoning.scenario.section import Section, Several
from rezoning.scenario.shape import all_keys, is_mapping, path_keys, sections
from rezoning.scenario.tree import Item, Key, Keys
from rezoning.scenario.words import in_words, nearest, unknown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

S = TypeVar("S", bound=Section)


def load_scenario(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario file.

    Parameters
    ----------
    path
        The file. Relative paths in it start at its folder, those of a parent (`extends`) at the parent's; those of a run that was moved lead to where
        its files are now (`rezoning.scenario.moved`).
    overrides
        ``KEY.KEY=VALUE`` each, the value in YAML: ``solve.time_limit=60``, ``goals.0.give_up=0.1``. They win over the file, the later
        over the earlier; a section is merged like that of a child file, and ``KEY=null`` takes a value away.

    Returns
    -------
    Scenario
        With absolute paths; each section's `place` knows the lines.

    Raises
    ------
    ScenarioError
        With everything that is wrong, each with file, line and key.
    """
    return read_file(path).scenario(overrides)


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario file with its parents as it was read, before anything is set over it and checked: one for many questions.

    Parameters
    ----------
    path
        The file.
    root
        What stands in it; None where nothing can be read.
    problems
        What is wrong with its text.
    """

    path: Path
    root: Item | None
    problems: tuple[Problem, ...]

    def scenario(self, overrides: Sequence[str] = ()) -> Scenario:
        """What `load_scenario` gives for this file."""
        problems = Problems()
        problems.extend(self.problems)
        if self.root is None:
            raise ScenarioError(problems)
        root = apply(self.root, overrides, self.path.absolute().parent, problems)
        return load_section(Scenario, root, problems)


def read_file(path: str | Path) -> ScenarioFile:
    """Read a scenario file and its parents; what is wrong with it is told when it is asked for a scenario."""
    path, problems = Path(path), Problems()
    return ScenarioFile(path, read_family(path, problems), tuple(problems))


def load_section(model: type[S], root: Item, problems: Problems) -> S:
    """What a whole file says, checked by the schema of its outermost section.

    Raises
    ------
    ScenarioError
        With everything that is wrong, and the `problems` that are known.
    """
    found = _Found(root, model)
    root, lost = found_now(_tidy(root, model, (), found), model)
    section = _validated(root, model, found)
    if model is Scenario:
        _cross_check(root, found)
    told = dict.fromkeys(found.problems())
    if model is Scenario and not any(keys[:2] in OF_ONE_LEVEL for keys, *_ in found.said):
        for name in levels_said(root):
            if not found.in_doubt(("levels", name)) and not any(keys[:2] == ("levels", name) for keys, *_ in found.said):
                told |= dict.fromkeys(_of_level(name, level_root(root, name), told))
    problems.extend(told)
    if problems or section is None:
        raise ScenarioError(problems)
    section.settle(root, lost=lost)
    return section


def _of_level(name: str, root: Item, told: Container[Problem]) -> Iterator[Problem]:
    """What else is wrong in the question of a level, each at the place where the file says it; of what all levels share, for which."""
    found = _Found(root, LevelScenario)
    _validated(root, LevelScenario, found)
    _cross_check(root, found, is_level=True)
    for problem in found.problems():
        if problem not in told:
            whose = "" if f"levels.{name}" in problem.place else f"at level '{name}': "
            yield replace(problem, message=f"{whose}{in_level(problem.message, name)}", cure=in_level(problem.cure, name))


def _cross_check(root: Item, found: _Found, *, is_level: bool = False) -> None:
    for finding in cross_check(root.plain(), is_level=is_level):
        if not found.in_doubt(finding.keys) and not found.in_doubt(finding.rests_on):
            found.add(finding.keys, finding.message.replace("{there}", root.place(finding.rests_on)), finding.cure)


@dataclass
class _Found:
    """Problems by place, and the places that later checks cannot build on."""

    root: Item
    model: type[Section]
    said: list[tuple[Keys, str, str]] = field(default_factory=list)
    doubtful: list[Keys] = field(default_factory=list)

    def add(self, keys: Keys, message: str, cure: str) -> None:
        self.said.append((keys, message, cure))

    def doubt(self, keys: Keys) -> None:
        self.doubtful.append(keys)

    def in_doubt(self, keys: Keys) -> bool:
        """Whether a place, something in it or something around it is wrong already."""
        return any(keys[: len(other)] == other[: len(keys)] for other in self.doubtful)

    def problems(self) -> Iterator[Problem]:
        """Each problem with its place, by file and line."""
        files: dict[str, int] = {}
        for keys, *_ in self.said:
            files.setdefault(self.root.find(keys).source.name, len(files))

        def order(said: tuple[Keys, str, str]) -> tuple[int, int]:
            item = self.root.find(said[0])
            return files[item.source.name], item.line

        for keys, message, cure in sorted(self.said, key=order):
            yield Problem(self.root.place(keys), message, cure)


def _tidy(item: Item, model: type[Section], keys: Keys, found: _Found) -> Item:
    """A section as the schema wants it: unknown keys refused and gone, left-out keys gone, paths absolute."""
    if model.short is not None and isinstance(item.value, (str, int)):
        item = replace(item, value={model.short: item}, text="")
    if not isinstance(item.value, dict):
        return item
    inner, paths, kept = sections(model), path_keys(model), {}
    for key, value in item.value.items():
        here = (*keys, key)
        if key not in model.model_fields:
            found.add(here, f"unknown key '{key}'.", _cure_for_unknown(key, model, found.model))
            meant = nearest(key, _known(model))
            found.doubt((*keys, meant or key))
        elif value.value is None and not model.model_fields[key].is_required():
            continue  # `rules:` with nothing under it, or `travel: null`: left out
        elif key in inner and isinstance(value.value, list):
            kept[key] = replace(value, value=[_tidy(entry, inner[key], (*here, k), found) for k, entry in enumerate(value.value)])
        elif key in inner and is_mapping(model, key) and isinstance(value.value, dict):
            kept[key] = replace(value, value={own: _tidy(entry, inner[key], (*here, own), found) for own, entry in value.value.items()})
        elif key in inner:
            kept[key] = _tidy(value, inner[key], here, found)
        else:
            kept[key] = _absolute(value) if key in paths else value
    return replace(item, value=kept)


def _absolute(item: Item) -> Item:
    text = item.text.strip() if isinstance(item.value, (str, int)) and not isinstance(item.value, bool) else ""
    # not Path.resolve(): a link stays as the user named it
    return replace(item, value=abspath(item.source.folder / text)) if text else item  # noqa: PTH100


def _known(model: type[Section]) -> list[str]:
    """The keys that a file may write in a section."""
    names = list(model.model_fields)
    return [*names, "extends"] if model is Scenario else names


def _cure_for_unknown(key: str, model: type[Section], outermost: type[Section]) -> str:
    """The nearest key of the section, else where the key does belong, else what is known."""
    if nearest(key, _known(model)) is None:
        elsewhere = [name for name in all_keys(outermost) if name.rpartition(".")[2] == key]
        if elsewhere == [key]:
            return f"Write {key} at the top of the file, not indented."
        if len(elsewhere) == 1:
            return f"Did you mean '{elsewhere[0]}'?"
    return unknown(key, _known(model))


def _validated(root: Item, model: type[S], found: _Found) -> S | None:
    """The section, or None and what the schema refused."""
    try:
        return model.model_validate(root.plain())
    except ValidationError as error:
        errors = error.errors(include_url=False)
    for each in errors:
        if not _is_of_lowest(each["loc"], root):
            _refuse(each, root, model, found)
    # A section in which some value is wrong is not asked whether its values fit together: ask again without the wrong ones.
    told = -1
    while told < len(found.said):
        told, pruned = len(found.said), root
        for keys in tuple(found.doubtful):
            pruned = _without(pruned, keys)
        try:
            model.model_validate(pruned.plain())
        except ValidationError as error:
            for each in error.errors(include_url=False):
                _refuse_several(each, found)
    return None


def _is_of_lowest(keys: Sequence[Key], root: Item) -> bool:
    """Whether this is what `data` takes from the lowest level, where it is told."""
    filled = next((own for own in FILLED if tuple(keys[: len(own)]) == own), None)
    return filled is not None and root.find(filled[:-1]).child(filled[-1]) is None and bool(levels_said(root)) and len(keys) > len(filled)


def _keys(error: ErrorDetails) -> Keys:
    return tuple(key for key in error["loc"] if key != "[key]")


def _refuse(error: ErrorDetails, root: Item, model: type[Section], found: _Found) -> None:
    """One refusal of a value; what concerns several values of a section waits for the second look."""
    inner = error.get("ctx", {}).get("error")
    keys = (*_keys(error), *getattr(inner, "at", ()))
    item = root.find(keys)
    if isinstance(inner, Several) or (error["type"] == "too_short" and item.value):
        return  # a list whose entries are all wrong is not short
    found.doubt(keys)
    if error["type"] == "missing":
        found.add(keys, f"the key '{keys[-1]}' is missing.", _cure_for_missing(keys, model))
    else:
        found.add(keys, *in_words(error, item))


def _refuse_several(error: ErrorDetails, found: _Found) -> None:
    """All that does not fit together within one section; what concerns the whole is among the cross checks."""
    inner, keys = error.get("ctx", {}).get("error"), _keys(error)
    wrongs = [((*keys, *wrong.at), wrong) for wrong in inner.wrongs] if isinstance(inner, Several) and (keys or found.model is not Scenario) else []
    new = [(at, wrong) for at, wrong in wrongs if not found.in_doubt(at)]
    for at, wrong in new:
        found.add(at, *wrong.said)
        found.doubt(at)


def _without(item: Item, keys: Keys) -> Item:
    """The tree without the value at `keys`; without the whole list where it is an entry."""
    inner = item.child(keys[0]) if keys else None
    if inner is None:
        return item
    if isinstance(item.value, list):
        entries = list(item.value)
        entries[int(keys[0])] = _without(inner, keys[1:])
        return replace(item, value=entries)
    kept = dict(item.value)
    if len(keys) == 1 or (isinstance(inner.value, list) and len(keys) == 2):
        del kept[str(keys[0])]
    else:
        kept[str(keys[0])] = _without(inner, keys[1:])
    return replace(item, value=kept)


def _cure_for_missing(keys: Sequence[Key], outermost: type[Section]) -> str:
    """What the missing key is for."""
    model: Any = outermost
    is_own = False  # whether the key is a name that the user gave
    for key in keys[:-1]:
        if is_own or isinstance(key, int):
            is_own = False
        else:
            model, is_own = sections(model)[key], is_mapping(model, key)
    name = str(keys[-1])
    meaning = model.model_fields[name].description
    if meaning is None:
        inner = sections(model)[name]
        required = [key for key, field in inner.model_fields.items() if field.is_required()]
        return f"Add it, with at least {' and '.join(required)} under it."
    return f"Add it: {meaning[0].lower()}{meaning[1:].rstrip('.')}."
