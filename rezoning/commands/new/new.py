"""A folder becomes a scenario: looked at, asked, tried, and written beside the files."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rezoning.commands.new.asking import AnswerError, Asking, Choice
from rezoning.commands.new.counts import fill_counts
from rezoning.commands.new.draft import Draft, file_keys
from rezoning.commands.new.finds import KINDS, named, of_kind
from rezoning.commands.new.folder import Folder, recognized
from rezoning.commands.new.joined import Joined, joined_district
from rezoning.commands.new.level import ASKED, LABELS, level_in
from rezoning.commands.new.look import Public, Seen, look
from rezoning.commands.new.missing import estimated_students, estimated_trips, missing
from rezoning.commands.new.place import SOURCES, TODAY, TODAY_TEXT, check_free, check_unchanged, sha_of, write_all, written_before
from rezoning.commands.new.public import opened
from rezoning.commands.new.sites import fill_schools
from rezoning.commands.new.sources import sources_text
from rezoning.commands.new.today import today_record, today_text
from rezoning.commands.new.trial import Tried, trial
from rezoning.commands.new.ways import fill_addresses, fill_adjacency, fill_today, fill_travel, fill_walk
from rezoning.commands.new.words import Slug
from rezoning.commands.new.writing import scenario_text
from rezoning.district.census.kinds import Kind
from rezoning.errors import DataError, Problem, ScenarioError, shown
from rezoning.runs.directory import json_text


@dataclass(frozen=True)
class Order:
    """What was asked for.

    Parameters
    ----------
    folder
        The folder with the files.
    out
        The scenario; `scenario.yaml` in the folder when left out.
    name
        The scenario's name; made of the folder's when left out.
    level
        elementary, middle or high, where it is said.
    district
        LEAID of the district, where census files are to be joined.
    replace
        Whether a scenario that stands there may be replaced.
    """

    folder: Path
    out: Path | None = None
    name: str | None = None
    level: str | None = None
    district: str | None = None
    replace: bool = False

    @property
    def scenario(self) -> Path:
        """Where the scenario will stand."""
        return (self.out or self.folder / "scenario.yaml").absolute()


@dataclass(frozen=True, eq=False)
class Prepared:
    """A folder that was looked at, and a scenario in the making; None where its files are not enough."""

    order: Order
    folder: Folder
    asking: Asking
    draft: Draft | None
    problems: tuple[Problem, ...] = ()
    joined: Joined | None = None

    def files(self) -> list[dict[str, Any]]:
        """The table of files."""
        made = None if self.joined is None else self.joined.made.zones
        return [found.record() for found in self.folder.finds if found.kind != "own" and found is not made]


def prepare(order: Order, asking: Asking, scratch: Path) -> Prepared:
    """Look at every file and put the questions; nothing is written but what is unpacked in `scratch`.

    Raises
    ------
    OutputError, AnswerError
        The scenario could not be written there, or an answer fits no question.
    """
    if not order.folder.is_dir():
        raise AnswerError(Problem(str(order.folder), "is no folder.", "Name the folder that holds the district's files."))
    check_free(order.scenario, replace=order.replace)
    place = order.scenario.parent
    seen = look(order.folder, scratch, frozenset(written_before(place)))
    if order.district is not None:
        return _of_district(order, seen, asking)
    folder = recognized(order.folder, [opened(one) if isinstance(one, Public) else one for one in seen], asking)
    public = {one.name: one.kind for one in seen if isinstance(one, Public)}
    for found in folder.finds:
        if found.kind == "none" and found.name in public:
            found.kind, found.why = "census", public[found.name].value
    try:
        draft = _drafted(order, folder, asking)
    except DataError as error:
        return Prepared(order, folder, asking, None, _of_no_district(folder) or error.problems)
    return Prepared(order, folder, asking, draft)


def _of_no_district(folder: Folder) -> tuple[Problem, ...]:
    """What to say of census files where nobody named the district; nothing where there are none."""
    files = [found.name for found in of_kind(folder.finds, "census")]
    message = f"files of the Census Bureau and NCES are joined for one district, and none is named: {shown(files)}."
    cure = f"Name it: rezoning new {shlex.quote(str(folder.path))} --district LEAID, seven digits that nces.ed.gov/ccd/districtsearch shows."
    return (Problem(folder.path.name, message, cure),) if files else ()


def _of_district(order: Order, seen: Sequence[Seen], asking: Asking) -> Prepared:
    """A district put together from public files, and whatever else there is."""
    assert order.district is not None
    level = order.level or asking.choose("level", ASKED, [Choice(level, said) for level, said in LABELS.items()], why="nothing says otherwise")
    try:
        joined = joined_district([one for one in seen if isinstance(one, Public)], order.district, level, order.scenario.parent)
    except DataError as error:
        return Prepared(order, recognized(order.folder, seen, asking), asking, None, error.problems)
    rest = [one for one in seen if not (isinstance(one, Public) and one.kind is Kind.STREETS)]
    folder = recognized(order.folder, [*rest, *joined.streets], asking, joined.made)
    for found in folder.finds:
        found.use = joined.uses.get(found.name, found.use)
    draft = Draft(folder, asking, level, order.scenario.parent, estimated=True, derived=dict(joined.derived), remarks=list(joined.remarks))
    joined.fill(draft)
    draft.report["sources"] = joined.told
    if joined.made.zones is not None and joined.made.zones not in folder.finds:  # the district has zones of its own
        del draft.derived[joined.made.zones.path.name]
    try:
        _fill_rest(draft)
        _check_today(draft)
    except DataError as error:
        return Prepared(order, folder, asking, None, error.problems)
    return Prepared(order, folder, asking, draft, joined=joined)


def _check_today(draft: Draft) -> None:
    """Refuse an estimate without zones to spread schools' counts in."""
    if not {"current", "current_school"} & set(draft.data["units"]):
        message = "each school's students are spread within its zone of today, and no file has these zones."
        cure = "Ask the district for its zones (any layer of polygons that names the schools); those of 2015-16 are in SABS_1516.zip."
        raise DataError(Problem("zones", message, cure))


