"""Whatever stands around a table on a page, the same records come out, under the rows of the page."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rezoning.district.files.grid import Grid, table_of
from rezoning.district.files.text import always

WORDS = st.sampled_from(["Springfield Public Schools", "Enrollment", "District: 12", "as of October", "(draft)"])
NAMES = st.lists(st.sampled_from(["Kindergarten", "Grade 1", "Grade 2", "Lunch", "Seats", "Notes on it"]), min_size=1, max_size=5, unique=True)
COUNT = st.integers(0, 1500)


@st.composite
def tables(draw):
    """Names and records: an id, then counts, some of them blank or with a comma between thousands."""
    names = ["unit", *draw(NAMES)]
    size = draw(st.integers(2, 8))
    counts = draw(st.lists(st.lists(COUNT, min_size=len(names) - 1, max_size=len(names) - 1), min_size=size, max_size=size))
    commas = draw(st.booleans())
    records = [[f"u{k}", *(f"{count:,}" if commas else str(count) for count in row)] for k, row in enumerate(counts)]
    if len(names) > 3 and draw(st.booleans()):
        records[draw(st.integers(0, size - 1))][2] = ""
    return names, records, counts


@st.composite
def pages(draw):
    """A table, and the page that it stands on: how far down and to the right, what is above and below."""
    names, records, counts = draw(tables())
    width, left = len(names), draw(st.integers(0, 2))

    def placed(cells):
        return [""] * left + [*cells, *[""] * (width - len(cells))]

    rows = [placed([draw(WORDS)]) for _ in range(draw(st.integers(0, 3)))]
    if draw(st.booleans()):
        rows.append(placed([]))
    place = {}
    rows.append(placed(names))
    for record in records:
        if draw(st.integers(0, 4)) == 0:
            rows.append(placed([]))
        place[record[0]] = len(rows) + 1
        rows.append(placed(record))
    if all(record[2:3] != [""] for record in records) and draw(st.booleans()) and any(any(row) for row in counts):
        rows.append(placed(["Total", *(str(sum(column)) for column in zip(*counts, strict=True))]))
    if draw(st.booleans()):
        rows += [placed([]), placed(["* without charter schools in the county"])]
    return names, records, place, rows


@given(pages())
def test_the_records_of_a_page(page):
    names, records, place, rows = page
    table = table_of(Path("page.xlsx"), Grid(rows), always)
    assert table.columns == names
    assert table.frame.fillna("").to_numpy().tolist() == records
    assert dict(zip(table.frame["unit"], table.frame.index.tolist(), strict=True)) == place


@given(tables(), st.data())
def test_groups_of_columns(table, data):
    """Names in two rows, the first over some of the columns, merged or not: each column is called by both."""
    names, records, _ = table
    first = data.draw(st.integers(1, len(names) - 1))
    over = [""] * first + ["Fall", *[""] * (len(names) - first - 1)]
    below = ["", *names[1:]]
    over[0] = "unit"
    merged = ((0, first, 0, len(names) - 1), (0, 0, 1, 0)) if len(names) - first > 1 else ((0, 0, 1, 0),)
    found = table_of(Path("page.xlsx"), Grid([over, below, *records], merged), always)
    assert found.columns == ["unit", *names[1:first], *(f"Fall {name}" for name in names[first:])]
    assert found.frame.fillna("").to_numpy().tolist() == records
    assert all(found.find(name) is not None for name in names)


def test_totals_of_parts_are_left_out_and_so_is_that_of_all():
    rows = [
        ["area", "unit", "n", "m"], ["North", "a", "1", "4"], ["", "b", "2", "5"], ["North Total", "", "3", "9"],
        ["South", "c", "4", "6"], ["", "d", "5", "7"], ["South Total", "", "9", "13"], ["Grand Total", "", "12", "22"],
    ]  # fmt: skip
    table = table_of(Path("t.xlsx"), Grid(rows), always)
    assert table.frame["unit"].tolist() == ["a", "b", "c", "d"]
    assert table.frame.index.tolist() == [2, 3, 5, 6]


def test_a_record_that_is_called_a_total_and_sums_up_nothing_is_kept():
    rows = [["school", "seats"], ["Oak", "10"], ["Elm", "20"], ["Total Learning Academy", "35"], ["Ash Total", "55"]]
    assert table_of(Path("t.xlsx"), Grid(rows), always).frame["school"].tolist() == [row[0] for row in rows[1:]]
