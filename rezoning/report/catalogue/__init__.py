"""What is known of every measure, each fact once: its place, its kind, which way is better, where it stands and what it is called."""
