"""The suite of trips along streets: both files give the same table, in the memory that is promised."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import streets


@pytest.mark.slow
def test_a_network_of_a_hundred_thousand_nodes(tmp_path):
    found = [streets.measured(path) for path in streets.write(tmp_path)]
    assert [one["units"] for one in found] == [10_000, 10_000]
    assert found[0]["mean"] == pytest.approx(found[1]["mean"], abs=0.01)
    assert 25 < found[0]["mean"] < 45
    assert max(one["mb"] for one in found) < 400
