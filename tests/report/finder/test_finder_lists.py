"""Every address is in exactly one row of each option's list, and the row's range holds it."""

from __future__ import annotations

import drawn
import numpy as np
import pytest
from exports_cases import book_of, drawn_book, drawn_district, drawn_plan
from hypothesis import given
from hypothesis import strategies as st

from rezoning.report.enrollment import views_of
from rezoning.report.finder import AddressBook, address_rows, zone_lists
from rezoning.report.finder.streets import house_key, parity
from rezoning.runs.tables import public_csv
from rezoning.scenario.reporting import Report

HOUSES = st.one_of(st.integers(1, 30).map(str), st.sampled_from(["", "7A", "8B", "12 1/2", "68-05", "68-06"]))
HOMES = st.lists(st.tuples(HOUSES, st.integers(0, 2), st.sampled_from(["", "Apt 1", "Apt 2"]), st.integers(0, 15)), min_size=1, max_size=40)
BOOK = drawn_book()


def addresses_of(homes: list[tuple[str, int, str, int]], streets: tuple[str, ...] = ("Oak St", "Elm St", "=cmd()")) -> AddressBook:
    distinct = {(house, street, flat): unit for house, street, flat, unit in homes}
    texts = tuple(f"{house} {streets[street]} {flat}".strip() for house, street, flat in distinct)
    houses, numbers, flats = zip(*distinct, strict=True)
    return AddressBook(texts, houses, np.array(numbers), flats, np.array(list(distinct.values())), streets)


def label_key(label: str) -> tuple[int, int, str, str]:
    house, _, flat = label.partition(" Apt ")
    return house_key(house, f"apt {flat}" if flat else "")


def holds(row, addresses: AddressBook, k: int, school: str) -> bool:
    house, flat = addresses.house[k], addresses.flat[k]
    if row["street"] != addresses.streets[addresses.street[k]] or row["school_id"] != school:
        return False
    if not house or not row["from_number"]:
        return not house and not row["from_number"]
    low, high = label_key(row["from_number"]), label_key(row["to_number"])
    return row["parity"] in ("both", parity(house)) and low <= house_key(house, flat) <= high


@given(HOMES)
def test_every_address_is_in_exactly_one_row(homes):
    addresses = addresses_of(homes)
    rows = zone_lists(BOOK, addresses)
    for key, view in views_of(BOOK).items():
        zone = view.zone
        mine = [row for row in rows if row["option"] == key]
        assert sum(row["addresses"] for row in mine) == len(addresses.texts)
        for k, unit in enumerate(addresses.unit.tolist()):
            school = BOOK.schools[zone[unit]].id
            assert sum(holds(row, addresses, k, school) for row in mine) == 1
        for row in mine:
            assert row["addresses"] == sum(holds(row, addresses, k, BOOK.schools[zone[u]].id) for k, u in enumerate(addresses.unit.tolist()))


def test_ranges_are_as_long_as_they_can_be():
    # Unit 0 goes to A, unit 5 to B, today; the odd side of Oak is split, the even side is not, Elm goes to A as a whole.
    homes = [(str(n), 0, "", 5 if n == 5 else 0) for n in (1, 3, 5, 7, 9, 2, 4)] + [("1", 1, "", 0), ("2", 1, "", 0), ("", 1, "", 0)]
    rows = [row for row in zone_lists(BOOK, addresses_of(homes)) if row["option"] == "today"]
    told = [(row["school_id"], row["street"], row["from_number"], row["to_number"], row["parity"], row["addresses"]) for row in rows]
    assert told == [
        ("A", "Elm St", "1", "2", "both", 2),
        ("A", "Elm St", "", "", "both", 1),
        ("A", "Oak St", "2", "4", "even", 2),
        ("A", "Oak St", "1", "3", "odd", 2),
        ("A", "Oak St", "7", "9", "odd", 2),
        ("B", "Oak St", "5", "5", "odd", 1),
    ]


def test_options_follow_today_and_have_names():
    rows = zone_lists(BOOK, addresses_of([("1", 0, "", 6)]))
    assert [(row["option"], row["school_id"], row["school"]) for row in rows] == [
        ("today", "A", "School A"), ("A", "B", "School B"), ("B", "A", "School A"),
    ]  # fmt: skip


def test_without_zones_of_today_only_options_are_listed():
    scenario = drawn.scenario(goals=[{"minimize": "dissimilarity", "group": "low"}]).model_copy(update={"report": Report(min_cell=0)})
    book = book_of(scenario, drawn_district(current=None), drawn_plan("Aaab/aBbb/aaac/cCcb"))
    rows = zone_lists(book, addresses_of([("1", 0, "", 6)]))
    assert [row["option"] for row in rows] == ["A"]


def test_a_new_unit_has_no_school_today():
    current = drawn_district().current.copy()
    current[0] = -1
    book = book_of(drawn.scenario(), drawn_district(current=current), drawn_plan("Aaab/aBbb/aaac/cCcb"))
    addresses = addresses_of([("1", 0, "", 0), ("3", 0, "", 1)])
    first, second, third = zone_lists(book, addresses)
    assert (first["school_id"], first["from_number"]) == ("A", "3")
    assert (second["school_id"], second["school"], second["from_number"]) == ("", "", "1")
    assert (third["option"], third["from_number"], third["to_number"]) == ("A", "1", "3")
    assert address_rows(book, addresses)[0] == {
        "address": "1 Oak St", "unit": "00", "today_school_id": "", "today_school": "", "A_school_id": "A", "A_school": "School A",
    }  # fmt: skip


@pytest.mark.parametrize("make", [zone_lists, address_rows])
def test_a_street_that_looks_like_a_formula_is_harmless_in_the_file(make):
    text = public_csv(make(BOOK, addresses_of([("", 2, "", 0)])))
    assert "'=cmd()" in text
    assert not any(cell.startswith("=") for line in text.splitlines() for cell in line.split(","))
