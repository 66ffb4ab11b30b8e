"""Maps of zones: the same color for a school in every panel, neighbors never alike, readable in print and to the color-blind."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rezoning.errors import DataError, Problem

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rezoning.district.district import District
    from rezoning.plan import Plan

Ints = NDArray[np.int64]

# Paul Tol's "light" scheme (Colour Schemes, SRON 2021): fills that the color-blind tell apart and black text stays readable on.
PALETTE = ("#77AADD", "#EEDD88", "#EE8866", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#AAAA00", "#DDDDDD")
ALIKE = 90.0  # closer than this in RGB, two fills are told apart only side by side
NO_ZONE = "#FFFFFF"
INK = "#222222"
SIZE = 6.0  # inches of the longer side of a panel


def before_after(district: District, plan: Plan, path: str | Path, captions: tuple[str, str] = ("Today", "Plan")) -> Path:
    """Draw today's zones and the plan's side by side and save them; the file's ending decides between PNG, SVG and PDF.

    Raises
    ------
    DataError
        When the district has no polygons or no zones of today.
    """
    if district.geometry is None or district.current is None:
        missing = "polygons" if district.geometry is None else "zones of today"
        raise DataError(Problem("data.units", f"a map of before and after needs {missing}.", "Name them in the scenario."))
    import matplotlib

    path = Path(path)
    figure = before_after_figure(district, plan, captions)
    # Neither date nor version goes into the file, so that the same plan gives the same picture.
    metadata: dict[str, Any] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix.lower(), {"Software": None})
    with matplotlib.rc_context({"svg.hashsalt": "rezoning"}):
        figure.savefig(path, dpi=160, metadata=metadata)
    return path


def before_after_figure(district: District, plan: Plan, captions: tuple[str, str] = ("Today", "Plan")) -> Figure:
    """Two panels, beside each other for tall districts and on top of each other for wide ones."""
    from matplotlib.figure import Figure

    west, south, east, north = _frame(district)
    width, height = east - west, north - south
    grid = (2, 1) if width > 1.6 * height else (1, 2)
    scale = SIZE / max(width, height)
    panel = (max(scale * width, 3.0), max(scale * height, 2.0) + 0.3)
    figure = Figure(figsize=(panel[0] * grid[1], panel[1] * grid[0] + 0.35), layout="constrained")
    left, right = figure.subplots(*grid)
    today = district.stayable
    colors = zone_colors(district, today, plan.school)
    draw_zones(left, district, today, colors).set_title(captions[0], color=INK)
    draw_zones(right, district, plan.school, colors).set_title(captions[1], color=INK)
    draw_changed(right, district, plan.moved(district))
    draw_scale(left)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    figure.draw_without_rendering()  # the layout must stand before names are placed by their size in it
    for ax in (left, right):
        draw_schools(ax, district)
    return figure


def zone_colors(district: District, *assignments: Ints) -> list[str]:
    """A fill for each school such that zones which touch in any of the assignments differ, as long as the palette lasts.

    Schools are colored in the order of most different neighbors (DSATUR), each with the least used color that no neighbor has, nor one alike.
    """
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(district.num_schools))
    for assignment in assignments:
        a, b = assignment[district.edges[:, 0]], assignment[district.edges[:, 1]]
        touching = (a != b) & (a >= 0) & (b >= 0)
        graph.add_edges_from(np.unique(np.column_stack([a[touching], b[touching]]), axis=0).tolist())
    color: dict[int, int] = {}
    uses = [0] * len(PALETTE)
    for s in nx.coloring.strategy_saturation_largest_first(graph, color):
        near = {color[other] for other in graph[s] if other in color}
        color[s] = _choose(near, uses)
        uses[color[s]] += 1
    return [PALETTE[color[s]] for s in range(district.num_schools)]


def _choose(near: set[int], uses: Sequence[int]) -> int:
    """The least used color that is neither that of a neighbor nor, if it can be helped, like one."""
    rgb = np.array([[int(fill[i : i + 2], 16) for i in (1, 3, 5)] for fill in PALETTE])
    is_alike = np.linalg.norm(rgb[:, None] - rgb[sorted(near)], axis=2).min(axis=1, initial=np.inf) < ALIKE
    return min(range(len(PALETTE)), key=lambda c: (c in near, is_alike[c], uses[c], c))


def draw_zones(ax: Axes, district: District, assignment: Ints, colors: Sequence[str]) -> Axes:
    """Fill every unit with its school's color and draw the borders of zones; units without a school stay white."""
    from matplotlib.collections import PathCollection

    shapes = _shapes(district)
    fills = [colors[s] if s >= 0 else NO_ZONE for s in assignment]
    ax.add_collection(PathCollection([_path(shape) for shape in shapes], facecolors=fills, edgecolors="#FFFFFF88", linewidths=0.25))
    sliver = _sliver(district)
    borders = [_path(_union(shapes[assignment == s], sliver)) for s in np.unique(assignment[assignment >= 0])]
    ax.add_collection(PathCollection(borders, facecolors="none", edgecolors=INK, linewidths=1.0))
    west, south, east, north = _frame(district)
    ax.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    ax.set_axis_off()
    return ax


