"""What a sweep file may say: scenarios, and settings over them, as a grid, a list or a random sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log
from pathlib import Path
from random import Random
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from rezoning.errors import Problems, ScenarioError
from rezoning.scenario.load import load_section, read_file
from rezoning.scenario.schema import Scenario
from rezoning.scenario.section import AnyText, Number, Section, Text, Whole, Wrong, plain_number
from rezoning.scenario.shape import all_keys
from rezoning.scenario.words import unknown

MANY = 1_000_000  # points of one grid; more is a mistake
ANY = WithJsonSchema({})


def _settings(value: Any) -> Any:
    """Settings, key to value: what they mean is for the scenario to say."""
    if not isinstance(value, dict):
        raise Wrong("settings are KEY: VALUE.", "Write rules.travel.max_increase: 0.5, one a line.")
    return dict(value)


def _choices(value: Any) -> Any:
    """Values of a lever by their labels; a list labels them itself."""
    if not isinstance(value, (list, tuple, dict)) or not value:
        raise Wrong("a lever is a list of values, or values by their labels.", "Write [0.25, 0.5], or {strict: 0.25, loose: 0.5}.")
    if isinstance(value, dict):
        return dict(value)
    labels = [label(one) for one in value]
    for position, one in enumerate(labels):
        if one in labels[:position]:
            raise Wrong(f"{one} stands here twice.", "List each value once.", at=(position,))
    return dict(zip(labels, value, strict=True))


def label(value: Any) -> Any:
    """What the table calls a value: itself where it is plain, else its text."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {label(part)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(str(label(part)) for part in value)
    return "none" if value is None else plain_number(value)


Settings = Annotated[dict[str, Any], PlainValidator(_settings), WithJsonSchema({"type": "object"})]
Choices = Annotated[dict[Any, Any], PlainValidator(_choices), WithJsonSchema({"type": ["array", "object"]})]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Drawn(Section):
    """How one setting of a sample is drawn: evenly between two numbers, evenly between their logarithms, or from a list."""

    uniform: tuple[Number, Number] | None = Field(default=None, description="Lowest and highest value; each between them is as likely.")
    log_uniform: tuple[Number, Number] | None = Field(
        default=None, description="The same on a logarithmic scale: as many between 1 and 10 as between 10 and 100."
    )
    choices: Choices | None = Field(default=None, description="Values, each as likely; or values by their labels.")
    whole: bool = Field(default=False, description="Whether numbers are rounded to whole ones.")

    def _wrongs(self) -> Iterator[Wrong]:
        given = [key for key in ("uniform", "log_uniform", "choices") if getattr(self, key) is not None]
        if len(given) != 1:
            said = "none of uniform, log_uniform and choices is given." if not given else f"{' and '.join(given)} exclude each other."
            yield Wrong(said, "Give one of uniform: [low, high], log_uniform: [low, high] and choices: [...].")
        for key in ("uniform", "log_uniform"):
            low, high = getattr(self, key) or (1.0, 2.0)
            if not low < high:
                yield Wrong(f"{low:g} is not below {high:g}.", "Write [low, high].", at=(key,))
        if self.log_uniform is not None and self.log_uniform[0] <= 0:
            yield Wrong("a logarithmic scale has nothing at or below 0.", "Give a lowest value above 0, or uniform.", at=("log_uniform", 0))

    @property
    def extremes(self) -> tuple[Any, ...]:
        """What can be drawn at most and at least, or everything that can be."""
        if self.choices is not None:
            return tuple(self.choices.values())
        low, high = self.uniform or self.log_uniform or (0.0, 0.0)
        return (round(low), round(high)) if self.whole else (low, high)


def _drawn(value: Any) -> Any:
    """``[low, high]`` is uniform."""
    return {"uniform": value} if isinstance(value, (list, tuple)) and len(value) == 2 else value


class Sample(Section):
    """Settings drawn at random, the same each time for a seed."""

    count: Annotated[Whole, Field(ge=1, le=MANY)] = Field(description="How many points are drawn for each district.")
    seed: Annotated[Whole, Field(ge=0, lt=2**31)] = Field(default=0, description="Makes chance repeatable.")
    settings: dict[AnyText, Annotated[Drawn, BeforeValidator(_drawn)]] = Field(
        description="Key to how it is drawn; `[low, high]` is short for `{uniform: [low, high]}`."
    )

    def _wrongs(self) -> Iterator[Wrong]:
        if not self.settings:
            yield Wrong("nothing is drawn.", "Name a key: rules.travel.max_increase: [0.25, 1].", at=("settings",))
        yield from wrong_keys(self.settings, ("settings",))


