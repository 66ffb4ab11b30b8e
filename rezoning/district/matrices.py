"""What routing services answer, as they answer it: OSRM, Valhalla, OpenRouteService and GraphHopper; times and distances by index, in their units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rezoning.errors import DataError, Problem, shown

Rows = list[list[Any]]

AGAIN = "Ask the service again, and save what it answers then."

UNITS = {"m": "meters", "km": "kilometers", "kilometers": "kilometers", "mi": "miles", "miles": "miles"}
"""What services call the units of distances."""

LAYOUTS = (
    "Tables are read as OSRM (durations, distances), Valhalla (sources_to_targets), OpenRouteService (durations, distances) and GraphHopper (times, "
    "distances) answer them, or as a list of records with from_id, to_id and a value."
)


@dataclass(frozen=True, eq=False)
class Matrices:
    """The answer of a routing service.

    Parameters
    ----------
    service
        Its name, for messages.
    values
        Measure (``seconds``, ``meters`` …) to the values of every pair, origins as rows; null where there is no way.
    origins, destinations
        What it says of each row and of each column, where it says anything.
    filled
        Pairs (row, column) of ways that it does not know and filled in along straight lines.
    """

    service: str
    values: Mapping[str, Rows]
    origins: Sequence[Any] = ()
    destinations: Sequence[Any] = ()
    filled: Sequence[tuple[int, int]] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        rows = next(iter(self.values.values()))
        return len(rows), len(rows[0])


def matrices_of(document: Any, name: str) -> Matrices:
    """Tell which service answered.

    Parameters
    ----------
    document
        What the file holds.
    name
        Of the file, for messages.

    Raises
    ------
    DataError
        It is no answer that is known, one of refusal, or its rows are not of one length.
    """
    if not isinstance(document, dict):
        raise DataError(Problem(name, "is no table of a routing service.", LAYOUTS))
    _check_answered(document, name)
    found = next(filter(None, (read(document, name) for read in SERVICES)), None)
    if found is None or not found.values:
        raise DataError(Problem(name, f"is no table of a routing service: it holds {shown(list(map(str, document)), 8) or 'nothing'}.", LAYOUTS))
    for measure, rows in found.values.items():
        if not isinstance(rows, list) or not rows or not isinstance(rows[0], list):
            raise DataError(Problem(name, f"holds no rows of {measure}.", AGAIN))
    for measure, rows in found.values.items():
        _check_shape(measure, rows, found.shape, name)
    return found


def _check_answered(document: Mapping[str, Any], name: str) -> None:
    """Services answer in JSON too where they refuse."""
    code, error = document.get("code", "Ok"), document.get("error")
    said = error.get("message") if isinstance(error, dict) else error
    if code != "Ok" or error is not None:
        reason = str(said or document.get("message") or code).rstrip(".")
        raise DataError(Problem(name, f"is no table: the routing service refused with '{reason}'.", AGAIN))


def _check_shape(measure: str, rows: Any, shape: tuple[int, int], name: str) -> None:
    uneven = [k for k, row in enumerate(rows, 1) if not isinstance(row, list) or len(row) != shape[1]]
    if uneven or len(rows) != shape[0]:
        where = f"{name}, row {uneven[0]}" if uneven else name
        held = len(rows[uneven[0] - 1]) if uneven and isinstance(rows[uneven[0] - 1], list) else 0
        said = f"holds {held:,} values of {measure} where the first row holds {shape[1]:,}" if uneven else f"holds {len(rows):,} rows of {measure}"
        raise DataError(Problem(where, f"{said}.", "Every row must have a value, or null, for each destination."))


def _osrm(document: Mapping[str, Any], _name: str) -> Matrices | None:
    """OSRM and Mapbox: seconds and meters."""
    values = {measure: document[key] for key, measure in (("durations", "seconds"), ("distances", "meters")) if document.get(key) is not None}
    if not values or "metadata" in document:
        return None
    cells = _entries(document, "fallback_speed_cells")
    filled = [(cell[0], cell[1]) for cell in cells if isinstance(cell, list) and len(cell) == 2 and all(isinstance(k, int) for k in cell)]
    return Matrices("OSRM", values, _entries(document, "sources"), _entries(document, "destinations"), filled)


def _openrouteservice(document: Mapping[str, Any], name: str) -> Matrices | None:
    """OpenRouteService: seconds, and meters unless other units were asked for."""
    if "metadata" not in document or not {"durations", "distances"} & document.keys():
        return None
    metadata = document["metadata"]
    query = metadata.get("query") if isinstance(metadata, dict) else None
    distances = _unit((query.get("units") if isinstance(query, dict) else None) or "m", name)
    values = {measure: document[key] for key, measure in (("durations", "seconds"), ("distances", distances)) if document.get(key) is not None}
    return Matrices("OpenRouteService", values, _entries(document, "sources"), _entries(document, "destinations"))


def _valhalla(document: Mapping[str, Any], name: str) -> Matrices | None:
    """Valhalla: seconds, and kilometers unless miles were asked for; each pair an object, or briefly two matrices."""
    answer = document.get("sources_to_targets")
    if answer is None:
        return None
    distances = _unit(document.get("units") or "kilometers", name)
    said = [_entries(document, key) for key in ("sources", "targets")]
    if isinstance(answer, dict):
        values = {measure: answer[key] for key, measure in (("durations", "seconds"), ("distances", distances)) if answer.get(key) is not None}
    else:
        values = {measure: _placed(answer, key, name) for key, measure in (("time", "seconds"), ("distance", distances))}
    return Matrices("Valhalla", values, *said)


def _graphhopper(document: Mapping[str, Any], _name: str) -> Matrices | None:
    """GraphHopper: seconds and meters."""
    values = {measure: document[key] for key, measure in (("times", "seconds"), ("distances", "meters")) if document.get(key) is not None}
    return Matrices("GraphHopper", values) if "times" in document else None


SERVICES: tuple[Callable[[Mapping[str, Any], str], Matrices | None], ...] = (_valhalla, _openrouteservice, _graphhopper, _osrm)


def _unit(said: Any, name: str) -> str:
    if str(said) not in UNITS:
        raise DataError(Problem(name, f"holds distances in '{said}'.", f"Known are {', '.join(UNITS)}."))
    return UNITS[str(said)]


def _entries(document: Mapping[str, Any], key: str) -> list[Any]:
    """What is said of each row, or of each column; nothing where it is no list. Some versions wrap it in another."""
    said = document.get(key)
    if not isinstance(said, list):
        return []
    return said[0] if len(said) == 1 and isinstance(said[0], list) else said


def _placed(answer: Any, key: str, name: str) -> Rows:
    """Values of pairs at the places that their indices say."""
    pairs = [pair for row in (answer if isinstance(answer, list) else []) for pair in (row if isinstance(row, list) else [row])]
    indices: list[Any] = [(pair.get("from_index"), pair.get("to_index")) if isinstance(pair, dict) else (None, None) for pair in pairs]
    if not pairs or not all(isinstance(index, int) and index >= 0 for both in indices for index in both):
        raise DataError(Problem(name, "has pairs without from_index and to_index.", AGAIN))
    if len(set(indices)) < len(indices):
        raise DataError(Problem(name, "gives a pair of from_index and to_index more than once.", AGAIN))
    rows: Rows = [[None] * (max(to for _, to in indices) + 1) for _ in range(max(start for start, _ in indices) + 1)]
    for (start, to), pair in zip(indices, pairs, strict=True):
        rows[start][to] = pair.get(key)
    return rows
