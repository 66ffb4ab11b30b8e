"""The numbers that may be shown to everybody: read from metrics, and hidden where they would tell of a few students."""
