"""Addresses taken apart, and street names made comparable."""

from __future__ import annotations

import pytest

from rezoning.report.finder.streets import Parts, folded, house_key, joined, parity, split


@pytest.mark.parametrize(
    ("address", "house", "street", "flat"),
    [
        ("12 Oak St", "12", "Oak St", ""),
        ("  12A,  Oak   St, Riverbend ", "12A", "Oak St, Riverbend", ""),
        ("12 1/2 Oak St", "12 1/2", "Oak St", ""),
        ("68-05 Main St", "68-05", "Main St", ""),
        ("12 Oak St Apt 3B, Riverbend", "12", "Oak St, Riverbend", "Apt 3B"),
        ("12 Oak St #4", "12", "Oak St", "#4"),
        ("5th Ave", "", "5th Ave", ""),
        ("9 5th Ave", "9", "5th Ave", ""),
        ("12 Unity Rd", "12", "Unity Rd", ""),
        ("12 St. Clair Ave", "12", "St. Clair Ave", ""),
        ("Rose Cottage", "", "Rose Cottage", ""),
        ("12", "", "12", ""),
        ("99999999999 Oak St", "", "99999999999 Oak St", ""),
        ("N56W123 Mill Rd", "", "N56W123 Mill Rd", ""),
    ],
)
def test_addresses_are_taken_apart(address, house, street, flat):
    assert split(address) == Parts(house, street, flat)


def test_a_house_number_in_its_own_column_that_is_none_stays_with_the_street():
    assert joined("12", "Oak St") == Parts("12", "Oak St", "")
    assert joined("Lot 4", "Oak St") == Parts("", "Lot 4 Oak St", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Clair Street", "ST CLAIR ST"),
        ("Saint Clair St", "St. Clair  Street"),
        ("Peña Avenue", "pena ave"),
        ("O'Brien Rd.", "OBRIEN ROAD"),
        ("North Fifth Blvd", "N. 5th Boulevard"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_street_are_the_same(one, other):
    assert folded(one) == folded(other)


def test_different_streets_stay_different():
    names = ["Oak St", "Oak Ave", "N Oak St", "S Oak St", "Oak St, Riverbend", "5th St", "6th St", "東通り", "西通り"]
    assert len({folded(name) for name in names}) == len(names)


def test_house_numbers_are_sorted_as_people_count():
    numbers = ["10A", "9", "10", "100", "12 1/2", "68-05", "", "68-10", "12"]
    assert sorted(numbers, key=house_key) == ["", "9", "10", "10A", "12", "12 1/2", "68-05", "68-10", "100"]


@pytest.mark.parametrize(("house", "side"), [("12", "even"), ("13", "odd"), ("13A", "odd"), ("12 1/2", "even"), ("68-05", "odd"), ("", "both")])
def test_sides_of_the_street(house, side):
    assert parity(house) == side
