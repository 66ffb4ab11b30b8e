"""Prices of limits on borders: the slope of the relaxation's bound, as for rows."""

import pytest
from shape_cases import shape_case
from test_prices import check_slopes, with_rules

PRICED = {32: {"each_school"}, 50: {"each_school", "max_boundary_increase"}, 97: {"max_boundary_increase"}}


@pytest.mark.parametrize("seed", PRICED)
def test_a_limit_on_borders_has_a_price(seed):
    drawn = shape_case(seed, 9, max_boundary_increase=0.1, each_school=0.1)
    found = check_slopes(drawn.district, with_rules(drawn.scenario, ("contiguity", "method"), "none"))
    assert {price.key.rpartition(".")[2] for price in found.prices if ".shape." in price.key} == PRICED[seed]
    assert all(price.change < 0 for price in found.prices if ".shape." in price.key)
