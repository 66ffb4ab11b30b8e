"""Where values stand on a scale."""

from __future__ import annotations

import pytest

from rezoning.public.cell import Rounded
from rezoning.report.charts.scale import Scale


def test_what_privacy_rounded_stands_where_it_is_written():
    scale = Scale(4.35, 4.55, (4.35, 4.55))
    assert scale.at(Rounded(4.4353, 1)) == pytest.approx(scale.at(4.4))
    assert scale.at(Rounded(4.4554, 1)) == pytest.approx(scale.at(4.5))
