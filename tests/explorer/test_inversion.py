"""Fits of latents to pictures: against least squares where the generator is linear, and against draws where it is a network."""

import itertools
import math

import pytest
import torch
from tiny import tiny_dcgan, tiny_encoder
from torch import nn

from explorer import extended, stopwatch
from explorer.inversion import OPTIMIZERS, encoder_of, fit
from explorer.latent import draw, typical_norms
from explorer.likeness import PictureObjective, psnr
from explorer.models import DCGAN, GAN32
from explorer.survey import survey
from explorer.zoo import Zoo


class LinearGenerator(nn.Module):
    """x = W z + b: the one generator whose best latent is known in closed form."""

    latent_size, image_size, channels = 6, 4, 3

    def __init__(self, scale: float = 0.02):
        super().__init__()
        self.weight = nn.Parameter(scale * draw(500, 48, 6), requires_grad=False)
        self.bias = nn.Parameter(0.1 * draw(700, 1, 48)[0], requires_grad=False)

    def generate(self, z, labels=None):
        return (z @ self.weight.T + self.bias).unflatten(1, (3, 4, 4))

    def best(self, target):
        return torch.linalg.lstsq(self.weight, (target.flatten() - self.bias)[:, None]).solution[:, 0]


def linear():
    return LinearGenerator().eval()


def network(kind=GAN32):
    torch.manual_seed(0)
    if kind is GAN32:
        model = GAN32(latent_size=8, channels=(8, 8, 8, 8), discriminator_channels=(8, 8, 8))
        for layer in model.generator.up:
            layer.weight.data.mul_(3)  # an untrained network is nearly linear and nearly flat without this
    else:
        model = DCGAN(latent_size=8, channels=(8, 8, 8, 8), discriminator_channels=(8, 8, 8, 8))
        for norm in model.generator.norms:
            norm.running_var.fill_(0.01)
    return model.eval().requires_grad_(False)


def last(fits):
    *_, final = fits
    return final


def picture(seed=0):
    return (0.3 * draw(seed, 1, 48)[0]).clamp(-1, 1).view(3, 4, 4)


@pytest.mark.parametrize("optimizer", ["quasi-newton", "lbfgs", "adam"])
def test_the_fit_of_a_linear_generator_is_least_squares(optimizer):
    model, target = linear(), picture()
    final = last(fit(model, target, optimizer=optimizer, prior=None, steps=300))
    best = model.best(target)
    error = (model.generate(best[None])[0] - target).square().sum().item()
    assert final.loss == pytest.approx(error, rel=1e-3)
    if optimizer == "quasi-newton":
        torch.testing.assert_close(final.latent, best, atol=1e-2, rtol=1e-3)


def test_sgd_descends_to_least_squares_too_where_its_rate_allows():
    model, target = linear(), picture()
    final = last(fit(model, target, optimizer="sgd", prior=None, steps=400, learning_rate=1.0))
    assert final.loss == pytest.approx((model.generate(model.best(target)[None])[0] - target).square().sum().item(), rel=1e-3)


def test_one_step_is_enough_for_a_linear_generator():
    model, target = linear(), picture()
    seen = list(fit(model, target, prior=None, steps=1, restarts=1, every=1))
    torch.testing.assert_close(seen[1].latent, model.best(target), atol=1e-2, rtol=1e-3)


def test_the_prior_is_ridge_regression_for_a_linear_generator():
    model, target, weight = linear(), picture(), 0.01
    known = survey(model)
    objective = PictureObjective(model, target, known, prior=weight)
    gram = model.weight.T @ model.weight + weight * torch.eye(6)
    best = torch.linalg.solve(gram, model.weight.T @ (target.flatten() - model.bias))
    others = best + 0.1 * draw(900, 100, 6)
    assert (objective(best[None]) < objective(others)).all()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_fitted_latent_is_as_long_as_a_draw(optimizer):
    model, target = linear(), picture()
    low, high = typical_norms(6)
    assert model.best(target).norm() > high
    for found in fit(model, target, optimizer=optimizer, steps=20, every=1):
        assert low * (1 - 1e-5) <= found.latent.norm().item() <= high * (1 + 1e-5)


