"""A judge answers several questions about a picture from one set of features."""

from __future__ import annotations

import pytest
import torch
from tiny import seeded
from torch.nn import functional as F

from explorer.models import ClassJudge, Generates, Judges, PictureJudge
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


def test_the_first_layer_of_a_class_judge_decorrelates_patches():
    torch.manual_seed(0)
    smooth = F.avg_pool2d(torch.randn(200, 3, 34, 34), 3, stride=1) + 0.5
    judge = seeded(lambda: ClassJudge(["a", "b"], widths=(8, 8)))
    judge.whiten_with(smooth, floor=0.0)
    found = judge.whiten(smooth).permute(0, 2, 3, 1).flatten(0, 2)
    assert torch.allclose(torch.cov(found[:, :12].T), torch.eye(12), atol=2e-2)
    assert torch.allclose(found[:, :12], -found[:, 12:], atol=1e-4)


def test_a_block_of_a_class_judge_passes_its_input_at_first():
    block = seeded(lambda: ClassJudge(["a"], widths=(32,)).blocks[0])
    x = torch.rand(1, 24, 8, 8)
    assert torch.equal(F.conv2d(x, block.conv1.weight, padding=1)[:, :24], x)


def test_a_class_judge_resizes_judges_and_stays_below_five_megabytes(tmp_path):
    judge = seeded(lambda: ClassJudge([str(i) for i in range(10)]))
    images = torch.rand(2, 3, 64, 64) * 2 - 1
    small = F.interpolate(images, size=32, mode="bilinear", antialias=True)
    assert torch.equal(judge.embed(images), judge.embed(small)) and judge.embed(small).shape == (2, 256)
    assert judge.judge(small)["class"].shape == (2, 10) and issubclass(ClassJudge, Judges)
    judge.save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors").stat().st_size < 5e6


def test_a_class_judge_that_mirrors_reads_a_picture_and_its_mirror_image_alike():
    judge = seeded(lambda: ClassJudge(["a", "b"], widths=(8, 8), mirror=True))
    images = torch.rand(2, 3, 32, 32) * 2 - 1
    assert torch.allclose(judge.judge(images)["class"], judge.judge(images.flip(3))["class"], atol=1e-5)
    halves = [judge.head(judge.features(x)) / 9 for x in (images, images.flip(3))]
    assert torch.allclose(judge.judge(images)["class"], sum(halves) / 2, atol=1e-5)


def test_a_question_knows_its_answers_by_name_or_by_number():
    judge = seeded(lambda: PictureJudge({"belly": ["white", "black", "grey"], "species": 2}, channels=(4, 4, 4, 4)))
    assert judge.answers == {"belly": ["white", "black", "grey"], "species": ["0", "1"]}
    assert {name: tuple(logits.shape) for name, logits in judge.judge(torch.zeros(1, 3, 64, 64)).items()} == {
        "belly": (1, 3),
        "species": (1, 2),
    }