class Sweep(Section):
    """Many questions: scenarios, each with every combination of settings."""

    name: Annotated[AnyText, Field(pattern=r"^[A-Za-z0-9-]+$")] | None = Field(
        default=None, description="Letters, digits and -; names the folder. The file's name when left out."
    )
    districts: Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(_listed)] = Field(
        description="A scenario file or several; `*`, `?` and `**` stand for parts of names. Relative paths start at the sweep file's folder."
    )
    set: Settings = Field(default_factory=dict, description="Settings over every scenario, key to value: `{solve.time_limit: 30}`.")
    grid: dict[AnyText, Choices] = Field(
        default_factory=dict,
        description="Key to its values, or to values by their labels; every combination is a point. A section is merged into the scenario's.",
    )
    list: tuple[Settings, ...] = Field(default=(), description="Settings of one point each, key to value.")
    sample: Sample | None = None

    def _wrongs(self) -> Iterator[Wrong]:
        ways = [key for key in ("grid", "list", "sample") if getattr(self, key)]
        if len(ways) > 1:
            yield Wrong(f"{' and '.join(ways)} exclude each other.", "Keep one; what all points share goes into set.", at=(ways[1],))
        if self.num_settings > MANY:
            yield Wrong(f"the grid has {self.num_settings:,} points.", f"Keep below {MANY:,}; draw a sample instead.", at=("grid",))
        yield from wrong_keys(self.set, ("set",))
        yield from wrong_keys(self.grid, ("grid",))
        for position, one in enumerate(self.list):
            yield from wrong_keys(one, ("list", position))

    @property
    def num_settings(self) -> int:
        """Points of each district."""
        if self.sample is not None:
            return self.sample.count
        if self.list:
            return len(self.list)
        product = 1
        for values in self.grid.values():
            product *= len(values)
        return product

    @property
    def levers(self) -> tuple[str, ...]:
        """The keys that differ from point to point, in the file's order: columns of the table."""
        if self.sample is not None:
            return tuple(self.sample.settings)
        return tuple(self.grid) if self.grid else tuple(dict.fromkeys(key for one in self.list for key in one))

    def choices(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Settings and labels of each point of a district, one at a time."""
        if self.sample is not None:
            yield from self.sample_of(self.sample)
        elif self.list:
            for one in self.list:
                yield {**self.set, **one}, {key: label(one[key]) if key in one else None for key in self.levers}
        else:
            for position in range(self.num_settings):
                chosen = self._combination(position)
                yield {**self.set, **{key: self.grid[key][name] for key, name in chosen.items()}}, chosen

    def trials(self) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
        """Settings that show what is wrong with the file, each with its place: all that points share, then each value of each lever by itself."""
        yield ("set",), self.set
        for key, values in self.grid.items():
            for value in values.values():
                yield ("grid", key), {**self.set, key: value}
        for position, one in enumerate(self.list):
            yield ("list", position), {**self.set, **one}
        for key, how in () if self.sample is None else self.sample.settings.items():
            for value in how.extremes:
                yield ("sample", "settings", key), {**self.set, key: value}

    def _combination(self, position: int) -> dict[str, Any]:
        """The labels of one place in the grid, the last lever changing fastest."""
        chosen: dict[str, Any] = {}
        for key in reversed(self.grid):
            names = [*self.grid[key]]
            position, place = divmod(position, len(names))
            chosen[key] = names[place]
        return {key: chosen[key] for key in self.grid}

    def sample_of(self, sample: Sample) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The draws of a sample; the first of a longer one are those of a shorter."""
        chance = Random(sample.seed)
        for _ in range(sample.count):
            drawn = {key: _draw(how, chance.random()) for key, how in sample.settings.items()}
            yield {**self.set, **{key: value for key, (_, value) in drawn.items()}}, {key: name for key, (name, _) in drawn.items()}


def load_sweep(path: str | Path) -> Sweep:
    """Read and check a sweep file; its scenarios are not read.

    Raises
    ------
    ScenarioError
        With everything that is wrong, each with file, line and key.
    """
    file = read_file(path)
    problems = Problems()
    problems.extend(file.problems)
    if file.root is None:
        raise ScenarioError(problems)
    sweep = load_section(Sweep, file.root, problems)
    if sweep.name is not None:
        return sweep
    name = re.sub(r"[^A-Za-z0-9-]+", "-", Path(path).stem).strip("-") or "sweep"
    named = sweep.model_copy(update={"name": name})
    named.settle(file.root)
    return named


def _draw(how: Drawn, chance: float) -> tuple[Any, Any]:
    """Label and value of a setting for a number from 0 to 1."""
    if how.choices is not None:
        names = [*how.choices]
        name = names[int(chance * len(names))]
        return name, how.choices[name]
    if how.uniform is not None:
        low, high = how.uniform
        value = low + chance * (high - low)
    else:
        assert how.log_uniform is not None
        low, high = how.log_uniform
        value = low * (high / low) ** chance if log(high / low) else low
    value = round(value) if how.whole else float(f"{value:.6g}")
    return value, value


def wrong_keys(named: Any, at: tuple[str | int, ...]) -> Iterator[Wrong]:
    """Keys that begin with no section of a scenario."""
    known = list(Scenario.model_fields)
    for key in named:
        first, _, rest = str(key).partition(".")
        if first.partition("[")[0] not in known:
            meant = [name for name in all_keys(Scenario) if name.rpartition(".")[2] == first]
            cure = f"Did you mean '{meant[0]}{'.' if rest else ''}{rest}'?" if len(meant) == 1 else unknown(first, known)
            yield Wrong(f"unknown key '{key}'.", cure, at=(*at, key))
        elif first == "name":
            yield Wrong("name would make scenarios of one district several.", "Leave it out; points are told apart by their settings.", at=(*at, key))
