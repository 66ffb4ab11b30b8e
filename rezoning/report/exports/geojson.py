"""GeoJSON after RFC 7946: WGS 84, no crs member, outer rings counterclockwise, ids as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rezoning.report.exports.coverage import in_degrees
from rezoning.report.exports.layers import Job, Layer, Written, explained, schools_layer, units_layer, zones_layer


def write_geojson(job: Job) -> list[Written]:
    """The zones of each option and of today, the units with every view, and the schools: a file each."""
    layers = [(f"zones_{view.key}", f"Zones: {view.key}.", zones_layer(job, [view])) for view in job.views]
    layers.append(("units", "The units with their school in each view.", units_layer(job)))
    layers.append(("schools", "The schools as points.", schools_layer(job)))
    found = []
    for stem, about, layer in layers:
        path = job.place / f"{stem}.geojson"
        _put(layer, path)
        found.append(Written(path, about, explained(layer)))
    return found


def _put(layer: Layer, path: Path) -> None:
    """One feature a line, so that files can be compared."""
    shapes = in_degrees(layer.shapes, layer.crs)
    features = ",\n".join(_feature(shape, record) for shape, record in zip(shapes, layer.records(), strict=True))
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n')


def _feature(shape: Any, record: dict[str, Any]) -> str:
    import shapely

    geometry = None if shape is None else shapely.geometry.mapping(shape)
    return json.dumps({"type": "Feature", "properties": record, "geometry": geometry}, ensure_ascii=False, allow_nan=False)
