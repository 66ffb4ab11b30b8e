"""What an ensemble is: how much was asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rezoning.commands.ensembles.chains import Sampled, rows_of
from rezoning.commands.ensembles.measuring import Wanted
from rezoning.errors import DataError
from rezoning.runs.option import Option
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from rezoning.district.district import District, Floats

STEPS, EVERY, MIX = 500_000, 500, 0.05
AUDITS = 100  # of each chain
PEER_STEPS = 20_000
LEAST = 20  # samples of a chain that was stopped, below which nothing is said
PEERS = ("gerrychain",)


@dataclass(frozen=True)
class Settings:
    """How much is sampled.

    Parameters
    ----------
    steps, every
        Steps of each chain, and how many lie between two samples.
    chains
        Number of chains, each with another start.
    seed
        Of all chance.
    mix
        Share of steps that are recombinations.
    audits
        Samples of each chain that are audited, evenly spread; all where there are fewer.
    keep
        Samples that are kept as plans, of all chains together.
    peer_steps
        Steps of the chain beside ours.
    seconds
        When sampling ends at the latest; None for never.
    """

    steps: int = STEPS
    every: int = EVERY
    chains: int = 2
    seed: int = 0
    mix: float = MIX
    audits: int = AUDITS
    keep: int = 0
    peer_steps: int = PEER_STEPS
    seconds: float | None = None

    @property
    def samples(self) -> int:
        """Of each chain."""
        return self.steps // self.every

    @property
    def peer_every(self) -> int:
        """Steps between two samples of the chain beside ours, such that there are as many as of one of ours."""
        return max(self.peer_steps // self.samples, 1)


@dataclass(frozen=True, eq=False)
class Ensemble(Displayed):
    """Chains of plans, and some plans beside them.

    Parameters
    ----------
    exit_code
        The contract's: 0 done, 7 the audit rejected a sample, 130 interrupted.
    scenario, district
        What was asked, of which place.
    wanted
        What was measured.
    chains
        Ours, then the one beside ours.
    options
        The plans that were given, audited and measured.
    today
        Measures of today's zones as in metrics.json; None without them.
    standings
        What is known of ``today`` and of each option by letter, in the order of `wanted`; NaN where it is undefined.
    record
        The document of ``--json``, with every number: not for publication.
    refused
        Why page and figure were not written, where they would give numbers of few students away; None where nothing was refused.
    """

    exit_code: int
    scenario: Scenario
    district: District
    wanted: tuple[Wanted, ...]
    chains: tuple[Sampled, ...]
    options: tuple[Option, ...]
    today: dict[str, Any] | None
    standings: dict[str, Floats]
    settings: Settings
    record: dict[str, Any] = field(default_factory=dict)
    refused: DataError | None = None

    def __repr__(self) -> str:
        samples = sum(len(one.values) for one in self.ours)
        return f"<Ensemble: {self.scenario.name}, {len(self.ours)} chains, {samples:,} samples, {len(self.options)} plans beside them>"

    @property
    def ours(self) -> list[Sampled]:
        """Our own chains."""
        return [one for one in self.chains if one.engine not in PEERS]

    @property
    def peer(self) -> Sampled | None:
        """The chain beside ours."""
        return next((one for one in self.chains if one.engine in PEERS), None)

    def series(self, place: int, peer: bool = False) -> list[Floats]:
        """A measure along each of our chains, or along the one beside ours."""
        return [one.table[:, place] for one in ([self.peer] if peer and self.peer else self.ours)]

    def samples(self, peer: bool = False) -> dict[str, list[Floats]]:
        """Every measure of the record along our chains, or along the one beside ours."""
        places = {one.key: place for place, one in enumerate(self.wanted)}
        return {row["key"]: self.series(places[row["key"]], peer) for row in self.record["measures"] if not peer or row["gerrychain"]}

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows of ensemble.csv."""
        every = [self.settings.peer_every if one is self.peer else self.settings.every for one in self.chains]
        return rows_of(self.chains, [one.key for one in self.wanted], every)

    def to_frame(self, of: Literal["standings", "samples"] = "standings") -> pd.DataFrame:
        """Where plans stand among the samples, or the samples themselves; every number, not for publication.

        Parameters
        ----------
        of
            ``standings``: a row for each ``measure`` and ``plan`` (``today``, or a letter): ``value``, ``percentile``, and the shares of samples
            below it and equal to it, with their error. ``samples``: a row for each ``engine``, ``chain`` and ``sample``: ``step``, and a column for
            each measure by its key.

        Raises
        ------
        DataError
            There is no such table.
        """
        frame: pd.DataFrame = display(self).frame(self, of)
        return frame

    def plot(self, measure: str | None = None, *, ax: Axes | None = None) -> Axes:
        """Draw the samples of a measure as a histogram, and where today's zones and the plans stand.

        Parameters
        ----------
        measure
            Its key, as in `to_frame`; the first when left out.
        ax
            Where to draw; a new figure when left out.

        Raises
        ------
        DataError
            There is no such measure.
        """
        drawn: Axes = display(self).plot(self, measure, ax=ax)
        return drawn

    @property
    def metrics(self) -> dict[str, Any]:
        """Today's measures as a book of today's zones alone reads them."""
        return {"today": self.today, "nearest": None}
