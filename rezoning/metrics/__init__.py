"""What a plan does, recomputed from plan and district alone."""
