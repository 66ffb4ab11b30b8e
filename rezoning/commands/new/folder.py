"""A folder, with what each of its files is and which serve as units and schools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rezoning.commands.new.asking import Asking, Choice
from rezoning.commands.new.beside import Known, beside
from rezoning.commands.new.finds import Found, of_kind
from rezoning.commands.new.land import is_walk_zone
from rezoning.commands.new.look import Public, Seen, Unread
from rezoning.commands.new.looked import Looked
from rezoning.commands.new.school_files import schools_by_unit, schools_in
from rezoning.commands.new.unit_files import units_in
from rezoning.district.detect import Lookup
from rezoning.district.labels import Labels


@dataclass(frozen=True)
class Made:
    """Units, schools and perhaps zones that were put together from public files."""

    units: Found
    schools: Found
    zones: Found | None = None


@dataclass(eq=False)
class Folder:
    """What a folder holds.

    Parameters
    ----------
    path
        The folder.
    finds
        Every file, table and layer with what it is.
    units, schools
        Those that serve; None where there are none.
    known
        What finds units and schools in the others.
    """

    path: Path
    finds: list[Found]
    units: Found | None
    schools: Found | None
    known: Known

    def best(self, *kinds: str) -> Found | None:
        """The best file of some kinds."""
        return next(iter(of_kind(self.finds, *kinds)), None)


def recognized(path: Path, seen: Sequence[Seen], asking: Asking, made: Made | None = None) -> Folder:
    """What each file is; which of several files hold units and schools is asked.

    Parameters
    ----------
    made
        Units and schools that were put together from public files, which then are these.
    """
    finds = [Found(one, one.what, one.why) for one in seen if isinstance(one, Unread)]
    finds += [Found(one, "census", one.kind.value) for one in seen if isinstance(one, Public)]
    rest = [one for one in seen if isinstance(one, Looked)]
    if made is not None:
        return _around(path, finds, rest, made)
    candidates = [found for one in rest if (found := schools_in(one)) is not None]
    schools = _one_of("schools", "Which file holds the schools?", [one for one in candidates if one.kind == "schools"] or candidates, asking)
    labels, num = _labels(schools), 0 if schools is None else schools.looked.rows
    areas = [found for one in rest if one is not getattr(schools, "seen", None) and (found := _units(one, labels, num)) is not None]
    drawn = [found for found in areas if found.looked.shape == "polygons"]
    units = _one_of("units", "Which file holds the units (blocks, planning areas)?", drawn or areas, asking)
    if schools is None and units is not None:
        schools = next((found for one in rest if one is not units.seen and (found := schools_by_unit(one, units.looked, units.columns["id"]))), None)
        labels = _labels(schools)
    known = _known(units, schools, labels)
    for one in rest:
        if schools is not None and one is schools.seen:
            schools.kind = "schools"
            finds.append(schools)
        elif units is not None and one is units.seen:
            finds.append(units)
        else:
            finds.append(_other(one, known, candidates, areas))
    return _told(path, finds, units, schools, known)


def _around(path: Path, finds: list[Found], rest: list[Looked], made: Made) -> Folder:
    """What the other files are beside units and schools that were made; zones of the district's own come before a survey's."""
    known = _known(made.units, made.schools, _labels(made.schools))
    finds += [beside(one, known) for one in rest]
    if made.zones is not None and not of_kind(finds, "zones"):
        finds.append(made.zones)
    return _told(path, finds, made.units, made.schools, known)


def _told(path: Path, finds: list[Found], units: Found | None, schools: Found | None, known: Known) -> Folder:
    """The folder, with walk zones told from zones."""
    for found in of_kind(finds, "zones"):
        if units is not None and is_walk_zone(found.looked, units.looked):
            found.kind = "walk_zones"
    return Folder(path, sorted(finds, key=lambda found: found.name.lower()), units, schools, known)


def _other(one: Looked, known: Known, schools: list[Found], units: list[Found]) -> Found:
    """What a file is that is not taken as units or schools: what it says beside them, else a second file of units or schools."""
    found = beside(one, known)
    also = next((other for other in (*schools, *units) if other.seen is one), None)
    if also is not None and found.kind in ("none", "addresses") and (also.kind == "schools" or one.shape == "polygons" or not known.num_units):
        return also
    return found


def _units(one: Looked, labels: Labels, num_schools: int) -> Found | None:
    """A layer or table as units, unless its rows are zones: each with a school of its own, and no more of them than a few times the schools."""
    found = units_in(one)
    if found is None:
        return None
    known = Known(Lookup(()), labels, 0, num_schools)
    named = [column for column in one.columns if known.share_of_schools(one, column) >= 0.9 or known.names_most(one, column)]
    per_school = max((len(one.distinct(column)) for column in named), default=0)
    if named and one.rows < 2 * per_school and not found.columns["students"] and not found.columns["grades"]:
        return None
    trips = [column for column in one.columns if labels.find(column) >= 0]
    return None if len(trips) >= 2 and len(trips) >= 0.5 * num_schools else found


def _one_of(key: str, text: str, found: list[Found], asking: Asking) -> Found | None:
    """The best of several files for one role; asked where there are several."""
    ranked = sorted(found, key=lambda one: one.rank)
    if len(ranked) < 2:
        return next(iter(ranked), None)
    is_newer = ranked[0].rank[1:3] < ranked[1].rank[1:3]
    alike = "they are much alike" + (", and by their names it is the newer" if is_newer else "")
    why = ranked[0].why if ranked[0].score > ranked[1].score else alike
    answer = asking.choose(key, text, [Choice(one.name, one.why) for one in ranked], why=why)
    return next(one for one in ranked if one.name == answer)


def _labels(schools: Found | None) -> Labels:
    if schools is None:
        return Labels()
    ids = schools.looked.texts(schools.columns["id"] or schools.columns["name"]).tolist()
    names = schools.looked.texts(schools.columns["name"]).tolist() if schools.columns["name"] else ids
    return Labels(ids, names)


def _known(units: Found | None, schools: Found | None, labels: Labels) -> Known:
    ids = [] if units is None else units.looked.texts(units.columns["id"]).tolist()
    if schools is None:
        return Known(Lookup(ids), labels, len(ids), 0)
    key = schools.columns["id"] or schools.columns["name"]
    held = schools.looked.texts(key).tolist()
    exact = Lookup(held, schools.looked.texts(schools.columns["name"]).tolist() if schools.columns["name"] else ())
    return Known(Lookup(ids), labels, len(ids), schools.looked.rows, frozenset(held), exact)
