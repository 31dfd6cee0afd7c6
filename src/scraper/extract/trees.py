"""Trees: boosted decision trees evaluated with bit masks, without a training library.

A module of its own because importing the library that grew them takes longer than extracting a hundred pages. Every
inner node that sends a row to the right removes the leaves on its left; the first leaf that is left is the row's.
Source: Lucchese et al., QuickScorer (SIGIR 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Self

import numpy as np
import numpy.typing as npt

MAX_LEAVES = 32


@dataclass(frozen=True, slots=True)
class Trees:
    """A forest whose sum of leaves is the log-odds of a row.

    Args:
        columns: Column of each inner node, trees one behind the other.
        thresholds: A row above it goes right.
        masks: Bits of the leaves that stay for a row that goes right.
        starts: Index of each tree's first inner node.
        leaves: Values of the leaves, MAX_LEAVES a tree.
    """

    columns: npt.NDArray[np.uint16]
    thresholds: npt.NDArray[np.float32]
    masks: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int32]
    leaves: npt.NDArray[np.float32]

    @classmethod
    def load(cls, file: IO[bytes]) -> Self:
        """Read what save wrote."""
        with np.load(file) as arrays:
            return cls(*(arrays[name] for name in cls.__slots__))

    def save(self, file: IO[bytes]) -> None:
        """Write the arrays as a compressed NumPy archive."""
        np.savez_compressed(file, **{name: getattr(self, name) for name in self.__slots__})

    def predict(self, matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Give the probability of each row."""
        # The nodes of all trees by their place in the tree: one place at a time stays in the processor's cache. A tree
        # with fewer nodes has its last one again, which takes nothing more from it.
        sizes = np.diff(self.starts, append=len(self.columns))
        places = self.starts + np.minimum(np.arange(sizes.max())[:, None], sizes - 1)
        turned = np.ascontiguousarray(matrix.T)  # whole rows are copied, single numbers would be gathered
        shape = (len(self.starts), len(matrix))
        gone, less = np.zeros(shape, dtype=np.uint32), np.empty(shape, dtype=np.uint32)
        for nodes in places:
            right = turned[self.columns[nodes]] > self.thresholds[nodes, None]
            np.multiply(right, ~self.masks[nodes, None], out=less)
            gone |= less
        first = ~gone & (gone + np.uint32(1))
        leaf = np.frexp(first.astype(np.float32))[1] - 1 + np.arange(len(self.starts))[:, None] * MAX_LEAVES
        odds: npt.NDArray[np.float64] = self.leaves[leaf].sum(axis=0, dtype=np.float64)
        shares: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-odds))
        return shares
