"""A judge answers several questions about a picture from one set of features."""

from __future__ import annotations

import pytest
import torch
from tiny import seeded
from torch.nn import functional as F

from explorer.models import Generates, Judges, PictureJudge
from explorer.models.judge import ResidualBlock

QUESTIONS = {"cifar10": 10, "species": 200, "set": 4}


def tiny_judge() -> PictureJudge:
    return seeded(lambda: PictureJudge(QUESTIONS, channels=(4, 8, 8, 16)))


def test_it_counts_the_parameters_of_its_description():
    def block(a: int, b: int) -> int:
        return 9 * a * b + 2 * b + 9 * b * b + 2 * b + (a * b if a != b else 0)

    blocks = block(32, 32) + block(32, 64) + block(64, 128) + block(128, 256)
    heads = sum(257 * answers for answers in QUESTIONS.values())
    expected = 3 * 32 * 16 + blocks + heads
    assert sum(p.numel() for p in PictureJudge(QUESTIONS).parameters()) == expected == 1_281_110


def test_a_judge_stays_below_its_five_megabytes(tmp_path):
    PictureJudge(QUESTIONS).save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors").stat().st_size < 5e6


def test_every_question_has_its_logits():
    answers = tiny_judge().judge(torch.zeros(3, 3, 64, 64))
    assert {name: tuple(value.shape) for name, value in answers.items()} == {name: (3, count) for name, count in QUESTIONS.items()}


def test_answers_are_linear_in_the_embedding():
    judge, images = tiny_judge(), torch.randn(3, 3, 64, 64)
    features = judge.embed(images)
    assert features.shape == (3, 16)
    for name, logits in judge.judge(images).items():
        head = judge.heads[name]
        assert torch.allclose(logits, features @ head.weight.T + head.bias, atol=1e-5)


def test_a_block_adds_its_two_convolutions_to_its_shortcut():
    block = seeded(lambda: ResidualBlock(4, 6, stride=2))
    x = torch.randn(2, 4, 8, 8)
    inner = F.conv2d(x, block.conv1.weight, stride=2, padding=1) / (1 + 1e-5) ** 0.5
    inner = F.conv2d(F.relu(inner), block.conv2.weight, padding=1) / (1 + 1e-5) ** 0.5
    expected = F.relu(inner + F.conv2d(x, block.shortcut.weight, stride=2))
    assert torch.allclose(block(x), expected, atol=1e-5)


@pytest.mark.parametrize("side", [32, 100])
def test_other_sizes_are_resized_with_antialiasing(side):
    judge, images = tiny_judge(), torch.rand(2, 3, side, side)
    resized = F.interpolate(images, size=64, mode="bilinear", antialias=True)
    assert torch.equal(judge.embed(images), judge.embed(resized))


def test_it_judges_and_does_not_generate():
    assert issubclass(PictureJudge, Judges) and not issubclass(PictureJudge, Generates)
