"""Answers: engines that read a Formulation. The only floor that knows PuLP."""
