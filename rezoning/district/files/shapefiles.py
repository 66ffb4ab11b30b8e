"""What a shapefile leaves open: whether its parts belong together, and how its texts are encoded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem
from rezoning.scenario.formats import SIDECARS


def check_records(path: Path) -> None:
    """A shapefile's attributes are those of its shapes only where there is one record for each."""
    beside = {file.suffix.lower(): file for file in on_disk(path)}
    if ".shx" not in beside or ".dbf" not in beside:
        return
    with beside[".dbf"].open("rb") as stream:
        header = stream.read(8)
    shapes, records = max(0, (beside[".shx"].stat().st_size - 100) // 8), int.from_bytes(header[4:8], "little")
    if len(header) == 8 and shapes != records:
        message = f"has {shapes:,} shapes, and {beside['.dbf'].name} {records:,} records: they are not of the same layer."
        raise DataError(Problem(path.name, message, "Copy .shp, .shx and .dbf together, or export the layer again."))


def decoded(table: Table) -> Table:
    """Texts of a shapefile that does not say how it is encoded: as UTF-8 where all of them are, else as Windows-1252.

    GDAL reads them as Latin-1, in which every byte is some letter.
    """
    frame, found = table.frame.copy(), ""
    held = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    odd = {text for name in held for text in frame[name] if isinstance(text, str) and not text.isascii()}
    if not odd or any(ord(letter) > 255 for text in odd for letter in text):
        return table
    raw = {text: text.encode("latin-1") for text in odd}
    try:
        meant = {text: written.decode("utf-8") for text, written in raw.items()}
        found = "UTF-8"
    except UnicodeDecodeError:
        meant = {text: written.decode("cp1252", "replace") for text, written in raw.items()}
        found = "Windows-1252"
    for name in held:
        frame[name] = [meant.get(text, text) if isinstance(text, str) else text for text in frame[name]]
    return replace(table, frame=frame, notes=(*table.notes, f"{table.name}: read as {found}, for no .cpg file says how it is encoded"))


def on_disk(path: Path) -> tuple[Path, ...]:
    """A shapefile is several files, and its table may say elsewhere how it is encoded; everything else is one."""
    beside = (path.with_suffix(cased) for ending in SIDECARS.get(path.suffix.lower(), ()) for cased in (ending, ending.upper()))
    return (path, *(other for other in beside if other.exists()))
