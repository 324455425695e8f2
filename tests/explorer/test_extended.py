"""The space after the first layers: zeros change nothing, and the unit is what draws do."""

import torch
from tiny import tiny_dcgan, tiny_gan32

from explorer import extended
from explorer.latent import draw


def test_adding_nothing_leaves_the_latent_s_own_picture():
    for make in (tiny_dcgan, tiny_gan32):
        model = make().eval()
        z = draw(1, 3, model.latent_size)
        beyond = torch.zeros(3, extended.extension(model).size)
        assert torch.equal(extended.generate(model, z, beyond), model.generate(z))


def test_what_is_added_comes_in_spreads_of_its_channel():
    model = tiny_dcgan().eval()
    space = extended.extension(model)
    z = draw(1, 1, model.latent_size)
    beyond = torch.zeros(1, *space.shape)
    beyond[0, 1, 2, 3] = 2.0
    moved = model.open(z)
    moved[0, 1, 2, 3] += 2 * space.spread[1, 0, 0]
    torch.testing.assert_close(extended.generate(model, z, beyond.flatten(1)), model.close(moved))
    assert space.size == moved[0].numel() and space.shape == tuple(moved.shape[1:])


def test_other_weights_are_measured_anew():
    model = tiny_dcgan().eval()
    before = extended.extension(model)
    assert extended.extension(model) is before
    with torch.no_grad():
        model.generator.up[0].weight.mul_(3)
    torch.testing.assert_close(extended.extension(model).spread, 3 * before.spread)
