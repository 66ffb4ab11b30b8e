"""The tables of a diagnosis, written in a language; the page and the terminal show the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rezoning.metrics.seats import EMPTY
from rezoning.metrics.splits import LEAST_GAIN
from rezoning.public.book import Told
from rezoning.public.cell import Cell, is_number, ratio
from rezoning.public.diagnosed import PublicBand, PublicDiagnosis, PublicResidence, PublicSeats
from rezoning.report.catalogue.kinds import roughly
from rezoning.report.diagnosis.short import HAIR, is_above, is_empty, removable
from rezoning.report.diagnosis.words import Words
from rezoning.report.language import NOTHING, capital

MOST = 8  # rows of a table that could be long


@dataclass(frozen=True)
class Head:
    """A column; whether it holds numbers."""

    text: str
    is_number: bool = True


@dataclass(frozen=True)
class Line:
    """A row: its cells, the first of which names it; the units that a map outlines for it, and what they are; ``over``, ``under`` or nothing."""

    cells: tuple[str, ...]
    units: tuple[int, ...] = ()
    label: str = ""
    flag: str = ""


@dataclass(frozen=True)
class DiagnosisTable:
    """A table: what it shows, its columns and rows, and how many rows are left out."""

    caption: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Bar:
    """A bar of the chart of one group's dissimilarity, from 0 to 1; `kind` is its part in `PublicResidence`."""

    kind: str
    label: str
    value: str
    share: float


@dataclass(frozen=True)
class GroupBars:
    """The chart of a group."""

    caption: str
    bars: tuple[Bar, ...] = field(default=())


# -- seats -------------------------------------------------------------------------------------------------------------


def seats_table(found: PublicDiagnosis, say: Words) -> DiagnosisTable | None:
    """Every school, those that are fullest first; None where seats are not known."""
    if found.seats is None:
        return None
    has_portables = any(row.portables is not None for row in found.seats)
    years = list(found.seats[0].by_year) if found.seats else []
    heads = [Head(say("school"), False), Head(say("seats")), *([Head(say("portable_seats"))] if has_portables else [])]
    heads += [Head(say("now")), Head(say("of_seats")), *(Head(year) for year in years), Head(say("says"), False)]
    ordered = sorted(found.seats, key=lambda row: -_use(row))
    return DiagnosisTable(say("seats_caption"), tuple(heads), tuple(_seats_line(row, has_portables, say) for row in ordered))


def _use(row: PublicSeats) -> float:
    use = ratio(row.students, row.seats)
    return use if is_number(use) else -1.0


def _seats_line(row: PublicSeats, has_portables: bool, say: Words) -> Line:
    numbers: list[Told] = [row.seats, *([row.portables] if has_portables else []), row.students]
    later = [say.count(cell) for cell in row.by_year.values()]
    use, flag, said = say.percent(ratio(row.students, row.seats)), _flag(row), _marks(row, say)
    return Line((say.school(row.school), *map(say.count, numbers), use, *later, "; ".join(said) or NOTHING), flag=flag)


def _flag(row: PublicSeats) -> str:
    if is_above(row.students, row.seats) or any(is_above(cell, row.seats) for cell in row.by_year.values()):
        return "over"
    return "under" if is_empty(row) else ""


def _marks(row: PublicSeats, say: Words) -> Iterator[str]:
    """What a school's numbers mean."""
    if is_number(row.students):
        over = row.students - row.seats
        if over > HAIR and row.portables:
            yield say("mark_over_portables", count=say.whole(over), rest=say.whole(max(0.0, over - row.portables)))
        elif over > HAIR:
            yield say("mark_over" if row.students > row.allowed + HAIR else "mark_over_allowed", count=say.whole(over))
        elif row.students > row.allowed + HAIR:
            yield say("mark_allowed", count=say.whole(row.students - row.allowed))
        elif is_empty(row):
            yield say("mark_under", count=say.whole(EMPTY * row.seats - row.students), least=say.language.percent(EMPTY, 0))
    if not is_above(row.students, row.seats):
        first = next((year for year, cell in row.by_year.items() if is_above(cell, row.seats)), None)
        if first is not None:
            yield say("mark_over_year", year=first)


# -- neighbors ---------------------------------------------------------------------------------------------------------


