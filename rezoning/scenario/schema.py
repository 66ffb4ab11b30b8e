"""What a scenario file may say: frozen, closed models, one per section of the file.

Only keys whose feature exists are here, so that any other key is refused by name. Nothing here reads data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from rezoning.scenario.data import Adjacency, Data, Schools, Travel, Units, Walk
from rezoning.scenario.display import Displayed
from rezoning.scenario.filter import Filter
from rezoning.scenario.findings import wrong_index
from rezoning.scenario.goals import Goal
from rezoning.scenario.level import Level, LevelRules, filled
from rezoning.scenario.level_checks import level_misfits
from rezoning.scenario.naming import GroupName
from rezoning.scenario.pairing import Pairing, wrong_with_pairing
from rezoning.scenario.plain import Misfit
from rezoning.scenario.reporting import Report
from rezoning.scenario.rules import CapacityRule, Rules, TravelRule
from rezoning.scenario.said import Said
from rezoning.scenario.section import AnyText, Number, Option, Section, Share, Text, Whole, Wrong
from rezoning.scenario.shape import sections
from rezoning.scenario.tree import Keys

__all__ = [
    "Adjacency", "CapacityRule", "Data", "Filter", "Goal", "Level", "LevelScenario", "Pairing",
    "Parts", "Report", "Rules", "Scenario", "Schools", "Solve", "Travel", "TravelRule",
    "Units", "Walk", "wrong_weights",
]  # fmt: skip


class Parts(Section):
    """Parts of the engine that can be left out or exchanged, to study what each is worth; the defaults are the best that is known."""

    separators: bool = Field(
        default=True,
        description="Cut fractional points: the relaxation before the tree, and every node of it. false: only whole assignments are cut. "
        "Plans and bounds stay exact.",
    )
    contiguity: Literal["cuts", "flow"] = Field(
        default="cuts",
        description="How a solver is told that zones are in one piece. `cuts`: cuts as they are needed. `flow`: flows from every school, as rows and "
        "columns that are there from the start.",
    )
    warm_start: bool = Field(
        default=True, description="Give the tree the plan of the search, or today's, to start with. false: it gets no plan, at no time."
    )
    neighborhoods: bool = Field(default=True, description="In the search, re-optimize a few zones at a time beside annealing.")
    open_sets: Literal["each", "joint"] | None = Field(
        default=None,
        description="Where schools may close or open. `each`: every set of open schools that the rules allow is solved by itself, 200 sets at most, "
        "and dropped as soon as no plan of it can be better than the best. `joint`: one tree has the choice, as always with `levels`. Left out: what "
        "is quicker as a rule.",
    )


class Solve(Section):
    """How long and with what."""

    method: Literal["auto", "exact", "anneal"] = Field(
        default="auto",
        description="`auto`: search and branch and cut together. `exact`: branch and cut alone. `anneal`: search alone, without a bound.",
    )
    solver: Text = Field(default="auto", description="auto, scip, highs, cbc, or any solver that PuLP knows and this machine has.")
    time_limit: Annotated[Number, Field(gt=0)] = Field(default=60.0, description="Seconds of wall clock for the whole solve.")
    gap: Share = Field(default=0.005, description="Stop at this relative gap of the goal being solved.")
    gap_abs: Share = Field(default=1e-6, description="Or at this absolute gap in its natural value.")
    cycles: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None,
        description="Count the work in place of timing it: so many coolings of the search for every goal, and rounds and nodes of branch "
        "and cut in proportion. With one thread a run is then repeated exactly, on a slower machine too, unless `time_limit` ends it first.",
    )
    seed: Annotated[Whole, Field(ge=0, lt=2**31)] = Field(default=0, description="Makes chance repeatable.")
    threads: Annotated[Whole, Field(ge=1)] | None = Field(default=None, description="The machine's cores when left out.")
    options: dict[AnyText, Option] = Field(default_factory=dict, description="Passed to the solver as written.")
    tidy: bool = Field(
        default=True,
        description="In the end take needless changes back, with every goal as good as it was: fewest students who change schools, then units, "
        "then the shortest borders.",
    )
    other_openings: Annotated[Number, Field(ge=0)] | None = Field(
        default=None,
        description="Seconds, after the solve, for what it costs to decide otherwise about each school that may close or open; half of `time_limit` "
        "when left out, 0 for none.",
    )
    parts: Parts = Field(default_factory=Parts)


class Alternatives(Section):
    """Further plans, really different and nearly as good."""

    count: Annotated[Whole, Field(ge=1)] = Field(default=3, description="How many further plans.")
    distance: Annotated[Number, Field(gt=0, le=1)] = Field(
        default=0.1, description="Least share of students who have another school than in each of the other plans."
    )
    give_up: Share = Field(default=0.01, description="Share of each goal's value that a further plan may give up.")


Use = Literal["optimize", "constrain", "report_only", "exclude"]


class Scenario(Section, Displayed):
    """A question about a district."""

    name: Annotated[AnyText, Field(pattern=r"^[A-Za-z0-9-]+$", description="Letters, digits and -; names the run.")]
    description: Said = Field(default="", description="What the scenario is about, for people.")
    data: Data
    rules: Rules = Field(default_factory=Rules)
    goals: Annotated[tuple[Goal, ...], Field(min_length=1)]
    pairing: Pairing | None = Field(
        default=None, description="Schools share zones and split grades. Left out: every school has a zone and all grades."
    )
    solve: Solve = Field(default_factory=Solve)
    alternatives: Alternatives | None = None
    attributes: dict[GroupName, Use] = Field(
        default_factory=dict,
        description="Group to what it may be used for: `optimize` (goals and rules; the default), `constrain` (rules), `report_only` (measures), "
        "`exclude` (nothing, and in no output).",
    )
    report: Report = Field(default_factory=Report)
    levels: dict[Text, Level] = Field(
        default_factory=dict,
        description="Left out: one level. Given: several, lowest first, whose zones are drawn together; each says what wins over `data` and `rules`.",
    )

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, said: Any) -> Any:
        return filled(said)

    def __repr__(self) -> str:
        return f"<Scenario: {self.name}, {len(self.goals)} goals ({', '.join(goal.minimize for goal in self.goals)})>"

    def _wrongs(self) -> Iterator[Wrong]:
        yield from wrong_weights([goal.weight for goal in self.goals])
        yield from wrong_index(self.rules.statement, self.report.statement.index)
        yield from wrong_with_pairing(self)
        yield from (Wrong(found.message, found.cure, at=found.keys) for found in self._wrong_levels())

    def _wrong_levels(self) -> Iterator[Misfit]:
        return level_misfits(self)


class LevelScenario(Scenario):
    """The question of one level (`rezoning.scenario.levels.of_level`): an ordinary scenario, but that it may have no goal of its own."""

    goals: tuple[Goal, ...] = ()

    def _wrong_levels(self) -> Iterator[Misfit]:
        return iter(())


def wrong_weights(weights: Sequence[Any]) -> Iterator[Wrong]:
    """Goals have weights all of them, or none."""
    missing = [position for position, weight in enumerate(weights) if weight is None]
    if missing and len(missing) < len(weights):
        cure = "Give a weight to every goal (one weighted sum) or to none (in order of importance)."
        yield Wrong("this goal has no weight, and another has one.", cure, at=("goals", missing[0]))


def _name_sections(model: type[Section], keys: Keys) -> None:
    """Tell each section where it usually stands, for scenarios that are built in code."""
    model.usual_keys = keys
    for name, inner in sections(model).items():
        if inner is Level:  # what is in it stands elsewhere too
            Level.usual_keys, LevelRules.usual_keys = (*keys, name), (*keys, name, "rules")
        else:
            _name_sections(inner, (*keys, name))


_name_sections(Scenario, ())
