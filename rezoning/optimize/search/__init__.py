"""Plans by search: annealing over single units, and large neighborhoods solved exactly."""
