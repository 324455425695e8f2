"""What the recipes of conditional GANs learn from, what chooses their checkpoints, and what their losses are."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from explorer.zoo import Zoo
from train.data.iclevr import among, scored_sets, unseen
from train.recipes import discover
from train.recipes.bases import conditional

COMMANDS = discover()


def stepped(recipe, batch, seed=0):
    torch.manual_seed(seed)
    return recipe.train_step(batch, torch.Tensor.backward)


def built(name, seed=0, **settings):
    torch.manual_seed(seed)
    return COMMANDS[name].build(**{"limit": 24, **settings})


def test_an_undecided_ac_gan_pays_for_source_and_class_on_real_and_on_generated_pictures(explorer_data):
    recipe = built("acgan-cifar10", batch_size=6)
    with torch.no_grad():
        recipe.model.discriminator.linear.weight.zero_()
    recipe.rates["discriminator"] = 0.0
    found = stepped(recipe, recipe.data.batch(range(6)))
    for name in ("discriminator_real_loss", "discriminator_generated_loss", "generator_loss"):
        assert math.isclose(found[name].item(), math.log(2) + math.log(10), rel_tol=1e-5)


def test_the_two_ac_gans_differ_in_their_optimiser_alone(explorer_data):
    adam, rmsprop = built("acgan-cifar10", batch_size=6), built("acgan-cifar10-rmsprop", batch_size=6)
    assert {type(optimizer) for optimizer in rmsprop.optimizers.values()} == {torch.optim.RMSprop}
    assert all(torch.equal(a, b) for a, b in zip(adam.model.state_dict().values(), rmsprop.model.state_dict().values(), strict=True))
    assert adam.rates == rmsprop.rates and COMMANDS["acgan-cifar10"].images == COMMANDS["acgan-cifar10-rmsprop"].images
    batch = adam.data.batch(range(6))
    assert torch.equal(stepped(adam, batch)["discriminator_real_loss"], stepped(rmsprop, batch)["discriminator_real_loss"])


@pytest.mark.parametrize("name", ["cgan-iclevr", "cgan-iclevr-report", "infogan-iclevr"])
def test_no_generator_learns_from_an_unseen_set_or_is_chosen_by_a_scored_one(explorer_data, monkeypatch, name):
    everything = conditional.data.load("iclevr", "train", 64).labels["objects"]
    monkeypatch.setattr("train.data.iclevr.unseen", lambda: (frozenset(everything[4].nonzero().flatten().tolist()), *unseen()))
    recipe = built(name)
    learned, chosen = recipe.data.labels["objects"], recipe.chosen_on.labels["objects"]
    assert among(everything, unseen()).sum() + (everything == everything[4]).all(1).sum() == len(everything) - len(learned) > 0
    assert not among(learned, unseen()).any() and not (learned == everything[4]).all(1).any()
    assert among(learned, scored_sets()).any() and not among(chosen, scored_sets()).any()


def test_the_report_adds_the_squared_error_to_the_picture_of_the_same_conditions(explorer_data):
    recipes = {weight: built("cgan-iclevr-report", mse=weight) for weight in (0.0, 1.0)}
    batch = recipes[1.0].data.batch(range(6))
    torch.manual_seed(0)
    with torch.no_grad():
        expected = F.mse_loss(recipes[1.0].parts["generator"](torch.randn(6, 40), batch["objects"]), batch["images"])
    moved = {}
    for weight, recipe in recipes.items():
        found = stepped(recipe, batch)
        assert math.isclose(found["mse_loss"].item(), expected.item(), rel_tol=1e-4)
        moved[weight] = recipe.model.generator.to_rgb.weight.grad.clone()
    assert not torch.allclose(moved[0.0], moved[1.0])


@pytest.mark.parametrize(("share", "told"), [(0.0, 0), (0.1, 2), (1.0, 24)])
def test_as_many_labels_are_shown_as_was_asked(explorer_data, share, told):
    recipe = built("infogan-iclevr", shown=share)
    kept = len(recipe.data)
    assert recipe.data.labels["shown"].sum() == round(share * kept) and (kept < 24 or told == round(share * 24))


def test_an_info_gan_without_labels_does_not_care_which_picture_has_which_objects(explorer_data):
    def gradient(shown, order):
        recipe = built("infogan-iclevr", shown=shown, noise=0.0)
        batch = recipe.data.batch(range(6))
        stepped(recipe, {**batch, "images": batch["images"][order]})
        return recipe.model.discriminator.recognise[4].weight.grad

    def alike(one, other):
        return torch.allclose(one, other, atol=1e-3 * one.abs().max())

    straight, mixed = list(range(6)), [3, 5, 1, 0, 2, 4]
    assert alike(gradient(0.0, straight), gradient(0.0, mixed))
    assert not alike(gradient(1.0, straight), gradient(1.0, mixed))


def test_a_head_that_is_shown_labels_learns_nothing_from_generated_pictures(explorer_data):
    def head(scale, **settings):
        recipe = built("infogan-iclevr", **settings)
        with torch.no_grad():
            recipe.model.generator.to_rgb.weight.mul_(scale)
        stepped(recipe, recipe.data.batch(range(6)))
        return recipe.model.discriminator.recognise[4].weight

    assert torch.equal(head(1.0), head(5.0))
    for settings in ({"both": True}, {"shown": 0.0}):
        assert not torch.equal(head(1.0, **settings), head(5.0, **settings))


@pytest.mark.parametrize("heard", [False, True])
def test_the_conditional_generator_hears_the_watching_discriminator_only_if_told_to(explorer_data, heard):
    def weights(scale):
        recipe = built("cgan-cifar10", batch_size=4, limit=8, pixels=0.5 if heard else 0.0)
        with torch.no_grad():
            recipe.model.discriminator.down[0].bias.mul_(scale)
            recipe.model.discriminator.recognise.weight.mul_(scale)
        for number in range(2):
            stepped(recipe, recipe.data.batch(range(4)), number)
        return recipe.parts

    mild, harsh = weights(1.0), weights(50.0)
    same = all(torch.equal(a, b) for a, b in zip(mild["generator"].parameters(), harsh["generator"].parameters(), strict=True))
    assert same is not heard
    assert not torch.equal(mild["discriminator"].recognise.weight, harsh["discriminator"].recognise.weight)


def test_pictures_that_the_judge_reads_as_asked_agree(explorer_data):
    recipe = built("acgan-cifar10", limit=12, batch_size=4)
    images = recipe.data.batch(range(12))["images"]
    read = F.one_hot(recipe.judge.judge(images)["class"].argmax(1), 10).float()
    assert recipe.obedience(images, read) == {"agreement": 1.0}
    assert recipe.obedience(images, read.roll(1, 1)) == {"agreement": 0.0}


def test_the_timeline_has_conditions_as_columns_and_latents_as_rows(explorer_data):
    recipe = built("cgan-iclevr-report")
    pictures = recipe.preview(recipe.snapshot({})).unflatten(0, (4, 4))
    torch.manual_seed(0)
    z = torch.randn(4, 40, generator=torch.Generator().manual_seed(conditional.TIMELINE_SEED))
    with torch.no_grad():
        column = recipe.model.eval().generate(z, recipe.shown[2].repeat(4, 1))
    assert torch.allclose(pictures[:, 2], column, atol=1e-5)


def test_without_its_judge_a_recipe_says_how_to_make_one(explorer_data, monkeypatch, tmp_path):
    monkeypatch.setattr(conditional, "Zoo", lambda: Zoo(tmp_path))
    with pytest.raises(ValueError, match="train it with: python -m train judge-iclevr --ship checkpoints"):
        COMMANDS["cgan-iclevr"].build(limit=8)
