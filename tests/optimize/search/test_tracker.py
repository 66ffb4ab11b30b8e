"""What is known of a goal: the best plan and the best bound."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import case, scenario

from rezoning.formulation.formulate import formulate
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Clock


@pytest.mark.parametrize(("seats", "bound"), [(1000.0, 0.0), (1.0, None)])
def test_what_cannot_be_less_is_its_own_bound(seats, bound):
    """Nobody is above capacity: no solver has to say that it cannot be fewer. Where somebody is, it has to."""
    drawn = case(3).district
    district = replace(drawn, capacity=np.full(drawn.num_schools, seats))
    problem = formulate(district, scenario({}, [{"minimize": "over_capacity"}]))
    tracker = Tracker(problem, [(problem.terms[0], 1.0)], Clock())
    assert tracker.offer(problem.start)
    assert tracker.bound == bound
    assert tracker.is_within(0.0, 0.0) is (bound is not None)
