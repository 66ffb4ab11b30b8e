"""An ensemble: plans of a Markov chain under the hard rules, measured, and where some plans stand among them."""

from rezoning.commands.ensembles.outcome import Ensemble
from rezoning.commands.ensembles.sampling import ensemble
from rezoning.commands.ensembles.writing import ENSEMBLE, place_of, write_ensemble

__all__ = ["ENSEMBLE", "Ensemble", "ensemble", "place_of", "write_ensemble"]
