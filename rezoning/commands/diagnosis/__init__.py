"""What a board asks of today's zones first, without looking for others: measured, bounded, written as a page and as a document."""

from rezoning.commands.diagnosis.diagnose import diagnose
from rezoning.commands.diagnosis.diagnosed import Diagnosed
from rezoning.commands.diagnosis.writing import DIAGNOSIS, for_planners, place_of, write_diagnosis

__all__ = ["DIAGNOSIS", "Diagnosed", "diagnose", "for_planners", "place_of", "write_diagnosis"]