@pytest.mark.parametrize("kind", [GAN32, DCGAN])
def test_a_picture_that_the_model_drew_is_found_again(kind):
    model = network(kind)
    scores = []
    for z in draw(900, 5, 8):
        scores.append(last(fit(model, model.generate(z[None])[0], steps=60)).psnr)
    assert sorted(scores)[2] >= 45


def test_the_default_beats_the_reports_procedure_on_a_picture_that_no_latent_draws():
    model, target = network(), (0.5 * draw(3, 1, 3 * 32 * 32)[0]).clamp(-1, 1).view(3, 32, 32)
    ours, report = last(fit(model, target, steps=60)), last(fit(model, target, optimizer="sgd"))
    assert ours.loss <= report.loss


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_fit_tells_the_truth_about_its_picture(optimizer):
    model = network()
    target = model.generate(draw(77, 1, 8))[0]
    for found in fit(model, target, optimizer=optimizer, steps=7, prior=None):
        drawn = model.generate(found.latent[None])[0]
        assert torch.equal(found.image, drawn)
        mse = (drawn.double() - target.double()).square().mean().item()
        assert found.psnr == pytest.approx(10 * math.log10(4 / max(mse, 4e-15)))
        assert found.loss == pytest.approx(mse * target.numel(), rel=1e-3, abs=1e-8)


