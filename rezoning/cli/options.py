"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Replace = Annotated[bool, typer.Option("--replace", help="Take the place of another scenario's results that stand in --out.")]
