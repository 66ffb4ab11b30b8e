"""Several goals as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rezoning.formulation.formulation import Terms


def weighted_sum(terms: Sequence[Terms], weights: Sequence[float]) -> Terms:
    """Several goals as one; its `goal` is the first one's."""
    from scipy.sparse import csr_array, vstack

    return replace(
        terms[0],
        linear=np.sum([weight * one.linear for one, weight in zip(terms, weights, strict=True)], axis=0),
        parts=csr_array(vstack([one.parts for one in terms], format="csr")),
        target=np.concatenate([one.target for one in terms]),
        over=np.concatenate([weight * one.over for one, weight in zip(terms, weights, strict=True)]),
        under=np.concatenate([weight * one.under for one, weight in zip(terms, weights, strict=True)]),
        constant=sum(weight * one.constant for one, weight in zip(terms, weights, strict=True)),
        today=None,
        blocks=tuple(replace(block, weight=weight * block.weight) for one, weight in zip(terms, weights, strict=True) for block in one.blocks),
    )
