"""The diagnosis in short: what a board asks first, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from rezoning.metrics.seats import EMPTY
from rezoning.public.cell import Cell, difference, is_number
from rezoning.public.diagnosed import PublicDiagnosis, PublicResidence, PublicSeats
from rezoning.report.catalogue.kinds import Together, roughly, together
from rezoning.report.crowding import limit_words
from rezoning.report.diagnosis.words import Words

HAIR = 1e-6  # students, or of an index
SEEN = 0.0005  # of an index: less is not seen in three digits
SIGNS = "+±\N{MINUS SIGN}"


def in_short(found: PublicDiagnosis, say: Words) -> list[str]:
    """All sentences; of what the data do not know none."""
    return [*_seats(found, say), *_unequal(found, say), *_zones(found, say), *_pairing(found, say), *_ways(found, say)]


def is_above(students: Cell, limit: float) -> bool:
    """Whether more students are known than a limit."""
    return is_number(students) and students > limit + HAIR


def is_empty(row: PublicSeats) -> bool:
    """Whether few students are known to be at a school, for its seats."""
    return is_number(row.students) and row.students < EMPTY * row.seats - HAIR


def _seats(found: PublicDiagnosis, say: Words) -> Iterator[str]:
    rows = found.seats
    if rows is None:
        return
    total = say.whole(len(rows))
    over = [row.school for row in rows if is_above(row.students, row.seats)]
    yield say("over", schools=say.names(over), count=say.whole(len(over)), total=total) if over else say("over_none")
    yield from _allowed(found, rows, say)
    if over and any(row.portables is not None for row in rows):
        still = [row.school for row in rows if is_above(row.students, row.seats + (row.portables or 0.0))]
        yield say("over_portables", schools=say.names(still)) if still else say("over_portables_none")
    later = _later(rows)
    if later is not None and set(later[1]) != set(over):
        year, then = later
        yield say("over_later", year=year, schools=say.names(then), count=say.whole(len(then)), total=total)
    under = [row.school for row in rows if is_empty(row)]
    if under:
        yield say("under", share=say.language.percent(EMPTY, 0), schools=say.names(under), count=say.whole(len(under)), total=total)


def _allowed(found: PublicDiagnosis, rows: tuple[PublicSeats, ...], say: Words) -> Iterator[str]:
    """How many are over what the rules allow, where that is something else than the seats."""
    if all(abs(row.allowed - row.seats) < HAIR for row in rows):
        return
    over, allowed = [row.school for row in rows if is_above(row.students, row.allowed)], limit_words(found.book.asked.scenario, say.language)
    if over:
        yield say("over_allowed", allowed=allowed, schools=say.names(over), count=say.whole(len(over)), total=say.whole(len(rows)))
    else:
        yield say("over_allowed_none", allowed=allowed)


def _later(rows: tuple[PublicSeats, ...]) -> tuple[str, list[int]] | None:
    """The last of the coming times, and who is over its seats then."""
    years = list(rows[0].by_year) if rows else []
    then = [row.school for row in rows if is_above(row.by_year[years[-1]], row.seats)] if years else []
    return (years[-1], then) if then else None


def _unequal(found: PublicDiagnosis, say: Words) -> Iterator[str]:
    if not found.groups or not found.borders:
        return
    first, group = found.borders[0], found.groups[0]
    gap = first.gaps[group]
    if not is_number(gap) or gap <= 0:
        return
    both = sorted(zip((side.school for side in first.sides), first.shares[group], strict=True), key=lambda one: -float(one[1] or 0.0))
    far = say.far(first.trip, first.km)
    shares = say.beside([one[1] for one in both], "percent")
    yield say(
        "unequal", one=say.school(both[0][0]), other=say.school(both[1][0]), group=say.group(group),
        share_one=shares[0], share_other=shares[1], apart=say("apart", far=far) if any(map(str.isdigit, far)) else "",
    )  # fmt: skip


def _zones(found: PublicDiagnosis, say: Words) -> Iterator[str]:
    """How much of today's segregation other zones could take away, and what today's lines add to that of nearest schools."""
    if not found.groups:
        return
    group = found.groups[0]
    lives = found.residence[group]
    if not is_number(lives.today):
        return
    beside = together([lives.today, lives.floor if _is_told(lives) else None, lives.nearest], "index", say.language)
    said = _explained(found, say, group, beside)
    if is_number(lives.nearest):
        added = float(difference(lives.today, lives.nearest) or 0.0)
        key = "lines_same" if beside.is_same(lives.today, lives.nearest) else "lines_add" if added > 0 else "lines_take"
        said += " " + say(key, nearest=beside.text(lives.nearest), added=beside.change(lives.today, lives.nearest).lstrip(SIGNS))
    yield said


def _is_told(lives: PublicResidence) -> bool:
    """Whether what no zones go below is said, and is not just today's."""
    could = removable(lives.today, lives.floor)
    return is_number(could) and (could >= HAIR or _is_below(lives))


def _is_below(lives: PublicResidence) -> bool:
    """Whether today's zones have less segregation than zones under the rules can have."""
    return is_number(lives.floor) and is_number(lives.today) and lives.today < lives.floor - SEEN


def _explained(found: PublicDiagnosis, say: Words, group: str, beside: Together) -> str:
    lives = found.residence[group]
    told = {"group": say.group(group), "today": beside.text(lives.today)}
    if not is_number(lives.floor) or not is_number(lives.today):
        return say("zones_unknown", **told, why=say(f"why_{found.why_no_floor[group] or 'time'}"))
    could = removable(lives.today, lives.floor)
    if not is_number(could) or could < HAIR:
        key = "zones_below" if _is_below(lives) else "zones_best" if lives.today >= HAIR else "zones_even"
        return say(key, **told, floor=beside.text(lives.floor))
    less, share = beside.change(lives.today, lives.floor).lstrip(SIGNS), roughly(could / lives.today, say.language)
    return say("zones_explain", **told, floor=beside.text(lives.floor), removable=less, share=share)


def removable(today: Cell, floor: Cell) -> Cell:
    """What zones could change at most, max(0, today - floor), as exact as both are told."""
    could = difference(today, floor)
    return could if not is_number(could) or could > 0 else 0.0


def _pairing(found: PublicDiagnosis, say: Words) -> Iterator[str]:
    if not found.pairings:
        return
    first = found.pairings[0]
    group = next(iter(first.after))
    gain = first.gain[group]
    if is_number(gain) and gain > 0:
        today = found.residence[group].today
        now, after = say.beside([today, first.after[group]], "index")
        yield say("pairing", one=say.school(first.schools[0]), other=say.school(first.schools[1]), today=now, after=after)


def _ways(found: PublicDiagnosis, say: Words) -> Iterator[str]:
    if found.nearer:
        units, total = sum(one.units for one in found.nearer), found.book.district.num_units
        yield say("pass" if found.seats is not None else "pass_no_seats", units=say.whole(units), total=say.whole(total))
    cut = [one.school for one in found.islands]
    key = "islands_none" if not cut else "islands_one" if len(cut) == 1 else "islands_count"
    yield say(key, count=say.whole(len(cut)), schools=say.names(cut))
