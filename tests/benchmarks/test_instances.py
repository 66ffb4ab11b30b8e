"""The library of instances: each is what it says, the same every time, and a question that can be asked."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import drawn_towns as towns
import instances
from instances import FULL, REGISTRY

from rezoning.district.load import load_district
from rezoning.formulation.formulate import formulate
from rezoning.scenario.load import load_scenario

DRAWN = ("plain-60x3", "river-144x4", "parts-200x4", "rings-192x4", "corridor-160x5", "seats-225x6", "areas-400x6", "empty-400x6")


def asked(name, folder):
    scenario = load_scenario(instances.build(name, folder))
    return load_district(scenario.data), scenario


@pytest.mark.parametrize("name", DRAWN)
def test_an_instance_has_its_size_and_leaves_something_to_choose(name, tmp_path):
    district, scenario = asked(name, tmp_path)
    assert (district.num_units, district.num_schools) == REGISTRY[name].size
    assert formulate(district, scenario).num_pairs_with_choice() > district.num_schools


def pieces(district, without=()):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = np.array([edge for edge in district.edges if tuple(edge) not in without])
    graph = coo_array((np.ones(len(edges)), edges.T), shape=(district.num_units,) * 2)
    return connected_components(graph, directed=False)[0]


def test_properties_are_those_that_are_said(tmp_path):
    river, parts, rings, empty = (asked(name, tmp_path)[0] for name in ("river-144x4", "parts-200x4", "rings-192x4", "empty-400x6"))
    east = np.arange(144) % 12 >= 6
    bridges = {tuple(edge) for edge in river.edges if east[edge[0]] != east[edge[1]]}
    assert (len(bridges), pieces(river), pieces(river, bridges)) == (2, 1, 2)
    assert pieces(parts) == 2
    assert 0.55 < (empty.students == 0).mean() < 0.75
    for zone in (1, 2):  # without the ring, what is inside is cut off from what is outside
        cut = {tuple(edge) for edge in rings.edges if zone in rings.current[list(edge)]}
        assert pieces(rings, cut) == 2 + (rings.current == zone).sum()
    seats, areas = asked("seats-225x6", tmp_path)[0], towns.in_areas(towns.plain(np.random.default_rng(1), 8, 8, 3), 2)
    assert 1.0 < seats.capacity.sum() / seats.students.sum() < 1.05
    assert all(len(set(areas.today[areas.areas == area].tolist())) == 1 for area in range(16))
    assert (areas.today[areas.roots] == np.arange(3)).all()


def test_the_hash_is_that_of_question_and_data(tmp_path):
    first, again = (instances.build("plain-60x3", tmp_path / name) for name in "ab" if (tmp_path / name).mkdir() is None)
    assert instances.instance_hash(first) == instances.instance_hash(again)
    other = tmp_path / "other.yaml"
    other.write_text(f"name: other\nextends: {first}\nsolve: {{time_limit: 3}}\n", encoding="utf-8")
    assert instances.instance_hash(other) == instances.instance_hash(first)
    other.write_text(f"name: other\nextends: {first}\nrules: {{capacity: {{max: 1.1}}}}\n", encoding="utf-8")
    assert instances.instance_hash(other) != instances.instance_hash(first)
    units = again.with_name("units.csv")
    units.write_text(units.read_text(encoding="utf-8").replace("u0000,", "u0000,1", 1), encoding="utf-8")
    assert instances.instance_hash(again) != instances.instance_hash(first)


def test_names_are_registered_once_and_the_chosen_ones_exist():
    with pytest.raises(ValueError, match="two instances called plain-60x3"):
        instances.instance("plain-60x3", "", (1, 1))(lambda folder: folder)
    assert len(FULL) == len(set(FULL)) == 20
    assert set(FULL) - set(REGISTRY) <= {"baltimore-reassigned", "shaker_heights", "mount_vernon"}  # not beside the project
    sizes = [REGISTRY[name].size[0] for name in FULL if name in REGISTRY]
    assert (min(sizes), max(sizes)) == (60, 1000)
