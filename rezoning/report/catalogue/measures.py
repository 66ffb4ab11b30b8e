"""The catalogue: every measure that people read, once. Page, comparison, statement, workbook and terminal all read this table."""

from __future__ import annotations

from dataclasses import dataclass

from rezoning.report.catalogue.kinds import Direction, Kind

GROUP, ABOVE, PROGRAM, WHO, BAND, TIME = "{group}", "{above}", "{program}", "{who}", "{band}", "{when}"
"""Parts of paths that stand for several: each group, the percentage from which a school isolates, each program, everyone and each group, each band,
and each coming year."""

OF_TRIPS = ("travel_mean", "travel_p90", "travel_max", "nearest_share", "long_rides")
OF_WALKS = ("walk_share",)

TOPICS = ("reassigned", "mixing", "transport", "capacity", "shape")


@dataclass(frozen=True)
class Measure:
    """A measure.

    Parameters
    ----------
    topic
        What it is about, one of TOPICS.
    label
        What it is called: a key of the part ``measures`` of the strings; ``hint_<label>``, if there is one, says what it means.
    path
        Where it stands in metrics.json, or among what `rezoning.report.catalogue.derived` adds; parts in braces stand for several.
    kind
        How it is written.
    direction
        Which values are better; None where neither is.
    sections
        Where it stands: ``page`` (all measures), ``options`` (those that a board compares first),
        ``card`` (of each option), ``compare``, ``statement``, ``terminal`` (trips of a run), ``ensemble`` (of every plan of a chain: no more
        than takes a millisecond, and nothing that follows from another).
    """

    topic: str
    label: str
    path: tuple[str, ...]
    kind: Kind
    direction: Direction | None
    sections: tuple[str, ...]

    @property
    def rests_on(self) -> str:
        """What it is measured by that may be an estimate: ``trips``, ``walks``, or nothing besides students."""
        return "trips" if self.label in OF_TRIPS else "walks" if self.label in OF_WALKS else ""


PAGE, OPTIONS, CARD, COMPARE, STATEMENT, TERMINAL, ENSEMBLE = "page", "options", "card", "compare", "statement", "terminal", "ensemble"
ALL = (PAGE, OPTIONS, COMPARE, STATEMENT)

