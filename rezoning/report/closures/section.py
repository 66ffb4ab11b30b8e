"""The section of the report on schools that close and open: tables and sentences of each option, from its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rezoning.public.book import EVERYONE, Book
from rezoning.public.cell import Cell, difference, is_number
from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import Kind, settled, together, written
from rezoning.report.closures.asked import asked_rows
from rezoning.report.closures.record import decided
from rezoning.report.goal_words import goal_name, goal_of
from rezoning.report.language import NOTHING, Language, capital
from rezoning.runs.option import Option

Row = Mapping[str, Any]
KINDS: Mapping[str, Kind] = {"empty_seats": "percent", "share_reassigned": "percent", "travel_mean": "travel"}
HEADS = {"empty_seats": "empty_seats", "share_reassigned": "change_schools", "travel_mean": "mean_trip"}


@dataclass(frozen=True)
class Entry:
    """A cell of a table: its text, its number as files hold it, and what stands below it in small letters."""

    text: str
    exact: str = ""
    note: str = ""


@dataclass(frozen=True)
class ClosureTable:
    """A table: its key, caption, heads, and rows, whose first entry names them."""

    key: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True)
class ClosingPart:
    """A school that closes: its heading, sentences, and tables."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[ClosureTable, ...]


@dataclass(frozen=True)
class OptionClosures:
    """What the section says of an option."""

    letter: str
    name: str
    schools: ClosureTable
    sentences: tuple[str, ...]
    closing: tuple[ClosingPart, ...]
    groups: ClosureTable | None
    otherwise: ClosureTable | None
    asked: tuple[tuple[str, str], ...]


def closures_section(book: Book, records: Mapping[str, Row], language: Language) -> list[OptionClosures]:
    """A part for each option in whose district a school may close or open; none elsewhere."""
    options = {option.letter: option for option in book.options}
    return [_Writer(book, options[letter], record, language).part() for letter, record in records.items()]


