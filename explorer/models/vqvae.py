"""A picture as a small map of discrete codes: VQ-VAE (van den Oord et al. 2017), and a prior from which new maps are sampled.

An encoder turns a picture into a map of vectors. Each vector is replaced by the nearest one of a codebook, so that the map is a table of
integers, from which a decoder draws the picture. `CodePrior` learns the distribution of these maps, cell by cell.

1. van den Oord et al. 2017, "Neural Discrete Representation Learning": the model, eq. 1 (nearest code), section 3.2 (straight-through).
2. Report 001, question 3: the two networks (7x7 codes for MNIST, 8x8 for CIFAR-10) and the two likelihoods.
3. Yang et al. 2019 (XLNet) and Pannatier et al. 2024 (sigma-GPT): a transformer whose input has the position of the next cell can fill the
   cells in any order.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model


class Encoder(nn.Module):
    """3x3 convolutions with ReLU, then a 1x1 convolution to the codes' dimensions."""

    def __init__(self, channels: int, widths: tuple[int, ...], strides: tuple[int, ...], code_size: int):
        super().__init__()
        sizes = pairwise((channels, *widths))
        self.down = nn.ModuleList(nn.Conv2d(a, b, 3, stride, 1) for (a, b), stride in zip(sizes, strides, strict=True))
        self.last = nn.Conv2d(widths[-1], code_size, 1)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.down:
            x = F.relu(layer(x))
        return self.last(x)


class Decoder(nn.Module):
    """3x3 transposed convolutions with ReLU between them."""

    def __init__(self, code_size: int, widths: tuple[int, ...], strides: tuple[int, ...], channels: int):
        super().__init__()
        sizes = pairwise((code_size, *widths, channels))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 3, stride, 1, output_padding=stride - 1) for (a, b), stride in zip(sizes, (*strides, 1), strict=True)
        )

    def forward(self, x: Tensor) -> Tensor:
        for i, layer in enumerate(self.up):
            x = layer(F.relu(x) if i else x)
        return x


