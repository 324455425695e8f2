"""train/parts/penalties.py: closed forms for discriminators whose gradient is known."""

from __future__ import annotations

import pytest
import torch

from train.parts.penalties import gradient_penalty, input_gradient, r1

SLOPE = torch.tensor([[0.0, 3.0], [4.0, 0.0]])  # of norm 5


def linear(images):
    return (SLOPE * images).flatten(1).sum(1)


def quadratic(images):
    return images.flatten(1).square().sum(1) / 2  # its gradient is the picture itself


def test_a_linear_discriminator_has_its_slope_as_gradient_everywhere():
    images = torch.randn(3, 2, 2)
    assert torch.equal(input_gradient(linear, images), SLOPE.expand(3, 2, 2))
    for shares in (torch.zeros(3), torch.rand(3)):
        assert gradient_penalty(linear, images, torch.randn(3, 2, 2), shares).item() == pytest.approx((5 - 1) ** 2)
    assert r1(linear, images).item() == pytest.approx(25 / 2)


def test_the_points_lie_between_generated_and_real_pictures():
    real, generated = torch.full((2, 1, 4), 2.0), torch.full((2, 1, 4), -1.0)
    shares = torch.tensor([0.0, 1.0])  # norms of 2 and 4
    assert gradient_penalty(quadratic, real, generated, shares).item() == pytest.approx(((2 - 1) ** 2 + (4 - 1) ** 2) / 2)
    middle = torch.tensor([1 / 3, 1 / 3])  # the zero picture
    assert gradient_penalty(quadratic, real, generated, middle).item() == pytest.approx(1, abs=1e-5)


def test_both_penalties_can_be_minimised():
    weight = torch.tensor(3.0, requires_grad=True)
    images = torch.randn(5, 2, 2)
    loss = r1(lambda x: weight * linear(x), images)  # 25 weight^2 / 2
    loss.backward()
    assert weight.grad == pytest.approx(25 * 3.0, rel=1e-5)
    weight.grad = None
    gradient_penalty(lambda x: weight * linear(x), images, images, torch.rand(5)).backward()  # (5 weight - 1)^2
    assert weight.grad == pytest.approx(2 * (15 - 1) * 5, rel=1e-5)
