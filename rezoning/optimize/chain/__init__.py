"""A Markov chain of plans under the hard rules alone: what plans look like that nobody optimized."""
