"""A reading is the likeliest class of a judge with its probability."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_judge

from explorer.judges import judge_of, read


def test_a_reading_names_the_likeliest_class():
    judge = tiny_judge()
    images = torch.rand(5, 1, 28, 28) * 2 - 1
    shares = judge.judge(images)["class"].softmax(1)
    for found, row in zip(read(judge, images), shares, strict=True):
        assert found.label == judge.classes[int(row.argmax())]
        assert found.probability == pytest.approx(row.max().item(), abs=1e-6)
        assert list(found.probabilities) == judge.classes and sum(found.probabilities.values()) == pytest.approx(1, abs=1e-5)


def test_a_checkpoint_is_read_by_the_judge_of_its_data_set():
    assert judge_of("vqvae-mnist-nll") == "judge-mnist"
    assert judge_of("acgan-cifar10") == "judge-cifar10"
    assert judge_of("mine") == ""
