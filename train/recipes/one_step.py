"""ddpm-mnist-distilled: the diffusion model of digits in one evaluation (report 002, question 2.1: the speed that diffusion lacks).

The teacher draws pairs: a noise with its class, and the digit that it makes of them in 24 evaluations. The student starts with the
teacher's weights and learns to make the same digit in one evaluation (Luhman and Luhman 2021). The loss is the pseudo-Huber norm of the
difference (Song and Dhariwal 2024, section 3.3, with a larger constant); from the middle of the run on, 0.1 times a discriminator's hinge
loss is added, which keeps strokes sharp.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F
from tqdm.auto import tqdm

from explorer import diffusion
from explorer.models import DDPM, OneStep
from explorer.models.gan28 import ProjectionDiscriminator
from explorer.zoo import Zoo
from train import data, metrics
from train.command import command
from train.metrics.seeds import HELD_OUT_SEED, PAIRS_SEED, TIMELINE_SEED
from train.parts import losses
from train.recipe import Recipe, warm_cosine

SHARD, BATCH = 500, 100  # pairs in a file, and of one reverse run
HELD_OUT = 1000  # pairs that measure
C = 0.84  # of the pseudo-Huber norm: 0.03 times the root of the number of pixels
SETTINGS = diffusion.DEFAULT


def noises(network: DDPM, seeds: Tensor) -> Tensor:
    """The noise at which a reverse run of each seed starts, (count, *shape)."""
    return torch.stack([diffusion.noise_of(network, int(seed)) for seed in seeds])


@torch.no_grad()
def drawn_by(teacher: DDPM, seeds: Tensor, half: bool = False) -> Tensor:
    """What the teacher makes of the noise and the class (the last digit) of each seed, (count, *shape) in [-1, 1]. The seeds follow each
    other. With `half`, the network computes in bfloat16: the median PSNR to the same digits in float32 is 57 dB."""
    classes = len(teacher.classes)
    pictures = []
    for part in seeds.split(BATCH):
        labels = F.one_hot(part % classes, classes).float()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            pictures.append(diffusion.sample(teacher, labels, seed=int(part[0]), **SETTINGS).float().clamp(-1, 1))
    return torch.cat(pictures)


def pairs(teacher: DDPM, folder: Path, count: int, first: int = 0, half: bool = False) -> tuple[Tensor, Tensor]:
    """The teacher's digits for `count` seeds from `first` on. They are drawn once and kept in the folder, in files of `SHARD`.

    Returns:
        Pictures (count, channels, side, side) uint8, and their seeds (count,).
    """
    folder.mkdir(parents=True, exist_ok=True)
    found, seeds = [], torch.arange(first, first + count)
    for part in tqdm(seeds.split(SHARD), unit="shard", disable=count <= SHARD):
        path = folder / f"{int(part[0]):07d}-{len(part)}.safetensors"
        if not path.is_file():
            pictures = ((drawn_by(teacher, part, half) + 1) * 127.5).round().to(torch.uint8)
            whole = path.with_suffix(".part")
            save_file({"pictures": pictures.contiguous()}, whole)
            whole.replace(path)
        found.append(load_file(path)["pictures"])
    return torch.cat(found), seeds


def pseudo_huber(difference: Tensor, c: float = C) -> Tensor:
    """sqrt(norm^2 + c^2) - c of each picture's difference, the mean over the batch (Song and Dhariwal 2024, section 3.3)."""
    return ((difference.flatten(1).square().sum(1) + c**2).sqrt() - c).mean()


