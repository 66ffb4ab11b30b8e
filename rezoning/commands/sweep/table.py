"""The table of a sweep, as CSV and Parquet: one row per point, never held in memory."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from rezoning.runs.directory import whole_file
from rezoning.runs.row import ordered
from rezoning.runs.tables import cell

CSV, PARQUET = "sweep.csv", "sweep.parquet"
BATCH = 1000  # rows of a group in the Parquet file


class Spool(AbstractContextManager["Spool"]):
    """Rows on their way, inside the block: which columns there are, and of what kind, is known when the last one has come."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._file: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed below)
        self._labels, self._kinds = labels, dict[str, set[type]]()

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def put(self, row: dict[str, Any]) -> None:
        """Take a row."""
        for name, value in row.items():
            kinds = self._kinds.setdefault(name, set())
            if value is not None:
                kinds.add(type(value))
        self._file.write(json.dumps(row) + "\n")

    @property
    def columns(self) -> list[str]:
        """All columns: labels first."""
        return ordered(list(self._kinds), self._labels)

    def kind(self, name: str) -> type:
        """What a column holds: text where kinds are mixed."""
        kinds = self._kinds.get(name, set())
        if kinds and kinds <= {int, float}:
            return float if float in kinds else int
        return next(iter(kinds)) if len(kinds) == 1 else str

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        return map(json.loads, self._file)

    def write(self, folder: Path) -> list[str]:
        """Write the table into a folder; gives the names of its files."""
        names = [CSV]
        with whole_file(folder / CSV) as partial, partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: cell(value) for name, value in row.items()} for row in self)
        if has_parquet():
            with whole_file(folder / PARQUET) as partial:
                self._write_parquet(partial)
            names.append(PARQUET)
        return names

    def _write_parquet(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}
        kinds = {name: self.kind(name) for name in self.columns}
        schema = pa.schema([(name, types[kind]) for name, kind in kinds.items()])
        with pq.ParquetWriter(path, schema) as writer:
            for batch in _batches(self):
                held = {name: [_as(kind, row.get(name)) for row in batch] for name, kind in kinds.items()}
                writer.write_table(pa.table(held, schema))


def has_parquet() -> bool:
    """Whether Parquet can be written here."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def _as(kind: type, value: Any) -> Any:
    return None if value is None else kind(value)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
