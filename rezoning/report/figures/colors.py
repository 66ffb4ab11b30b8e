"""Colors of figures: told apart by the color-blind and in gray, the same for a school in every panel, neighbors never alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District

Ints = NDArray[np.int64]

# Paul Tol's "light" scheme (Colour Schemes, SRON 2021): fills that the color-blind tell apart and black text stays readable on.
PALETTE = ("#77AADD", "#EEDD88", "#EE8866", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#AAAA00", "#DDDDDD")
ALIKE = 90.0  # closer than this in RGB, two fills are told apart only side by side
NO_ZONE = "#FFFFFF"
INK = "#222222"

# Options A, B, C … as in assets/page.css, each with a marker of its own.
OPTIONS = ("#0072B2", "#B04F00", "#00755C", "#A03F78", "#7A6A00", "#2E6F9E", "#5B4BA0", "#555555")
MARKERS = "s^Dopvh*"
TODAY = "#6B7280"


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
