"""Cells as numbers, and columns as counts: what is blank, what is not known, and what is no number."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.checks import Mask, quoted
from rezoning.district.detect import Texts
from rezoning.district.district import Floats
from rezoning.district.files.table import Table, column, texts
from rezoning.district.reading import Reading, counted
from rezoning.errors import shown
from rezoning.scenario.section import columns_of

MISSING_CODES = {-1.0: "missing", -2.0: "not applicable", -9.0: "of too low quality"}

LARGEST = 1e12
"""No count, price or length is above it; a sum of larger numbers loses its last digits."""

MOST_IN_A_UNIT = 1e7
"""No unit has more students: the largest district of the world has fewer."""

NOT_AVAILABLE = frozenset({
    "na", "n/a", "#n/a", "#na", "n.a.", "nan", "null", "(null)", "none", "nil", "<na>", "-", "--", "–", "—", ".", "..", "?", "x", "s", "n",
    "missing", "unknown", "suppressed", "redacted", "masked", "not available", "#value!", "#ref!", "#div/0!",
})  # fmt: skip
"""How tables say that there is a number, and that they do not have it."""

SUPPRESSED = re.compile(r"[<>≤≥=~*†‡#†+-]+ ?\d*[*%+]*|\d+ ?[*+]+|\d+ ?(-|–|to) ?\d+|(less|fewer|more) than .*", re.IGNORECASE)
"""How tables hide small counts."""

COMMAS = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")

NO_ZERO = "What is not known is no zero: get the numbers, leave the group out, or write an estimate and say that it is one."


def numbers(values: pd.Series[Any], thousands: bool = False) -> tuple[Floats, Mask, Mask]:
    """Values as numbers, where they are blank, and where they are none that can be counted with; each of shape (k,).

    Where `thousands` is said, commas part thousands, if that is what all of a column's commas can do: 1,250 is read beside 87, and not beside 87,5.
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        read = values.to_numpy(dtype=np.float64, na_value=np.nan)
        blank = np.isnan(read)
    else:
        written = texts(values)
        blank = written == ""
        written = _without_commas(written) if thousands else written
        read = pd.to_numeric(pd.Series(written, dtype=str), errors="coerce").to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return read, blank, ~blank & ~(np.abs(read) <= LARGEST)


def _without_commas(written: Texts) -> Texts:
    with_comma = np.array(["," in text for text in written], dtype=bool)
    if not with_comma.any() or not all(COMMAS.fullmatch(text) for text in written[with_comma]):
        return written
    return np.array([text.replace(",", "") for text in written], dtype=object)


def report_no_number(table: Table, name: str, wrong: Mask, cure: str, reading: Reading) -> None:
    """Name the rows whose cells hold no number, or one that is too large to be true."""
    if not wrong.any():
        return
    held = texts(column(table, name, "")[wrong])
    is_number = np.isfinite(pd.to_numeric(pd.Series(held, dtype=str), errors="coerce").to_numpy(dtype=np.float64)).all()
    what = "beyond what can be counted" if is_number else "not a number"
    message = f"column '{name}' holds {shown(quoted(list(dict.fromkeys(held))))}, {what}."
    reading.problems.add(table.place(table.rows(wrong)), message, cure)


def read_counts(table: Table, named: str | tuple[str, ...], place: str, reading: Reading) -> Floats:
    """Counts of a column, or the sum of several, shape (k,): finite and not negative.

    A blank cell of a table counts nobody, and is noted, and so does a row that a joined file does not have. What a table or a layer says to be
    missing (NA, null) is no zero, and a problem.
    """
    counts = []
    for name in columns_of(named):
        column(table, name, place)
        counts.append(_counts(table.holding(name), name, reading))
    total: Floats = np.sum(counts, axis=0)
    for name, count in zip(columns_of(named), counts, strict=True):
        if len(counts) > 2 and count.sum() > 0 and np.array_equal(2 * count, total):
            reading.warn(f"{table.name}: column '{name}' is the sum of the others of {place}, so that everybody is counted twice; leave it out")
    return total


def _counts(table: Table, name: str, reading: Reading) -> Floats:
    values = column(table, name, "")
    read, blank, wrong = numbers(values, thousands=True)
    report_no_number(table, name, wrong, _cure_for_no_count(texts(values[wrong])), reading)
    doubt_thousands(table, name, values, reading)
    null = blank & (table.frame.index.to_numpy() != 0) & (not table.is_text)
    if null.any():
        message = f"column '{name}' has no value (null) for {counted(int(null.sum()), 'unit')}."
        reading.problems.add(table.place(table.rows(null)), message, f"Write 0 where it is known that nobody lives. {NO_ZERO}")
    elif blank.any():
        reading.note(f"{table.name}: {counted(int(blank.sum()), 'blank cell')} in column '{name}' read as 0")
    negative = ~blank & ~wrong & (read < 0)
    if negative.any():
        _report_negative(table, name, read, negative, reading)
    high = ~blank & ~wrong & (read > MOST_IN_A_UNIT)
    if high.any():
        message = f"column '{name}' holds {shown(f'{value:g}' for value in read[high])}: no unit has that many students."
        reading.problems.add(table.place(table.rows(high)), message, "Correct the counts, or name another column.")
    return np.where(blank | wrong | negative | high, 0.0, read)


def doubt_thousands(table: Table, name: str, values: pd.Series[Any], reading: Reading) -> None:
    """Doubt ``1.250`` among whole numbers: where a comma parts the decimals, a point parts thousands. Say that commas were taken for such."""
    if pd.api.types.is_numeric_dtype(values):
        return
    written = texts(values)
    parted = [text for text in written if COMMAS.fullmatch(text)]
    if parted:
        reading.note(f"{table.name}: commas in column '{name}' part thousands: {shown(quoted(list(dict.fromkeys(parted))))}")
    if not table.is_text:
        return
    pointed = np.array(["." in text for text in written], dtype=bool)
    if pointed.any() and all(THOUSANDS.fullmatch(text) for text in written[pointed]):
        held = shown(quoted(list(dict.fromkeys(written[pointed]))))
        reading.warn(
            f"{table.place(table.rows(pointed))}: {held} in column '{name}' is read with a decimal point, beside whole numbers; "
            "if the point parts thousands, take it away"
        )


def _cure_for_no_count(held: Texts) -> str:
    hidden = any(text.lower() in NOT_AVAILABLE or SUPPRESSED.fullmatch(text) for text in held)
    return NO_ZERO if hidden else "Write plain numbers."


def _report_negative(table: Table, name: str, read: Floats, negative: Mask, reading: Reading) -> None:
    cure = "Correct the counts."
    if set(read[negative].tolist()) <= set(MISSING_CODES):
        cure = f"NCES files write -1 for missing, -2 for not applicable and -9 for low quality. {NO_ZERO}"
    values = shown(f"{value:g}" for value in read[negative])
    reading.problems.add(table.place(table.rows(negative)), f"column '{name}' holds negative counts: {values}.", cure)
