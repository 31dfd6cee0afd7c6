"""Export: trees that the training library grew, in the form that the extractor evaluates without it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from scraper.extract.trees import MAX_LEAVES, Trees


def export_trees(trees: list[dict[str, Any]]) -> Trees:
    """Make arrays of trees.

    Args:
        trees: "tree_info" of what the library's dump_model gives.
    """
    columns: list[int] = []
    thresholds: list[float] = []
    masks: list[int] = []
    starts: list[int] = []
    leaves = np.zeros((len(trees), MAX_LEAVES), dtype=np.float32)
    for number, tree in enumerate(trees):
        starts.append(len(columns))
        count = 0

        def walk(node: dict[str, Any], number: int = number) -> int:
            """Add a node; give the bits of the leaves below it, which are numbered from the left."""
            nonlocal count
            if "leaf_value" in node:
                leaves[number, count] = node["leaf_value"]
                count += 1
                return 1 << (count - 1)
            at = len(columns)
            columns.append(node["split_feature"])
            # The library compares doubles; rounding down keeps "at most" true for the floats that are at most it.
            threshold = np.float32(node["threshold"])
            below = threshold if threshold <= node["threshold"] else np.nextafter(threshold, np.float32(-np.inf))
            thresholds.append(float(below))
            masks.append(0)
            left = walk(node["left_child"])
            masks[at] = 0xFFFFFFFF & ~left
            return left | walk(node["right_child"])

        walk(tree["tree_structure"])
        if len(columns) == starts[-1]:  # a tree of one leaf still needs a node to be counted from
            columns.append(0)
            thresholds.append(math.inf)
            masks.append(0xFFFFFFFF)
    return Trees(
        np.array(columns, dtype=np.uint16),
        np.array(thresholds, dtype=np.float32),
        np.array(masks, dtype=np.uint32),
        np.array(starts, dtype=np.int32),
        leaves.ravel(),
    )