class _Writer:
    """Writes an option's part in a language."""

    def __init__(self, book: Book, option: Option, record: Row, language: Language) -> None:
        self.book, self.option, self.record, self.language = book, option, record, language
        self.trip = settled("travel", option.district.travel_unit)

    def said(self, key: str, /, **values: Any) -> str:
        return self.language.text(f"closures.{key}", **values)

    def part(self) -> OptionClosures:
        return OptionClosures(
            self.option.letter, self.option.name, self._schools(), tuple(self._sentences()),
            tuple(self._closing(one) for one in self.record["closing"]), self._groups(), self._otherwise(),
            tuple(asked_rows(self.book, self.option, self.record, self.language)),
        )  # fmt: skip

    # -- schools that may ----------------------------------------------------------------------------------------------

    def _schools(self) -> ClosureTable:
        rows: Sequence[Row] = self.record["schools"]
        facts = list(dict.fromkeys(name for row in rows for name in row["facts"]))
        columns = [("page.seats", "seats"), ("closures.students_today", "students_today"), ("closures.students_plan", "students_plan")]
        columns += [("closures.cost_if_open", "cost_if_open")]
        known = [(head, key) for head, key in columns if any(row[key] is not None for row in rows)]
        heads = (self.language.text("page.school"), self.said("in_plan"), *(self.language.text(head) for head, _ in known), *facts)
        lines = tuple(
            (Entry(row["name"]), Entry(self.said(f"status_{row['plan']}")), *(self._count(row[key]) for _, key in known),
             *(Entry(row["facts"].get(name) or NOTHING) for name in facts))
            for row in rows
        )  # fmt: skip
        return ClosureTable(f"closures-{self.option.letter.lower()}", self.said("caption", name=self.option.name), heads, lines)

    def _sentences(self) -> Iterator[str]:
        if not any(row["plan"] in ("closes", "opens") for row in self.record["schools"]) and not self.record["closing"]:
            yield self.said("none")
        seats, cost = self.record["seats"], self.record["cost"]
        if is_number(seats["plan"]):
            empty = together([seats["empty_today"], seats["empty_plan"]], "percent", self.language)
            words = {key: empty.text(seats[key]) for key in ("empty_today", "empty_plan")}
            counts = {key: self.language.count(seats[key]) for key in ("today", "plan")}
            yield self.said("seats" if is_number(seats["today"]) else "seats_plan", **words, **counts)
        if is_number(cost["plan"]):
            counts = {key: self.language.count(cost[key]) for key in ("today", "plan")}
            yield self.said("cost" if is_number(cost["today"]) else "cost_plan", **counts)

    # -- a school that closes ------------------------------------------------------------------------------------------

    def _closing(self, one: Row) -> ClosingPart:
        return ClosingPart(self.said("closes", school=one["name"]), tuple(self._of_students(one)), tuple(self._tables(one)))

    def _of_students(self, one: Row) -> Iterator[str]:
        students, share = self.language.count(one["students"]), written(one["share_of_all"], "percent", self.language)
        is_told = is_number(one["students"]) and is_number(one["share_of_all"])
        yield self.said("who_goes", students=students, share=share) if is_told else self.said("who_hidden")
        if one["trip_today"] is not None and one["trip_plan"] is not None:
            beside = together([one["trip_today"], one["trip_plan"]], self.trip, self.language)
            yield self.said("trip", today=beside.with_unit(one["trip_today"]), plan=beside.with_unit(one["trip_plan"]))
        if one["walk_today"] is not None and one["walk_plan"] is not None:
            yield self.said("walk", today=self.language.count(one["walk_today"]), plan=self.language.count(one["walk_plan"]))

    def _tables(self, one: Row) -> Iterator[ClosureTable]:
        key = f"{self.option.letter.lower()}-{[other['id'] for other in self.record['closing']].index(one['id']) + 1}"
        if one["groups"]:
            yield self._who(f"closing-who-{key}", one)
        if one["to"]:
            yield self._where(f"closing-where-{key}", one)

    def _who(self, key: str, one: Row) -> ClosureTable:
        text = self.language.text
        heads = (text("page.group"), text("measures.school_students"), self.said("of_school"), self.said("of_district"))
        rows = tuple(
            (Entry(capital(str(self.language.group(group)))), self._count(row["students"]), *self._shares(row["share"], row["district_share"]))
            for group, row in one["groups"].items()
        )
        return ClosureTable(key, self.said("who_caption", school=one["name"]), heads, rows)

    def _where(self, key: str, one: Row) -> ClosureTable:
        text, name = self.language.text, one["name"]
        heads = (text("page.school"), self.said("from_here", school=name), text("page.seats"), self.said("there"), self.said("of_seats"))
        full = together([row["utilization"] for row in one["to"]], "percent", self.language)
        rows = tuple(
            (
                Entry(row["name"]), self._from(row), self._count(row["seats"]), self._count(row["students_there"]),
                Entry(full.text(row["utilization"]), _exact(row["utilization"])),
            )
            for row in one["to"]
            if row["students"] != 0  # ground where nobody lives
        )  # fmt: skip
        return ClosureTable(key, self.said("where_caption", school=name), heads, rows)

    def _from(self, row: Row) -> Entry:
        if row["between"] is not None:
            low, high = row["between"]
            return Entry(self.language.between((low, high)))
        return self._count(row["students"])

    def _groups(self) -> ClosureTable | None:
        rows = {name: row["share"] for name, row in self.record["groups"].items()}
        if not any(is_number(share) and share > 0 for share in rows.values()):
            return None
        beside = together(rows.values(), "percent", self.language)
        lines = tuple(
            (Entry(capital(self.said("everyone") if name == EVERYONE else str(self.language.group(name)))), Entry(beside.text(share), _exact(share)))
            for name, share in rows.items()
        )
        heads = (self.language.text("page.group"), self.said("group_share"))
        return ClosureTable(f"closing-groups-{self.option.letter.lower()}", self.said("groups_caption"), heads, lines)

    # -- decided otherwise ---------------------------------------------------------------------------------------------

    def _otherwise(self) -> ClosureTable | None:
        rows: Sequence[Row] = self.record["otherwise"]
        if not rows:
            return None
        goals = [goal_of(entry) for entry in self.option.record["goals"]]
        measures = [key for key in KINDS if any(is_number(row.get(key, {}).get("value")) for row in rows) and not _stands(key, goals)]
        named = [capital(goal_name(goal, self.option.district.travel_unit, self.language)) for goal in goals]
        heads = (self.said("decision"), *named, *(self.said(HEADS[key]) for key in measures), self.said("sure"))
        kinds = [goal_kind(goal, self.option.district.travel_unit) for goal in goals] + [settled(KINDS[key], self.trip_unit) for key in measures]
        columns = [[_price(row, i, len(goals), measures) for row in rows] for i in range(len(kinds))]
        written_columns = [self._prices(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        own = (Entry(self.language.text("page.column_plan", letter=self.option.letter)), *(column[-1] for column in written_columns))
        lines = tuple(
            (Entry(self._decision(row), note=self._also(row)), *(column[k] for column in written_columns), Entry(self._sure(row)))
            for k, row in enumerate(rows)
        )
        lines = ((*own, Entry(self._own_sure())), *lines)
        return ClosureTable(f"otherwise-{self.option.letter.lower()}", self.said("otherwise_caption"), heads, lines)

    @property
    def trip_unit(self) -> str:
        return self.option.district.travel_unit

    def _prices(self, prices: Sequence[Row | None], kind: Kind) -> list[Entry]:
        """Values of a column, and below each how it differs from the plan's; the plan's own last."""
        cells: list[Cell] = [price[key] for price in prices if price is not None for key in ("value", "plan")]
        own = next((price["plan"] for price in prices if price is not None), None)
        beside = together(cells, kind, self.language)
        found = []
        for price in prices:
            if price is None:
                found.append(Entry(NOTHING))
                continue
            value, plan = price["value"], price["plan"]
            note = "" if not is_number(difference(value, plan)) else beside.change_with_unit(value, plan)
            note = self.language.text("page.about_same") if beside.is_same(value, plan) else note
            found.append(Entry(beside.with_unit(value), _exact(value), note))
        return [*found, Entry(beside.with_unit(own), _exact(own))]

    def _decision(self, row: Row) -> str:
        is_candidate = bool(self.option.district.is_candidate[self.option.district.school_index[row["school"]]])
        return self.said(f"choice_{decided(not is_candidate, row['is_open'])}", school=row["name"])

    def _also(self, row: Row) -> str:
        names = dict(zip(self.option.district.school_ids, self.option.district.school_names, strict=True))
        parts = [(key, ", ".join(names[text] for text in row[key])) for key in ("closes", "opens") if row[key]]
        return "; ".join(self.said(f"also_{key}", schools=schools) for key, schools in parts)

    def _sure(self, row: Row) -> str:
        if row["status"] in ("no_set", "infeasible", "no_plan"):
            return self.said(row["status"])
        return self.said(f"sure_{row['status']}") if row["goals"] else self.said("sure_none")

    def _own_sure(self) -> str:
        status = self.option.record.get("status")
        return self.said(f"sure_{status}") if status in ("optimal", "within_gap", "feasible") else NOTHING

    # -- cells ---------------------------------------------------------------------------------------------------------

    def _count(self, value: Cell) -> Entry:
        return Entry(self.language.count(value), _exact(value))

    def _shares(self, *values: Cell) -> list[Entry]:
        beside = together(values, "percent", self.language)
        return [Entry(beside.text(value), _exact(value)) for value in values]


def _price(row: Row, i: int, num_goals: int, measures: Sequence[str]) -> Row | None:
    found: Row | None = (row["goals"][i] if row["goals"] else None) if i < num_goals else row.get(measures[i - num_goals])
    return found


def _stands(key: str, goals: Sequence[Any]) -> bool:
    """Whether a goal is the measure: it has a column already."""
    same = {"share_reassigned": "reassigned", "travel_mean": "travel"}.get(key)
    return any(goal.minimize == same for goal in goals)


def _exact(value: Cell) -> str:
    return f"{float(value):.6g}" if is_number(value) else ""