class CodePrior(nn.Module):
    """A causal transformer over the cells of a code map, in any order (references 2 and 3 of the module).

    The input of a step is the codes and the positions of the earlier cells, and the position of the next one. To fill a map with erased
    cells, the cells that are not erased come first, wherever they are.

    Args:
        codes: size of the codebook.
        cells: the number of cells of a map.
        conditions: the number of classes.
        width: size of a token.
        layers, heads: of the transformer (pre-norm, GELU, four times the width inside).
    """

    def __init__(self, codes: int, cells: int, conditions: int = 10, width: int = 128, layers: int = 4, heads: int = 4):
        super().__init__()
        self.codes = nn.Embedding(codes, width)
        self.here = nn.Embedding(cells, width)
        self.next = nn.Embedding(cells, width)
        self.start = nn.Linear(conditions, width)
        self.blocks = nn.ModuleList(PriorBlock(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, codes)
        for table in (self.codes, self.here, self.next):
            nn.init.normal_(table.weight, 0.0, 0.02)

    def forward(self, codes: Tensor, order: Tensor, labels: Tensor, cache: list[list[Tensor]] | None = None) -> Tensor:
        """Logits of the code of every cell in `order`, each from the cells before it.

        Args:
            codes: (batch, n) int64, the codes of the cells order[:, 0] to order[:, n - 1]; n may be 0.
            order: (batch, m) int64, cells, m = n, or n + 1 to have the logits of a cell that is not filled yet.
            labels: (batch, conditions), one-hot, soft, or zeros for no class.
            cache: the keys and values of earlier calls, an empty list at first. A later call with one more cell computes, and returns, the
                logits of that cell only.

        Returns:
            (batch, m, codebook size); with a cache that is not empty (batch, 1, codebook size).
        """
        count = order.shape[1] - 1
        cached = cache[0][0].shape[2] if cache else 0
        embedded = self.codes(codes[:, :count]) + self.here(order[:, :count])
        x = torch.cat([self.start(labels)[:, None], embedded], 1)[:, cached:] + self.next(order[:, cached:])
        if cache is not None and not cache:
            cache.extend([] for _ in self.blocks)
        for number, block in enumerate(self.blocks):
            x = block(x, None if cache is None else cache[number])
        return self.head(self.norm(x))


class PriorBlock(nn.Module):
    """Causal self-attention and a two-layer network, each with pre-norm and a residual connection (Radford et al. 2019)."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        if width % heads:
            raise ValueError(f"{heads} heads cannot share a width of {width}; expected a multiple")
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, cache: list[Tensor] | None = None) -> Tensor:
        """(batch, n, width) -> the same; `cache` stores the keys and values of earlier tokens, and if there are any, n is 1."""
        query, key, value = self.attention(self.norm1(x)).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        if cache:
            key, value = torch.cat([cache[0], key], 2), torch.cat([cache[1], value], 2)
        attended = F.scaled_dot_product_attention(query, key, value, is_causal=not cache)
        if cache is not None:
            cache[:] = [key, value]
        x = x + self.mix(attended.transpose(1, 2).flatten(2))
        return x + self.outer(F.gelu(self.inner(self.norm2(x))))


class VQVAE(Model):
    """A VQ-VAE with its prior.

    Args:
        channels, image_size: of a picture.
        widths, strides: of the encoder's 3x3 convolutions (report 001).
        up_widths, up_strides: of the decoder's convolutions, except the last, which has stride 1 and `channels` maps.
        codes: size of the codebook.
        code_size: dimensions of a code.
        likelihood: "mse": the decoder's output is the picture (Gaussian); "nll": its sigmoid is (Bernoulli).
        classes: names of the classes that condition the prior.
        prior_width, prior_layers: of the prior.
    """

    def __init__(
        self,
        channels: int = 1,
        image_size: int = 28,
        widths: tuple[int, ...] = (32, 64),
        strides: tuple[int, ...] = (2, 2),
        up_widths: tuple[int, ...] = (64, 32),
        up_strides: tuple[int, ...] = (2, 2),
        codes: int = 64,
        code_size: int = 16,
        likelihood: Literal["mse", "nll"] = "mse",
        classes: tuple[str, ...] = tuple("0123456789"),
        prior_width: int = 128,
        prior_layers: int = 4,
    ):
        super().__init__()
        if likelihood not in ("mse", "nll"):
            raise ValueError(f"likelihood is {likelihood!r}; expected 'mse' or 'nll'")
        self.channels, self.image_size, self.likelihood = channels, image_size, likelihood
        self.classes, self.up_strides = list(classes), tuple(up_strides)
        side = image_size
        for stride in strides:
            side = -(-side // stride)
        self.map_size, self.codebook_size = side, codes
        self.encoder = Encoder(channels, tuple(widths), tuple(strides), code_size)
        self.codebook = nn.Embedding(codes, code_size)
        self.decoder = Decoder(code_size, tuple(up_widths), self.up_strides, channels)
        self.prior = CodePrior(codes, side * side, len(self.classes), prior_width, prior_layers)
        nn.init.uniform_(self.codebook.weight, -1.0, 1.0)

    def distances(self, vectors: Tensor) -> Tensor:
        """Squared distances of encoded vectors (..., code_size) from every code: (..., codebook size)."""
        codes = self.codebook.weight
        return vectors.square().sum(-1, keepdim=True) - 2 * vectors @ codes.T + codes.square().sum(1)

    def embed(self, images: Tensor) -> Tensor:
        """Pictures (batch, channels, height, width) in [-1, 1] -> vectors (batch, rows, columns, code_size), not yet replaced by codes."""
        return self.encoder(images).permute(0, 2, 3, 1)

    def encode(self, images: Tensor) -> Tensor:
        """Pictures -> the nearest codes, (batch, map_size, map_size) int64 (van den Oord et al. 2017, eq. 1)."""
        return self.distances(self.embed(images)).argmin(-1)

    def raw(self, vectors: Tensor) -> Tensor:
        """Vectors (batch, rows, columns, code_size) -> the decoder's output: pixels in about [-1, 1], or logits for "nll"."""
        return self.decoder(vectors.permute(0, 3, 1, 2))

    def picture(self, raw: Tensor) -> Tensor:
        """The decoder's output -> pictures in [-1, 1]: clamped for "mse", 2 sigmoid - 1 for "nll"."""
        return raw.clamp(-1, 1) if self.likelihood == "mse" else 2 * torch.sigmoid(raw) - 1

    def draw(self, vectors: Tensor) -> Tensor:
        """Vectors (batch, map_size, map_size, code_size) -> pictures (batch, channels, image_size, image_size) in [-1, 1]."""
        return self.picture(self.raw(vectors))

    def decode(self, codes: Tensor) -> Tensor:
        """Codes (batch, map_size, map_size) int64 -> pictures in [-1, 1]: `draw` of the codes' vectors."""
        return self.draw(self.codebook(codes))

    def receptive_field(self, row: int, column: int) -> tuple[int, int, int, int]:
        """The pixels that the code of a cell can change: first row, first column, last row and last column, inclusive."""
        spans = []
        for start in (row, column):
            first = last = start
            for stride in (*self.up_strides, 1):  # kernel 3, padding 1: input i reaches outputs stride * i - 1 to stride * i + 1
                first, last = stride * first - 1, stride * last + 1
            spans.append((max(0, first), min(self.image_size - 1, last)))
        (top, bottom), (left, right) = spans
        return top, left, bottom, right

    def next_code(self, codes: Tensor, order: Tensor, labels: Tensor, cache: list | None = None) -> Tensor:
        """Logits of the next cells' codes; see `CodePrior.forward`."""
        return self.prior(codes, order, labels, cache)
