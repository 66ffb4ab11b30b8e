"""What is said of an ensemble, for page and terminal alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rezoning.optimize.chain.standing import Standing
from rezoning.report.ensemble.rows import Mark, Shown
from rezoning.report.language import NOTHING, Language

Row = dict[str, Any]

TELLING = 4  # measures that are told in short
HARDLY = 0.2  # standard error of a percentile from which on it says next to nothing


class Words:
    """The strings of the part, in a language."""

    def __init__(self, record: Row, language: Language) -> None:
        self.record, self.language = record, language

    def __call__(self, key: str, /, **values: Any) -> str:
        """A string of the part."""
        return self.language.text(f"ensemble.{key}", **values)

    def count(self, number: float) -> str:
        """A whole number."""
        return self.language.count(float(number))

    def share(self, share: float) -> str:
        """A share of the samples, in whole percent; what is not all, or not none, never looks like it."""
        if share in (0.0, 1.0):
            return self("none" if share == 0.0 else "all")
        if share < 0.01 or share > 0.99:
            return self("below" if share < 0.01 else "above", share=self.language.percent(0.01 if share < 0.01 else 0.99, 0))
        return self.language.percent(share, 0)

    @property
    def ours(self) -> list[Row]:
        """Our own chains."""
        return [chain for chain in self.record["chains"] if chain["engine"] == "rezoning"]

    @property
    def peer(self) -> Row | None:
        """The chain beside ours."""
        return next((chain for chain in self.record["chains"] if chain["engine"] != "rezoning"), None)

    def title(self, name: str) -> str:
        """What the page is about."""
        return self("title", name=name, count=self.count(sum(chain["samples"] for chain in self.ours)))

    def doubts(self) -> list[str]:
        """What percentiles may not be trusted for."""
        settings = self.record["settings"]
        return [self(f"doubt_{key}", samples=self.count(self.ours[0]["samples"]), chains=settings["chains"]) for key in self.record["doubts"]]

    def distribution(self) -> str:
        """From which distribution the samples are, and which it is not."""
        return self(f"distribution_{self.record['distribution']}")

    # -- where plans stand -----------------------------------------------------------------------------------------

    def standing(self, mark: Mark, row: Shown) -> str:
        """``more even than 93 % of the sampled plans (give or take 2 points)``."""
        if mark.standing is None:
            return NOTHING
        one = mark.standing
        said = self(f"than_{self._manner(row)}", share=self.share(one.below if one.better_than is None else one.better_than))
        return said + self._same(one) + self._error(one)

    @staticmethod
    def _manner(row: Shown) -> str:
        if row.direction is None:
            return "more"
        return "even" if row.topic == "mixing" and row.direction == "lower" else "better"

    def _same(self, one: Standing) -> str:
        return self("same", share=self.share(one.equal)) if one.equal >= 0.005 else ""

    def _error(self, one: Standing) -> str:
        """Two standard errors, in points."""
        if one.error is None or one.error < 0.0025:
            return ""
        if one.error >= HARDLY:
            return self("hardly")
        return self("error", points=self.language.number(200 * one.error, 0 if one.error >= 0.005 else 1))

    def short(self, rows: Sequence[Shown]) -> Iterator[str]:
        """A sentence for each plan and each goal; where no goal may be shown, for each of the first measures."""
        for row in ([row for row in rows if row.goal is not None] or rows)[:TELLING]:
            for mark in row.marks:
                if mark.standing is not None:
                    yield self("sentence", who=self.who(mark), measure=row.label, value=mark.value, standing=self.standing(mark, row))

    def who(self, mark: Mark) -> str:
        """A plan, or today's zones."""
        return mark.way.name if mark.way.key == "today" else self("plan", letter=mark.way.key, name=mark.way.name)

    # -- how it was drawn ------------------------------------------------------------------------------------------

    def chain_lines(self) -> Iterator[str]:
        """A sentence for each chain: where it began, how many steps, what came of them."""
        for number, chain in enumerate(self.record["chains"], 1):
            said = {
                "number": number, "start": self(f"start_{chain['start']}"), "steps": self.count(chain["steps"]), "every": self.count(chain["every"]),
                "samples": self.count(chain["samples"]), "audited": self.count(chain["audited"]),
            }  # fmt: skip
            yield self("chain" if chain["engine"] == "rezoning" else "chain_peer", **said) + "".join(self._kinds(chain))

    def _kinds(self, chain: Row) -> Iterator[str]:
        for kind in ("flips", "recombinations"):
            if chain.get(kind, {}).get("tried"):
                yield " " + self(f"rate_{kind}", tried=self.count(chain[kind]["tried"]), rate=self.language.percent(chain[kind]["rate"]))

    def mixing_cells(self, row: Shown) -> list[str]:
        """Effective size, autocorrelation time in steps, R-hat, distance."""
        mixing = row.entry["mixing"]
        size, time, r_hat = mixing["effective"], mixing["autocorrelation_steps"], mixing["r_hat"]
        return [
            NOTHING if size is None else self.count(size),
            NOTHING if time is None else self.count(time),
            (NOTHING if mixing["has_met"] else self("never")) if r_hat is None else self.language.number(r_hat, 2),
            self.language.number(mixing["distance"], 2),
        ]

    def peer_cells(self, row: Shown) -> list[str] | None:
        """Median of ours and of the chain beside ours, distance of the two."""
        beside = row.entry["gerrychain"]
        if beside is None:
            return None
        theirs = beside["samples"]["quantiles"]
        size = beside["mixing"]["effective"]
        return [
            row.quantile(0.5), row.text(theirs["0.5"]), NOTHING if size is None else self.count(size), self.language.number(beside["distance"], 2),
        ]  # fmt: skip
