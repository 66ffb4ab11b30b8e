"""Names of scenarios as titles."""

from __future__ import annotations

import pytest

from rezoning.report.titles import readable


@pytest.mark.parametrize(
    ("name", "shown"),
    [("mount-vernon-balance", "Mount vernon balance"), ("plan_2", "Plan 2"), ("Plan of the co-op", "Plan of the co-op"), ("--", "--")],
)
def test_a_slug_reads_as_words(name, shown):
    assert readable(name) == shown
