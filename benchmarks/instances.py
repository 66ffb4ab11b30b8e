"""The districts that benchmarks run on, by name: made-up ones with one property each, graphs of counties, and the shared real ones where they are.

python benchmarks/instances.py [--folder DIR] [NAME...]      # list them, or write those that are named and print their hashes
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import counties
import drawn_towns as towns
import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared" / "data"
MADE_UP_SEED = 1
MADE_UP_SIZES = ((300, 6), (1_000, 12), (5_000, 40), (9_400, 138), (20_000, 100), (50_000, 200))
TRAVEL_LIMITS: dict[str, tuple[float, float | None]] = {"tight": (0.5, None), "middle": (0.5, 4.0), "loose": (1.0, None)}
TRIPS = {
    "tight": "at most half longer than today's",
    "middle": "at most half longer than today's, or within 4 minutes",
    "loose": "up to twice today's",
}


@dataclass(frozen=True)
class Instance:
    """A question that can be built.

    Parameters
    ----------
    name
        Letters, digits, - and _.
    about
        Its one property, as a sentence.
    size
        Units and schools.
    build
        Writes what has to be written below a folder and gives the scenario file.
    """

    name: str
    about: str
    size: tuple[int, int]
    build: Callable[[Path], Path]


REGISTRY: dict[str, Instance] = {}


def instance(name: str, about: str, size: tuple[int, int]) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
    """Register a builder: a function from a folder to the scenario file that it wrote there."""

    def registered(build: Callable[[Path], Path]) -> Callable[[Path], Path]:
        if name in REGISTRY:
            raise ValueError(f"There are two instances called {name}.")
        REGISTRY[name] = Instance(name, about, size, build)
        return build

    return registered


def build(name: str, folder: Path) -> Path:
    """The scenario file of an instance; what has to be written for it stands below `folder`."""
    return REGISTRY[name].build(folder)


def instance_hash(scenario: Path) -> str:
    """What is asked of which data, as best_known.csv has it; time limits, solvers and where the files lie do not count."""
    from best_known import question_hash

    from rezoning.commands.run import read_district, read_scenario

    asked = read_scenario(scenario)
    return question_hash(asked, read_district(asked))


# -- the shared real districts -------------------------------------------------------------------------------------------

# One goal each. Baltimore's first, over_capacity, can be brought to nothing; so its second can be asked alone too, with the first as a rule.
REAL: dict[str, tuple[str, tuple[int, int], str, str]] = {
    "baltimore-over-capacity": ("baltimore", (182, 11), "Planning blocks and seats: relieve crowding.", "goals: [{minimize: over_capacity}]"),
    "baltimore-reassigned": (
        "baltimore", (182, 11), "Planning blocks and seats: nobody above the seats, and few students moved.",
        "goals: [{minimize: reassigned}]\nrules: {capacity: {max: 1.0}}",
    ),
    "shaker_heights": ("shaker_heights", (424, 5), "Census blocks of a suburb, few of them empty.", ""),
    "mount_vernon": ("mount_vernon", (982, 14), "Census blocks with islands of today and a locked school.", ""),
    "fairfax_hs": ("fairfax_hs", (9_404, 24), "High schools of a county: many blocks and large zones.", ""),
}  # fmt: skip


def shared(name: str) -> Path | None:
    """The scenario of a shared district; None where it is not beside the project."""
    return next(iter(sorted((SHARED / name).glob("*.yaml"))), None)


def _asked_otherwise(name: str, parent: Path, changes: str, folder: Path) -> Path:
    if not changes:
        return parent
    path = folder / f"{name}.yaml"
    path.write_text(f"name: {name.replace('_', '-')}\nextends: {parent}\n{changes}\n", encoding="utf-8")
    return path


for _name, (_district, _size, _about, _changes) in REAL.items():
    if (_parent := shared(_district)) is not None:
        instance(_name, _about, _size)(partial(_asked_otherwise, _name, _parent, _changes))


# -- made up: a town on a river with its planning office -----------------------------------------------------------------


@instance("riverbend", "The example of the README, asked for its first goal.", (600, 8))
def _riverbend(folder: Path) -> Path:
    parent = PROJECT / "scenarios" / "riverbend-unshaped.yaml"
    return _asked_otherwise("riverbend", parent, "goals: [{minimize: dissimilarity, group: low_income}]", folder)


def _made_up(folder: Path, name: str, units: int, schools: int, max_increase: float, always_within: float | None) -> Path:
    """A made-up district, trips at most `max_increase` longer than today's or within `always_within` minutes."""
    from rezoning.synthetic import make_district, write_district

    scenario = folder / name / "scenario.yaml"
    if not scenario.exists():
        write_district(folder / name, make_district(units, schools, MADE_UP_SEED), max_increase, name)
        text = scenario.read_text(encoding="utf-8")
        tight = f"{{max_increase: {max_increase:g}}}"
        wider = tight if always_within is None else f"{{max_increase: {max_increase:g}, always_within: {always_within:g}}}"
        scenario.write_text(text.replace(tight, wider), encoding="utf-8")
    return scenario


for _units, _schools in MADE_UP_SIZES:
    for _limit, _within in TRAVEL_LIMITS.items():
        _name = f"{_units}x{_schools}-{_limit}"
        _build = partial(_made_up, name=_name, units=_units, schools=_schools, max_increase=_within[0], always_within=_within[1])
        instance(_name, f"A town on a river, trips {TRIPS[_limit]}.", (_units, _schools))(_build)


