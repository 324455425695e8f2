"""Learning to read digits from few labels: the training steps of three methods, which the recipes and the page's own training share.

- CNN: the classifier alone, on the labelled digits.
- SGAN (Odena 2016; Salimans et al. 2016, section 5): the classifier is also the discriminator of a GAN, which needs no labels.
- VAE-GAN (Larsen et al. 2016): the same, with the decoder of a variational autoencoder for the generator.

A step takes a function `update(name, loss)`, which takes a step of the optimiser of that name; so it knows neither optimisers nor
precision. The settings that report 001 does not print are those of the tutorial that it cites.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .cancellation import check
from .folder import PartError, read_text
from .models import gaussian
from .models.few_labels import DigitClassifier, DigitGenerator, realness

CLASSES = 10
DRAWS = "draws.json"  # the accuracies of all draws of labels, in a checkpoint folder
HALF = 50  # pictures of a step for the classifier, and of each kind for the discriminator; the generator gets twice as many
RATE, BETAS = 2e-4, (0.5, 0.999)
Update = Callable[[str, Tensor], None]
Networks = Mapping[str, nn.Module]


def chosen(labels: Tensor, count: int, seed: int) -> Tensor:
    """The indices of `count` labelled digits, drawn at random: equally many of each class, and one more of some if `count` is no multiple
    of ten.

    Args:
        labels: (digits,), of all digits.
        seed: the same seed draws the same digits, whatever learns from them.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_003 + count)
    more = torch.randperm(CLASSES, generator=generator)[: count % CLASSES].tolist()
    picked = []
    for digit in range(CLASSES):
        of_class = (labels == digit).nonzero().flatten()
        order = torch.randperm(len(of_class), generator=generator)
        picked.append(of_class[order[: count // CLASSES + (digit in more)]])
    return torch.cat(picked)


@dataclass(frozen=True)
class Labelled:
    """The labelled digits.

    Attributes:
        images: (count, 1, 28, 28) in [-1, 1].
        labels: (count,) from 0 to 9.
    """

    images: Tensor
    labels: Tensor

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """`size` digits and their labels, drawn with replacement."""
        rows = torch.randint(len(self.labels), (size,))
        return self.images[rows], self.labels[rows]


def classifier_step(networks: Networks, labelled: Labelled, update: Update) -> dict[str, Tensor]:
    """One step of the classifier on labelled digits."""
    images, labels = labelled.batch(HALF)
    logits = networks["classifier"](images).float()
    loss = F.cross_entropy(logits, labels)
    update("classifier", loss)
    return {"classifier_loss": loss.detach(), "classifier_accuracy": (logits.argmax(1) == labels).float().mean()}


def discriminator_losses(classifier: nn.Module, real: Tensor, generated: Tensor) -> tuple[Tensor, Tensor]:
    """The binary cross-entropies of real and of generated pictures."""
    return F.softplus(-realness(classifier(real).float())).mean(), F.softplus(realness(classifier(generated).float())).mean()


def sgan_step(networks: Networks, labelled: Labelled, real: Tensor, update: Update, matching: bool = False) -> dict[str, Tensor]:
    """One step of the classifier, of the discriminator with the same weights, and of the generator.

    Args:
        networks: "classifier" and "generator".
        real: (batch, 1, 28, 28), without labels.
        matching: whether the generator matches the mean features of real digits (Salimans et al. 2016, section 3.1) in place of its
            adversarial loss.
    """
    classifier, generator = networks["classifier"], networks["generator"]
    logged = classifier_step(networks, labelled, update)
    with torch.no_grad():
        generated = generator(_latents(generator.first.in_features, len(real), real))
    on_real, on_generated = discriminator_losses(classifier, real, generated)
    update("discriminator", on_real + on_generated)
    generated = generator(_latents(generator.first.in_features, 2 * len(real), real))
    if matching:
        features = classifier.embed(real).float().mean(0).detach()
        loss = (classifier.embed(generated).float().mean(0) - features).square().mean()
    else:
        loss = F.softplus(-realness(classifier(generated).float())).mean()
    update("generator", loss)
    return logged | {"real_loss": on_real.detach(), "generated_loss": on_generated.detach(), "generator_loss": loss.detach()}


def vaegan_step(networks: Networks, labelled: Labelled, real: Tensor, update: Update) -> dict[str, Tensor]:
    """One step of the classifier, of the discriminator with the same weights, of the encoder and of the decoder.

    The losses of report 001, which gives no weights: L_prior is the divergence from the prior; L_pixel is half the squared distance of the
    reconstruction, which takes the place of the paper's distance in features; L_GAN has real, reconstructed and generated pictures.

    Args:
        networks: "classifier", "encoder" and "decoder".
        real: (batch, 1, 28, 28), without labels.
    """
    classifier, encoder, decoder = (networks[name] for name in ("classifier", "encoder", "decoder"))
    logged = classifier_step(networks, labelled, update)
    mean, log_variance = (part.float() for part in encoder(real))
    z = gaussian.sample(mean, log_variance)
    reconstructed, generated = decoder(z), decoder(torch.randn_like(mean))
    prior = gaussian.divergence(mean, log_variance).sum(1).mean()
    pixel = (reconstructed.float() - real).square().flatten(1).sum(1).mean() / 2
    fake = torch.cat([reconstructed, generated])
    on_real, on_generated = discriminator_losses(classifier, real, fake.detach())
    update("discriminator", on_real + on_generated)
    update("encoder", prior + pixel)
    # The encoder's step has freed the graph of these pictures and moved its weights; the decoder gets its own pass.
    fake = decoder(torch.cat([z.detach(), torch.randn_like(mean)]))
    pixel_again = (fake[: len(real)].float() - real).square().flatten(1).sum(1).mean() / 2
    adversarial = F.softplus(-realness(classifier(fake).float())).mean()
    update("decoder", pixel_again + adversarial)
    return logged | {
        "real_loss": on_real.detach(), "generated_loss": on_generated.detach(), "prior_loss": prior.detach(),
        "pixel_loss": pixel.detach(), "generator_loss": adversarial.detach(),
    }  # fmt: skip


def _latents(size: int, count: int, like: Tensor) -> Tensor:
    return torch.randn(count, size, device=like.device)


@torch.no_grad()
def accuracy(classifier: nn.Module, images: Tensor, labels: Tensor, batch: int = 500) -> float:
    """The share of digits that a classifier reads as labelled.

    Args:
        images: (count, 1, 28, 28) in [-1, 1].
        labels: (count,) from 0 to 9.
    """
    training = classifier.training
    classifier.eval()
    correct = [(classifier(part).argmax(1) == label).sum() for part, label in zip(images.split(batch), labels.split(batch), strict=True)]
    classifier.train(training)
    return torch.stack(correct).sum().item() / len(labels)


@dataclass
class Moment:
    """A moment of a training that a visitor has started.

    Attributes:
        step: of `steps`.
        losses: the mean losses since the last moment.
        classifier: in training mode; changed by the next step.
        digits: (16, 1, 28, 28), generated from the same latents at every moment; None for a CNN.
    """

    step: int
    steps: int
    losses: dict[str, float]
    classifier: DigitClassifier
    digits: Tensor | None = None


@dataclass
class Training:
    """The training of a CNN or an SGAN from a visitor's labels.

    Attributes:
        labelled: the visitor's digits.
        unlabelled: (count, 1, 28, 28) in [-1, 1]; None trains the CNN.
        width: maps of each layer.
        steps: how many.
        every: a moment is yielded after so many steps.
        seed: of the first weights and of everything drawn.
    """

    labelled: Labelled
    unlabelled: Tensor | None = None
    width: int = 32
    steps: int = 600
    every: int = 50
    seed: int = 0
    networks: dict[str, nn.Module] = field(init=False)

    def __post_init__(self) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            self.networks = {"classifier": DigitClassifier(self.width)}
            if self.unlabelled is not None:
                self.networks["generator"] = DigitGenerator(width=self.width)

    def run(self) -> Iterator[Moment]:
        """Train. The random numbers depend on the seed and the step only, so that other work between two moments changes nothing.

        Raises:
            CancelledError: if the work was cancelled.
        """
        optimisers = {name: _adam(self.networks[name]) for name in self.networks}
        if "generator" in self.networks:
            optimisers["discriminator"] = _adam(self.networks["classifier"])
        weights = {name: [weight for group in each.param_groups for weight in group["params"]] for name, each in optimisers.items()}

        def update(name: str, loss: Tensor) -> None:
            for weight, gradient in zip(weights[name], torch.autograd.grad(loss, weights[name]), strict=True):
                weight.grad = gradient
            optimisers[name].step()

        sums: dict[str, float] = {}
        for step in range(1, self.steps + 1):
            check()
            with torch.enable_grad(), torch.random.fork_rng(devices=[]):
                torch.manual_seed(self.seed * 1_000_003 + step)
                losses = self._step(update)
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0.0) + loss.item()
            if step % self.every == 0 or step == self.steps:
                since = (step - 1) % self.every + 1
                means, sums = {name: total / since for name, total in sums.items()}, {}
                yield Moment(step, self.steps, means, self.networks["classifier"], self._digits())

    def _step(self, update: Update) -> dict[str, Tensor]:
        if self.unlabelled is None:
            return classifier_step(self.networks, self.labelled, update)
        real = self.unlabelled[torch.randint(len(self.unlabelled), (HALF,))]
        return sgan_step(self.networks, self.labelled, real, update)

    @torch.no_grad()
    def _digits(self) -> Tensor | None:
        if "generator" not in self.networks:
            return None
        generator = self.networks["generator"]
        return generator(torch.randn(16, generator.first.in_features, generator=torch.Generator().manual_seed(self.seed)))


def _adam(network: nn.Module) -> torch.optim.Adam:
    return torch.optim.Adam(network.parameters(), RATE, BETAS)


def read_draws(folder: Path) -> dict[str, dict[int, list[float]]]:
    """The accuracies on the test split in a checkpoint folder's draws.json: by arm ("shipped", "augmented", ...) and number of labels, one
    for each draw of labels. What is no share between 0 and 1 is left out; {} without the file."""
    try:
        found = json.loads(read_text(folder, DRAWS))
    except (PartError, ValueError):
        return {}
    arms = found.items() if isinstance(found, dict) else ()
    return {str(arm): _counts(accuracies) for arm, accuracies in arms}


def _counts(accuracies: object) -> dict[int, list[float]]:
    """The accuracies of one arm, by number of labels."""
    entries = accuracies.items() if isinstance(accuracies, dict) else ()
    shares = {
        int(count): [value for value in values if isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1]
        for count, values in entries
        if count.isdecimal() and isinstance(values, list)
    }
    return {count: values for count, values in sorted(shares.items()) if values}