def borders_table(found: PublicDiagnosis, group: str, say: Words, most: int = MOST) -> DiagnosisTable | None:
    """Neighbors, the most unequal in a group's share first; None where there are none."""
    known = [border for border in found.borders if is_number(border.gaps.get(group))]
    ordered = sorted(known, key=lambda border: -float(border.gaps[group] or 0.0))
    lines = []
    for border in ordered[:most]:
        one, other = border.sides
        name = say.pair(one.school, other.school)
        shares, along = (
            " | ".join(texts) for texts in (say.beside(border.shares[group], "percent"), (say.count(one.students), say.count(other.students)))
        )
        cells = (name, shares, say.points(border.gaps[group]), say.border(border.border_m), say.far(border.trip, border.km), along)
        label = say("show_which", one=say.school(one.school), other=say.school(other.school))
        lines.append(Line(cells, (*one.units.tolist(), *other.units.tolist()), label))
    heads = tuple(Head(say(key), key != "neighbors") for key in ("neighbors", "share_of", "gap", "border", "apart_head", "along"))
    caption = say("borders_caption", group=say.group(group))
    return DiagnosisTable(caption, heads, tuple(lines), len(ordered) - len(lines)) if lines else None


# -- islands and ways --------------------------------------------------------------------------------------------------


def islands_table(found: PublicDiagnosis, say: Words, most: int = MOST) -> DiagnosisTable | None:
    """Islands, the most populous first; None where there are none."""
    lines = [
        Line(
            (say.school(one.school), say.whole(len(one.units)), say.count(one.students)),
            tuple(one.units.tolist()),
            say("show_which_island", school=say.school(one.school), number=say.whole(k)),
        )
        for k, one in enumerate(found.islands, 1)
    ]
    heads = (Head(say("island"), False), Head(say("units")), Head(say("students")))
    return DiagnosisTable(say("islands_caption"), heads, tuple(lines[:most]), max(0, len(lines) - most)) if lines else None


def nearer_table(found: PublicDiagnosis, say: Words, most: int = MOST) -> DiagnosisTable | None:
    """From which zone to which nearer school, most students first; None where nobody has one."""
    lines = [
        Line((say.school(one.origin), say.school(one.target), say.whole(one.units), say.count(one.students), say.trip(one.typical)))
        for one in found.nearer or ()
    ]
    heads = (Head(say("from"), False), Head(say("to"), False), Head(say("units")), Head(say("students")), Head(say("shorter")))
    caption = say("nearer_caption" if found.seats is not None else "nearer_caption_no_seats")
    return DiagnosisTable(caption, heads, tuple(lines[:most]), max(0, len(lines) - most)) if lines else None


def corridors_words(found: PublicDiagnosis, say: Words) -> str:
    """Zones that hang together by units without students."""
    names = {school.id: school.name for school in found.book.schools}
    held = [say("corridor", school=names[text], count=say.whole(len(units))) for text, units in found.corridors.items()]
    return say("corridors", schools=say.listed(held)) if held else say("corridors_none")


# -- bands -------------------------------------------------------------------------------------------------------------


def bands_table(found: PublicDiagnosis, groups: tuple[str, ...], say: Words) -> DiagnosisTable | None:
    """The scenario's bands, and for some groups those that policies have used; of two that are the same in this district the first."""
    shown, ranges = [], set()
    for one in found.bands:
        same = (one.band.group, *dict.fromkeys(one.limits))
        if one.is_rule or (one.band.group in groups and same not in ranges):
            shown.append(one)
            ranges |= set() if one.is_rule else {same}
    lines = tuple(Line((_band_name(one, say), _range(one, say), _outside(one, say))) for one in shown)
    heads = (Head(say("band"), False), Head(say("band_range")), Head(say("band_outside"), False))
    return DiagnosisTable(say("bands_caption"), heads, lines) if lines else None


def _band_name(one: PublicBand, say: Words) -> str:
    who = one.band.index or say.group(str(one.band.group))
    what = say("band_rule") if one.band.preset is None else say(f"policy_{one.band.preset}")
    return f"{capital(who)}: {what}"


def _range(one: PublicBand, say: Words) -> str:
    texts = list(dict.fromkeys(_ends(low, high, one.band.index is None, say) for low, high in one.limits))
    return texts[0] if len(texts) == 1 else say("or", first=", ".join(texts[:-1]), last=texts[-1])


def _ends(low: float, high: float, is_share: bool, say: Words) -> str:
    def text(value: float) -> str:
        return say.percent(min(max(value, 0.0), 1.0)) if is_share else say.language.number(value, 2)

    if low == -float("inf"):
        return say("at_most", high=text(high))
    return say("at_least", low=text(low)) if high == float("inf") else say("between", low=text(low), high=text(high))