# -- made up: towns drawn by hand, one property each ---------------------------------------------------------------------


def _drawn(name: str, about: str, size: tuple[int, int], draw: Callable[[np.random.Generator], towns.Town], **asked: str) -> None:
    def write(folder: Path) -> Path:
        return towns.write(folder, name, draw(np.random.default_rng(MADE_UP_SEED)), MADE_UP_SEED, **asked)

    instance(name, about, size)(write)


TOGETHER = f"{towns.RULES}, keep_together: {{column: area}}"
NARROW = "capacity: {min: 0.85, max: 1.15, of: current}, travel: {max_increase: 0.15}"
SEATS = "capacity: {max: 1.0}, travel: {max_increase: 1.0, always_within: 6}"
_drawn("plain-60x3", "A grid of streets and nothing else; the smallest.", (60, 3), lambda rng: towns.plain(rng, 10, 6, 3))
_drawn("plain-400x6", "A grid of streets and nothing else.", (400, 6), lambda rng: towns.plain(rng, 20, 20, 6))
_drawn("river-144x4", "Two banks of a river that two bridges join.", (144, 4), lambda rng: towns.river(rng, 12, 12, 4, 2))
_drawn("parts-200x4", "Two parts that nothing joins, with two schools each.", (200, 4), lambda rng: towns.river(rng, 20, 10, 4, 0))
_drawn("rings-192x4", "Zones that lie around one another.", (192, 4), lambda rng: towns.rings(rng, 24, 4), rules=NARROW)
_drawn("corridor-160x5", "A strip of four blocks' width: every zone is a bottleneck.", (160, 5), lambda rng: towns.plain(rng, 40, 4, 5))
_drawn(
    "areas-400x6", "Four blocks each move together, as planning areas do: few pieces, and large ones.", (400, 6),
    lambda rng: towns.in_areas(towns.plain(rng, 20, 20, 6), 2), rules=TOGETHER,
)  # fmt: skip
_drawn("empty-400x6", "Nobody lives in two thirds of the blocks.", (400, 6), lambda rng: towns.empty(towns.plain(rng, 20, 20, 6), rng, 2 / 3))
_drawn(
    "seats-225x6", "Hardly more seats than students, and none too many anywhere.", (225, 6),
    lambda rng: towns.replace(towns.plain(rng, 15, 15, 6), seats=1.02), rules=SEATS,
)  # fmt: skip
_drawn(
    "relief-225x6", "Schools above their seats are relieved, and few students moved.", (225, 6),
    lambda rng: towns.replace(towns.plain(rng, 15, 15, 6), seats=1.10), rules=SEATS, goal="{minimize: reassigned}",
)  # fmt: skip

for _name, _size in counties.sizes().items():
    instance(_name, "Counties of very different counts, equal districts, few cut edges.", _size)(partial(counties.write, name=_name))


# -- chosen --------------------------------------------------------------------------------------------------------------

FULL = (
    "plain-60x3", "counties-06", "counties-00", "river-144x4", "corridor-160x5", "baltimore-reassigned", "rings-192x4", "parts-200x4", "seats-225x6",
    "relief-225x6", "300x6-tight", "300x6-loose", "tracts-00", "plain-400x6", "empty-400x6", "shaker_heights", "riverbend", "areas-400x6",
    "mount_vernon", "1000x12-middle",
)  # fmt: skip
"""What the settings are compared on: from 60 units to 1,000, each property once."""

PROOFS = (
    *counties.names(), "shaker_heights", "mount_vernon", "fairfax_hs", "1000x12-tight", "1000x12-middle", "1000x12-loose", "5000x40-loose",
    "9400x138-tight", "50000x200-tight",
)  # fmt: skip
PHASES = ("baltimore-over-capacity", "fairfax_hs", "mount_vernon", "shaker_heights", "1000x12-tight", "5000x40-tight", "20000x100-tight")
PEERS = (
    "baltimore-over-capacity", "baltimore-reassigned", "shaker_heights", "mount_vernon",
    *(f"{size}-{limit}" for size in ("300x6", "1000x12", "5000x40") for limit in TRAVEL_LIMITS), "fairfax_hs",
    *(f"20000x100-{limit}" for limit in TRAVEL_LIMITS),
)  # fmt: skip


def here(names: tuple[str, ...]) -> list[str]:
    """Those of some instances that can be built: real districts only where they are beside the project."""
    return [name for name in names if name in REGISTRY]


def _lines(names: list[str], folder: Path | None, models: list[str]) -> Iterator[str]:
    from rezoning.commands.modeling.writing import write_model

    for name in names:
        one = REGISTRY[name]
        said = f"{name:24} {one.size[0]:6,} × {one.size[1]:<4}"
        if folder is None:
            yield f"{said} {one.about}"
        else:
            scenario = build(name, folder)
            for ending in models:
                write_model(scenario, folder / f"{name}.{ending}")
            yield f"{said} {instance_hash(scenario)} {scenario}"


def main() -> None:
    """List, or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--folder", type=Path, help="write them there")
    parser.add_argument("--models", nargs="+", choices=("mps", "mps.gz", "lp", "lp.gz"), default=[], help="write each as a model too")
    options = parser.parse_args()
    for name in options.names:
        if name not in REGISTRY:
            parser.error(f"{name} is none of {', '.join(REGISTRY)}")
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
    for line in _lines(options.names or list(REGISTRY), None if options.folder is None else options.folder.resolve(), options.models):
        print(line, flush=True)


if __name__ == "__main__":
    main()
