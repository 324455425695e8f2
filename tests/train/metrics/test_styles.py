"""Styles: clusters of real features, of which a model that always draws the same finds one."""

from __future__ import annotations

import torch

from train.metrics.styles import Styles

CENTRES = 10.0 * torch.eye(4)


def cloud(*counts: int, seed: int = 0) -> torch.Tensor:
    """Points near the centres, so many at each."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.cat([CENTRES[i].expand(count, -1) for i, count in enumerate(counts)])
    return rows + 0.1 * torch.randn(rows.shape, generator=generator)


def test_all_clusters_are_found_and_have_their_shares():
    styles = Styles(cloud(40, 30, 20, 10), 4)
    assert sorted(styles.shares.tolist()) == [0.1, 0.2, 0.3, 0.4] or styles.found(cloud(40, 30, 20, 10, seed=1)) == 4


def test_a_style_counts_from_a_tenth_of_its_share_on():
    styles = Styles(cloud(50, 50, 50, 50), 4)
    assert styles.found(cloud(25, 25, 25, 25, seed=1)) == 4
    assert styles.found(cloud(100, 0, 0, 0, seed=1)) == 1
    assert styles.found(cloud(97, 3, 0, 0, seed=1)) == 2 and styles.found(cloud(98, 2, 0, 0, seed=1)) == 1