def _outside(one: PublicBand, say: Words) -> str:
    texts = [say.school(at) + (f" ({say.percent(share)})" if share is not None else "") for at, share in one.outside]
    unjudged = [say("band_unjudged", count=say.whole(one.unjudged))] if one.unjudged else []
    return "; ".join([say.listed(texts) if texts else say("band_all_inside"), *unjudged])


# -- what zones could change -------------------------------------------------------------------------------------------


def bars(found: PublicDiagnosis, group: str, say: Words) -> GroupBars | None:
    """The chart of a group; None where nothing may be told of it."""
    lives = found.residence[group]
    known = [(kind, value) for kind, value in _parts(lives) if is_number(value)]
    texts = say.beside([value for _, value in known], "index")
    shown = tuple(Bar(kind, say(f"bar_{kind}"), text, float(value)) for (kind, value), text in zip(known, texts, strict=True))
    return GroupBars(say("change_caption", group=say.group(group)), shown) if shown else None


def _parts(lives: PublicResidence) -> list[tuple[str, Cell]]:
    """From the segregation of homes down to what no zones go below."""
    return [("units", lives.units), ("nearest", lives.nearest), ("today", lives.today), ("floor", lives.floor), ("loose", lives.loose)]


def change_table(found: PublicDiagnosis, say: Words) -> DiagnosisTable | None:
    """Every group: homes, nearest, today, what no zones go below, and what zones could change."""
    lines = []
    for name in found.groups:
        lives = found.residence[name]
        if all(value is None for _, value in _parts(lives)):
            continue
        could, why = removable(lives.today, lives.floor), found.why_no_floor[name]
        share = ratio(could, lives.today)
        *indices, removed = say.beside([*(value for _, value in _parts(lives)), could], "index")
        said = f"{removed} ({roughly(share, say.language)})" if is_number(share) else say(f"why_{why}") if why else removed
        lines.append(Line((capital(say.group(name)), *indices, said)))
    heads = (
        Head(say("group"), False),
        *(Head(say(f"head_{kind}")) for kind in ("units", "nearest", "today", "floor", "loose")),
        Head(say("could_change")),
    )
    return DiagnosisTable(say("change_all"), heads, tuple(lines)) if lines else None


# -- pairs -------------------------------------------------------------------------------------------------------------


def splits_table(found: PublicDiagnosis, say: Words, most: int = MOST) -> DiagnosisTable | None:
    """Pairs that are worth a look, each with the best way to split its grades; None where there are none."""
    if not found.splits:
        return None
    group = next(iter(found.splits[0].after))
    lines = []
    for one in found.splits[:most]:
        today, after = say.beside([found.residence[group].today, one.after[group]], "index")
        trips = NOTHING if one.trips is None else " → ".join(map(say.trip, one.trips))
        lines.append(Line((say.buildings(one.schools, one.grades), f"{today} → {after}", say.count(one.moved), trips)))
    heads = (Head(say("split"), False), Head(say("after")), Head(say("split_moved")), Head(say("split_trips")))
    return DiagnosisTable(say("splits_caption", group=say.group(group)), heads, tuple(lines), len(found.splits) - len(lines))


def splits_about(found: PublicDiagnosis, say: Words) -> str:
    """How the grades of a pair are split, which pairs are listed, and what is taken to be equal in every grade."""
    district = found.book.district
    key = "uniform" if any(name not in district.groups_by_grade for name in found.groups) else "counted"
    room = say("splits_room") if found.seats is not None else ""
    return " ".join(filter(None, (say("splits_about", gain=f"{LEAST_GAIN:g}"), room, say(f"splits_{key}"))))


def pairs_table(found: PublicDiagnosis, say: Words, most: int = MOST) -> DiagnosisTable | None:
    """Pairs by what pairing would do to the first group that may be told of; None where there are none."""
    if not found.pairings:
        return None
    group = next(iter(found.pairings[0].after))
    lines = []
    for one in found.pairings[:most]:
        today, after = say.beside([found.residence[group].today, one.after[group]], "index")
        fits = NOTHING if one.fits is None else say("yes" if one.fits else "no")
        cells = (say.pair(*one.schools), f"{today} → {after}", say.count(one.students), fits, say.far(one.trip, one.km))
        lines.append(Line(cells))
    heads = (Head(say("pair"), False), Head(say("after")), Head(say("of_both")), Head(say("fits"), False), Head(say("apart_head")))
    return DiagnosisTable(say("pairs_caption", group=say.group(group)), heads, tuple(lines), len(found.pairings) - len(lines))
