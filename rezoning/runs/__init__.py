"""A run on disk: what was asked, what was found, its files and its record, written whole or not at all."""
