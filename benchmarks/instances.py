"""The districts that benchmarks run on: the shared real ones where they are, and made-up ones of any size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared" / "data"
MADE_UP_SEED = 1
MADE_UP_SIZES = ((300, 6), (1_000, 12), (5_000, 40), (20_000, 100))
TRAVEL_LIMITS: dict[str, tuple[float, float | None]] = {"tight": (0.5, None), "middle": (0.5, 4.0), "loose": (1.0, None)}

# Peers know one goal. Baltimore's first, over_capacity, can be brought to nothing; so its second can be asked alone too, with the first as a rule.
BALTIMORE = {
    "baltimore-over-capacity": "goals: [{minimize: over_capacity}]\n",
    "baltimore-reassigned": "goals: [{minimize: reassigned}]\nrules: {capacity: {max: 1.0}}\n",
}


@dataclass(frozen=True)
class Instance:
    """A scenario file with a short name."""

    name: str
    scenario: Path


def real() -> list[Instance]:
    """The shared districts' scenarios; empty where they are not beside the project."""
    return [Instance(f"{path.parent.name}", path) for path in sorted(SHARED.glob("*/*.yaml"))]


def made_up(folder: Path, units: int, schools: int, max_increase: float, always_within: float | None = None) -> Instance:
    """A made-up district written under `folder`, with trips at most `max_increase` longer than today's or within `always_within` minutes."""
    from rezoning.synthetic import make_district, write_district

    name = f"made-up-{units}x{schools}-{round(100 * max_increase)}" + ("" if always_within is None else f"-{always_within:g}min")
    directory = folder / name
    if not (directory / "scenario.yaml").exists():
        write_district(directory, make_district(units, schools, MADE_UP_SEED), max_increase, name)
        if always_within is not None:
            text = (directory / "scenario.yaml").read_text(encoding="utf-8")
            wider = f"{{max_increase: {max_increase:g}, always_within: {always_within:g}}}"
            (directory / "scenario.yaml").write_text(text.replace(f"{{max_increase: {max_increase:g}}}", wider), encoding="utf-8")
    return Instance(name, directory / "scenario.yaml")


# -- the engine suite --------------------------------------------------------------------------------------------------


def engine_names() -> list[str]:
    """Names of the engine suite's instances, small districts first."""
    shared = {instance.name for instance in real()}
    names = [*(BALTIMORE if "baltimore" in shared else ()), *(name for name in ("shaker_heights", "mount_vernon") if name in shared)]
    sizes = [[f"{units}x{schools}-{limit}" for limit in TRAVEL_LIMITS] for units, schools in MADE_UP_SIZES]
    names += [*sizes[0], *sizes[1], *sizes[2], *(["fairfax_hs"] if "fairfax_hs" in shared else ()), *sizes[3]]
    return names


def engine_instance(name: str, folder: Path) -> Instance:
    """The instance of a name; what has to be written for it stands under `folder`."""
    scenarios = {instance.name: instance.scenario for instance in real()}
    if name in BALTIMORE:
        path = folder / f"{name}.yaml"
        path.write_text(f"name: {name}\nextends: {scenarios['baltimore']}\n{BALTIMORE[name]}", encoding="utf-8")
        return Instance(name, path)
    if name in scenarios:
        return Instance(name, scenarios[name])
    size, limit = name.split("-")
    units, schools = (int(part) for part in size.split("x"))
    return Instance(name, made_up(folder, units, schools, *TRAVEL_LIMITS[limit]).scenario)
