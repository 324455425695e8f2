import math

import torch

from train import losses


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
    for loss in (losses.non_saturating_generator, losses.hinge_generator):
        logits = torch.tensor([0.1, -0.7], requires_grad=True)
        loss(logits).backward()
        assert (logits.grad < 0).all()
