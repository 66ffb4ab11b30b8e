"""A Slurm array script: each of its tasks solves one part of the points, into one folder on a disk that all see."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from rezoning.commands.sweep.asked import read_sweep
from rezoning.commands.sweep.sweeping import place_of
from rezoning.errors import OutputError, Problem, shown

SCRIPT = """\
#!/bin/bash
# {points} points in {parts} parts. Put the lines of your cluster here (partition, account, time) and those that let it find rezoning, then
#   sbatch {name}.slurm
# and when all tasks have ended, here or anywhere, gather: nothing is solved twice, and what a task did not reach is solved then.
#   {gather}
#SBATCH --job-name={name}
#SBATCH --array=1-{parts}
#SBATCH --cpus-per-task={cores}
#SBATCH --output={name}-%a.log
cd {here} || exit 1
srun {command} --only "$SLURM_ARRAY_TASK_ID/{parts}" --workers "$SLURM_CPUS_PER_TASK" --quiet
"""


def slurm_script(path: str | Path, parts: int, out: str | Path | None = None, *, cores: int = 1, overrides: Sequence[str] = ()) -> str:
    """The script for a sweep file.

    Parameters
    ----------
    parts
        Tasks of the array.
    cores
        Of each task.

    Raises
    ------
    OutputError
        A name or a setting has a line break, and would end its line of the script.
    """
    asked = read_sweep(path, overrides)
    directory = place_of(asked, out)
    words = ["rezoning", "sweep", str(Path(path)), "--out", str(directory)]
    words += [word for setting in overrides for word in ("--set", setting)]
    broken = [word for word in (*words, str(Path.cwd())) if not word.isprintable()]
    if broken:
        message = f"{shown(map(repr, broken))} cannot stand in a line of a script."
        raise OutputError(Problem("--slurm", message, "Rename it, without line breaks and other letters that cannot be printed."))
    command = shlex.join(words)
    return SCRIPT.format(
        points=f"{asked.num_points:,}",
        parts=parts,
        name=asked.sweep.name,
        gather=command,
        cores=cores,
        here=shlex.quote(str(Path.cwd())),
        command=command,
    )