def draw_changed(ax: Axes, district: District, is_changed: NDArray[np.bool_]) -> Axes:
    """Hatch the units whose school changes, and draw a line round them."""
    from matplotlib.collections import PathCollection

    if is_changed.any():
        region = _path(_union(_shapes(district)[is_changed], _sliver(district)))
        ax.add_collection(PathCollection([region], facecolors="none", edgecolors="#000000AA", hatch="/////", linewidths=0.8))
    return ax


def draw_schools(ax: Axes, district: District) -> Axes:
    """A dot and the name of every school, each name on the first side of its dot where it covers no other."""
    from matplotlib.patheffects import withStroke

    points = _school_points(district)
    ax.plot(points[:, 0], points[:, 1], "o", color=INK, markersize=4.5, markeredgecolor="white", markeredgewidth=0.8, zorder=5)
    size = 7.5 if district.num_schools <= 12 else 6.0
    taken = _dots(ax, points)
    for (x, y), name in zip(points, district.school_names, strict=True):
        text = textwrap.fill(name, 16, break_long_words=False)
        label = ax.annotate(text, (x, y), xytext=(0, 0), textcoords="offset points", fontsize=size, color=INK, zorder=6, linespacing=0.95)
        label.set_path_effects([withStroke(linewidth=2.2, foreground="white")])
        _place(label, taken)
    return ax


def draw_scale(ax: Axes) -> Axes:
    """A bar of a round length, about a fifth of the map's width, in the lower left corner."""
    from matplotlib.patheffects import withStroke

    left, right = ax.get_xlim()
    low, high = ax.get_ylim()
    length = _round_length((right - left) / 5)
    x, y = left + 0.03 * (right - left), low + 0.02 * (high - low)
    ax.plot([x, x + length], [y, y], color=INK, linewidth=2.5, scalex=False, scaley=False, solid_capstyle="butt", zorder=6)
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    text = ax.annotate(label, (x + length / 2, y), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=7.5, color=INK, zorder=6)
    text.set_path_effects([withStroke(linewidth=2.2, foreground="white")])
    return ax


# -- labels ----------------------------------------------------------------------------------------------------------

SIDES = ((0, 5, "center", "bottom"), (0, -5, "center", "top"), (6, 0, "left", "center"), (-6, 0, "right", "center"))


def _place(label: Any, taken: list[Any]) -> None:
    """Put a label on the first side that is free; above its dot when none is."""
    for dx, dy, across, along in (*SIDES, SIDES[0]):
        label.set(position=(dx, dy), horizontalalignment=across, verticalalignment=along)
        box = label.get_window_extent()
        if not any(box.overlaps(other) for other in taken):
            break
    taken.append(box)


def _dots(ax: Axes, points: NDArray[np.float64]) -> list[Any]:
    """The boxes of the dots themselves in pixels, which no name may cover."""
    from matplotlib.transforms import Bbox

    return [Bbox.from_extents(x - 2, y - 2, x + 2, y + 2) for x, y in ax.transData.transform(points)]


def _legend() -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return [
        Line2D([], [], marker="o", color=INK, linestyle="none", markersize=4.5, label="school"),
        Patch(facecolor="none", edgecolor=INK, label="zone"),
        Patch(facecolor="none", edgecolor="#000000AA", hatch="/////", label="changes school"),
    ]


# -- geometry --------------------------------------------------------------------------------------------------------


def _shapes(district: District) -> NDArray[Any]:
    if district.geometry is None:
        raise DataError(Problem("data.units", "a map needs polygons.", "Give the units as .gpkg, .geojson, .shp or .parquet."))
    return np.asarray(district.geometry.array)


def _union(shapes: NDArray[Any], sliver: float) -> Any:
    """One shape of many, without the gaps up to twice `sliver` wide that careless digitizing leaves between units."""
    import shapely

    wider = shapely.buffer(shapely.union_all(shapes), sliver, join_style="mitre")
    return shapely.buffer(wider, -sliver, join_style="mitre")


def _path(shape: Any) -> Any:
    """A polygon or several, holes and all, as one path of matplotlib."""
    import shapely
    from matplotlib.path import Path as Outline

    rings = [shapely.get_coordinates(ring) for polygon in shapely.get_parts(shape) for ring in shapely.get_rings(polygon)]
    outlines = [Outline(ring, closed=True) for ring in rings if len(ring) > 2]
    return Outline.make_compound_path(*outlines) if outlines else Outline(np.zeros((0, 2)))


def _school_points(district: District) -> NDArray[np.float64]:
    """A point inside the unit of each school."""
    import shapely

    inside = shapely.point_on_surface(_shapes(district)[district.school_unit])
    return np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])


def _frame(district: District) -> tuple[float, float, float, float]:
    """West, south, east and north of the map, with a little room around the district."""
    import shapely

    west, south, east, north = (float(edge) for edge in shapely.total_bounds(_shapes(district)))
    room = 0.02 * (max(east - west, north - south) or 1.0)
    return west - room, south - room, east + room, north + room


def _sliver(district: District) -> float:
    """Half the width of a gap that nobody could see on the map."""
    west, south, east, north = _frame(district)
    return 2e-4 * max(east - west, north - south)


def _round_length(meters: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10.0 ** np.floor(np.log10(meters))
    return float(max(step for step in (1, 2, 5) if step * power <= meters * (1 + 1e-9)) * power)
