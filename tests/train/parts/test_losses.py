import math

import pytest
import torch

from train.parts import losses


def test_an_undecided_discriminator_pays_two_log_two():
    zero = torch.zeros(5)
    assert math.isclose(losses.non_saturating_discriminator(zero, zero).item(), 2 * math.log(2), rel_tol=1e-6)
    assert math.isclose(losses.non_saturating_generator(zero).item(), math.log(2), rel_tol=1e-6)


def test_the_non_saturating_loss_is_binary_cross_entropy_of_the_sigmoid():
    real, generated = torch.tensor([0.3, -2.0]), torch.tensor([1.5, -0.2, 4.0])
    entropy = torch.nn.BCELoss()
    expected = entropy(real.sigmoid(), torch.ones(2)) + entropy(generated.sigmoid(), torch.zeros(3))
    assert torch.isclose(losses.non_saturating_discriminator(real, generated), expected)
    assert torch.isclose(losses.non_saturating_generator(generated), entropy(generated.sigmoid(), torch.ones(3)))


def test_the_hinge_loss_rests_once_the_margin_is_kept():
    assert losses.hinge_discriminator(torch.tensor([1.0, 3.0]), torch.tensor([-1.0, -2.0])).item() == 0
    assert losses.hinge_discriminator(torch.tensor([0.0]), torch.tensor([0.5])).item() == 1 + 1.5
    assert losses.hinge_generator(torch.tensor([2.0, -4.0])).item() == 1


def test_each_generator_loss_wants_higher_logits():
    for loss in (losses.non_saturating_generator, losses.minimax_generator, losses.hinge_generator, losses.wasserstein_generator):
        logits = torch.tensor([0.1, -0.7], requires_grad=True)
        loss(logits).backward()
        assert (logits.grad < 0).all()


def test_matching_losses_weigh_generated_and_mismatched_pictures_by_half_each():
    real, generated, mismatched = torch.tensor([0.5, 3.0]), torch.tensor([-2.0, 1.0]), torch.tensor([0.0, 0.0])
    assert losses.matching_hinge_discriminator(real, generated, mismatched).item() == pytest.approx(0.25 + (1.0 + 1.0) / 2)
    expected = sum(math.log1p(math.exp(-x)) for x in (0.5, 3.0)) / 2
    expected += (sum(math.log1p(math.exp(x)) for x in (-2.0, 1.0)) / 2 + math.log(2)) / 2
    assert losses.matching_discriminator(real, generated, mismatched).item() == pytest.approx(expected, rel=1e-6)


def patterns(*weights: tuple[float, float]) -> torch.Tensor:
    """Grey pictures, each the sum of two patterns that do not correlate, across and down."""
    stripes = torch.tensor([1.0, -1.0]).repeat(4).repeat_interleave(4)
    across, down = stripes.expand(32, 32), stripes[:, None].expand(32, 32)
    return torch.stack([a * across + b * down for a, b in weights])[:, None].expand(-1, 3, -1, -1)


def test_variety_is_lacked_as_far_as_pictures_of_a_class_correlate_more_than_real_ones():
    labels = torch.eye(2)[[0, 1, 0, 1]]
    real = patterns((1, 0), (1, 0), (0, 1), (0, 1))
    assert losses.lack_of_variety(real, real, labels).item() == pytest.approx(0.0, abs=1e-3)
    alike = patterns((1, 0), (1, 0), (0.6, 0.8), (0.6, 0.8))  # correlation 0.6
    assert losses.lack_of_variety(alike, real, labels).item() == pytest.approx(1 - 0.4**0.5, abs=1e-3)
    opposite = patterns((1, 0), (1, 0), (-1, 0), (-1, 0))
    assert losses.lack_of_variety(opposite, real, labels).item() == 0.0
    assert losses.lack_of_variety(real, real, torch.eye(4)).item() == 0.0  # no two of a class


def test_neither_classes_nor_colour_nor_contrast_nor_fine_noise_are_variety():
    labels, real = torch.eye(2)[[0, 1, 0, 1]], patterns((1, 0), (1, 0), (0, 1), (0, 1))
    same = patterns((1, 0), (0, 1), (1, 0), (0, 1))
    checks = (torch.arange(32)[:, None] + torch.arange(32)) % 2 * 2.0 - 1
    tint = torch.tensor([0.5, -0.3, -0.2])[:, None, None]
    changed = torch.cat([same[:2], 0.5 * same[2:] + 0.1 + tint + checks])
    for pictures in (same, changed):
        assert losses.lack_of_variety(pictures, real, labels).item() == pytest.approx(1.0, abs=2e-2)


def test_colours_are_variety_where_they_are_asked_for():
    labels = torch.ones(2, 1)
    grounds = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])[:, :, None, None].expand(-1, -1, 32, 32)
    half = 0.5 * grounds + 0.25 * grounds.flip(0)  # a quarter as far apart
    assert losses.lack_of_variety(grounds, grounds, labels, side=2, colours=True).item() == 0.0
    assert losses.lack_of_variety(half, grounds, labels, side=2, colours=True).item() == pytest.approx(0.75, abs=1e-3)
    assert losses.lack_of_variety(patterns((1, 0), (0, 1)), grounds, labels, side=2, colours=True).item() == pytest.approx(1.0, abs=1e-2)


def test_the_minimax_gradient_vanishes_where_the_discriminator_is_certain_and_the_other_does_not():
    logits = torch.tensor([-12.0, 0.0, 12.0], requires_grad=True)
    losses.minimax_generator(logits).backward()
    minimax, logits.grad = logits.grad, None
    losses.non_saturating_generator(logits).backward()
    sigmoid = logits.detach().sigmoid()
    torch.testing.assert_close(minimax * 3, -sigmoid)
    torch.testing.assert_close(logits.grad * 3, sigmoid - 1)
    assert -minimax[0] * 3 < 1e-5 and -logits.grad[0] * 3 > 0.99999


def test_the_minimax_loss_is_the_discriminator_s_with_the_other_sign():
    real, generated = torch.tensor([0.3, -2.0]), torch.tensor([1.5, -0.2, 4.0])
    expected = torch.log(1 - generated.sigmoid()).mean()
    assert torch.isclose(losses.minimax_generator(generated), expected)
    total = losses.non_saturating_discriminator(real, generated)
    assert torch.isclose(total, -torch.log(real.sigmoid()).mean() - losses.minimax_generator(generated))


def test_a_1_lipschitz_critic_of_two_point_masses_measures_their_distance():
    """On the line, f(x) = x is an optimal critic for point masses at 5 and 2, and its slope is 1."""
    real, generated = torch.full((4,), 5.0), torch.full((4,), 2.0)
    assert -losses.wasserstein_critic(real, generated).item() == 3
    assert losses.wasserstein_generator(generated).item() == -2
    assert -losses.wasserstein_critic(7 * real, 7 * generated).item() == 21  # of a 7-Lipschitz critic: seven times the distance
