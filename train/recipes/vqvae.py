"""Four VQ-VAEs, each with its prior: MNIST and CIFAR-10, with a Gaussian and with a Bernoulli likelihood (report 001, question 3).

A run has two parts. First the encoder, the codebook and the decoder are trained to reconstruct pictures (van den Oord et al. 2017, eq. 3).
Then they are frozen, and the prior is trained to predict the codes of pictures of a class. The report has only the first part, and trains
its codebook by gradients (`--codebook gradient`). The shipped codebooks are trained by moving averages, with restarts of unused codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer import codes
from explorer.likeness import psnr
from explorer.models import VQVAE
from train import data
from train.command import command
from train.data.sources import CIFAR10
from train.metrics.coding import code_bits
from train.metrics.seeds import TIMELINE_SEED, VALIDATION
from train.parts.augment import mirrored
from train.parts.codebook import CodebookAverage
from train.recipe import Recipe, warm_cosine

UNLABELLED = 0.1  # share of the prior's training pictures without a class label


@dataclass(kw_only=True)
class VQVAERecipe(Recipe):
    """A VQ-VAE with its prior.

    Attributes:
        validation: pictures for the metrics.
        reconstruct: the share of the run in which encoder, codebook and decoder are trained. In the rest, the prior is trained.
        variance: the variance of the training pictures' pixels, by which the reconstruction loss is divided.
        mirror: mirror training pictures at random.
        commitment: weight of the commitment loss.
    """

    model: VQVAE
    validation: data.Pictures
    reconstruct: float
    variance: float
    mirror: bool
    commitment: float = 0.25

    @property
    def writing(self) -> bool:
        """Whether the prior is being trained."""
        return self.share_done >= self.reconstruct

    def updates_average(self, name: str) -> bool:
        """Average the prior's weights only while it is trained. Before, the average would only collect its initial weights."""
        return self.writing

    def progress(self, name: str) -> float:
        """The completed share of the part of the run in which this optimiser is used."""
        return (self.share_done - self.reconstruct) / (1 - self.reconstruct) if name == "prior" else self.share_done / self.reconstruct

    def train_step(self, batch, backward):
        images = batch["images"]
        if self.mirror:
            images = mirrored(images)
        if self.writing:
            return self.prior_step(images, batch["label"], backward)
        vectors = self.parts["encoder"](images).permute(0, 2, 3, 1).float()
        with torch.autocast(images.device.type, enabled=False):  # bf16 distances would choose different codes
            codes = self.model.distances(vectors.detach()).argmin(-1)
        quantised = self.parts["codebook"](codes) if "codebook" in self.parts else self.model.codebook(codes)
        commitment = F.mse_loss(vectors, quantised.detach())
        raw = self.parts["decoder"]((vectors + (quantised - vectors).detach()).permute(0, 3, 1, 2))  # the straight-through estimator
        reconstruction = self.reconstruction_loss(raw, images)
        loss = reconstruction + self.commitment * commitment
        if "average" not in self.parts:
            loss = loss + F.mse_loss(quantised, vectors.detach())
        self.step("autoencoder", loss, backward)
        logged = {"reconstruction_loss": reconstruction.detach(), "commitment_loss": commitment.detach()}
        if "average" in self.parts:
            restarted = self.parts["average"].update(vectors.detach().flatten(0, 2), codes.flatten())
            logged["restarted"] = torch.tensor(float(restarted))
        return logged

    def reconstruction_loss(self, raw: Tensor, images: Tensor) -> Tensor:
        """The mean squared error or, for likelihood "nll", the mean cross-entropy of pixels in [0, 1]; divided by the data's variance."""
        if self.model.likelihood == "mse":
            return F.mse_loss(raw.float(), images) / self.variance
        return F.binary_cross_entropy_with_logits(raw.float(), (images + 1) / 2) / (self.variance / 4)

    def prior_step(self, images: Tensor, labels: Tensor, backward) -> dict[str, Tensor]:
        """Train the prior to predict each code from the codes before it. Half of the code maps are in row order, half in random orders.
        Returns the cross-entropy."""
        with torch.no_grad(), torch.autocast(images.device.type, enabled=False):
            maps = self.model.encode(images).flatten(1)
        conditions = F.one_hot(labels, len(self.model.classes)).float() * (torch.rand(len(labels), 1, device=images.device) >= UNLABELLED)
        order = torch.rand(maps.shape, device=maps.device).argsort(1)
        order[: len(order) // 2] = torch.arange(maps.shape[1], device=maps.device)
        maps = maps.gather(1, order)
        loss = F.cross_entropy(self.parts["prior"](maps, order, conditions).flatten(0, 1).float(), maps.flatten())
        self.step("prior", loss, backward)
        return {"prior_loss": loss.detach()}

    @torch.no_grad()
    def evaluate(self, model):
        """On the validation pictures: PSNR, the share of codes in use, and the perplexity of the codes. Once the prior is trained, also its
        bits per code, by which the checkpoint is chosen."""
        model = model.cpu()
        pictures = list(self._validation(model))
        maps = torch.cat([model.encode(images) for images, _ in pictures])
        decoded = torch.cat([model.decode(part) for part in maps.split(250)])
        used = codes.usage(maps, model.codebook_size)
        images = torch.cat([images for images, _ in pictures])
        measurements = {
            "psnr": sum(psnr(a, b) for a, b in zip(decoded, images, strict=True)) / len(images),
            "used": (used > 0).float().mean().item(),
            "perplexity": codes.perplexity(used),
        }
        if self.writing:
            measurements["bits"] = code_bits(model, maps, torch.cat([labels for _, labels in pictures]))
        return measurements

    def _validation(self, model):
        for batch in self.validation.batches(250):
            yield batch["images"], batch["label"]

    def preview(self, model):
        """Sixteen pictures sampled from the prior; the classes take turns. None before the prior is trained."""
        if not self.writing:
            return None
        model = model.cpu()
        labels = F.one_hot(torch.arange(16) % len(model.classes), len(model.classes)).float()
        return model.decode(codes.write(model, labels, seed=TIMELINE_SEED)).expand(-1, 3, -1, -1)


def _recipe(
    model: VQVAE,
    name: str,
    *,
    codebook: str,
    batch_size: int,
    rate: float,
    prior_rate: float,
    reconstruct: float,
    limit: int | None,
) -> VQVAERecipe:
    pictures = data.load(name, "train", model.image_size, channels=model.channels, limit=limit)
    train_count = len(pictures) - min(VALIDATION, len(pictures) // 4)
    learned_from = pictures.rows(torch.arange(train_count))
    parts = {"encoder": model.encoder, "decoder": model.decoder, "prior": model.prior}
    learned = [*model.encoder.parameters(), *model.decoder.parameters()]
    if codebook == "average":
        parts["average"] = CodebookAverage(model.codebook)
    else:
        parts["codebook"] = model.codebook
        learned += model.codebook.parameters()
    return VQVAERecipe(
        model=model,
        parts=parts,
        optimizers={
            "autoencoder": torch.optim.Adam(learned, lr=rate),
            "prior": torch.optim.AdamW(model.prior.parameters(), lr=prior_rate, betas=(0.9, 0.98), weight_decay=0.01),
        },
        data=learned_from,
        batch_size=batch_size,
        averaged=("prior",),
        average_decay=0.999,
        metric="bits",
        rates={"autoencoder": rate, "prior": prior_rate},
        rate=warm_cosine(0.02, 0.02),
        validation=pictures.rows(torch.arange(train_count, len(pictures))),
        reconstruct=reconstruct,
        variance=learned_from.fetch(torch.arange(min(5000, train_count))).float().div(127.5).var().item(),
        mirror=name == "cifar10",
    )


def _mnist(likelihood: Literal["mse", "nll"], description: str, images: int, share: float) -> None:
    @command(
        f"vqvae-mnist-{likelihood}",
        images=images,
        evaluate_every=60_000,
        summary=f"Digits as 7 x 7 cells, each one of 64 codes; {description}.",
        trained_on="58,000 digits of MNIST",
        data="mnist",
    )
    def build(
        codebook: Literal["average", "gradient"] = "average",
        batch_size: int = 128,
        rate: float = 1e-3,
        prior_rate: float = 1e-3,
        reconstruct: float = share,
        limit: int | None = None,
    ) -> Recipe:
        """The report's VQ-VAE for digits, and a prior over its codes.

        Args:
            codebook: "average": moving averages with restarts; "gradient": the codebook loss (report 001, figure 76).
            batch_size: pictures per step.
            rate: learning rate of Adam for encoder, decoder and codebook; it falls to zero (report 001: Adam with Keras' default, 1e-3).
            prior_rate: learning rate of AdamW for the prior; it falls to zero.
            reconstruct: the share of the run in which encoder, codebook and decoder are trained; then the prior is trained.
            limit: use only this many pictures, for a quick try.
        """
        return _recipe(
            VQVAE(likelihood=likelihood),
            "mnist",
            codebook=codebook,
            batch_size=batch_size,
            rate=rate,
            prior_rate=prior_rate,
            reconstruct=reconstruct,
            limit=limit,
        )


def _cifar10(likelihood: Literal["mse", "nll"], description: str) -> None:
    @command(
        f"vqvae-cifar10-{likelihood}",
        images=416_000,
        evaluate_every=50_000,
        summary=f"Small photos as 8 x 8 cells, each one of 512 codes; {description}.",
        trained_on="48,000 photos of CIFAR-10",
        data="cifar10",
    )
    def build(
        codebook: Literal["average", "gradient"] = "average",
        batch_size: int = 64,
        rate: float = 1e-3,
        prior_rate: float = 1e-3,
        reconstruct: float = 0.615,
        limit: int | None = None,
    ) -> Recipe:
        """The report's VQ-VAE for photos, and a prior over its codes.

        Args:
            codebook: "average": moving averages with restarts; "gradient": the codebook loss (report 001, figure 76).
            batch_size: pictures per step.
            rate: learning rate of Adam for encoder, decoder and codebook; it falls to zero (report 001: Adam with Keras' default, 1e-3).
            prior_rate: learning rate of AdamW for the prior; it falls to zero.
            reconstruct: the share of the run in which encoder, codebook and decoder are trained; then the prior is trained.
            limit: use only this many pictures, for a quick try.
        """
        model = VQVAE(
            channels=3, image_size=32, widths=(32, 64, 128, 256), strides=(1, 2, 2, 1), up_widths=(256, 128, 64), up_strides=(1, 2, 2),
            codes=512, code_size=64, likelihood=likelihood, classes=tuple(CIFAR10), prior_layers=6,
        )  # fmt: skip
        return _recipe(
            model,
            "cifar10",
            codebook=codebook,
            batch_size=batch_size,
            rate=rate,
            prior_rate=prior_rate,
            reconstruct=reconstruct,
            limit=limit,
        )


_mnist("mse", "trained on the squared error", images=600_000, share=0.6)
_mnist("nll", "trained on the cross-entropy of its pixels", images=1_200_000, share=0.5)
_cifar10("mse", "trained on the squared error")
_cifar10("nll", "trained on the cross-entropy of its pixels")
