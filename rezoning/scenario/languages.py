"""The languages that people can be spoken to in: of each, `rezoning/report/strings` has a file."""

from __future__ import annotations

from typing import Literal, get_args

Code = Literal["en", "es"]
LANGUAGES: tuple[Code, ...] = get_args(Code)
