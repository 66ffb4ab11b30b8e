"""Districts written as files, and everything that can be published of their runs."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rezoning.commands.publishing import write_export, write_figures, write_finder, write_report
from rezoning.report.comparing import changed_units, comparison_page, write_workbook
from rezoning.report.exports.formats import FORMATS
from rezoning.report.language import language_of
from rezoning.report.papers import PAPERS, printing
from rezoning.runs.tables import public_csv

SIDE = 0.001  # degrees


def write_place(
    folder: Path,
    blocks: Sequence[Mapping[str, Any]],
    places: Sequence[Mapping[str, Any]],
    width: int,
    addresses: Sequence[str] = (),
    **said: Any,
) -> Path:
    """Units as squares in rows of `width`, schools as a table; the scenario's sections are merged over a plain one."""
    folder.mkdir(parents=True, exist_ok=True)
    features = []
    for k, unit in enumerate(blocks):
        west, east = (round(-87.0 + SIDE * (k % width + more), 6) for more in (0, 1))
        north, south = (round(40.0 - SIDE * (k // width + more), 6) for more in (0, 1))
        ring = [[west, north], [west, south], [east, south], [east, north], [west, north]]
        features.append({"type": "Feature", "properties": dict(unit), "geometry": {"type": "Polygon", "coordinates": [ring]}})
    (folder / "units.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    with (folder / "schools.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(places[0]))
        writer.writeheader()
        writer.writerows(places)
    if addresses:
        rows = [f'{k + 1},"{street}",{-87.0 + SIDE * (k % width + 0.5)},{40.0 - SIDE * (k // width + 0.5)}' for k, street in enumerate(addresses)]
        (folder / "addresses.csv").write_text("\n".join(["number,street,lon,lat", *rows]) + "\n", encoding="utf-8")
    scenario = {
        "name": "drawn",
        "data": {
            "units": {"path": "units.geojson", "id": "unit", "students": "students", "current_school": "today"},
            "schools": {"path": "schools.csv", "id": "school", "name": "name", "capacity": "seats", "unit": "unit"},
            "travel": {"estimate": "straight_line"},
        },
        "goals": [{"minimize": "reassigned"}],
        "solve": {"method": "exact", "time_limit": 30, "gap": 0, "threads": 1},
    }
    for key, value in said.items():
        if key in ("units", "schools"):
            scenario["data"][key] = {**scenario["data"][key], **value}
        elif key == "data":
            scenario["data"] |= value
        else:
            scenario[key] = value
    scenario["data"] = {key: value for key, value in scenario["data"].items() if value is not None}
    path = folder / "scenario.yaml"
    path.write_text(json.dumps(scenario, ensure_ascii=True), encoding="utf-8")
    return path


def publish(
    runs: Sequence[Path], out: Path, addresses: Path | None = None, *, overrides: Sequence[str] = (), formats: Sequence[str] = tuple(FORMATS)
) -> Path:
    """Every public file of some runs, but for PDFs, which are printed from pages."""
    with patch.object(printing, "find_browser", return_value=None):
        book = write_report(runs, out / "report", overrides, papers=tuple(PAPERS)).book
    write_finder(runs, addresses, out / "finder", overrides)
    write_export(runs, formats, out / "exports", overrides)
    write_figures(runs, out / "figures", overrides, ("svg",))
    language, place = language_of(book.settings), out / "compare"
    place.mkdir(parents=True)
    (place / "compare.html").write_text(comparison_page(book, language), encoding="utf-8")
    write_workbook(book, place / "compare.xlsx", language)
    (place / "changes.csv").write_text(public_csv(changed_units(book)), encoding="utf-8")
    return out


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, archives and workbooks by their parts."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                found |= {f"{name}!{part}": archive.read(part) for part in archive.namelist()}
        else:
            found[name] = path.read_bytes()
    return found
