"""What is paid for what: between options, or against today. An option is a package: what it gains cannot be had without what it costs.

Everything is compared in plain numbers, as readers see them: students who change schools, students of a group among themselves, students without a
seat, the average trip, the length of borders. Where two print alike, neither is better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rezoning.public.book import Book
from rezoning.public.cell import is_number
from rezoning.report.catalogue.goals import is_hidden, is_vague
from rezoning.report.language import Language, capital
from rezoning.report.story.aspects import FROM_TODAY, TODAY, Aspect, aspects
from rezoning.report.story.claim import Mark
from rezoning.report.story.claims import Telling, goal_words
from rezoning.scenario.goals import Goal

MOST = 3


@dataclass(frozen=True)
class Side:
    """One side of a trade-off: the words, and the numbers behind them."""

    key: str
    text: str
    numbers: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class TradeOff:
    """What is gained and what it costs.

    Parameters
    ----------
    letter
        The option that gains and pays.
    gain, prices
        Each in words and in numbers; no price where nothing that is measured here is paid, as `no_price` says.
    no_price
        Words for that.
    """

    letter: str
    gain: Side
    prices: tuple[Side, ...] = ()
    no_price: str = ""

    @property
    def text(self) -> str:
        """All of it as one text."""
        sides = [f"{side.text} {side.numbers}" for side in (self.gain, *self.prices)]
        return " ".join([*sides, self.no_price]).rstrip()


def trade_offs(book: Book, language: Language) -> tuple[TradeOff, ...]:
    """With three prices at most: first each gain with a price, then prices that no gain was named for yet; what is gained is said once."""
    tellings = {option.letter: Telling(book, option, language) for option in book.options}
    views = [*tellings] if len(tellings) > 1 else [TODAY, *tellings]
    given = [*_given_up(*tellings.values())] if len(tellings) == 1 else []
    compared = [aspect for aspect in aspects(tellings, language) if all(is_number(aspect.cells.get(view)) for view in views)]
    found = [_made(best, gain, price, views, language) for best, gain, price in _pairs(compared, views)]
    return (*_gathered(found[: MOST - len(given)]), *given)


def _gathered(found: Sequence[TradeOff]) -> Iterator[TradeOff]:
    """Those that gain the same as one, with all their prices."""
    for one in found:
        same = [other for other in found if other.gain == one.gain]
        if one is same[0]:
            yield replace(one, prices=tuple(price for other in same for price in other.prices))


# -- between views ---------------------------------------------------------------------------------------------------


def _pairs(aspects: Sequence[Aspect], views: Sequence[str]) -> Iterator[tuple[str, Aspect, Aspect | None]]:
    """The view that is best in an aspect, and an aspect in which it is worse than another view; pairs are not turned around."""
    told: set[frozenset[str]] = set()
    prices: list[str] = []
    gains = [(best, aspect) for aspect in aspects if (best := aspect.best(views)) not in (None, TODAY)]
    for best, gain in gains:
        assert best is not None
        paid = sorted((one for one in aspects if one.worse(best, views)), key=lambda one: prices.count(one.key))
        price = next((one for one in paid if frozenset((gain.key, one.key)) not in told), None)
        if price is not None:
            told.add(frozenset((gain.key, price.key)))
            prices.append(price.key)
        if price is not None or not paid:
            yield best, gain, price
    for best, gain in gains:
        for one in aspects:
            if best is not None and one.worse(best, views) and one.key not in prices and frozenset((gain.key, one.key)) not in told:
                prices.append(one.key)
                yield best, gain, one


def _made(letter: str, gain: Aspect, price: Aspect | None, views: Sequence[str], language: Language) -> TradeOff:
    others = [view for view in views if view != letter]
    versus = "today" if TODAY in views else "other" if len(others) == 1 else "others"
    than = language.text(f"story.than_{versus}", letter=others[0])
    who = language.text("story.this_plan") if TODAY in views else language.text("story.option", letter=letter)
    gained = _side("gain", gain, versus, than, language)
    paid = None if price is None else _side("price", price, versus, than, language)
    gained = replace(gained, text=language.text("story.gain", who=capital(who), gain=gained.text))
    paid = None if paid is None else replace(paid, text=language.text("story.price", price=paid.text))
    free = "" if paid is not None else language.text("story.no_price")
    return TradeOff(letter, gained, () if paid is None else (paid,), free)


OF_TODAY = ("gain_evened", "price_evened", "price_moved")
"""Words that are others where a plan stands against today alone."""


def _side(side: str, aspect: Aspect, versus: str, than: str, language: Language) -> Side:
    marks = tuple(Mark(f"{aspect.key}_{view}", cell) for view, cell in aspect.cells.items())
    key = f"{side}_{aspect.key}"
    words = language.text(f"story.{key}{'_today' if versus == 'today' and key in OF_TODAY else ''}", group=aspect.group, than=than)
    return Side(aspect.key, words, _numbers(aspect, language), marks)


def _numbers(aspect: Aspect, language: Language) -> str:
    """All views' numbers, the options first, today's last."""
    letters = [view for view in aspect.cells if view != TODAY]
    said = [aspect.shown[view] if len(letters) == 1 else language.text("story.of_option", letter=view, value=aspect.shown[view]) for view in letters]
    if aspect.key not in FROM_TODAY and is_number(aspect.cells.get(TODAY)):
        said.append(language.text("story.of_today", value=aspect.shown[TODAY]))
    return language.text(f"story.numbers_{aspect.key}", values="; ".join(said), group=aspect.group)


# -- what was given up -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GivenUp:
    """A share of the first goal that was given up for the goals after it, what the two are about, and whether it is no more than what was allowed."""

    share: float
    words: Mapping[str, str]
    is_most: bool


def given_up(telling: Telling) -> GivenUp | None:
    """From the record of the run, which knows how good the first goal was before; where that may not be told, what the scenario allowed."""
    option = telling.option
    goals = option.scenario.goals
    if len(goals) < 2 or option.record.get("objective") or not option.is_run:
        return None
    entry = option.record["goals"][0]
    words = {"first": goal_words(goals[0], telling.language), "then": goal_words(goals[1], telling.language)}
    best, value, is_kept = entry.get("best"), entry["value"], _is_kept(telling, goals[0])
    if is_kept or not is_number(best) or not is_number(value) or best <= 0:
        return GivenUp(goals[0].give_up, words, is_most=True) if goals[0].give_up > 0 else None
    share = (value - best) / best
    return GivenUp(share, words, is_most=False) if round(100 * share) >= 1 else None


def _given_up(telling: Telling) -> Iterator[TradeOff]:
    found = given_up(telling)
    if found is not None:
        text = telling.text("given_up_most" if found.is_most else "given_up", percent=percent_of(found, telling.language), **found.words)
        gain = Side("given_up", capital(telling.text("given_up_gain", **found.words)) + ".", text, (Mark("given_up", found.share),))
        yield TradeOff(telling.option.letter, gain)


def percent_of(found: GivenUp, language: Language) -> str:
    """What was given up, or might have been, as its author wrote it."""
    return language.share(found.share) if found.is_most else language.percent(found.share, 0)


def _is_kept(telling: Telling, goal: Goal) -> bool:
    book = telling.book
    return any(is_hidden(book, goal, view) for view in (book.today, telling.view) if view is not None) or is_vague(book, goal)
