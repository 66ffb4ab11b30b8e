"""Four units in a row and two schools, as files that tests spoil one at a time."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from rezoning.district.district import District
from rezoning.district.load import load_district
from rezoning.errors import DataError
from rezoning.scenario.schema import Data

UNITS = """id,students,poor,zone
a,10,4,S
b,10,2,S
c,20,5,N
d,0,0,N
"""
SCHOOLS = """school_id,name,capacity,block
S,South,25,a
N,North,25,d
"""
TRAVEL = """id,S,N
a,2,8
b,3,6
c,6,3
d,8,2
"""
EDGES = """u,v,shared_m
a,b,100
b,c,100
c,d,100
"""


class SmallFiles:
    """A folder with units.csv, schools.csv, travel.csv and edges.csv, and the section `data` that names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sections: dict[str, dict[str, Any]] = {
            "units": {"path": self.csv("units.csv", UNITS), "id": "id", "students": "students", "groups": {"poor": "poor"}, "current_school": "zone"},
            "schools": {"path": self.csv("schools.csv", SCHOOLS), "id": "school_id", "capacity": "capacity", "unit": "block"},
            "travel": {"path": self.csv("travel.csv", TRAVEL), "measure": "minutes"},
            "adjacency": {"path": self.csv("edges.csv", EDGES)},
        }

    def csv(self, name: str, text: str) -> Path:
        """Write a text file."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def edit(self, name: str, old: str, new: str) -> SmallFiles:
        """Replace text in a file."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def say(self, section: str, **keys: Any) -> SmallFiles:
        """Change keys of a section; None leaves a key out."""
        kept = self.sections.setdefault(section, {}) | keys
        self.sections[section] = {key: value for key, value in kept.items() if value is not None}
        return self

    def drawn(self, name: str = "units.gpkg", crs: Any = 32618, width: float = 100.0, **keys: Any) -> SmallFiles:
        """Write the units as squares in a row instead, and let neighbors be found from them."""
        frame = pd.read_csv(self.folder / "units.csv", dtype={"id": str, "zone": str}, keep_default_na=False, na_values=[""])
        shapes = [box(400_000 + width * k, 4_300_000, 400_000 + width * (k + 1), 4_300_000 + width) for k in range(len(frame))]
        layer = gpd.GeoDataFrame(frame, geometry=shapes, crs=32618)
        layer = layer.to_crs(crs) if crs is not None else layer.set_crs(None, allow_override=True)
        path = self.folder / name
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "'crs' was not provided")
            layer.to_parquet(path) if name.endswith("parquet") else layer.to_file(path)
        self.sections.pop("adjacency", None)
        return self.say("units", path=path, **keys)

    def data(self) -> Data:
        return Data.model_validate(self.sections)

    def load(self) -> District:
        return load_district(self.data())

    def problems(self) -> list[str]:
        """What is wrong with the files, as a user reads it."""
        try:
            load_district(self.data())
        except DataError as error:
            return [str(problem).replace(f"{self.folder}/", "") for problem in error.problems]
        return []
