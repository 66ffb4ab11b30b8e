"""Tables of a bench read what they say."""

from benching_cases import comparison, trial

from rezoning.report.benching.tables import MARK, instances_table, notes, settings_table, values_table
from rezoning.report.language import ENGLISH


def cells(table, row):
    return dict(zip(table.heads, table.rows[row], strict=True))


def two_settings():
    return comparison(
        *(trial("default", seed, status="optimal", value=1.0, bound=1.0, solve_seconds=3.0, steps=[(1.0, 1.0, 1.0)]) for seed in range(2)),
        trial("slow", 0, status="feasible", value=2.0, bound=1.0, steps=[(4.0, 2.0, 1.0)]),
        trial("slow", 1, status="no_plan", value=None, steps=[], first_plan_seconds=None),
    )


def test_a_row_for_each_setting():
    first, second = (cells(settings_table(two_settings(), ENGLISH), k) for k in (0, 1))
    assert (first["settled"], first["mean s to settle"], first["PAR10, s"], first["within 1 %"], first["× default"]) == (
        "2",
        "3.00",
        "3.00",
        "2",
        "1.00",
    )
    assert (second["settled"], second["no plan"], second["PAR10, s"], second["within 1 %"]) == ("0", "1", "200.0", "0")
    # gap integral of slow: 4 + 16 / 2 = 12 and 20, of default 1 and 1: sqrt(13/2 * 21/2)
    assert second["× default"] == "8.26"


def test_by_instance_seconds_then_gap_then_distance_then_nothing():
    found = comparison(
        trial("default", status="optimal", value=1.0, bound=1.0, solve_seconds=3.0),
        trial("gap", value=2.0, bound=1.0),
        trial("far", value=1.5),
        trial("none", value=None, status="no_plan"),
        trial("dead", value=None, status="failed"),
        trial("free", value=0.5, is_same_question=False),
    )
    table = instances_table(found, ENGLISH)
    row = [cell.replace("\u202f", " ") for cell in table.rows[0]]
    assert row == ["here", "60 × 3", "3.00 s", "50.0 %", "+50.0 %", "no plan", "failed", "plan"]
    assert table.heads[-1] == f"free{MARK}"


def test_values_and_bounds_of_another_question_are_not_compared():
    found = comparison(
        trial("default", 0, value=1.0, bound=0.5),
        trial("default", 1, value=1.2, bound=0.8),
        trial("free", 0, value=0.1, bound=0.1, is_same_question=False),
        trial("free", 1, value=0.1, bound=0.1, is_same_question=False),
    )
    assert [cell.replace("\u202f", " ") for cell in values_table(found, ENGLISH).rows[0]] == [
        "here",
        "3",
        "1",
        "default (1/2)",
        "0.8000",
        "20.0 %",
        "default (1/2)",
    ]
    free = cells(settings_table(found, ENGLISH), 1)
    assert (free["within 1 %"], free["primal integral, s"], free["× default"]) == ("–", "–", "–")
    assert any(MARK in note and "free" in note for note in notes(found, ENGLISH))


def test_notes_tell_of_a_busy_machine_and_of_what_failed_or_is_left_out():
    found = comparison(trial(load=2.1), trial("b", load=9.0, status="failed", value=None), trial("b", 1, load=2.0))
    said = " ".join(notes(found, ENGLISH))
    assert "of 3 runs 1 ended with a load above its 2 cores" in said
    assert "1 runs failed" in said
    assert "1 runs are left out" in said
    quiet = " ".join(notes(comparison(trial(load=2.1)), ENGLISH))
    assert "was quiet" in quiet
