"""Distillation: the teacher's pairs are kept, the loss is the pseudo-Huber norm, and a student of a linear teacher finds it."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_ddpm
from torch.nn import functional as F

from explorer import diffusion
from explorer.models.gan28 import ProjectionDiscriminator
from train.recipes import one_step
from train.recipes.one_step import SETTINGS, noises, pairs, pseudo_huber


def test_pairs_are_the_teachers_own_digits_and_are_drawn_once(tmp_path, monkeypatch):
    teacher = tiny_ddpm()
    pictures, seeds = pairs(teacher, tmp_path, 3, first=7)
    labels = F.one_hot(seeds % len(teacher.classes), len(teacher.classes)).float()
    expected = diffusion.sample(teacher, labels, seed=7, **SETTINGS).clamp(-1, 1)
    assert seeds.tolist() == [7, 8, 9] and torch.equal(pictures, ((expected + 1) * 127.5).round().to(torch.uint8))
    monkeypatch.setattr(one_step, "drawn_by", None)
    assert torch.equal(pairs(teacher, tmp_path, 3, first=7)[0], pictures)


def test_the_noise_of_a_seed_is_the_one_at_which_the_run_starts():
    teacher = tiny_ddpm()
    first = next(diffusion.denoise(teacher, torch.zeros(2, len(teacher.classes)), seed=5, steps=2))
    assert torch.equal(noises(teacher, torch.tensor([5, 6])), first.x)


def test_the_loss_is_quadratic_near_zero_and_linear_far_away():
    small, large = torch.full((1, 1, 2, 2), 1e-3), torch.full((1, 1, 2, 2), 100.0)
    assert pseudo_huber(small).item() == pytest.approx(4e-6 / (2 * one_step.C), rel=0.05)
    assert pseudo_huber(large).item() == pytest.approx(200 - one_step.C, rel=1e-3)


def test_regression_on_pairs_finds_a_linear_teacher():
    """The student of y = A x, trained with this loss on the teacher's pairs alone, becomes A."""
    torch.manual_seed(0)
    matrix = torch.randn(3, 3)
    student = torch.nn.Linear(3, 3, bias=False)
    optimiser = torch.optim.Adam(student.parameters(), 0.05)
    for _ in range(400):
        x = torch.randn(64, 3)
        optimiser.zero_grad()
        pseudo_huber(student(x) - x @ matrix.T).backward()
        optimiser.step()
    assert torch.allclose(student.weight, matrix, atol=0.02)


def test_the_discriminator_depends_on_the_class():
    torch.manual_seed(0)
    network = ProjectionDiscriminator(4, width=4).eval()
    images = torch.randn(2, 1, 28, 28)
    first, second = network(images, torch.eye(4)[[0, 1]]), network(images, torch.eye(4)[[2, 1]])
    assert first[0] != second[0] and first[1] == second[1]
