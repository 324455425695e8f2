"""First guesses: how similar the picture of a guessed latent is to the photo."""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.latent import draw, onto_shell, typical_norms
from explorer.likeness import psnr
from explorer.models import Generates, LatentEncoder
from explorer.survey import survey


def first_guesses(model: LatentEncoder, generator: Generates, photos: Tensor) -> dict[str, list[float]]:
    """PSNR in dB of the pictures of guessed latents for each photo (count, channels, size, size), by the method of guessing."""
    norms = typical_norms(model.latent_size)
    with torch.no_grad():
        linear, random = survey(generator).guess(photos), draw(0, 1, model.latent_size)
        guesses = {"encoder": model.estimate(photos), "linear guess": linear, "seed 0": random}
        drawn = {name: generator.generate(onto_shell(z, norms)).expand(len(photos), -1, -1, -1) for name, z in guesses.items()}
    return {name: [psnr(a, b) for a, b in zip(drawn_pictures, photos, strict=True)] for name, drawn_pictures in drawn.items()}
