"""The distilled diffusion model: one evaluation of the teacher's network at t = T."""

from __future__ import annotations

import torch
from tiny import tiny_ddpm

from explorer.models import Generates, OneStep


def test_it_draws_what_the_network_predicts_of_pure_noise():
    teacher = tiny_ddpm()
    model = OneStep(**teacher._hub_mixin_config).eval()
    model.network.load_state_dict(teacher.state_dict())
    labels, noise = torch.eye(len(teacher.classes))[:2], torch.randn(2, *teacher.shape)
    expected = teacher.denoise(noise, torch.full((2,), teacher.timesteps), labels).clamp(-1, 1)
    assert isinstance(model, Generates) and model.latent_size == noise[0].numel()
    assert torch.allclose(model.generate(noise.flatten(1), labels), expected)
