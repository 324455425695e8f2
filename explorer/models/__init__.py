"""The networks, one file per family. These modules do not read files other than weights, and do not import the page.

A protocol below is a capability: methods that a model class may have. A tab gets from the zoo all checkpoints whose class has the methods
of a protocol. Images are float tensors in [-1, 1], shaped (batch, channels, height, width).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor

from .acgan import ACGAN
from .autoencoder import Autoencoder
from .base import Model
from .cgan import CGAN, ReportCGAN
from .dcgan import DCGAN, GAN32
from .ddpm import DDPM
from .encoder import LatentEncoder
from .few_labels import SGAN, VAEGAN, FewLabels
from .flow import Flow
from .gan28 import GAN28
from .infogan import InfoGAN
from .judge import ClassJudge, PictureJudge
from .ldm import LDM
from .one_step import OneStep
from .resgan import ResGAN
from .stackgan import StackGAN
from .text import BirdText
from .vae import VAE
from .vqvae import VQVAE


@runtime_checkable
class Generates(Protocol):
    """Draws pictures from latents. Also has `latent_size`, `image_size` and `channels`."""

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(batch, latent_size), standard normal, and labels (batch, conditions) or None -> (batch, channels, image_size, image_size)."""


@runtime_checkable
class Opens(Protocol):
    """Runs in two parts, the first layers (`open`) and the others (`close`), so that the activations between them can be changed: they have
    more numbers than a latent. Also `Generates`."""

    def open(self, z: Tensor) -> Tensor:
        """(batch, latent_size) -> activations (batch, channels, height, width)."""

    def close(self, activations: Tensor) -> Tensor:
        """Activations (batch, channels, height, width) -> pictures: `close(open(z))` equals `generate(z)`."""


@runtime_checkable
class Estimates(Protocol):
    """Estimates the latent of a generator's picture in one forward pass. Also has `generator`, the generator's name, `drawn_by`, the
    SHA-256 of the generator's weights, `latent_size`, `image_size` and `channels`."""

    def estimate(self, images: Tensor) -> Tensor:
        """(batch, channels, image_size, image_size) -> latents (batch, latent_size)."""


@runtime_checkable
class Inverts(Protocol):
    """Finds the latent of a picture without a search. Also `Generates`, and has `exact`: whether the latent draws the picture itself, or
    only a similar one."""

    def invert(self, images: Tensor, labels: Tensor) -> Tensor:
        """(batch, channels, image_size, image_size) and labels (batch, classes) -> latents (batch, latent_size)."""


@runtime_checkable
class Factorises(Protocol):
    """Has the weight matrix of the layers whose input is the latent. The principal directions of this matrix have a closed form."""

    def latent_weight(self) -> Tensor:
        """(units, latent_size): the weight matrix of the first layer, or the stacked matrices of all layers whose input is the latent."""


@runtime_checkable
class Discriminates(Protocol):
    """Tells real from generated pictures."""

    def discriminate(self, images: Tensor) -> Tensor:
        """(batch, channels, height, width) -> (batch,) logits, positive for "real". A conditional model takes `labels` (batch, conditions)
        too; if its discriminator uses them, positive means "real, and as the labels say"."""

    def features(self, images: Tensor) -> list[Tensor]:
        """The activations after each convolution, the coarsest last, for a perceptual distance without an external network."""


@runtime_checkable
class Classifies(Protocol):
    """Has a discriminator that also classifies. Also has `classes`."""

    def classify(self, images: Tensor) -> Tensor:
        """(batch, channels, height, width) -> logits (batch, classes)."""


@runtime_checkable
class Judges(Protocol):
    """Answers several questions about a picture, each a classification; its last features also measure generative models. Also has
    `channels`, `image_size`, and `answers`, the names of each question's answers."""

    def judge(self, images: Tensor) -> dict[str, Tensor]:
        """(batch, channels, height, width) -> logits by question, each (batch, answers)."""

    def embed(self, images: Tensor) -> Tensor:
        """(batch, channels, height, width) -> (batch, features)."""


@runtime_checkable
class Recognises(Protocol):
    """Reads digits with several classifiers, each of which has seen another number of labels. Also has `counts`, these numbers, `answers`,
    `channels` and `image_size`."""

    def recognise(self, images: Tensor, count: int) -> Tensor:
        """(batch, channels, image_size, image_size) -> logits (batch, classes) of the classifier that has seen `count` labels."""


