"""A run directory is written whole or not at all, and a failure never touches an earlier run."""

from rezoning.runs.directory.place import (
    COMPARISON,
    EVALUATION,
    EXPLANATION,
    TRAVELS,
    check_new_file,
    check_place,
    check_what_is_there,
    name_in,
    place_for,
)
from rezoning.runs.directory.scratch import put_whole, whole_file
from rezoning.runs.directory.text import json_text, read_json
from rezoning.runs.directory.writing import write_or_rescue, written_whole
from rezoning.scenario.files import RUN

__all__ = [
    "COMPARISON",
    "EVALUATION",
    "EXPLANATION",
    "RUN",
    "TRAVELS",
    "check_new_file",
    "check_place",
    "check_what_is_there",
    "json_text",
    "name_in",
    "place_for",
    "put_whole",
    "read_json",
    "whole_file",
    "write_or_rescue",
    "written_whole",
]