MEASURES = (
    Measure("reassigned", "students_reassigned", ("students_reassigned",), "count", "lower", (PAGE, OPTIONS, COMPARE)),
    Measure("reassigned", "share_reassigned", ("share_reassigned",), "percent", "lower", (*ALL, ENSEMBLE)),
    Measure("reassigned", "units_moved", ("units_moved",), "count", "lower", (COMPARE,)),
    Measure("reassigned", "schools_changed", ("schools_changed",), "count", "lower", (COMPARE,)),
    Measure("reassigned", "students_reassigned", ("students_reassigned_by_group", GROUP), "count", "lower", (COMPARE,)),
    Measure("reassigned", "share_reassigned", ("reassigned_by_group", GROUP), "percent", "lower", (COMPARE, STATEMENT)),
    Measure("reassigned", "ratio_reassigned", ("burden", GROUP, "reassigned", "ratio"), "ratio", None, (COMPARE,)),
    Measure("reassigned", "closure_students", ("closure_students",), "count", "lower", (PAGE, OPTIONS, COMPARE)),
    Measure("reassigned", "closure_students", ("closure_students_by_group", GROUP), "count", "lower", (COMPARE,)),
    Measure("reassigned", "closure_burden", ("closure_burden", GROUP), "percent", "lower", (PAGE, COMPARE)),
    Measure("mixing", "district_share", ("district_share", GROUP), "percent", None, (COMPARE,)),
    Measure("mixing", "lowest_share", ("lowest_share", GROUP), "percent", None, (COMPARE,)),
    Measure("mixing", "highest_share", ("highest_share", GROUP), "percent", None, (COMPARE,)),
    Measure("mixing", "dissimilarity", ("dissimilarity", GROUP), "index", "lower", (*ALL, CARD, ENSEMBLE)),
    Measure("mixing", "normalized_exposure", ("normalized_exposure", GROUP), "index", "lower", (PAGE, CARD, STATEMENT, ENSEMBLE)),
    Measure("mixing", "isolation", ("isolation", GROUP), "index", "lower", (PAGE, OPTIONS, CARD, STATEMENT)),
    Measure("mixing", "gini", ("gini", GROUP), "index", "lower", (PAGE, STATEMENT)),
    Measure("mixing", "max_deviation", ("max_deviation", GROUP), "points", "lower", (PAGE, COMPARE)),
    Measure("mixing", "isolated_students", ("isolated_students", GROUP, ABOVE), "count", "lower", (COMPARE, STATEMENT)),
    Measure("mixing", "theil_h", ("theil_h",), "index", "lower", (*ALL, CARD, ENSEMBLE)),
    Measure("mixing", "out_of_band", ("out_of_band", BAND, "schools"), "count", "lower", (STATEMENT,)),
    Measure("transport", "travel_mean", ("travel_mean",), "travel", "lower", (*ALL, CARD, TERMINAL, ENSEMBLE)),
    Measure("transport", "travel_p90", ("travel_p90",), "travel", "lower", (PAGE, OPTIONS, COMPARE, TERMINAL, ENSEMBLE)),
    Measure("transport", "travel_max", ("travel_max",), "travel", "lower", (PAGE, COMPARE, TERMINAL)),
    Measure("transport", "travel_mean", ("travel_mean_by_group", GROUP), "travel", "lower", (COMPARE, STATEMENT, TERMINAL)),
    Measure("transport", "walk_share", ("walk_share",), "percent", "higher", (*ALL, ENSEMBLE)),
    Measure("transport", "nearest_share", ("nearest_share",), "percent", "higher", (PAGE, OPTIONS, COMPARE, ENSEMBLE)),
    Measure("transport", "long_rides", ("long_rides",), "percent", "lower", (COMPARE,)),
    Measure("transport", "travel_unknown_students", ("travel_unknown_students",), "count", None, (COMPARE,)),
    Measure("transport", "program_access", ("program_access", PROGRAM, WHO), "percent", "higher", (STATEMENT,)),
    Measure("capacity", "schools_open", ("schools_open",), "count", None, (PAGE, OPTIONS, COMPARE)),
    Measure("capacity", "cost", ("cost",), "count", "lower", (PAGE, OPTIONS, COMPARE)),
    Measure("capacity", "utilization_min", ("utilization_min",), "percent", "higher", (PAGE, OPTIONS, COMPARE, ENSEMBLE)),
    Measure("capacity", "utilization_max", ("utilization_max",), "percent", "lower", (*ALL, ENSEMBLE)),
    Measure("capacity", "utilization_spread", ("utilization_spread",), "percent", "lower", (PAGE,)),
    Measure("capacity", "over_110", ("over_110",), "count", "lower", (COMPARE,)),
    Measure("capacity", "over_100", ("over_100",), "count", "lower", (OPTIONS, CARD, COMPARE)),
    Measure("capacity", "over_allowed", ("over_allowed",), "count", "lower", (OPTIONS, CARD, COMPARE)),
    Measure("capacity", "under_90", ("under_90",), "count", "lower", (COMPARE,)),
    Measure("capacity", "under_80", ("under_80",), "count", "lower", (COMPARE,)),
    Measure("capacity", "over_capacity_students", ("over_capacity_students",), "count", "lower", (*ALL, ENSEMBLE)),
    Measure("capacity", "portable_students", ("portable_students",), "count", "lower", (COMPARE,)),
    Measure("capacity", "utilization_min_in", ("utilization_by_year", TIME, "min"), "percent", "higher", (COMPARE,)),
    Measure("capacity", "utilization_max_in", ("utilization_by_year", TIME, "max"), "percent", "lower", (COMPARE,)),
    Measure("capacity", "longevity", ("longevity",), "text", None, (COMPARE,)),
    Measure("shape", "islands", ("islands",), "count", "lower", (COMPARE,)),
    Measure("shape", "boundary_km", ("boundary_km",), "km", "lower", (PAGE, OPTIONS, COMPARE, ENSEMBLE)),
    Measure("shape", "cut_edges", ("cut_edges",), "count", "lower", (PAGE, COMPARE, ENSEMBLE)),
    Measure("shape", "polsby_popper", ("polsby_popper", "mean"), "index", "higher", (COMPARE,)),
    Measure("shape", "narrowest_neck", ("narrowest_neck",), "m", "higher", (PAGE, COMPARE)),
    Measure("shape", "corridor_units", ("corridor_units",), "count", "lower", (COMPARE,)),
    Measure("shape", "schools_outside", ("schools_outside",), "count", "lower", (COMPARE,)),
)

ELSEWHERE = (
    "attributes", "students", "students_by_group", "flows", "pieces", "boundary_km_by_school", "necks", "corridors", "added_travel_unknown_students",
)  # fmt: skip
"""What metrics.json says besides, for other tables than those of measures."""