@runtime_checkable
class Quantises(Protocol):
    """Turns a picture into a map of codes and back. Also has `channels`, `image_size`, `map_size`, `codebook_size` and `codebook`."""

    def encode(self, images: Tensor) -> Tensor:
        """(batch, channels, image_size, image_size) -> (batch, map_size, map_size), int64."""

    def decode(self, codes: Tensor) -> Tensor:
        """(batch, map_size, map_size), int64 -> (batch, channels, image_size, image_size) in [-1, 1]."""

    def embed(self, images: Tensor) -> Tensor:
        """The vectors before they are replaced by codes, (batch, map_size, map_size, code_size)."""

    def draw(self, vectors: Tensor) -> Tensor:
        """Decode any vectors (batch, map_size, map_size, code_size), not only those of the codebook."""

    def distances(self, vectors: Tensor) -> Tensor:
        """(..., code_size) -> squared distances from every code, (..., codebook_size)."""

    def receptive_field(self, row: int, column: int) -> tuple[int, int, int, int]:
        """The pixels that the code of a cell can change: first row, first column, last row and last column, inclusive."""


@runtime_checkable
class Writes(Protocol):
    """Has a prior over maps of codes, from which new maps are sampled. Also has `classes`."""

    def next_code(self, codes: Tensor, order: Tensor, labels: Tensor, cache: list | None = None) -> Tensor:
        """Codes (batch, n) of the first cells in `order` (batch, m), m = n or n + 1, and labels (batch, classes) -> logits
        (batch, m, codebook_size) of every cell in `order`, each from the cells before it. `cache`, a list that is empty at first, stores
        keys and values between calls; later calls return the logits of the new cells only."""


@runtime_checkable
class Denoises(Protocol):
    """Predicts x_0 from x_t, where x is a picture, or in latent diffusion a picture's latent. Also has `channels` and `image_size` of its
    pictures, `shape` (channels, height, width) of x, `classes`, `timesteps` and `alpha_bar` (timesteps + 1,)."""

    def denoise(self, x: Tensor, t: Tensor, labels: Tensor) -> Tensor:
        """x_t (batch, *shape), t (batch,) int64 from 1 to `timesteps` and labels (batch, classes), zeros for no class -> the predicted x_0,
        not clipped."""

    def picture(self, x: Tensor) -> Tensor:
        """x (batch, *shape) -> pictures (batch, channels, image_size, image_size): x itself, or decoded."""

    def latent(self, images: Tensor) -> Tensor:
        """Pictures (batch, channels, image_size, image_size) -> x_0 (batch, *shape): the pictures themselves, or encoded."""


@runtime_checkable
class Understands(Protocol):
    """Turns sentences into vectors. Also has `text_size`."""

    def understand(self, sentences: Sequence[str]) -> Tensor:
        """Sentences -> (batch, text_size)."""

    def unknown(self, sentence: str) -> list[tuple[int, int]]:
        """The words that training never contained, as first and last position (exclusive) in the sentence."""


@runtime_checkable
class Illustrates(Protocol):
    """Draws pictures of sentences. Also has `text_size`, `latent_size`, `condition_size`, `sizes` and `channels`."""

    def stages(self, text: Tensor, z: Tensor, noise: Tensor) -> Iterator[Tensor]:
        """Sentences' vectors (batch, text_size), latents (batch, latent_size) and noise of the conditioning augmentation
        (batch, len(sizes), condition_size), zeros for none -> for every side in `sizes` pictures (batch, 3, side, side), each drawn when
        the iterator reaches it."""

    def illustrate(self, text: Tensor, z: Tensor, noise: Tensor) -> list[Tensor]:
        """The pictures of all `stages`, as a list."""


def discriminates(model: object) -> bool:
    """Whether a model can tell real from generated pictures: it `Discriminates`, and its checkpoint includes the discriminator."""
    return isinstance(model, Discriminates) and getattr(model, "discriminator", None) is not None


FAMILIES = (
    *(ACGAN, CGAN, DCGAN, DDPM, GAN32, InfoGAN, LatentEncoder, ReportCGAN, ResGAN, StackGAN, VQVAE, BirdText),
    *(FewLabels, SGAN, VAEGAN, GAN28, VAE, Flow, OneStep, Autoencoder, LDM),
    *(ClassJudge, PictureJudge),
)
MODELS: dict[str, type[Model]] = {model.__name__: model for model in FAMILIES}

__all__ = [
    "ACGAN",
    "CGAN",
    "DCGAN",
    "DDPM",
    "GAN28",
    "GAN32",
    "LDM",
    "MODELS",
    "SGAN",
    "VAE",
    "VAEGAN",
    "VQVAE",
    "Autoencoder",
    "BirdText",
    "ClassJudge",
    "Classifies",
    "Denoises",
    "Discriminates",
    "Estimates",
    "Factorises",
    "FewLabels",
    "Flow",
    "Generates",
    "Illustrates",
    "InfoGAN",
    "Inverts",
    "Judges",
    "LatentEncoder",
    "Model",
    "OneStep",
    "Opens",
    "PictureJudge",
    "Quantises",
    "Recognises",
    "ReportCGAN",
    "ResGAN",
    "StackGAN",
    "Understands",
    "Writes",
    "discriminates",
]
