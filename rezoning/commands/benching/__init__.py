"""Settings against each other on districts: every scenario, setting and seed a run of its own, then tables and a page of what came of it."""
