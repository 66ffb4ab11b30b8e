"""What is asked: the scenario file, read and checked."""
