"""What a statement is about: an option of a book, judged; and which of its numbers may be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rezoning.equity import EquityCase, EquityStatement, Fact, judge
from rezoning.public.book import EVERYONE, Book
from rezoning.public.cell import HIDDEN, Cell, look
from rezoning.report.group_words import GroupWord
from rezoning.report.language import Language
from rezoning.runs.option import Option
from rezoning.scenario.reporting import Statement as Settings

SPREAD = ("index", "when_leaving", "detectable", "not_higher")
"""Facts that are made from all schools' numbers of a group; what the book does not round is not told where some of these are hidden."""

COUNTED_AT: dict[str, Callable[[Fact], tuple[str | int, ...]]] = {
    "out_of_band": lambda fact: (*fact.path[:-1], "students"),
    "extra_travel": lambda fact: ("students_reassigned_by_group", str(fact.group)),
}
"""Where metrics.json has the students of a fact, for measures that are no count or share of students themselves."""


@dataclass(frozen=True, eq=False)
class Subject:
    """An option of a book and the language it is told in.

    All options of a book are judged by what the first option's scenario says of statements, so that they can be compared.
    """

    book: Book
    letter: str
    language: Language

    @cached_property
    def option(self) -> Option:
        """The option."""
        return next(option for option in self.book.options if option.letter == self.letter)

    @cached_property
    def case(self) -> EquityCase:
        """What is judged: true numbers, which stay inside."""
        option = self.option
        scenario = option.scenario.model_copy(update={"report": self.book.settings})
        return EquityCase(scenario, option.district, option.plan, option.metrics, option.audit, option.audit_today, option.changed, option.is_run)

    @cached_property
    def statement(self) -> EquityStatement:
        """The findings and the verdict."""
        return judge(self.case)

    @property
    def settings(self) -> Settings:
        """What the findings are measured by."""
        return self.book.settings.statement

    # -- numbers that may be shown -------------------------------------------------------------------------------------

    def measures(self, view: str) -> Mapping[str, Any] | None:
        """Measures of ``today``, ``nearest`` or ``plan`` that may be shown; None where there is no such view.

        The book measures today and the nearest schools by the bands of its first option; by an option's own bands they are told where nothing is
        hidden.
        """
        if view == "plan":
            return self.book.views[self.letter].measures
        today = None if self.book.today is None else self.book.today.measures
        found, own = self.book.nearest if view == "nearest" else today, self.option.metrics.get(view)
        if found is None or own is None or self.option.scenario.rules.bands == self.book.first.scenario.rules.bands:
            return found
        return {**found, "out_of_band": HIDDEN if self.book.is_hidden else own["out_of_band"]}

    def cell(self, view: str, *path: str | int) -> Cell:
        """A measure that may be shown. One that the book does not speak of, though it is known, is kept back."""
        known = self.option.metrics.get("plan" if view == "plan" else view)
        if view == "today" and self.book.today is None:
            return None
        if look(known, *path) is None:
            return None
        shown = look(self.measures(view), *path)
        return HIDDEN if shown is None else shown

    def hides(self, group: str | None) -> bool:
        """Whether something that tells of a group's spread over schools is kept back."""
        if group is None or group == EVERYONE:
            return False
        paths = (self.settings.index, group), ("burden", group, "reassigned", "ratio")
        return any(self.cell(view, *path) == HIDDEN for view in ("today", "plan") for path in paths)

    def public(self, fact: Fact) -> dict[str, Cell]:
        """Numbers of a fact that may be shown: those of the book where metrics.json has them."""
        cells: dict[str, Cell] = {}
        for view in ("today", "nearest", "plan"):
            value = getattr(fact, view)
            if value is not None and fact.path:
                value = self.cell(view, *fact.path)
            cells[view] = value
        cells |= {"limit": fact.limit, "low": fact.low, "high": fact.high, **self._counts(fact)}
        kept = "" if fact.measure == "detectable" else "limit"  # what the settings say is no secret
        if self.hides(fact.group) and not fact.path:
            return {key: HIDDEN if value is not None and key != kept else value for key, value in cells.items()}
        if fact.group in self.book.vague and fact.measure in SPREAD:
            cells |= {key: HIDDEN for key, value in cells.items() if value is not None and (key in ("low", "high") or not fact.path) and key != kept}
        if HIDDEN in cells.values():
            cells |= {key: HIDDEN for key in ("low", "high") if cells[key] is not None}
        return cells

    def _counts(self, fact: Fact) -> dict[str, Cell]:
        """The students of a fact, kept back with the numbers of the book that they are."""
        path = COUNTED_AT[fact.measure](fact) if fact.measure in COUNTED_AT else fact.path
        cells: dict[str, Cell] = {"students_today": fact.students_today, "students_plan": fact.students_plan, "students": fact.students}
        if not path:
            return cells
        kept = {view: self.cell(view, *path) == HIDDEN for view in ("today", "plan")}
        is_kept = {"students_today": kept["today"], "students_plan": kept["plan"], "students": any(kept.values())}
        return {key: HIDDEN if cell is not None and is_kept[key] else cell for key, cell in cells.items()}

    # -- words ---------------------------------------------------------------------------------------------------------

    def text(self, key: str, **values: Any) -> str:
        """A string of this part."""
        return self.language.text(f"statement.{key}", **values)

    def text_of_chance(self, key: str, **values: Any) -> str:
        """A string that speaks of chance in the counts: where these are estimates, of what they err by."""
        estimate = self.option.district.estimate
        if estimate is None:
            return self.text(key, **values)
        return self.text(f"{key}.estimated", error=self.language.percent(estimate.mean_error, 0), **values)

    @property
    def definition_text(self) -> str:
        """By which definition findings are judged."""
        definition = self.settings.definition
        return (self.text_of_chance if definition == "chance" else self.text)(f"verdict.by.{definition}")

    def group(self, name: str | None) -> str:
        """What people call a group, or everyone."""
        return self.language.text("measures.everyone") if name in (None, EVERYONE) else self.language.group(str(name))

    def in_list(self, name: str | None) -> str:
        """A group among others of a sentence, as the language lists them: ``low-income``, ``estudiantes hispanos``."""
        word = self.group(name)
        return f"{word:listed}" if isinstance(word, GroupWord) else word

    def listed(self, parts: Sequence[str]) -> str:
        """Parts of a list as a sentence has them, each once."""
        unique = list(dict.fromkeys(parts))
        if len(unique) < 2:
            return "".join(unique)
        return self.text("and", first=", ".join(unique[:-1]), last=unique[-1])
