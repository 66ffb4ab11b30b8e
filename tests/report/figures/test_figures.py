import geopandas as gpd
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from shapely.geometry import box

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import DataError
from rezoning.report.figures import before_after, before_after_figure, draw_changed, draw_zones
from rezoning.report.figures.geometry import round_length
from rezoning.report.figures.maps import draw_scale
from rezoning.report.maps.colors import PALETTE, Fill, plan_fills

ROWS, COLUMNS = 4, 6


def grid(today, **changes):
    """A district of squares of one kilometer."""
    units = [(i, j) for i in range(ROWS) for j in range(COLUMNS)]
    at = {unit: u for u, unit in enumerate(units)}
    edges = [(at[i, j], at[k, m]) for i, j in units for k, m in ((i, j + 1), (i + 1, j)) if (k, m) in at]
    num_schools = max(today) + 1
    fields = {
        "unit_ids": tuple(f"{i}-{j}" for i, j in units),
        "students": np.ones(len(units)),
        "school_ids": tuple(map(str, range(num_schools))),
        "school_names": tuple(f"School number {s}" for s in range(num_schools)),
        "school_unit": np.array([today.index(s) for s in range(num_schools)]),
        "edges": np.array(edges),
        "current": np.array(today),
        "geometry": gpd.GeoSeries([box(1000 * j, -1000 * i, 1000 * j + 1000, -1000 * i + 1000) for i, j in units], crs=26918),
    }
    return District(**{**fields, **changes})


FILLS = [Fill(color) for color in PALETTE]
TODAY = [0, 0, 1, 1, 2, 2] * 2 + [3, 3, 4, 4, 5, 5] * 2


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_picture_is_written_and_is_the_same_each_time(tmp_path, ending):
    district, plan = grid(TODAY), Plan([0] * 3 + TODAY[3:])
    first, again = before_after(district, plan, tmp_path / f"a.{ending}"), before_after(district, plan, tmp_path / f"b.{ending}")
    assert first.read_bytes() == again.read_bytes()
    assert first.stat().st_size > 5000


def test_changed_units_are_hatched_in_the_plan_and_nothing_else_differs(tmp_path):
    district = grid(TODAY)
    same = np.asarray(Image.open(before_after(district, Plan(TODAY), tmp_path / "same.png")).convert("RGB"), dtype=int)
    moved = np.asarray(Image.open(before_after(district, Plan([0, 0, 0, *TODAY[3:]]), tmp_path / "moved.png")).convert("RGB"), dtype=int)
    differs = np.abs(same - moved).sum(axis=2) > 0
    middle = same.shape[1] // 2
    assert not differs[:, :middle].any()
    assert 0.001 < differs[:, middle:].mean() < 0.1


def test_panels_are_stacked_when_the_district_is_wide():
    tall = grid(TODAY).geometry
    wide = tall.affine_transform([3, 0, 0, 1, 0, 0])
    beside, below = (before_after_figure(grid(TODAY, geometry=shapes), Plan(TODAY), FILLS) for shapes in (tall, wide))
    boxes = [[ax.get_position() for ax in figure.axes] for figure in (beside, below)]
    assert boxes[0][0].x1 <= boxes[0][1].x0
    assert boxes[1][0].y0 >= boxes[1][1].y1


def test_functions_take_an_axes_and_give_it_back():
    ax = Figure().subplots()
    district = grid(TODAY)
    assert draw_zones(ax, district, np.array(TODAY), plan_fills(district, np.array(TODAY))) is ax
    assert draw_changed(ax, district, np.zeros(24, dtype=bool)) is ax


def test_units_without_a_school_today_stay_white(tmp_path):
    district = grid(TODAY, current=np.array([-1, *TODAY[1:]]))
    assert before_after(district, Plan(TODAY), tmp_path / "new.png").exists()


def test_digitizing_gaps_draw_no_slivers():
    gaps = grid(TODAY).geometry.buffer(-0.4, join_style="mitre")
    ax = Figure().subplots()
    draw_zones(ax, grid(TODAY, geometry=gaps), np.array(TODAY), FILLS)
    borders = ax.collections[-1].get_paths()
    assert [len(path.vertices) for path in borders] == [5] * 6


@pytest.mark.parametrize(("missing", "words"), [("geometry", "polygons"), ("current", "zones of today")])
def test_a_map_needs_polygons_and_todays_zones(tmp_path, missing, words):
    with pytest.raises(DataError) as raised:
        before_after(grid(TODAY, **{missing: None}), Plan(TODAY), tmp_path / "x.png")
    assert str(raised.value) == f"data.units: a map of before and after needs {words}. Name them in the scenario."


@pytest.mark.parametrize(("meters", "length"), [(999, 500), (1000, 1000), (2500, 2000), (49_999, 20_000), (0.9, 0.5)])
def test_the_scale_bar_is_round(meters, length):
    assert round_length(meters) == pytest.approx(length)


@pytest.mark.parametrize(("meters", "units", "text", "length"), [
    (1400, "metric", "1 km", 1000), (150, "metric", "100 m", 100), (1400, "us", "0.5 mi", 804.672), (2000, "us", "1 mi", 1609.344),
    (200, "us", "500 ft", 152.4),
])  # fmt: skip
def test_the_scale_bar_is_in_units_that_readers_use(meters, units, text, length):
    ax = Figure().subplots()
    ax.set(xlim=(0, 5 * meters), ylim=(0, 5 * meters))
    draw_scale(ax, units)
    assert ax.texts[0].get_text() == text
    assert np.ptp(ax.lines[0].get_xdata()) == pytest.approx(length)
