"""The section of every card on the layers of its networks: what each computes, the shape of its output, and its number of weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from explorer.models import (
    VAEGAN,
    Denoises,
    Discriminates,
    Estimates,
    Generates,
    Judges,
    Model,
    Quantises,
    Recognises,
    Understands,
    Writes,
    discriminates,
)

from .card import Card

HEADING = "## The networks"
INTRODUCTION = "One picture passes through. Shapes are channels x height x width."
KINDS = {
    "Linear": "linear", "BatchNorm2d": "batch norm", "GroupNorm": "group norm", "LayerNorm": "layer norm", "LeakyReLU": "leaky ReLU",
    "Embedding": "embedding", "EmbeddingBag": "mean of embeddings",
}  # fmt: skip
SENTENCE = "a red bird with black wings"  # the input of text encoders


@dataclass(frozen=True)
class Layer:
    """A layer in a forward pass.

    Attributes:
        name: where it is in the network, such as "up.0".
        kind: what it computes, such as "3x3 convolution, stride 2".
        shape: of its output, without the batch.
        weights: how many parameters it has.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    weights: int


class _Pass(nn.Module):
    """Makes a function that runs a network into a module, which torchinfo can observe."""

    def __init__(self, network: nn.Module, run: Callable[[], Any]):
        super().__init__()
        self.network, self.run = network, run

    def forward(self, _: Tensor) -> Any:
        return self.run()


def layers(network: nn.Module, run: Callable[[], Any]) -> list[Layer]:
    """The layers without sublayers of a network, in the order in which a forward pass uses them for the first time.

    Args:
        network: the network.
        run: computes the forward pass for one picture.
    """
    import torchinfo

    summary = torchinfo.summary(_Pass(network, run), input_data=torch.zeros(1), depth=32, verbose=0, mode="eval", cache_forward_pass=False)
    names = {id(module): name for name, module in network.named_modules()}
    used: dict[int, Layer] = {}
    for info in summary.summary_list:
        module, name = info.module, names.get(id(info.module), info.var_name)
        normalised = parametrize.is_parametrized(module)  # its normalisation is a submodule
        whole = normalised or (info.is_leaf_layer and ".parametrizations." not in name)
        if whole and info.executed and id(module) not in used and not isinstance(module, nn.Identity):
            used[id(module)] = Layer(name, _kind(module), tuple(info.output_size[1:]), _count(module))
    return list(used.values())


def _kind(module: nn.Module) -> str:
    """What a layer computes, in the words of the papers."""
    name = type(module).__name__.removeprefix("Parametrized")
    if not isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        return KINDS.get(name, name)
    words = "transposed convolution" if isinstance(module, nn.ConvTranspose2d) else "convolution"
    stride = f", stride {module.stride[0]}" if module.stride[0] > 1 else ""
    norm = ", spectral norm" if parametrize.is_parametrized(module) else ""
    return f"{module.kernel_size[0]}x{module.kernel_size[1]} {words}{stride}{norm}"


def table(title: str, rows: Sequence[Layer], weights: int | None = None) -> list[str]:
    """Markdown: a collapsed section with one row per layer.

    Args:
        weights: the number of weights of the whole network; by default that of the rows.
    """
    total = sum(row.weights for row in rows) if weights is None else weights
    lines = [f"<details><summary>{title}: {total:,} weights</summary>", "", "| layer | | output | weights |", "|---|---|---|---|"]
    lines += [f"| {row.name} | {row.kind} | {' x '.join(map(str, row.shape))} | {row.weights:,} |" for row in rows]
    return [*lines, "", "</details>", ""]


@torch.no_grad()
def forward(model: Model) -> None:
    """Compute everything that a model can do, for one picture or one sentence."""
    image = torch.zeros(1, model.channels, model.image_size, model.image_size) if hasattr(model, "image_size") else torch.zeros(1)
    classes = len(getattr(model, "classes", ()))
    labels = torch.eye(classes)[:1] if classes else None
    condition = () if labels is None else (labels,)
    if isinstance(model, Generates):
        model.generate(torch.zeros(1, model.latent_size), *condition)
    if isinstance(model, Discriminates) and discriminates(model):
        model.discriminate(image, *condition)
    if isinstance(model, Recognises):
        model.recognise(image, model.counts[0])
    if isinstance(model, VAEGAN):
        model.place(image)
    if isinstance(model, Quantises):
        model.decode(model.encode(image))
    if isinstance(model, Writes):
        model.next_code(torch.zeros(1, 1, dtype=torch.int64), torch.arange(2)[None], labels)
    if isinstance(model, Denoises):
        model.denoise(torch.zeros(1, *model.shape), torch.ones(1, dtype=torch.int64), labels)
    if isinstance(model, Judges):
        model.judge(image)
    if isinstance(model, Estimates):
        model.estimate(image)
    if isinstance(model, Understands):
        model.understand([SENTENCE])


def section(model: Model) -> list[str]:
    """Markdown: a table for each network of a model; a single one for an encoder or a judge."""
    found = layers(model, lambda: forward(model))
    lines = [HEADING, "", INTRODUCTION, ""]
    if isinstance(model, (Estimates, Judges, Understands)):
        return lines + table(type(model).__name__, found, _count(model))
    for name, network in model.named_children():
        rows = [replace(row, name=row.name.removeprefix(f"{name}.")) for row in found if f"{row.name}.".startswith(f"{name}.")]
        if rows:
            lines += table(name, rows, _count(network))
    return lines


def _count(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def tell(card: Card) -> None:
    """Add the section."""
    card.add(section(card.model))
