"""``python -m rezoning`` is the command line."""

from rezoning.cli import main

if __name__ == "__main__":
    main()
