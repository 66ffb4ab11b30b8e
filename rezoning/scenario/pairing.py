"""The section `pairing`: neighboring schools pool their zones and split the grades (the Princeton plan)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rezoning.scenario.naming import OpenSchoolId
from rezoning.scenario.plain import entries, get, is_said
from rezoning.scenario.section import Need, Section, Share, Text, Whole, Wrong

Span = tuple[Text, ...]
Schools = tuple[OpenSchoolId, ...]


def as_spans(value: object) -> object:
    """None for `any`: every run of grades."""
    return None if value == "any" else value


class Pairing(Section):
    """Clusters of two or three neighboring schools pool their zones; each building takes a run of grades of all children of the pooled zone.

    Zones stay as they are today, and the plan says which grades each building has; with `given` the clusters are known and the zones are redrawn.
    """

    needs = (Need("today"),)

    most: Annotated[Whole, Field(ge=2, le=3)] = Field(default=2, description="Most schools of a cluster: 2 or 3.")
    triples: Literal["pairwise", "connected"] = Field(
        default="pairwise", description="Which three schools may form a cluster: `pairwise`, every two are neighbors; `connected`, a chain is enough."
    )
    grades: tuple[Text, ...] = Field(
        default=(),
        description="The grades that are split, lowest first; those of `data.units.grades` in their order when left out. Where no column counts "
        "them, students are taken to be equally many in each, which every output says.",
    )
    spans: Annotated[tuple[Span, ...] | None, BeforeValidator(as_spans)] = Field(
        default=None,
        description="`any`, or a list of runs of grades that a building of a cluster may have: `[[K, '1', '2'], ['3', '4', '5']]`. A school that is "
        "left alone has all grades.",
    )
    min_shared_m: Share = Field(
        default=1.0, description="Shortest border, in meters, that makes two zones neighbors; a border of unknown length is long enough."
    )
    min_of_own: Share = Field(default=0.0, description="Least students of a building of a cluster, as a share of those of its own zone today.")
    keep: tuple[Schools, ...] = Field(default=(), description="Schools that are in one cluster, which may have a further one.")
    forbid: tuple[Schools, ...] = Field(default=(), description="Schools of which no two are in one cluster.")
    except_schools: Schools = Field(default=(), description="Schools that are left alone.")
    alone: Literal["exempt", "held"] = Field(
        default="exempt",
        description="A school that is left alone and whose zone breaks `rules.capacity` as it is today: `exempt`, it may stay so, which every output "
        "says; `held`, it must be in a cluster.",
    )
    feeder_rows: bool = Field(
        default=False,
        description="For replication of a published model: the students of a building also fit the seats and reach the floor of every building of "
        "its cluster with higher grades, though the runs of grades differ in length.",
    )
    given: tuple[Schools, ...] = Field(
        default=(),
        description="Clusters that are known, each with its lowest grades first: zones are redrawn around them; `spans` says who has which grades.",
    )

    def _wrongs(self) -> Iterator[Wrong]:
        yield from _twice(self.grades, "grade", ("grades",))
        if len(self.grades) == 1:
            yield Wrong("one grade cannot be split.", "Name all grades of the schools, lowest first.", at=("grades",))
        yield from self._wrong_spans()
        for key in ("keep", "forbid", "given"):
            for position, schools in enumerate(getattr(self, key)):
                yield from _twice(schools, "school", (key, position))
                if len(schools) < 2:
                    yield Wrong("a cluster has two schools at least.", "Write [one, other].", at=(key, position))
        for position, schools in enumerate(self.keep):
            if len(schools) > self.most:
                yield Wrong(f"{len(schools)} schools are more than most: {self.most}.", "Raise most, or name fewer.", at=("keep", position))
        if self.given:
            yield from self._wrong_given()

    def _wrong_spans(self) -> Iterator[Wrong]:
        if self.spans is not None and not self.spans:
            yield Wrong("an empty list leaves no run of grades.", "Write any, or list runs.", at=("spans",))
        for position, span in enumerate(self.spans or ()):
            yield from _twice(span, "grade", ("spans", position))
            if not span:
                yield Wrong("an empty run has no grade.", "Drop it.", at=("spans", position))
            elif self.grades:
                yield from wrong_span(span, self.grades, ("spans", position))

    def _wrong_given(self) -> Iterator[Wrong]:
        if self.spans is None:
            yield Wrong("given clusters need spans: who has which grades.", "Add spans: [[K, '1', '2'], ['3', '4', '5']].", at=("given",))
        for key in ("keep", "forbid", "except_schools"):
            if getattr(self, key):
                yield Wrong(f"{key} says which clusters may be formed, and they are given.", "Drop it.", at=(key,))
        for key in ("triples", "min_shared_m"):
            if getattr(self, key) != type(self).model_fields[key].default:
                yield Wrong(f"{key} says which zones are neighbors, and clusters that are given need not be.", "Drop it.", at=(key,))
        named = [school for schools in self.given for school in schools]
        for school in dict.fromkeys(school for school in named if named.count(school) > 1):
            yield Wrong(f"'{school}' is in two clusters.", "Name each school once.", at=("given",))
        for position, schools in enumerate(self.given):
            if len(schools) > 3:
                yield Wrong(f"{len(schools)} schools are more than a cluster has.", "Name three at most.", at=("given", position))


def _twice(names: Sequence[str], what: str, at: tuple[str | int, ...]) -> Iterator[Wrong]:
    for name in dict.fromkeys(name for name in names if list(names).count(name) > 1):
        yield Wrong(f"the {what} '{name}' is listed twice.", "List it once.", at=at)


def wrong_span(span: Span, grades: Sequence[str], at: tuple[str | int, ...] = ()) -> Iterator[Wrong]:
    """What is wrong with a run of these grades."""
    unknown = [grade for grade in span if grade not in grades]
    if unknown:
        yield Wrong(f"'{unknown[0]}' is not one of the grades ({', '.join(grades)}).", "Name a grade as it is written there.", at=at)
        return
    first = list(grades).index(span[0])
    if tuple(grades[first : first + len(span)]) != span:
        yield Wrong(f"{', '.join(span)} is no run of the grades {', '.join(grades)}.", "List grades that follow each other, lowest first.", at=at)


ZONES_STAY = "zones stay as they are where schools are paired"
OF_BORDERS = ("boundary_length", "cut_edges", "polsby_popper")


def wrong_with_pairing(said: Any) -> Iterator[Wrong]:
    """What a scenario asks that pairing does not know; of plain values and sections alike."""
    if get(said, "pairing") is None:
        return
    for key in ("shape", "unity", "phase_in", "statement", "openings", "feeders"):
        if is_said(get(said, "rules", key)):
            yield Wrong(f"rules.{key} is not known for buildings that share zones.", "Drop it, or drop pairing.", at=("rules", key))
    is_given = is_said(get(said, "pairing", "given"))
    if is_said(get(said, "rules", "keep_together")) and not is_given:
        yield Wrong(f"{ZONES_STAY}, so that nobody can be kept together who is not.", "Drop it.", at=("rules", "keep_together"))
    if is_given and get(said, "rules", "school_in_own_zone") is False:
        yield Wrong("buildings that are given lie in their zone.", "Drop school_in_own_zone: false.", at=("rules", "school_in_own_zone"))
    if is_given and get(said, "rules", "contiguity", "method") == "closer_neighbor":
        yield Wrong("closer_neighbor knows one school of a zone.", "Write exact, or none.", at=("rules", "contiguity", "method"))
    for position, goal in entries(said, "goals"):
        name = get(goal, "minimize")
        if name in OF_BORDERS:
            yield Wrong(f"{name} is about borders of zones, and {ZONES_STAY}.", "Drop the goal.", at=("goals", position, "minimize"))
    if get(said, "solve", "method") == "anneal" and not is_given:
        yield Wrong("which schools to pair is proven by a solver, and not searched.", "Drop method: anneal.", at=("solve", "method"))
    if is_said(get(said, "levels")):
        yield Wrong("schools of one level share zones, and there are several levels.", "Drop levels, or drop pairing.", at=("levels",))
    if is_said(get(said, "alternatives")):
        yield Wrong("further plans are not looked for where schools are paired.", "Drop alternatives.", at=("alternatives",))
