"""A codebook by moving averages: the mean of what chooses a code, and another place for what nobody chooses."""

from __future__ import annotations

import torch
from torch import nn

from train.parts.codebook import CodebookAverage


def test_a_code_is_the_decayed_mean_of_the_vectors_that_chose_it():
    codebook = nn.Embedding(2, 3)
    average = CodebookAverage(codebook, decay=0.5, least=0.0)
    first, second = torch.randn(4, 3), torch.randn(6, 3)
    average.update(first, torch.tensor([0, 0, 1, 1]))
    average.update(second, torch.tensor([0, 0, 0, 0, 1, 1]))
    for code, (mine, later) in enumerate(((first[:2], second[:4]), (first[2:], second[4:]))):
        sums = 0.25 * mine.sum(0) + 0.5 * later.sum(0)
        count = 0.25 * len(mine) + 0.5 * len(later)
        assert torch.allclose(codebook.weight[code], sums / count, atol=1e-6)


def test_an_unused_code_is_put_on_a_vector_of_the_batch():
    torch.manual_seed(0)
    codebook = nn.Embedding(3, 2)
    average = CodebookAverage(codebook)
    vectors = torch.randn(30, 2)
    assert average.update(vectors, torch.zeros(30, dtype=torch.int64)) == 3  # nothing was counted before
    assert all((vectors == row).all(1).any() for row in codebook.weight)
    restarted = [average.update(vectors, torch.zeros(30, dtype=torch.int64)) for _ in range(400)]
    assert sum(restarted) >= 2 and torch.allclose(codebook.weight[0], vectors.mean(0), atol=0.03)


def test_the_codebook_takes_no_gradients_and_is_saved_with_the_averages():
    codebook = nn.Embedding(3, 2)
    average = CodebookAverage(codebook)
    assert not codebook.weight.requires_grad
    assert set(average.state_dict()) == {"counts", "sums", "codebook.weight"}