@dataclass(kw_only=True)
class OneStepRecipe(Recipe):
    """Regression on the teacher's pairs, and after `adversarial_after` of the run `adversarial` times a discriminator's hinge loss.

    Attributes:
        held_out: seeds and pictures of pairs that are not trained on.
        adversarial: weight of the discriminator's loss.
        adversarial_after: the share of the run after which it counts.
    """

    feature_network: ClassVar[str] = ""
    held_out: tuple[Tensor, Tensor]
    adversarial: float
    adversarial_after: float = 0.5

    def train_step(self, batch, backward):
        labels = F.one_hot(batch["seed"] % len(self.model.classes), len(self.model.classes)).float()
        noise = noises(self.model.network, batch["seed"]).to(labels.device)
        student = self.model.generate(noise.flatten(1), labels).float()
        loss = pseudo_huber(student - batch["images"])
        logged = {"distance_loss": loss.detach()}
        if self.adversarial and self.share_done >= self.adversarial_after:
            discriminator = self.parts["discriminator"]
            on_real, on_student = discriminator(batch["images"], labels), discriminator(student.detach(), labels)
            against = losses.hinge_discriminator(on_real.float(), on_student.float())
            self.step("discriminator", against, backward)
            adversarial = losses.hinge_generator(discriminator(student, labels).float())
            loss = loss + self.adversarial * adversarial
            logged |= {"discriminator_loss": against.detach() / 2, "generator_loss": adversarial.detach()}
        self.step("network", loss, backward, longest=1.0)
        return logged

    @torch.no_grad()
    def evaluate(self, model: OneStep) -> dict[str, float]:
        """On held-out pairs: the median PSNR to the teacher's digit in dB, how often a judge reads the same class, and how often the one
        that was asked for. The error that chooses the checkpoint is the negative PSNR."""
        seeds, pictures = self.held_out
        model, targets = model.cpu(), pictures.float() / 127.5 - 1
        labels = F.one_hot(seeds % len(model.classes), len(model.classes)).float()
        noise = noises(model.network, seeds).flatten(1)
        drawn = torch.cat([model.generate(*part) for part in zip(noise.split(BATCH), labels.split(BATCH), strict=True)])
        psnr = (-10 * ((drawn - targets) / 2).square().flatten(1).mean(1).log10()).median().item()
        found = {"psnr": psnr, "error": -psnr}
        zoo = Zoo()
        if "judge-mnist" in zoo.checkpoints:
            judge = zoo.load("judge-mnist")
            read, wanted = (metrics.embed(judge.embed, images.split(250)) for images in (drawn, targets))
            read, wanted = judge.head(read).argmax(1), judge.head(wanted).argmax(1)
            found |= {"same_class": (read == wanted).float().mean().item(), "accuracy": (read == seeds % 10).float().mean().item()}
        return found

    @torch.no_grad()
    def preview(self, model: OneStep) -> Tensor:
        seeds = torch.arange(16) + TIMELINE_SEED
        labels = F.one_hot(torch.arange(16) % len(model.classes), len(model.classes)).float()
        return model.cpu().generate(noises(model.network, seeds).flatten(1), labels)


@command(
    "ddpm-mnist-distilled",
    images=1_000_000,
    evaluate_every=100_000,
    summary="ddpm-mnist in one evaluation: it makes the same digit of the same noise.",
    weakness="The outlines of its strokes are a little ragged.",
    story="This checkpoint has learned from the noises of seeds 0 to 39,999; for noises that it has not seen, choose a seed from 40,000 "
    "on. All its figures are from other seeds. Later trainings learn from seeds that nobody begins with.",
    trained_on="40,000 digits that ddpm-mnist has drawn, with their noise",
    subject="digits",
    data="mnist",
)
def ddpm_mnist_distilled(
    pair_count: int = 40_000,
    folder: Path = Path("runs/ddpm-mnist-pairs"),
    half: bool = False,
    adversarial: float = 0.1,
    rate: float = 4e-4,
    batch_size: int = 64,
    limit: int | None = None,
) -> Recipe:
    """The diffusion model of digits, distilled to one evaluation.

    Args:
        pair_count: pairs of noise and digit that the teacher draws first; about 20 a second.
        folder: where they are kept.
        half: draw them in bfloat16, for processors that compute with it.
        adversarial: weight of a discriminator's loss in the second half of the run; 0 for none.
        rate: learning rate of AdamW, along a cosine.
        batch_size: pairs per step.
        limit: use only this many pairs, for a quick try.
    """
    zoo = Zoo()
    if "ddpm-mnist" not in zoo.checkpoints:
        raise ValueError("ddpm-mnist is needed as the teacher; train it with: python -m train ddpm-mnist --ship checkpoints")
    teacher = zoo.load("ddpm-mnist")
    model = OneStep(**zoo.checkpoints["ddpm-mnist"].config)
    model.network.load_state_dict(teacher.state_dict())
    about = json.dumps([zoo.checkpoints["ddpm-mnist"].revision, SETTINGS, half])
    kept = folder / hashlib.sha256(about.encode()).hexdigest()[:16]  # another teacher draws other pairs
    pictures, seeds = pairs(teacher, kept, limit or pair_count, PAIRS_SEED, half)
    held_out = pairs(teacher, kept, min(limit or HELD_OUT, HELD_OUT), HELD_OUT_SEED, half)
    discriminator = ProjectionDiscriminator(len(model.classes))
    return OneStepRecipe(
        model=model,
        parts={"network": model.network, "discriminator": discriminator},
        optimizers={
            "network": torch.optim.AdamW(model.network.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0.01),
            "discriminator": torch.optim.Adam(discriminator.parameters(), 2e-4, (0.0, 0.99)),
        },
        data=data.Pictures(data.InMemory(pictures), {"seed": seeds}),
        batch_size=batch_size,
        averaged=("network",),
        average_decay=0.9995,
        metric="error",
        rates={"network": rate, "discriminator": 2e-4},
        rate=warm_cosine(0.02, 0.02),
        held_out=(held_out[1], held_out[0]),
        adversarial=adversarial,
    )
