"""What stands beside a model: the names of its columns in units and schools, which goal it is of, and what of the question is not in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rezoning.errors import DataError, Problem

MODELS = (".mps", ".lp", ".mps.gz", ".lp.gz")
CURE = "Give the .mps.json or .lp.json that rezoning model wrote beside the model."
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Objective(_Part):
    """The file's objective is `scale` times the value, `offset` added; both in natural value."""

    sense: Literal["minimize"] = "minimize"
    scale: Number = Field(gt=0)
    offset: Number = 0.0
    constant: str | None = None

    def natural(self, objective: float) -> float:
        """The value that an objective stands for."""
        return (objective - self.offset) / self.scale


class Held(_Part):
    """A goal before, which the model holds at `upper` or below."""

    goal: int = Field(ge=1)
    minimize: str
    value: Number
    upper: Number


class Missing(_Part):
    """What of the question is not in a model, and why."""

    what: str
    why: Literal["contiguity", "curved", "product", "stand_in"]


class Size(_Part):
    """Of a model."""

    columns: int
    rows: int
    kinds: dict[str, int]
    cuts: int


class Sidecar(_Part):
    """See the module.

    Parameters
    ----------
    name, input_hash
        Of the scenario; the hash also of its data.
    file, sha256
        The model beside it.
    goal
        Number of the goal that is minimized, from 1; None for a weighted sum of all.
    goals
        All goals of the scenario, as it says them.
    columns
        Unit and school of each column x_…
    ground
        Likewise for further ground of units that are drawn in several places.
    together
        Units that have one column: all, for the one that it is called after.
    fixed
        School of each unit that has no choice.
    """

    format: Literal["rezoning model 1"] = "rezoning model 1"
    name: str
    input_hash: str
    version: str
    file: str
    sha256: str
    form: Literal["flow", "relaxation"]
    is_complete: bool
    is_restricted: bool
    missing: tuple[Missing, ...]
    goal: int | None
    goals: tuple[dict[str, Any], ...]
    objective: Objective
    held: tuple[Held, ...]
    run: str | None
    size: Size
    columns: dict[str, tuple[str, str]]
    ground: dict[str, tuple[str, str]]
    together: dict[str, tuple[str, ...]]
    fixed: dict[str, str]


def sidecar_of(model: Path) -> Path:
    """The place of a model's sidecar: ``town.mps.json`` for ``town.mps.gz``."""
    name = model.name[:-3] if model.name.lower().endswith(".gz") else model.name
    return model.with_name(f"{name}.json")


def stem_of(file: str) -> str:
    """The name of a model's file without its ending."""
    return next((file[: -len(ending)] for ending in (".mps.gz", ".lp.gz", ".mps", ".lp") if file.lower().endswith(ending)), file)


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar in a file, or beside a model.

    Raises
    ------
    DataError
        It cannot be read, or is none.
    """
    place = sidecar_of(path) if path.name.lower().endswith(MODELS) else path
    try:
        return Sidecar.model_validate(json.loads(place.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataError(Problem(str(place), f"cannot be read ({error.strerror or error}).", CURE)) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the document"
        raise DataError(Problem(f"{place}, {key}", f"is not as it was written ({first['msg']}).", CURE)) from None
    except (ValueError, RecursionError):
        raise DataError(Problem(str(place), "is no JSON document.", CURE)) from None
