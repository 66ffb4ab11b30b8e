"""A formulation's numbers under x = A y: rows times A, terms times A; every shape stays what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.formulation import Block, Either, Floats, Held, Matrix, Pairs, Rows, Terms
from rezoning.formulation.goals import compile_terms
from rezoning.formulation.rows import CHOICE_RULES, LIMIT_RULES, ROW_RULES
from rezoning.formulation.sums import stacked_rows
from rezoning.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class Numbers:
    """All that a question says about its pairs."""

    rows: Rows | None
    terms: tuple[Terms, ...]
    held: tuple[Held, ...]
    either: tuple[Either, ...]


def numbers(pairs: Pairs, district: District, scenario: Scenario) -> Numbers:
    """Rows, goals, limits and choices of a district over pairs, as every question has them."""
    return Numbers(
        stacked_rows([rows for rule in ROW_RULES if (rows := rule(pairs, district, scenario)) is not None]),
        tuple(compile_terms(goal, district, pairs, scenario) for goal in scenario.goals),
        tuple(limit for rule in LIMIT_RULES for limit in rule(pairs, district, scenario)),
        tuple(choice for rule in CHOICE_RULES for choice in rule(pairs, district, scenario)),
    )


def substituted(found: Numbers, a: Matrix) -> Numbers:
    """The same of y where x = A y; A of shape (P, Q)."""
    rows = None if found.rows is None else replace(found.rows, matrix=times(found.rows.matrix, a))
    return Numbers(
        rows,
        tuple(terms_times(terms, a) for terms in found.terms),
        tuple(replace(held, terms=terms_times(held.terms, a)) for held in found.held),
        tuple(replace(either, block=blocks_times([either.block], a)[0]) for either in found.either),
    )


def times(matrix: Matrix, a: Matrix) -> Matrix:
    """The product as CSR, without zeros."""
    from scipy.sparse import csr_array

    product: Matrix = csr_array(matrix @ a)
    product.eliminate_zeros()
    product.sort_indices()
    return product


def terms_times(terms: Terms, a: Matrix) -> Terms:
    """A goal of y."""
    linear: Floats = np.asarray(a.T @ terms.linear)
    return replace(terms, linear=linear, parts=times(terms.parts, a), blocks=blocks_times(terms.blocks, a))


def blocks_times(blocks: Iterable[Block], a: Matrix) -> tuple[Block, ...]:
    """Shapes of y."""
    return tuple(replace(block, parts=times(block.parts, a)) for block in blocks)
