"""What a map server says of a GeoJSON layer beside its features."""

from __future__ import annotations

import gzip
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rezoning.district.files.shapes import named_crs
from rezoning.district.files.table import Table

CUT_SHORT = re.compile(rb'"exceededTransferLimit"\s*:\s*true')
NAMED_CRS = re.compile(rb'"crs"\s*:\s*\{\s*"type"\s*:\s*"name"\s*,\s*"properties"\s*:\s*\{\s*"name"\s*:\s*"([^"]*)"')


def as_its_server_said(table: Table) -> Table:
    """A GeoJSON layer, doubted where a map server gave a part of it; refused where it names a CRS that GDAL passes over."""
    with _content(table.path) as content:
        named = NAMED_CRS.search(content)
        crs = named[1].decode("utf-8", "replace") if named else None
        is_cut_short = CUT_SHORT.search(content) is not None
    named_crs(table.path, crs)
    if not is_cut_short:
        return table
    doubt = f"{table.name}: its server says exceededTransferLimit: it gave {len(table.frame):,} features and kept the rest back"
    return replace(table, warnings=(f"{doubt}; fetch the layer in pages (resultOffset) or as a file",))


@contextmanager
def _content(path: Path) -> Iterator[bytes | mmap.mmap]:
    """The file's bytes, unpacked."""
    if path.name.lower().endswith(".gz"):
        with gzip.open(path, "rb") as packed:
            yield packed.read()
    else:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content
