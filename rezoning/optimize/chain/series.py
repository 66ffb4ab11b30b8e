"""How much a chain's samples tell: autocorrelation, effective sample size, and whether chains from different starts have met."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SAME = 1e-9  # relative to max(1, |value|): values nearer than this are one value summed in another order


def autocorrelation(values: Floats) -> Floats | None:
    """ρ_t = Σ_i (x_i - x̄)(x_{i+t} - x̄) / Σ_i (x_i - x̄)², t = 0..n-1, by the fast Fourier transform; None where the values are all the same."""
    off = values - values.mean()
    whole = float(off @ off)
    if len(values) < 4 or whole <= len(values) * (SAME * max(1.0, float(np.abs(values).max()))) ** 2:
        return None
    size = 1 << (2 * len(values) - 1).bit_length()
    spectrum = np.fft.rfft(off, size)
    return np.asarray(np.fft.irfft(spectrum * spectrum.conj(), size)[: len(values)] / whole)


def autocorrelation_time(values: Floats) -> float | None:
    """τ = 1 + 2 Σ_t ρ_t, in samples; None where the values are all the same.

    The sum is Geyer's initial monotone sequence (Practical Markov chain Monte Carlo, Statistical Science 7, 1992, section 3.3):
    Γ_k = ρ_{2k} + ρ_{2k+1} as long as it is positive, each no larger than the one before; τ = -1 + 2 Σ_k Γ_k.
    """
    rho = autocorrelation(values)
    if rho is None:
        return None
    gamma = rho[: len(rho) // 2 * 2].reshape(-1, 2).sum(axis=1)
    end = int(np.argmax(gamma <= 0)) if (gamma <= 0).any() else len(gamma)
    return max(float(-1 + 2 * np.minimum.accumulate(gamma[:end]).sum()), 1 / len(values))


def effective_size(values: Floats) -> float | None:
    """N / τ: so many independent samples would give as exact a mean. No more than n here; None where the values are all the same."""
    tau = autocorrelation_time(values)
    return None if tau is None else float(min(len(values) / tau, len(values)))


def split_r_hat(chains: Sequence[Floats]) -> float | None:
    """Split R̂ of normalized ranks (Vehtari, Gelman, Simpson, Carpenter & Bürkner, Bayesian Analysis 16, 2021); None where all values are the same.

    Every chain is cut in halves. With W the mean variance within halves of length n and B/n the variance of their means,
    R̂ = √(((n - 1)/n W + B/n) / W): 1 where halves and chains cannot be told apart. Infinite where each half stands still at another place.
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    half = min(map(len, chains)) // 2
    if half < 2:
        return None
    parts = np.array([part for chain in chains for part in (chain[:half], chain[len(chain) - half :])])
    ranks = rankdata(_alike(parts).ravel()).reshape(parts.shape)
    normal = ndtri((ranks - 0.375) / (parts.size + 0.25))
    within, between = float(normal.var(axis=1, ddof=1).mean()), float(normal.mean(axis=1).var(ddof=1))
    if within <= 1e-18:
        return None if between <= 1e-18 else float("inf")
    return float(np.sqrt(((half - 1) / half * within + between) / within))


def largest_distance(chains: Sequence[Floats]) -> float:
    """Kolmogorov's distance max_x |F_i(x) - F_j(x)| of the two chains that are farthest apart; 0 for one chain."""
    from scipy.stats import ks_2samp

    alike = np.split(_alike(np.concatenate(chains)), np.cumsum([len(chain) for chain in chains])[:-1])
    return max((float(ks_2samp(one, other, method="asymp").statistic) for one, other in combinations(alike, 2)), default=0.0)


def _alike(values: Floats) -> Floats:
    """The values, with those that are one value summed in another order made the same."""
    shape, flat = values.shape, values.ravel()
    order = np.argsort(flat, kind="stable")
    ranked = flat[order]
    steps = np.diff(ranked) > SAME * np.maximum(1.0, np.abs(ranked[1:]))
    group = np.concatenate([[0], np.cumsum(steps)])
    found = np.empty_like(flat)
    found[order] = ranked[np.concatenate([[0], np.flatnonzero(steps) + 1])][group]
    return found.reshape(shape)
