"""A seed stands for the same picture by whichever way a model draws, and what was drawn says how to make it again."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_cgan, tiny_dcgan, tiny_ddpm, tiny_judge, tiny_latent_ddpm, tiny_vqvae

from explorer import codes, diffusion, latent
from explorer.drawing import BATCH, draw, several


def one_hot(model, number: int = 1) -> torch.Tensor:
    return torch.eye(len(model.classes))[number]


def test_a_gan_draws_the_seed_s_latent():
    model = tiny_dcgan()
    drawn = draw(model, 7, None, {"truncation": 1.5})
    z = latent.draw(7, 1, model.latent_size, 1.5)
    assert torch.equal(drawn.latent, z[0]) and torch.equal(drawn.picture, model.generate(z)[0])
    assert drawn.inputs == {"latent": z[0].tolist()}


def test_a_conditional_gan_draws_the_latent_with_the_labels():
    model = tiny_cgan()
    labels = one_hot(model)
    drawn = draw(model, 7, labels, {})
    z = latent.draw(7, 1, model.latent_size)
    assert torch.equal(drawn.picture, model.generate(z, labels[None])[0])
    assert drawn.inputs == {"latent": z[0].tolist(), "labels": labels.tolist()}


def test_a_prior_writes_codes_and_the_decoder_draws_them():
    model = tiny_vqvae()
    drawn = draw(model, 7, one_hot(model), {"temperature": 0.7, "top": 3})
    cells = codes.write(model, one_hot(model)[None], seed=7, temperature=0.7, top=3)
    assert torch.equal(drawn.codes, cells[0]) and drawn.inputs == {"codes": cells[0].tolist()}
    torch.testing.assert_close(drawn.picture, model.decode(cells)[0])


@pytest.mark.parametrize("build", [tiny_ddpm, tiny_latent_ddpm])
def test_a_diffusion_model_shows_the_picture_at_the_end_of_a_reverse_run(build):
    model = build()
    labels, settings = torch.zeros(len(model.classes)), {"sampler": "ddim", "steps": 2, "guidance": 1.0}
    drawn = draw(model, 7, labels, settings)
    assert torch.equal(drawn.picture, diffusion.sample(model, labels[None], seed=7, **settings)[0])
    assert drawn.picture.shape[1:] == (model.image_size,) * 2 and drawn.inputs == {"settings": settings}


@pytest.mark.parametrize("build", [tiny_dcgan, tiny_cgan, tiny_vqvae, tiny_ddpm])
def test_a_picture_depends_on_its_seed_and_not_on_the_count(build):
    model = build()
    labels = one_hot(model) if getattr(model, "classes", None) else None
    settings = {"steps": 2} if build is tiny_ddpm else {}
    count = BATCH + 1 if build is tiny_ddpm else 3
    drawn = several(model, 5, count, labels, settings)
    assert len(drawn) == count
    for index in (0, count - 1):
        torch.testing.assert_close(drawn[index].picture, draw(model, 5 + index, labels, settings).picture, atol=1e-4, rtol=0)


def test_a_model_that_reads_pictures_draws_none():
    with pytest.raises(TypeError, match="ClassJudge cannot draw"):
        draw(tiny_judge(), 7, None, {})