def test_it_yields_the_start_every_few_steps_and_the_end_and_never_gets_worse():
    model = network()
    seen = list(fit(model, model.generate(draw(77, 1, 8))[0], steps=12, every=5))
    assert [found.step for found in seen] == [0, 5, 10, 12]
    assert {found.steps for found in seen} == {12}
    assert all(b.loss <= a.loss for a, b in itertools.pairwise(seen))
    assert seen[-1].psnr > seen[0].psnr + 3


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_call_gives_the_same_fits(optimizer):
    model = network()
    target = model.generate(draw(77, 1, 8))[0]
    first, second = (list(fit(model, target, optimizer=optimizer, steps=9, seed=4)) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert torch.equal(a.latent, b.latent) and torch.equal(a.image, b.image)
        assert (a.loss, a.psnr, a.restart) == (b.loss, b.psnr, b.restart)


def test_starts_are_the_draws_of_the_seed_and_restarts_only_help_at_the_start():
    model = network()
    target = model.generate(draw(77, 1, 8))[0]
    start = next(fit(model, target, optimizer="sgd", seed=5, prior=None))
    assert torch.equal(start.latent, draw(5, 1, 8)[0])
    best = next(fit(model, target, optimizer="adam", seed=5, restarts=16, prior=None))
    assert torch.equal(best.latent, draw(5 + best.restart, 1, 8)[0])
    alone = min(next(fit(model, target, optimizer="sgd", seed=5 + i, prior=None)).loss for i in range(16))
    assert best.loss == pytest.approx(alone, rel=1e-6), "a batch of 16 may round otherwise than one"


def test_closing_the_iterator_stops_the_work():
    model, calls = network(), []
    target = model.generate(draw(77, 1, 8))[0]
    survey(model)
    plain = model.generate
    model.generate = lambda z, labels=None: (calls.append(len(z)), plain(z))[1]
    fits = fit(model, target, steps=1000, every=1)
    next(fits), next(fits)
    before = len(calls)
    fits.close()
    assert len(calls) == before < 10
    with pytest.raises(StopIteration):
        next(fits)


def test_seconds_leave_out_what_the_reader_does_between_two_fits(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: now[0])
    fits = fit(linear(), picture(), steps=10, every=5)
    assert next(fits).seconds == 0
    now[0] += 100
    assert next(fits).seconds == 0


def test_a_diverging_search_still_gives_its_best_picture():
    model, target = LinearGenerator(scale=1.0).eval(), picture()
    final = last(fit(model, target, optimizer="sgd", learning_rate=100.0, prior=None))
    assert math.isfinite(final.loss) and final.latent.isfinite().all()


def test_a_perceptual_fit_comes_nearer_in_features_than_a_pixel_fit():
    model, target = network(), (0.5 * draw(3, 1, 3 * 32 * 32)[0]).clamp(-1, 1).view(3, 32, 32)
    features = PictureObjective(model, target, survey(model), perceptual=1.0)
    by_pixels, by_features = (last(fit(model, target, steps=40, perceptual=p)) for p in (0.0, 1.0))
    assert features(by_features.latent[None]) < features(by_pixels.latent[None])


@pytest.mark.parametrize("kind", [GAN32, DCGAN])
def test_the_extended_space_reaches_what_no_latent_draws_from_the_latent_that_comes_nearest(kind):
    model = network(kind)
    hidden = 2 * draw(5, 1, extended.extension(model).size)
    target = extended.generate(model, draw(900, 1, 8), hidden)[0]
    near, far = (list(fit(model, target, steps=80, every=1, space=space)) for space in ("latent", "extended"))
    assert [found.step for found in far] == list(range(81))
    assert all(found.beyond is None for found in far[:21]) and all(found.beyond is not None for found in far[21:])
    assert far[-1].psnr > near[-1].psnr + 3
    assert torch.equal(far[-1].latent, far[20].latent)
    again = extended.generate(model, far[-1].latent[None], far[-1].beyond.half().float()[None])[0]
    assert torch.equal(far[-1].image, again), "the picture is drawn from what half precision keeps"


def test_nothing_is_added_where_the_latent_alone_draws_the_picture():
    model = network(DCGAN)
    final = last(fit(model, model.generate(draw(900, 1, 8))[0], steps=200, space="extended"))
    assert final.psnr > 40 and final.beyond.abs().mean() < 0.01


def test_a_mask_leaves_out_what_it_hides():
    model = network()
    whole, hidden = model.generate(draw(900, 1, 8))[0], torch.ones(32, 32)
    hidden[:, 16:] = 0
    spoilt = torch.where(hidden > 0, whole, -whole.sign())
    final = last(fit(model, spoilt, steps=60, mask=hidden))
    assert final.psnr > 40 and psnr(final.image, whole, hidden) == pytest.approx(final.psnr)
    assert psnr(final.image, whole) > 30, "the hidden half is the model's own, which is the true one here"
    assert last(fit(model, spoilt, steps=60)).psnr < 20


def test_a_model_that_does_not_open_has_no_extended_space():
    with pytest.raises(ValueError, match="space is 'extended'; expected 'latent', as LinearGenerator has no method `open`"):
        fit(linear(), picture(), space="extended")


class Knowing(nn.Module):
    """An encoder that says the same latent of every picture."""

    def __init__(self, latent):
        super().__init__()
        self.latent, self.latent_size = latent, len(latent)

    def estimate(self, images):
        return self.latent.expand(len(images), -1)


def test_a_fit_begins_at_the_encoder_s_guess():
    model, z = network(), draw(77, 1, 8)
    target = model.generate(z)[0]
    start = next(fit(model, target, encoder=Knowing(z[0])))
    torch.testing.assert_close(start.latent, z[0])
    assert start.psnr > 100 > next(fit(model, target)).psnr


def test_with_one_start_that_is_the_encoder_s_guess():
    model, z = network(), draw(77, 1, 8)
    starts = {next(fit(model, picture, restarts=1, encoder=Knowing(z[0]))).latent for picture in torch.zeros(2, 3, 32, 32)}
    assert all(torch.allclose(start, z[0]) for start in starts)


def test_a_search_from_draws_alone_does_not_ask_the_encoder():
    model, z = network(), draw(77, 1, 8)
    target = model.generate(z)[0]
    asked, alone = (next(fit(model, target, optimizer="adam", encoder=encoder)) for encoder in (Knowing(z[0]), None))
    assert torch.equal(asked.latent, alone.latent)


def test_an_encoder_of_another_size_is_refused():
    with pytest.raises(ValueError, match="encoder estimates 3 numbers; expected 8"):
        fit(network(), torch.zeros(3, 32, 32), encoder=Knowing(torch.zeros(3)))


def test_an_encoder_belongs_to_a_generator_and_to_its_very_weights(tmp_path):
    tiny_dcgan().save_pretrained(tmp_path / "tiny-dcgan")
    tiny_dcgan(seed=1).save_pretrained(tmp_path / "other-dcgan")
    revision = Zoo(tmp_path).checkpoints["tiny-dcgan"].revision
    tiny_encoder("tiny-dcgan", "0" * 64).save_pretrained(tmp_path / "stale")
    assert encoder_of(Zoo(tmp_path), "tiny-dcgan") is None
    tiny_encoder("tiny-dcgan", revision).save_pretrained(tmp_path / "encoder")
    zoo = Zoo(tmp_path)
    assert encoder_of(zoo, "tiny-dcgan") is zoo.load("encoder")
    assert encoder_of(zoo, "other-dcgan") is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"optimizer": "newton"}, "optimizer is 'newton'; expected one of quasi-newton, lbfgs, adam, sgd"),
        ({"optimizer": None}, "optimizer is None"),
        ({"steps": 0}, "steps is 0; expected a whole number from 1"),
        ({"steps": True}, "steps is True"),
        ({"steps": 10.0}, "steps is 10.0"),
        ({"restarts": 65}, "restarts is 65; expected a whole number from 1 to 64"),
        ({"every": 0}, "every is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"learning_rate": 0.1}, "learning_rate is 0.1; expected None"),
        ({"optimizer": "sgd", "learning_rate": math.nan}, "learning_rate is nan"),
        ({"optimizer": "adam", "learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"perceptual": 1.5}, "perceptual is 1.5; expected a number from 0 to 1"),
        ({"perceptual": math.nan}, "perceptual is nan"),
        ({"prior": -1.0}, "prior is -1.0"),
        ({"prior": math.inf}, "prior is inf"),
        ({"space": "outer"}, "space is 'outer'; expected one of latent, extended"),
        ({"mask": torch.zeros(32, 32)}, "mask has no pixel above 0"),
        ({"mask": torch.ones(8, 8)}, r"mask has the shape \(8, 8\); expected a tensor of the shape \(32, 32\)"),
        ({"mask": [[1]]}, "mask has the type list"),
        ({"mask": torch.ones(32, 32), "perceptual": 0.5}, "perceptual is 0.5; expected 0 with a mask"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name_before_any_work(settings, said):
    with pytest.raises(ValueError, match=said):
        fit(network(), torch.zeros(3, 32, 32), **settings)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (torch.zeros(3, 64, 64), r"target has the shape \(3, 64, 64\); expected \(3, 32, 32\)"),
        (torch.zeros(1, 3, 32, 32), r"target has the shape \(1, 3, 32, 32\)"),
        (torch.zeros(3, 32, 32, dtype=torch.uint8), "target has the type torch.uint8"),
        ([[0.0]], "target has the type list"),
        (torch.full((3, 32, 32), math.nan), "target has 3072 values that are not finite"),
        (torch.full((3, 32, 32), 255.0), "target has values from 255 to 255"),
    ],
)
def test_a_target_that_is_no_picture_of_the_model_is_refused(target, said):
    with pytest.raises(ValueError, match=said):
        fit(network(), target)


def test_a_model_that_cannot_be_fitted_is_refused():
    with pytest.raises(ValueError, match="training mode"):
        fit(network().train(), torch.zeros(3, 32, 32))
    with pytest.raises(ValueError, match="no discriminator"):
        fit(linear(), picture(), perceptual=0.5)
    with pytest.raises(ValueError, match="generates pictures"):
        fit(nn.Linear(2, 2).eval(), picture())
