"""The directory of a diagnosis: a page that everybody may see, and a document with every number."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.commands.diagnosis.diagnosed import Diagnosed
from rezoning.errors import DataError
from rezoning.runs.directory import check_place, check_what_is_there, json_text, written_whole
from rezoning.runs.files import put
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.public.diagnosed import PublicDiagnosis

DIAGNOSIS = "diagnosis.json"
"""The file that tells what a directory is: a diagnosis is replaced by a diagnosis only."""


def place_of(scenario: Scenario, out: Path | None, *, replace: bool = False) -> Path:
    """Where a diagnosis goes, known to be writable before any work is done: the place asked for, or ``<scenario>-diagnosis`` in the current folder.

    Raises
    ------
    OutputError
        When it cannot be written, or holds what must stay.
    """
    place = Path(f"{scenario.name}-diagnosis") if out is None else out
    check_place(place, DIAGNOSIS, scenario.name, replace=replace)
    return place


def write_diagnosis(place: Path, found: Diagnosed, *, replace: bool = False) -> DataError | None:
    """diagnosis.json with every number and diagnosis.html with those that may be shown, whole or not at all.

    The page is left out where it would give small numbers away whatever it hides, which is why then.
    """
    from rezoning.public.diagnosis import public_diagnosis
    from rezoning.report.diagnosis import diagnosis_page
    from rezoning.report.language import language_of

    refused = None
    with written_whole(place, partial(check_what_is_there, place, DIAGNOSIS, found.scenario.name, replace=replace)) as directory:
        put(directory / DIAGNOSIS, json_text(found.record))
        try:
            shown = public_diagnosis(found.scenario, found.district, found.diagnosis, found.floors)
            put(directory / "diagnosis.html", diagnosis_page(shown, language_of(found.scenario.report)))
        except DataError as why:  # the document is for those who may see all
            refused = why
    return refused


def for_planners(found: Diagnosed) -> PublicDiagnosis:
    """The diagnosis with nothing hidden, as the terminal shows it."""
    from rezoning.public.diagnosis import whole_diagnosis

    return whole_diagnosis(found.scenario, found.district, found.diagnosis, found.floors)
