"""Smooth random fields; all randomness is uniform draws, which keep their stream when numpy changes."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Field = Callable[[Floats], Floats]


def waves(rng: np.random.Generator, wavelength: float, count: int = 12) -> Field:
    """Draw a smooth field over the plane: a sum of plane waves, mean about 0, variance about 1.

    Parameters
    ----------
    rng
        Source of draws.
    wavelength
        Typical distance in meters between two hills of the field.
    count
        Number of waves; more look less regular.

    Returns
    -------
    Field
        Function from points, shape (n, 2), in meters to values, shape (n,).
    """
    angle = 2 * math.pi * rng.random(count)
    length = wavelength * (0.6 + 0.8 * rng.random(count))
    phase = 2 * math.pi * rng.random(count)
    vectors = (2 * math.pi / length) * np.vstack([np.cos(angle), np.sin(angle)])

    def field(points: Floats) -> Floats:
        values: Floats = math.sqrt(2 / count) * np.cos(points @ vectors + phase).sum(axis=1)
        return values

    return field


def standardized(values: Floats) -> Floats:
    """Values with mean 0 and standard deviation 1; unchanged but for the mean where all are equal."""
    spread = float(values.std())
    centered: Floats = values - values.mean()
    return centered / spread if spread > 0 else centered
