"""What a user can do, a module each: run, evaluate, publish, trade goals off, and tell of the machine."""
