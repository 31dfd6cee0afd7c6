from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.extract.trees import Trees
from scraper.lab.export import export_trees

Node = dict[str, Any]


def nodes(leaves: int) -> st.SearchStrategy[Node]:
    if leaves == 1:
        return st.builds(lambda value: {"leaf_value": value}, st.floats(-2, 2))
    return st.integers(1, leaves - 1).flatmap(
        lambda left: st.builds(
            lambda column, threshold, a, b: {
                "split_feature": column, "threshold": threshold, "left_child": a, "right_child": b,
            },
            st.integers(0, 3), st.sampled_from([-1.0, 0.1, 0.5, 2.0]), nodes(left), nodes(leaves - left),
        )
    )  # fmt: skip


def follow(node: Node, row: list[float]) -> float:
    while "leaf_value" not in node:
        node = node["left_child" if row[node["split_feature"]] <= node["threshold"] else "right_child"]
    return float(node["leaf_value"])


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(1, 32).flatmap(nodes), min_size=1, max_size=4),
    st.lists(st.lists(st.sampled_from([-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 7.0]), min_size=4, max_size=4), min_size=1),
)
def test_masks_find_the_leaf_that_walking_the_tree_finds(forest: list[Node], rows: list[list[float]]) -> None:
    trees = export_trees([{"tree_structure": tree} for tree in forest])
    odds = np.array([sum(follow(tree, row) for tree in forest) for row in rows])
    shares = trees.predict(np.array(rows, dtype=np.float32))
    np.testing.assert_allclose(shares, 1 / (1 + np.exp(-odds)), atol=1e-6)


def test_what_is_saved_is_loaded() -> None:
    node = {
        "split_feature": 0,
        "threshold": 0.5,
        "left_child": {"leaf_value": -1.0},
        "right_child": {"leaf_value": 1.0},
    }
    trees = export_trees([{"tree_structure": node}])
    file = BytesIO()
    trees.save(file)
    file.seek(0)
    loaded = Trees.load(file)
    rows = np.array([[0.0], [1.0]], dtype=np.float32)
    assert (loaded.predict(rows) == trees.predict(rows)).all()
