import pytest
import torch
from torch.nn import functional as F

from train.metrics.retrieval import pools, reciprocal_rank, retrieved


def test_a_pool_holds_equally_many_pictures_of_every_species():
    labels = torch.arange(50).repeat_interleave(7)
    found = pools(labels, 3)
    assert [len(pool) for pool in found] == [100] * 3 and not torch.equal(found[0], found[1])
    for pool in found:
        assert len(pool.unique()) == 100 and torch.equal(labels[pool].bincount(), torch.full((50,), 2))
    assert all(torch.equal(a, b) for a, b in zip(found, pools(labels, 3), strict=True))


def test_a_sentence_retrieves_its_picture_if_no_other_is_nearer():
    images = F.normalize(torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), dim=1)
    texts = torch.tensor([[5.0, 0.1], [1.0, 0.9], [0.2, 0.2]])
    assert retrieved(texts, images).tolist() == [True, False, True]


def test_the_reciprocal_rank_counts_the_pictures_that_are_nearer():
    images = F.normalize(torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), dim=1)
    texts = torch.tensor([[5.0, 0.1], [1.0, 0.9], [0.0, 9.0]])  # ranks 1, 3, 2
    assert reciprocal_rank(texts, images) == pytest.approx((1 + 1 / 3 + 1 / 2) / 3)
