"""Plans that are written as JSON: Districtr's, a graph of GerryChain, records, or one object of units and zones."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem, shown

EXPECTED = "Expected Districtr's plan (assignment), GerryChain's graph (nodes), records, or one object of unit and school; or export it as CSV."
LAYERS = ("FeatureCollection", "Feature", "Topology", "GeometryCollection")
UNSET = (None, "", -1, "-1")
NESTED = ("plan", "data", "document")
"""Keys under which servers wrap a plan."""


def read_json_plan(path: Path) -> Table | None:
    """The table in a JSON file; None for a layer of shapes, which is read like other layers.

    Raises
    ------
    DataError
        It is no JSON, or of no kind that holds a plan.
    """
    try:
        raw = gzip.decompress(path.read_bytes()) if path.name.lower().endswith(".gz") else path.read_bytes()
        held = json.loads(raw)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(Problem(path.name, f"cannot be read as JSON: {str(error).rstrip('.')}.", "Export it again.")) from error
    if isinstance(held, dict) and held.get("type") in LAYERS:
        return None
    rows = _rows(path, held)
    if not rows:
        raise DataError(Problem(path.name, "has no rows.", "Export it again, or name another file."))
    frame = pd.DataFrame(rows, index=pd.RangeIndex(1, 1 + len(rows)), dtype=object)
    return Table(path, frame, files=(path,))


def _rows(path: Path, held: Any) -> list[dict[str, Any]]:
    if isinstance(held, list) and held and all(isinstance(one, dict) for one in held):
        return [_flat(one) for one in held]
    if isinstance(held, dict):
        for key in ("assignment", "assignments"):
            if isinstance(held.get(key), dict):
                return _districtr(held, held[key])
            if isinstance(held.get(key), list):
                return _rows(path, held[key])
        if isinstance(held.get("nodes"), list):
            return _rows(path, held["nodes"])
        for key in NESTED:
            if isinstance(held.get(key), dict):
                return _rows(path, held[key])
        if held and all(isinstance(one, (str, int, float, list, type(None))) for one in held.values()) and len(held) > 1:
            return _pairs(held, "unit_id", str)
    told = f" Its keys are {shown(list(held))}." if isinstance(held, dict) and held else ""
    raise DataError(Problem(path.name, f"is JSON of no kind that holds a plan.{told}", EXPECTED))


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record's plain values; numbers that are whole stay so."""
    return {key: value for key, value in record.items() if not isinstance(value, (dict, list))}


def _districtr(held: dict[str, Any], assignment: dict[str, Any]) -> list[dict[str, Any]]:
    """Districtr's first version: parts are numbered from 0 in the file, and from 1 on the screen; they may have names."""
    column = held.get("idColumn")
    name = column.get("key") if isinstance(column, dict) else column
    parts = held.get("parts") or (held.get("problem") or {}).get("parts") or ()
    names = _names(parts)

    def label(zone: Any) -> str:
        return names.get(zone) or (str(zone + 1) if isinstance(zone, int) else str(zone))

    return _pairs(assignment, name if isinstance(name, str) and name else "unit_id", label)


def _names(parts: Any) -> dict[Any, str]:
    """Part's number in the file to what people call it."""
    found = {}
    for position, part in enumerate(parts if isinstance(parts, list) else ()):
        if not isinstance(part, dict):
            continue
        number = part.get("id", position)
        said = part.get("name") or part.get("displayNumber")
        if said is not None:
            found[number] = str(said)
    return found


def _pairs(assignment: dict[str, Any], name: str, label: Callable[[Any], str]) -> list[dict[str, Any]]:
    """A row for each unit and each of its zones."""
    rows = []
    for unit, value in assignment.items():
        zones = [zone for zone in (value if isinstance(value, list) else [value]) if zone not in UNSET]
        rows += [{name: unit, "assignment": label(zone)} for zone in zones] or [{name: unit, "assignment": ""}]
    return rows
