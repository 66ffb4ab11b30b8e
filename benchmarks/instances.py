"""The districts that benchmarks run on: the shared real ones where they are, and made-up ones of any size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared" / "data"
MADE_UP_SEED = 1


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
