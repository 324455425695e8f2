"""The flow: its inverse, its determinant against autograd, and its likelihood."""

from __future__ import annotations

import math

import pytest
import torch

from explorer.models import Flow, Generates
from explorer.models.flow import ActNorm, Coupling, Scale, continuous

LABELS = torch.eye(2)[[0, 1]]


@pytest.fixture
def model() -> Flow:
    """A small flow whose couplings do something."""
    torch.manual_seed(0)
    flow = Flow(classes=("a", "b"), width=8, steps=(2, 2))
    for name, weight in flow.named_parameters():
        if name.endswith(("last.weight", "last.bias")):
            torch.nn.init.normal_(weight, std=0.1)
    flow.flow(torch.randn(4, 1, 28, 28) / 4, LABELS.repeat(2, 1))  # the activation norms begin
    return flow.eval()


def test_the_inverse_of_forward_is_the_input(model):
    x = torch.rand(2, 1, 28, 28) - 0.5
    z, _ = model.flow(x, LABELS)
    assert z.shape == (2, 784) and torch.allclose(model.back(z, LABELS), x, atol=1e-4)


def test_a_picture_is_drawn_from_its_own_latent(model):
    images = torch.randint(256, (2, 1, 28, 28)) / 127.5 - 1
    assert torch.allclose(model.generate(model.invert(images, LABELS), LABELS), images, atol=0.01)


@pytest.mark.parametrize("second", [False, True])
def test_the_log_determinant_of_a_coupling_is_that_of_its_jacobian(second):
    torch.manual_seed(0)
    layer = Coupling(4, 2, 6, second)
    torch.nn.init.normal_(layer.last.weight, std=0.3)
    x = torch.randn(1, 4, 2, 2)
    _, found = layer(x, LABELS[:1])
    jacobian = torch.autograd.functional.jacobian(lambda flat: layer(flat.view(1, 4, 2, 2), LABELS[:1])[0].flatten(), x.flatten())
    assert found.item() == pytest.approx(jacobian.slogdet()[1].item(), abs=1e-4)


def test_the_log_determinant_of_several_steps_is_that_of_their_jacobian():
    torch.manual_seed(1)
    scale = Scale(4, 2, 6, 3)
    for coupling in scale.couplings:
        torch.nn.init.normal_(coupling.last.weight, std=0.3)
    scale(torch.randn(8, 4, 2, 2) * 3, LABELS.repeat(4, 1))
    scale.eval()
    x = torch.randn(1, 4, 2, 2)
    y, found = scale(x, LABELS[:1])
    jacobian = torch.autograd.functional.jacobian(lambda flat: scale(flat.view(1, 4, 2, 2), LABELS[:1])[0].flatten(), x.flatten())
    assert found.item() == pytest.approx(jacobian.slogdet()[1].item(), abs=1e-4)
    assert torch.allclose(scale.inverse(y, LABELS[:1]), x, atol=1e-4)


def test_the_first_batch_sets_the_activation_norm():
    norm, x = ActNorm(3), torch.randn(50, 3, 4, 4) * torch.tensor([1.0, 5.0, 0.1])[:, None, None] + 7
    y, _ = norm(x)
    deviation, mean = torch.std_mean(y, (0, 2, 3))
    assert torch.allclose(mean, torch.zeros(3), atol=1e-2) and torch.allclose(deviation, torch.ones(3), atol=2e-2)
    norm(torch.zeros_like(x))
    assert torch.equal(norm(x)[0], y)  # only the first


def test_the_bits_are_those_of_a_density_that_is_known():
    """A flow that does nothing: standard normal numbers in an interval of 1."""
    flow = Flow(classes=("a", "b"), width=4, steps=(1, 1)).eval()
    images = torch.randint(256, (2, 1, 28, 28)) / 127.5 - 1
    torch.manual_seed(3)
    found = flow.bits(images, LABELS)
    torch.manual_seed(3)
    numbers = continuous(images, torch.rand_like(images)).flatten(1)
    density = torch.distributions.Normal(0.0, 1.0).log_prob(numbers).sum(1)
    assert torch.allclose(found, 8 - density / (math.log(2) * 784), atol=1e-3)


def test_levels_have_intervals_of_their_own():
    images = torch.tensor([-1.0, 1.0, 2 / 127.5 - 1]).view(1, 1, 1, 3)
    assert torch.allclose(continuous(images, torch.zeros(1, 1, 1, 3)).flatten(), torch.tensor([-0.5, 255 / 256 - 0.5, 2 / 256 - 0.5]))


def test_it_draws_from_latents(model):
    assert isinstance(model, Generates) and model.generate(torch.zeros(2, 784)).shape == (2, 1, 28, 28)
