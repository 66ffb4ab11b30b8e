"""A district of twelve square units with polygons, so that everything that is drawn can be made of it."""

from __future__ import annotations

import json
from pathlib import Path

# Enough students that something may be shown: every unit has ten times those of the tiny district.
BIG = 10


def write_polygons(folder: Path) -> Path:
    """Twelve square units in three rows, two schools; the poor in the west."""
    features = []
    for i in range(3):
        for j in range(4):
            x, y = 500_000 + 100 * j, 4_400_000 - 100 * i
            ring = [[x, y], [x, y - 100], [x + 100, y - 100], [x + 100, y], [x, y]]
            properties = {"unit": f"0{i}{j}", "students": 10 * BIG, "poor": (9, 6, 3, 1)[j] * BIG, "today": "A" if j < 2 else "B"}
            features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32616"}}
    (folder / "units.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    (folder / "schools.csv").write_text('school,name,seats,unit\nA,"=Ash & Élan <script>",700,010\nB,مدرسة الغابة,700,013\n')
    (folder / "addresses.csv").write_text("number,street,lon,lat\n1,Elm St,-87.0000,39.7475\n3,Elm St,-86.9990,39.7475\n")
    scenario = {
        "name": "squares",
        "data": {
            "units": {"path": "units.geojson", "id": "unit", "students": "students", "groups": {"poor": "poor"}, "current_school": "today"},
            "schools": {"path": "schools.csv", "id": "school", "name": "name", "capacity": "seats", "unit": "unit"},
            "travel": {"estimate": "straight_line"},
        },
        "rules": {"capacity": {"min": 0.5, "max": 1.0}},
        "goals": [{"minimize": "dissimilarity", "group": "poor"}, {"minimize": "reassigned"}],
        "solve": {"method": "exact", "time_limit": 30, "gap": 0, "threads": 1},
    }
    path = folder / "scenario.yaml"
    path.write_text(json.dumps(scenario))
    return path
