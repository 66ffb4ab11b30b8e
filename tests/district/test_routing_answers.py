"""What routing services answer: each layout, its units, whose the rows are, and what is said where that cannot be known."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_files import SmallFiles

from rezoning.errors import DataError, RezoningError
from rezoning.scenario.schema import Data

MINUTES = [[2.0, 8.0], [3.0, 6.0], [6.0, 3.0], [8.0, 2.0]]
SECONDS = [[60 * value for value in row] for row in MINUTES]
METERS = [[1000 * value for value in row] for row in MINUTES]
UNITS, SCHOOLS = ["a", "b", "c", "d"], ["S", "N"]
IDS = {"sources": UNITS, "destinations": SCHOOLS}
PAIRS = list(product(range(4), range(2)))


def named(ids: list[str], key: str = "id") -> list[dict]:
    return [{"location": [-77.0, 38.9], "name": "Main Street", "distance": 4.2} | {key: one} for one in ids]


def valhalla(units: str = "kilometers", factor: float = 1.0) -> dict:
    rows = [[{"from_index": i, "to_index": j, "time": SECONDS[i][j], "distance": MINUTES[i][j] * factor} for j in range(2)] for i in range(4)]
    return {"sources_to_targets": rows, "units": units, "sources": [[{"lon": -77, "lat": 38.9}] * 4], "targets": [[{"lon": -77, "lat": 38.9}] * 2]}


def ors(units: str | None = None, factor: float = 1.0) -> dict:
    query = {"profile": "driving-car", "metrics": ["duration", "distance"]} | ({} if units is None else {"units": units})
    distances = [[value * factor for value in row] for row in MINUTES]
    return {"durations": SECONDS, "distances": distances, "metadata": {"service": "matrix", "query": query}}


OSRM = {"code": "Ok", "durations": SECONDS, "distances": METERS}
RECORDS = [{"from_id": UNITS[i], "to_id": SCHOOLS[j], "travel_time": MINUTES[i][j]} for i, j in PAIRS]


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


def answer(files: SmallFiles, document: object, measure: str = "seconds", name: str = "answer.json", **keys: object) -> SmallFiles:
    text = json.dumps(document)
    if name.endswith(".gz"):
        (files.folder / name).write_bytes(gzip.compress(text.encode()))
    else:
        files.csv(name, text)
    return files.say("travel", path=files.folder / name, measure=measure, **keys)


def refused(files: SmallFiles) -> str:
    with pytest.raises(RezoningError) as error:
        files.load()
    assert error.value.exit_code == 3
    return str(error.value)


ANSWERS = [
    (OSRM, "seconds", "min"),
    (OSRM, "meters", "km"),
    ({"code": "Ok", "durations": SECONDS}, "seconds", "min"),
    (valhalla(), "seconds", "min"),
    (valhalla(), "kilometers", "km"),
    (valhalla("miles", 1 / 1.609344), "miles", "km"),
    ({"sources_to_targets": {"durations": SECONDS, "distances": MINUTES}, "units": "kilometers"}, "seconds", "min"),
    ({"sources_to_targets": {"durations": SECONDS, "distances": MINUTES}}, "kilometers", "km"),
    (ors(), "seconds", "min"),
    (ors(factor=1000), "meters", "km"),
    (ors("km"), "kilometers", "km"),
    (ors("mi", 1 / 1.609344), "miles", "km"),
    ({"times": SECONDS, "distances": METERS, "weights": SECONDS, "info": {}}, "seconds", "min"),
]


@pytest.mark.parametrize(("document", "measure", "unit"), ANSWERS)
@pytest.mark.parametrize("how", ["ids", "order"])
def test_every_service_is_read_in_its_units(files, document, measure, unit, how):
    by = {"order": "files"} if how == "order" else {}
    district = answer(files, {**document, **({"ids": IDS} if how == "ids" else {})}, measure, **by).load()
    np.testing.assert_allclose(district.travel, MINUTES, rtol=1e-12)
    assert (district.travel_unit, district.travel_source) == (unit, "file")
    assert any(note.startswith(f"answer.json: {measure} of 4 origins and 2 destinations, as ") for note in district.notes)
    assert any("order of the units" in note for note in district.notes) == (how == "order")


@pytest.mark.parametrize("name", ["answer.json", "answer.json.gz"])
def test_records_and_packed_files_are_read(files, name):
    assert answer(files, RECORDS, "minutes", name).load().travel.tolist() == MINUTES
    assert answer(files, {**OSRM, "ids": IDS}, "seconds", name).load().travel.tolist() == MINUTES


@pytest.mark.parametrize("key", ["id", "name"])
def test_rows_may_be_named_where_they_begin(files, key):
    """In whatever order."""
    order = [2, 0, 3, 1]
    sides = {"sources": named([UNITS[k] for k in order], key), "destinations": named(SCHOOLS, key)}
    document = {"code": "Ok", "durations": [SECONDS[k] for k in order], **sides}
    assert answer(files, document).load().travel.tolist() == MINUTES


def test_names_of_streets_are_no_ids(files):
    """Even where one is called as a school is."""
    document = {**OSRM, "sources": named(UNITS, "x"), "destinations": [{"name": "South"}, {"name": "North"}]}
    assert "does not say which units" in refused(answer(files, document))
    document["destinations"] = [{"name": "S"}, {"name": "S"}]
    assert "does not say which units" in refused(answer(files, {**document, "sources": named(UNITS)}))


def test_indices_of_valhalla_place_its_pairs(files):
    """Whatever their order, and pairs that are not there are unknown."""
    document = valhalla()
    document["sources_to_targets"] = [row[::-1] for row in document["sources_to_targets"][::-1]]
    document["sources_to_targets"][0].pop()
    travel = answer(files, {**document, "ids": IDS}).load().travel
    assert np.isnan(travel).tolist() == [[False, False]] * 3 + [[True, False]]
    assert travel[:3].tolist() == MINUTES[:3]


def test_no_way_is_unknown(files):
    gone = [[None, 480], *SECONDS[1:]]
    travel = answer(files, {"code": "Ok", "durations": gone, "ids": IDS}).load().travel
    assert np.isnan(travel).tolist() == [[True, False]] + [[False, False]] * 3


def test_closed_schools_keep_their_column(files):
    files.csv("schools.csv", "school_id,name,capacity,block,is_open\nX,Old,9,b,no\nS,South,25,a,yes\nN,North,25,d,yes\n")
    files.say("schools", open="is_open")
    three = [[60 * k, *row] for k, row in enumerate(SECONDS, 1)]
    district = answer(files, {"durations": three}, order="files").load()
    assert district.travel.tolist() == MINUTES
    assert district.closed_travel.ravel().tolist() == [1, 2, 3, 4] if district.closed_travel is not None else True


def test_filled_ways_are_told(files):
    warnings = answer(files, {**OSRM, "ids": IDS, "fallback_speed_cells": [[0, 1], [2, 0]]}).load().warnings
    said = "answer.json: 2 trips are no way over streets but straight lines that OSRM filled in (fallback_speed_cells): 'a' to 'N', 'c' to 'S'"
    assert said in warnings


@pytest.mark.parametrize("measure", ["minutes", "miles", "kilometers", "feet"])
def test_a_unit_that_is_not_the_services_is_refused(files, measure):
    said = refused(answer(files, {**OSRM, "ids": IDS}, measure))
    assert f"answer.json holds seconds and meters (OSRM), and measure is {measure}. Give measure: seconds or meters." in said


@pytest.mark.parametrize("header", ["from_id,to_id,travel_time_p50", "from_id,to_id,travel_time", "origin,destination,percentile,time"])
def test_minutes_of_r5_that_are_read_as_seconds_are_doubted(files, header):
    rows = "".join(f"{UNITS[i]},{SCHOOLS[j]}{',50' if 'percentile' in header else ''},{60 * MINUTES[i][j]}\n" for i, j in PAIRS)
    files.csv("travel.csv", f"{header}\n{rows}")
    doubted = [text for text in files.say("travel", measure="seconds").load().warnings if "r5py" in text]
    assert len(doubted) == 1
    assert "in minutes; check data.travel.measure" in doubted[0]
    assert not [text for text in files.say("travel", measure="minutes").load().warnings if "r5py" in text]


def test_percentiles_of_conveyal_are_named(files):
    rows = "".join(f"{UNITS[i]},{SCHOOLS[j]},{p},{MINUTES[i][j]}\n" for i, j in PAIRS for p in (25, 50))
    files.csv("travel.csv", f"origin,destination,percentile,time\n{rows}")
    assert "Keep one row per pair: those of one percentile (25, 50)." in refused(files)


REFUSED = {
    "no ids": (OSRM, {}, "answer.json does not say which units its 4 rows and which schools its 2 columns are. Where they stand in the order of "
               "units.csv (4) and of schools.csv (2), say order: files; else write into the file"),
    "too few rows": ({"durations": SECONDS[:3]}, {"order": "files"}, "answer.json has 3 rows and 2 columns; units.csv has 4 units, schools.csv 2 "
                     "schools. Ask the service for all of them."),
    "turned": ({"durations": np.transpose(SECONDS).tolist()}, {"order": "files"}, "ask the service with the units as sources"),
    "another order": ({**OSRM, "ids": {"sources": UNITS[::-1], "destinations": SCHOOLS}}, {"order": "files"},
                      "the rows of answer.json have ids, and these stand in another order than order says"),
    "refusal of OSRM": ({"code": "TooBig", "message": "Too many table coordinates"}, {}, "refused with 'Too many table coordinates'"),
    "refusal of ORS": ({"error": {"code": 6004, "message": "Request exceeds the limit."}}, {}, "refused with 'Request exceeds the limit'"),
    "refusal of Valhalla": ({"error_code": 154, "error": "Path distance exceeds the max distance limit"}, {}, "refused with 'Path distance exceeds"),
    "uneven": ({"durations": [*SECONDS[:3], [1]], "ids": IDS}, {}, "answer.json, row 4: holds 1 values of seconds where the first row holds 2"),
    "no rows": ({"durations": []}, {}, "holds no rows of seconds"),
    "no matrix": ({"durations": 5}, {}, "holds no rows of seconds"),
    "other lengths": ({"durations": SECONDS, "distances": METERS[:2], "ids": IDS}, {}, "holds 2 rows of meters"),
    "other": ({"routes": []}, {}, "is no table of a routing service: it holds routes"),
    "nothing": ({}, {}, "is no table of a routing service: it holds nothing"),
    "a number": (5, {}, "is no table of a routing service"),
    "a list of numbers": ([1, 2], {}, "is neither a table of a routing service nor a list of records"),
    "no indices": ({"sources_to_targets": [[{"time": 4}]]}, {}, "has pairs without from_index and to_index"),
    "twice": ({"sources_to_targets": [[{"from_index": 0, "to_index": 0, "time": 4}] * 2]}, {}, "more than once"),
    "furlongs": (valhalla("furlongs"), {}, "holds distances in 'furlongs'"),
    "words": ({"durations": [["far", 8], *SECONDS[1:]], "ids": IDS}, {}, "answer.json, row 1: column 'seconds' holds 'far', not a number"),
    "negative": ({"durations": [[-1, 8], *SECONDS[1:]], "ids": IDS}, {}, "answer.json, row 1: column 'seconds' holds negative values: -1"),
    "a unit twice": ({"durations": SECONDS, "ids": {**IDS, "sources": ["a", "a", "c", "d"]}}, {}, "more than once: 'a' to 'S'"),
    "strange ids": ({"durations": SECONDS, "ids": {"sources": ["1", "2", "3", "4"], "destinations": SCHOOLS}}, {}, "answer.json"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_understood_is_refused_in_words(files, case):
    document, keys, expected = REFUSED[case]
    assert expected in refused(answer(files, document, **keys))


def test_what_is_no_json_is_refused(files):
    files.csv("answer.json", "{")
    assert "answer.json: cannot be read" in refused(files.say("travel", path=files.folder / "answer.json", measure="seconds"))


def test_order_belongs_to_answers(files):
    with pytest.raises(ValueError, match="order belongs to what a routing service answers"):
        Data.model_validate(files.say("travel", order="files").sections)


def test_rows_that_begin_far_from_their_units_are_doubted(files):
    """The rows stand in another order than the units: nothing but where they begin can tell."""
    files.drawn(width=3000.0)
    middle = [(-75.0 + (400_000 + 3000 * (k + 0.5) - 500_000) / 86_500, 38.86) for k in range(4)]
    rightly = {"durations": SECONDS, "sources": [{"location": list(point), "name": ""} for point in middle]}
    assert not [text for text in answer(files, rightly, order="files").load().warnings if "far outside" in text]
    turned = {"durations": SECONDS, "sources": rightly["sources"][::-1]}
    doubts = [text for text in answer(files, turned, order="files").load().warnings if "far outside" in text]
    assert len(doubts) == 1
    assert "check the ids and their order" in doubts[0]


WORDS = ["id", "name", "location", "query", "units", "from_index", "to_index", "time"]
PLAIN = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=3)
GARBAGE = st.recursive(PLAIN, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(WORDS), x, max_size=3), max_leaves=8)
KEYS = ["durations", "distances", "times", "sources_to_targets", "sources", "destinations", "targets", "metadata", "units", "ids", "code", "error"]
STRAY = st.dictionaries(st.sampled_from([*KEYS, "fallback_speed_cells"]), GARBAGE, max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(stray=STRAY, order=st.sampled_from([None, "files"]), base=st.sampled_from([{}, OSRM, ors(), valhalla()]))
def test_garbage_is_refused_and_never_a_fault(files, stray, order, base):
    answer(files, {**base, **stray}, order=order)
    with suppress(DataError):
        files.load()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)), columns=st.permutations(range(2)), gone=st.sets(st.sampled_from(PAIRS), max_size=3))
def test_any_order_with_ids_is_the_same_table(files, order, columns, gone):
    rows = [[None if (i, j) in gone else SECONDS[i][j] for j in columns] for i in order]
    ids = {"sources": [UNITS[i] for i in order], "destinations": [SCHOOLS[j] for j in columns]}
    try:
        travel = answer(files, {"durations": rows, "ids": ids}).load().travel
    except DataError:
        assert len(gone) >= 1  # a unit that reaches no school is a problem of its own
        return
    expected = [[np.nan if (i, j) in gone else MINUTES[i][j] for j in range(2)] for i in range(4)]
    np.testing.assert_array_equal(travel, expected)
