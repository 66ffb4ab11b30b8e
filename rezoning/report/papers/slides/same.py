"""Slides as the same bytes each time: without the time of writing, in the archive and in the workbooks of charts inside it."""

from __future__ import annotations

import io
import re
import zipfile

EPOCH = b"1980-01-01T00:00:00Z"


def same_bytes(made: bytes) -> bytes:
    """An Office file without when it was written."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as given, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in given.infolist():
            data = given.read(entry.filename)
            if entry.filename.endswith(".xlsx"):
                data = same_bytes(data)
            elif entry.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + EPOCH, data)
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            out.writestr(info, data)
    return kept.getvalue()