def _drafted(order: Order, folder: Folder, asking: Asking) -> Draft:
    problems = _lacking(folder)
    if problems:
        raise DataError(problems)
    assert folder.units is not None
    draft = Draft(folder, asking, level_in(folder, asking, order.level), order.scenario.parent)
    for problem in _homes(folder):
        draft.remark(str(problem))
    draft.data["units"] = {**file_keys(folder.units), "id": folder.units.columns["id"]}
    fill_counts(draft)
    _fill_rest(draft)
    return draft


def _fill_rest(draft: Draft) -> None:
    for fill in (fill_schools, fill_today, fill_travel, fill_walk, fill_adjacency, fill_addresses):
        fill(draft)


def _lacking(folder: Folder) -> list[Problem]:
    """What a scenario cannot be written without."""
    found = []
    held = ", ".join(dict.fromkeys(KINDS[one.kind] for one in folder.finds if one.kind not in ("own", "document"))) or "nothing that can be read"
    if folder.units is None:
        cure = "Add a layer of blocks or planning areas with an id each; rezoning new --list LEAID says where census blocks are."
        found.append(Problem(folder.path.name, f"no file holds units (found: {held}).", cure))
    if folder.schools is None:
        cure = "Add points of the schools, or a table with name, lon and lat."
        found.append(Problem(folder.path.name, f"no file holds schools (found: {held}).", cure))
    return [*found, *_homes(folder)] if found else []


def _homes(folder: Folder) -> list[Problem]:
    """What to say of students' addresses that are not geocoded."""
    cure = "Geocode the addresses first (ArcGIS, QGIS, the Census geocoder), and give the points; or count the students by unit."
    return [
        Problem(one.name, f"holds addresses of students and no coordinates ({named(one.looked.columns)}).", cure)
        for one in of_kind(folder.finds, "homes")
    ]


@dataclass(frozen=True, eq=False)
class Written:
    """What was written, and everything there is to say about it."""

    prepared: Prepared
    tried: Tried
    files: list[Path]
    today: dict[str, Any]
    missing: list[dict[str, Any]]
    name: str

    def record(self) -> dict[str, Any]:
        """The document of ``rezoning new --json``."""
        draft = self.prepared.draft
        assert draft is not None
        return {
            "name": self.name,
            "scenario": str(self.prepared.order.scenario),
            "exit_code": 0,
            "level": draft.level,
            "files": self.prepared.files(),
            "answers": self.prepared.asking.answers,
            "remarks": [*draft.remarks, *self.tried.asked.relaxed],
            "plan_exists": self.tried.is_sure,
            "plan_exists_why": self.tried.exists,
            "missing": self.missing,
            "written": [str(path) for path in self.files],
            "audit_today": self.today["audit_today"],
        }


def write(prepared: Prepared) -> Written:
    """Try the scenario and write it, with today's audit and whatever is derived; all or nothing.

    Raises
    ------
    DataError, ScenarioError
        The files do not fit together.
    OutputError
        They cannot be written.
    """
    draft, order = prepared.draft, prepared.order
    if draft is None:
        raise DataError(prepared.problems)
    name = order.name or Slug(set()).of(order.folder.resolve().name)
    check_unchanged(draft.place, draft.derived)
    with tempfile.TemporaryDirectory(prefix="rezoning-new-") as scratch:
        try:
            tried = trial(draft, name, Path(scratch))
        except (DataError, ScenarioError) as error:  # nobody sees the scenario that was tried: its lines say nothing, its keys do
            raise DataError([replace(one, place=re.sub(r"^.*scenario\.yaml(, line \d+)?, ", "", one.place)) for one in error.problems]) from None
    lacking = missing(tried.question.district, draft.data, draft.report)
    for said in (estimated_students(tried.question.district), estimated_trips(tried.question.district)):
        if said:
            draft.remark(said)
    text = scenario_text(draft, tried, name, lacking)
    today = {"name": name, **today_record(tried.question), "missing": lacking}
    today["written"] = {file: sha_of(content) for file, content in draft.derived.items()}
    page = today_text(name, today, estimated_students(tried.question.district)) + _missing_text(lacking)
    more = {} if prepared.joined is None else {SOURCES: _sources(prepared, tried, name).encode()}
    files = {**draft.derived, **more, TODAY_TEXT: page.encode(), TODAY: json_text(today).encode(), order.scenario.name: text.encode()}
    write_all(draft.place, files)
    return Written(prepared, tried, [draft.place / file for file in files], today, lacking, name)


def _sources(prepared: Prepared, tried: Tried, name: str) -> str:
    assert prepared.joined is not None
    read = {Path(file.path) for file in tried.question.district.inputs}
    others = [found.path for found in prepared.folder.finds if found.path in read]
    return sources_text(name, prepared.joined, tried.question.district, others)


def _missing_text(lacking: list[dict[str, Any]]) -> str:
    lines = ["", "## What is missing, and what that rules out", ""]
    lines += [f"- {one['missing']}: rules out {', '.join(one['rules_out'])}. To have it, add {one['add']}." for one in lacking] or ["Nothing."]
    return "\n".join([*lines, ""])
