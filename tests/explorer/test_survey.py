"""What a survey says of a generator, against finite differences and slow formulas."""

import torch

from explorer.latent import draw
from explorer.models import DCGAN, GAN32
from explorer.survey import gauss_newton, jacobian, ridge, survey


def small_dcgan():
    torch.manual_seed(0)
    model = DCGAN(latent_size=6, channels=(8, 8, 8, 8), discriminator_channels=(4, 4, 4, 4)).eval().requires_grad_(False)
    for norm in model.generator.norms:
        norm.running_var.fill_(0.01)  # an untrained generator is nearly flat without this
    return model


def test_the_jacobian_is_what_finite_differences_say():
    model, z = small_dcgan().double(), draw(1, 1, 6)[0].double()
    found = jacobian(model, z)
    assert found.shape == (6, 3, 64, 64)
    for i in range(6):
        step = torch.zeros(6, dtype=torch.float64)
        step[i] = 1e-6
        slow = (model.generate((z + step)[None]) - model.generate((z - step)[None]))[0] / 2e-6
        torch.testing.assert_close(found[i], slow, atol=1e-5 * float(slow.abs().max()), rtol=1e-3)


def test_the_metric_measures_how_far_a_picture_moves():
    model, z, step = small_dcgan().double(), draw(1, 1, 6)[0].double(), 1e-5 * draw(2, 1, 6)[0].double()
    moved = (model.generate((z + step)[None]) - model.generate(z[None])).square().sum()
    torch.testing.assert_close(step @ gauss_newton(model, z) @ step, moved, rtol=1e-3, atol=0)


def test_ridge_regression_minimises_its_own_sum():
    inputs, outputs = draw(0, 10, 30).double(), draw(50, 10, 4).double()
    found = ridge(inputs, outputs, 0.2)
    penalty = 0.2 * inputs.square().sum(1).mean()
    torch.testing.assert_close(found, torch.linalg.solve(inputs.T @ inputs + penalty * torch.eye(30).double(), inputs.T @ outputs))


def test_the_guess_for_a_picture_of_the_model_is_nearer_than_a_draw():
    model = small_dcgan()
    z = draw(0, 20, 6)
    guess = survey(model).guess(model.generate(z))
    assert ((guess - z).norm(dim=1) < 0.5 * (draw(100, 20, 6) - z).norm(dim=1)).double().mean() > 0.9


def test_a_survey_is_made_once_and_again_when_the_weights_change():
    torch.manual_seed(0)
    model = GAN32(latent_size=4, channels=(4, 4, 4, 4), discriminator_channels=(4, 4, 4)).eval()
    first = survey(model)
    assert survey(model) is first
    with torch.no_grad():
        model.generator.linear.weight.mul_(1.5)
    assert survey(model) is not first
