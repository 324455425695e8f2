"""Models of some thousand weights that depend on a seed alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
import yaml
from torch.nn import functional

from explorer.models import ACGAN, CGAN, DCGAN, DDPM, GAN32, VQVAE, BirdText, ClassJudge, LatentEncoder, Model, PictureJudge, StackGAN

Built = TypeVar("Built", bound=Model)


def seeded(build: Callable[[], Built], seed: int = 0) -> Built:
    """What `build` makes under a seed, in eval mode; the generator that the caller uses is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build().eval()


def save_with_card(model: Model, folder: Path, **told: object) -> None:
    """Write a checkpoint folder whose card tells the page something, such as `data`, the data set that the model learned from."""
    model.save_pretrained(folder)
    (folder / "README.md").write_text(f"---\n{yaml.safe_dump({'explorer': told})}---\n")


def tiny_dcgan(seed: int = 0) -> DCGAN:
    return seeded(lambda: DCGAN(latent_size=8, channels=(8, 8, 4, 4), discriminator_channels=(4, 4, 8, 8)), seed)


def tiny_encoder(generator: str = "tiny-dcgan", revision: str = "", seed: int = 0) -> LatentEncoder:
    """Guesses latents of `tiny_dcgan`."""
    return seeded(lambda: LatentEncoder(generator, revision, latent_size=8, widths=(4, 4, 4, 4)), seed)


def tiny_gan32(seed: int = 0) -> GAN32:
    return seeded(lambda: GAN32(latent_size=6, channels=(4, 4, 8, 8), discriminator_channels=(4, 4, 8)), seed)


def tiny_vqvae(seed: int = 0, likelihood: str = "mse", classes: tuple[str, ...] = tuple("0123")) -> VQVAE:
    """Grey pictures of 28 pixels as 7 x 7 cells of 16 codes, which it uses well enough for an untrained one."""

    def build() -> VQVAE:
        model = VQVAE(
            widths=(4, 8), up_widths=(8, 4), codes=16, code_size=4, likelihood=likelihood, classes=classes, prior_width=16,
            prior_layers=2,
        )  # fmt: skip
        with torch.no_grad():
            model.codebook.weight.mul_(0.1)
            model.prior.head.weight.mul_(8)
        return model

    return seeded(build, seed)


def tiny_judge(seed: int = 0) -> ClassJudge:
    """Reads grey pictures of 28 pixels as one of four digits."""
    return seeded(lambda: ClassJudge(list("0123"), channels=1, image_size=28, widths=(8, 8)), seed)


def tiny_scene_judge(seed: int = 0) -> PictureJudge:
    """Finds three objects in a scene of 64 pixels, and says what ground they stand on."""
    questions = {"objects": ["red cube", "cyan sphere", "gray cylinder"], "ground": ["wood", "stone"]}
    return seeded(lambda: PictureJudge(questions, channels=(4, 4, 8, 8)), seed)


def tiny_bird_judge(seed: int = 0) -> PictureJudge:
    """Tells three colours of a bird and of its crown, and two species."""
    colours = ["red", "blue", "black"]
    return seeded(lambda: PictureJudge({"primary": colours, "crown": colours, "species": 2}, channels=(4, 4, 4, 4)), seed)


def tiny_acgan(seed: int = 0) -> ACGAN:
    """Colour pictures of 32 pixels, in three classes."""
    widths = {"channels": (8, 6, 4), "discriminator_channels": (2, 2, 4, 4, 6, 6)}
    return seeded(lambda: ACGAN(["cat", "dog", "frog"], latent_size=6, **widths), seed)


def tiny_cgan(seed: int = 0) -> CGAN:
    """Scenes of 64 pixels with up to two of the objects that `tiny_scene_judge` knows."""

    def build() -> CGAN:
        model = CGAN(
            ["red cube", "cyan sphere", "gray cylinder"], image_size=64, latent_size=6, style=5, channels=(8, 6, 4, 4, 4),
            discriminator_channels=(4, 4, 6, 6), most=2,
        )  # fmt: skip
        for norm in model.generator.norms:
            norm.modulation.weight.data.normal_(0, 0.5)
        return model

    return seeded(build, seed)


def tiny_unet(channels: int, side: int, classes: int) -> dict[str, Any]:
    """The arguments of a U-Net of two resolutions, for x of (channels, side, side)."""
    return {
        "sample_size": side, "in_channels": channels, "out_channels": channels, "block_out_channels": [8, 16],
        "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D"], "layers_per_block": 1,
        "norm_num_groups": 4, "attn_norm_num_groups": 4, "attention_head_dim": 8, "num_class_embeds": classes + 1,
        "resnet_time_scale_shift": "scale_shift",
    }  # fmt: skip


def loud(model: DDPM) -> DDPM:
    """The model with random weights in all of its layers: untrained, but none is silent."""
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, 0.0, 0.15)
    return model


def tiny_ddpm(
    seed: int = 0, prediction: str = "v", channels: int = 1, schedule: str = "cosine", classes: tuple[str, ...] = tuple("0123")
) -> DDPM:
    """Grey digits of 28 pixels (colour pictures of 32) in two resolutions; untrained, but no layer is silent."""
    side = 28 if channels == 1 else 32
    unet = tiny_unet(4 * channels, side // 2, len(classes))
    options = {"channels": channels, "image_size": side, "classes": classes, "prediction": prediction, "schedule": schedule}
    return seeded(lambda: loud(DDPM(unet, **options)), seed)


class LatentDDPM(DDPM):
    """Latent diffusion: x has 4 channels of 8 pixels, and a fixed linear decoder makes a picture of 3 x 32 x 32 of it.

    The decoder turns each cell of x into a square of 4 x 4 pixels; its four patterns are orthonormal, so that the encoder, which reads off
    how much of each pattern a square holds, takes back what was decoded.
    """

    def __init__(self, unet: dict[str, Any], classes: tuple[str, ...] = ()):
        super().__init__(unet, channels=4, image_size=8, patch=1, classes=classes)
        self.channels, self.image_size = 3, 32
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(7)
            patterns = torch.linalg.qr(torch.randn(48, 4))[0].T.reshape(4, 3, 4, 4)
        self.register_buffer("patterns", patterns, persistent=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        return 4, 8, 8

    def picture(self, x: torch.Tensor) -> torch.Tensor:
        return functional.conv_transpose2d(x, self.patterns, stride=4)

    def latent(self, images: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(images, self.patterns, stride=4)


def tiny_latent_ddpm(seed: int = 0) -> LatentDDPM:
    """Colour pictures of 32 pixels through latents of 8, without classes."""
    return seeded(lambda: loud(LatentDDPM(tiny_unet(4, 8, 0))), seed)


def tiny_text(seed: int = 0) -> BirdText:
    """Sentences as 8 numbers."""
    return seeded(lambda: BirdText(text_size=8, width=12, layers=1, heads=2, buckets=97, most_words=12), seed)


def tiny_stackgan(seed: int = 0, sizes: tuple[int, ...] = (64, 256), **options) -> StackGAN:
    """Draws what `tiny_text` has read."""

    def build() -> StackGAN:
        return StackGAN(
            text_size=8, condition_size=4, latent_size=6, channels=(8, 8, 4, 4, 4), second_channels=(8, 4, 4, 4, 4), sizes=sizes, **options
        )

    return seeded(build, seed)
