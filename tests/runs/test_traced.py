"""A frontier beside options: read where it fits, found where a run lies in it, refused with place and cure where it is of something else."""

import json
from dataclasses import replace

import pytest
from comparing_drawn import PLANS, district, option, scenario

from rezoning.district.district import InputFile
from rezoning.errors import DataError
from rezoning.runs.traced import FRONTIER, frontier_beside, read_frontier

LOW, MOVED = {"minimize": "dissimilarity", "group": "low"}, {"minimize": "reassigned", "group": None}
POINT = {"point": 1, "ceilings": [0.5], "values": [0.4, 0.2], "bound": 0.1, "same_plan_as": None}


def document(**changes):
    return {"name": "oak", "goals": [LOW, MOVED], "points": [POINT], "inputs": [{"path": "data/units.csv", "sha256": "aa"}], **changes}


def written(folder, **changes):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FRONTIER).write_text(json.dumps(document(**changes)), encoding="utf-8")
    return folder


def asked(sha256="aa", name="units.csv", **said):
    place = replace(district(), inputs=(InputFile(f"/somewhere/{name}", sha256),))
    return [option("A", PLANS[0], place, scenario(**{"goals": [LOW], **said}))]


def test_a_frontier_that_fits_is_read(tmp_path):
    found = read_frontier(written(tmp_path), asked())
    assert [goal.minimize for goal in found.goals] == ["dissimilarity", "reassigned"]
    assert found.points[0].values == (0.4, 0.2)
    assert found.points[0].bound == 0.1


@pytest.mark.parametrize(
    ("changes", "options", "place", "words"),
    [
        ({}, {"sha256": "bb"}, "inputs", "other data"),
        ({}, {"name": "blocks.csv"}, "inputs", "another district"),
        ({}, {"goals": [{"minimize": "cut_edges"}]}, "goals", "begin with dissimilarity:low, and the options asked for cut_edges"),
        ({"goals": [LOW, {"minimize": "isolation", "group": "poor"}]}, {}, "goals", "about poor"),
        ({"goals": [{"minimize": "beauty"}, MOVED]}, {}, "goals", "no goals that this version knows"),
        ({"points": []}, {}, "points", "no plan"),
        ({"points": [{**POINT, "ceilings": []}]}, {}, "points", "do not fit"),
        ({"points": [{**POINT, "bound": "low"}]}, {}, "points[0].bound", "not what a frontier writes"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place_and_a_cure(tmp_path, changes, options, place, words):
    with pytest.raises(DataError) as caught:
        read_frontier(written(tmp_path, **changes), asked(**options))
    problem = caught.value.problems[0]
    assert problem.place == f"{tmp_path / FRONTIER}, {place}"
    assert words in problem.message
    assert problem.cure


def test_a_folder_without_a_frontier_is_none(tmp_path):
    with pytest.raises(DataError, match=r"holds no frontier\.json"):
        read_frontier(tmp_path, asked())


def test_a_plan_of_a_frontier_finds_it(tmp_path):
    folder = written(tmp_path / "front")
    assert frontier_beside([tmp_path / "run", folder / "plans" / "3.csv"]) == folder.resolve()
    assert frontier_beside([tmp_path / "run"]) is None
