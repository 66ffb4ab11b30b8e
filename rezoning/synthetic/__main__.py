"""``python -m rezoning.synthetic DIRECTORY``: write a made-up district; without options the embedded one, riverbend."""

from __future__ import annotations

import argparse
import sys

from rezoning.synthetic import RIVERBEND, make_district, write_district


def main(arguments: list[str] | None = None) -> int:
    """Parse, make, write; 0 when done, 2 when the numbers do not fit together."""
    parser = argparse.ArgumentParser(prog="python -m rezoning.synthetic", description=__doc__)
    parser.add_argument("directory", help="where the files go")
    parser.add_argument("--units", type=int, default=RIVERBEND["units"], help="number of blocks (default: %(default)s)")
    parser.add_argument("--schools", type=int, default=RIVERBEND["schools"], help="number of schools (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=RIVERBEND["seed"], help="another seed, another town (default: %(default)s)")
    parser.add_argument("--max-increase", type=float, help="write scenario.yaml too: share that a trip may be longer than today's")
    parser.add_argument("--streets", action="store_true", help="write the streets too, for data.travel.streets")
    parser.add_argument("--beyond", action="store_true", help="write upper levels, sites and groups by grade too, as riverbend has them")
    options = parser.parse_args(arguments)
    is_riverbend = (options.units, options.schools, options.seed) == tuple(RIVERBEND[name] for name in ("units", "schools", "seed"))
    try:
        town = make_district(options.units, options.schools, options.seed, beyond=options.beyond or is_riverbend)
        files = write_district(options.directory, town, options.max_increase, streets=options.streets)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    sys.stdout.write("".join(f"{file}\n" for file in files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
