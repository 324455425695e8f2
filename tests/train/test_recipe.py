"""A recipe's own part of a step: the rate of this moment, the gradients of what an optimiser moves, and settings that none may forget."""

import math

import pytest
import torch
from torch import nn

from explorer.models import GAN32
from train.data import InMemory, Pictures
from train.recipe import Recipe, constant, linear, warm_cosine
from train.recipes.bases.stackgan import PaperStackGANRecipe
from train.recipes.iclevr_reports import ReportCGANRecipe
from train.recipes.judges import climb_and_fall


def of_one_weight(rate=constant, scale: float | None = None) -> tuple[Recipe, nn.Parameter]:
    """A recipe with one weight of 1, which plain gradient descent moves at a rate of 0.5."""
    weight = nn.Parameter(torch.ones(1))
    groups = [{"params": [weight], **({"scale": scale} if scale else {})}]
    model = GAN32(channels=(4, 4, 4, 4), discriminator_channels=(4, 4, 4))
    pictures = Pictures(InMemory(torch.zeros(1, 3, 2, 2, dtype=torch.uint8)))
    return Recipe(model, {}, {"only": torch.optim.SGD(groups, lr=9.0)}, pictures, 1, rates={"only": 0.5}, rate=rate), weight


def test_linear_is_one_until_it_falls_in_a_line():
    assert [linear(0.6)(done) for done in (0.0, 0.6)] == [1.0, 1.0]
    assert linear(0.6)(0.8) == pytest.approx(0.5) and linear(0.6)(1.0) == 0.0
    assert {linear(1.0)(done) for done in (0.0, 0.5, 1.0)} == {1.0}


def test_a_warm_cosine_climbs_from_its_first_value_and_ends_at_nothing():
    rate = warm_cosine(0.02, 0.01)
    assert rate(0.0) == 0.01 and rate(0.5) == pytest.approx(0.5) and rate(1.0) == pytest.approx(0.0)
    assert rate(0.01) == pytest.approx(0.51 * math.cos(math.pi * 0.005) ** 2)


def test_the_judges_rate_is_highest_after_a_fifth():
    assert climb_and_fall(0.0) == 0.2 and climb_and_fall(0.2) == pytest.approx(1.0) and climb_and_fall(1.0) == 0.0
    assert climb_and_fall(0.2 - 1e-9) == pytest.approx(1.0)


@pytest.mark.parametrize(("rate", "scale", "moved"), [(constant, None, 1.5), (linear(0.0), None, 0.75), (linear(0.0), 4.0, 3.0)])
def test_a_step_goes_as_far_as_rate_schedule_and_scale_say(rate, scale, moved):
    recipe, weight = of_one_weight(rate, scale)
    recipe.share_done = 0.5
    recipe.step("only", 3 * weight.sum(), torch.Tensor.backward)
    assert weight.item() == pytest.approx(1 - moved)


def test_a_gradient_that_is_too_long_is_shortened():
    recipe, weight = of_one_weight()
    recipe.step("only", 3 * weight.sum(), torch.Tensor.backward, longest=0.5)
    assert weight.item() == pytest.approx(1 - 0.5 * 0.5, abs=1e-5)


@pytest.mark.parametrize(("kind", "setting"), [(ReportCGANRecipe, "mse"), (PaperStackGANRecipe, "divergence")])
def test_a_forgotten_setting_is_named_before_the_run_begins(kind, setting):
    with pytest.raises(TypeError, match=setting):
        kind(model=None, parts={}, optimizers={}, data=None, batch_size=1)


def test_a_second_step_of_the_same_weights_sees_the_first_under_autocast():
    """Autocast keeps copies of the weights until it ends; a step must not leave the old ones."""
    model = torch.nn.Linear(4, 1)
    recipe = Recipe(model, {"part": model}, {"part": torch.optim.SGD(model.parameters(), 1.0)}, data=[], batch_size=1, rates={"part": 1.0})
    x = torch.ones(2, 4)
    with torch.autocast("cpu", torch.bfloat16):
        before = model(x).detach().float()
        recipe.step("part", model(x).float().mean(), torch.Tensor.backward)
        after = model(x).detach().float()
    assert torch.allclose(after, model(x), atol=0.1) and (before - after).abs().min() > 1
