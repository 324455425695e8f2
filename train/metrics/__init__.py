"""The metrics in model cards.

A feature network turns every picture into a vector; the scores are distances between the sets of real and of generated vectors.
KID (Bińkowski et al. 2018) is unbiased, so that figures of different n can be compared. The Fréchet distance (Heusel et al. 2017) depends
on n. Precision and recall (Kynkäänniemi et al.
2019) measure quality and variety separately. The sliced Wasserstein distance of Laplacian-pyramid patches (Karras et al. 2018) needs no
network.

No model is scored with a network that took part in its training, or with a related one, unless the row says that it is biased.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.models import Generates
from train import data


@torch.no_grad()
def embed(network: Callable[[Tensor], Tensor], images: Iterable[Tensor]) -> Tensor:
    """Features (count, size), float32, of batches of pictures in [-1, 1]."""
    return torch.cat([network(batch).float() for batch in images])


def embed_once(network: Callable[[Tensor], Tensor], label: str, images: Tensor, folder: Path | None) -> Tensor:
    """`embed` with a cache.

    Args:
        network: the feature network.
        label: identifies the network and its weights.
        images: uint8, (count, channels, height, width).
        folder: of the cache, with one file for each set of pictures and label; None for no cache.
    """
    if folder is None:
        return embed(network, batches(images, 64))
    path = folder / f"{hashlib.sha256(label.encode() + images.numpy().tobytes()).hexdigest()[:32]}.safetensors"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        save_file({"features": embed(network, batches(images, 64))}, path)
    return load_file(path)["features"]


@torch.no_grad()
def drawn(model: Generates, count: int, seed: int, batch_size: int = 64, labels: Tensor | None = None) -> Iterable[Tensor]:
    """Generate batches of `count` pictures in all; one random generator with this seed draws all latents. `labels`: a row per picture."""
    latents = torch.randn(count, model.latent_size, generator=torch.Generator().manual_seed(seed))
    for rows in torch.arange(count).split(batch_size):
        yield model.generate(latents[rows], None if labels is None else labels[rows]).float()


def stored(images: Iterable[Tensor]) -> Tensor:
    """Convert batches of pictures in [-1, 1] to uint8, (count, channels, height, width), as files store them."""
    return torch.cat([part.add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8) for part in images])


def batches(images: Tensor, batch_size: int = 128) -> Iterable[Tensor]:
    """uint8 pictures (count, channels, height, width) as float batches in [-1, 1]."""
    for part in images.split(batch_size):
        yield part.float().div(127.5).sub(1)


class _Precomputed(nn.Identity):
    """Lets torchmetrics work on features instead of pictures."""

    def __init__(self, size: int):
        super().__init__()
        self.num_features = size


def kernel_distance(real: Tensor, generated: Tensor, subsets: int = 50, subset_size: int | None = None) -> tuple[float, float]:
    """KID: mean and standard deviation over random subsets of the unbiased squared MMD with the kernel (x.y / size + 1)^3.

    Args:
        real, generated: (n, size) features, equal n.
        subset_size: by default half of n, at most 1000.
    """
    from torchmetrics.image.kid import KernelInceptionDistance

    _check_equal(real, generated)
    size = subset_size or min(1000, len(real) // 2)
    metric = KernelInceptionDistance(feature=_Precomputed(real.shape[1]), subsets=subsets, subset_size=size)
    metric.update(real, real=True)
    metric.update(generated, real=False)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        mean, deviation = metric.compute()
    return mean.item(), deviation.item()


def frechet_distance(real: Tensor, generated: Tensor) -> float:
    """|mean difference|^2 + tr(C1 + C2 - 2 (C1 C2)^1/2) of two clouds (n, size) with equal n; it shrinks as n grows.

    With centred clouds A and B, C1 = A'A / (n - 1) and C2 likewise, the last trace is the sum of the singular values of A B' / (n - 1). QR
    decompositions shrink A B' to at most (size, size). That is the same number as with a matrix root, many times faster for n < size.
    """
    _check_equal(real, generated)
    a, b = (cloud.double() for cloud in (real, generated))
    difference = (a.mean(0) - b.mean(0)).square().sum()
    a, b = a - a.mean(0), b - b.mean(0)
    if len(a) > a.shape[1]:
        a, b = (torch.linalg.qr(cloud, mode="r").R for cloud in (a, b))
    traces = a.square().sum() + b.square().sum() - 2 * torch.linalg.svdvals(a @ b.T).sum()
    return (difference + traces / (len(real) - 1)).item()


def precision_recall(real: Tensor, generated: Tensor, k: int = 3) -> tuple[float, float]:
    """Shares of generated pictures within the real manifold and of real ones within the generated manifold.

    A manifold is the union of balls around its points that reach to their k-th neighbour (Kynkäänniemi et al. 2019, eqs. 1 and 2).
    """
    _check_equal(real, generated)

    def covered(points: Tensor, manifold: Tensor) -> float:
        radii = torch.cdist(manifold, manifold).kthvalue(k + 1, dim=1).values  # the nearest is the point itself
        return (torch.cdist(points, manifold) <= radii).any(1).float().mean().item()

    return covered(generated, real), covered(real, generated)


def sliced_wasserstein(real: Tensor, generated: Tensor, *, patches: int = 64, projections: int = 256, seed: int = 0) -> dict[int, float]:
    """Sliced Wasserstein distance of 7x7 patches by level of the Laplacian pyramid, times 1000 (Karras et al. 2018, section 5).

    Args:
        real, generated: (n, channels, size, size) in [-1, 1], equal n, size a power of two.
        patches: from each picture and level.
        projections: random directions that the distance is averaged over.

    Returns:
        {pixels of the level: distance}, down to 16 pixels.
    """
    _check_equal(real, generated)
    generator = torch.Generator().manual_seed(seed)
    distances = {}
    for level_real, level_generated in zip(_laplacian_pyramid(real), _laplacian_pyramid(generated), strict=True):
        side = level_real.shape[-1]
        positions = torch.randint(side - 6, (2, len(real), patches), generator=generator)
        clouds = [_normalised(_patches(level, positions)) for level in (level_real, level_generated)]
        directions = torch.randn(clouds[0].shape[1], projections, generator=generator)
        directions /= directions.norm(dim=0)
        a, b = (_sorted(directions.T @ cloud.T) for cloud in clouds)
        distances[side] = 1000 * (a - b).abs().mean().item()
    return distances


def _laplacian_pyramid(images: Tensor) -> list[Tensor]:
    kernel = torch.tensor([1.0, 4, 6, 4, 1]) / 16
    kernel = (kernel[:, None] * kernel)[None, None].repeat(images.shape[1], 1, 1, 1)

    def blur(x: Tensor) -> Tensor:
        return F.conv2d(F.pad(x, (2, 2, 2, 2), mode="reflect"), kernel, groups=x.shape[1])

    levels = []
    while images.shape[-1] > 16:
        smaller = blur(images)[:, :, ::2, ::2]
        levels.append(images - F.interpolate(smaller, scale_factor=2, mode="bilinear"))
        images = smaller
    return [*levels, images]


def _patches(images: Tensor, positions: Tensor) -> Tensor:
    """(count * patches, channels, 7, 7), at the same positions in the real and the generated set."""
    offsets = torch.arange(7)
    rows, columns = positions[0, :, :, None, None] + offsets[:, None], positions[1, :, :, None, None] + offsets
    indices = torch.arange(len(images))[:, None, None, None]
    return images[indices, :, rows, columns].flatten(0, 1).permute(0, 3, 1, 2)


def _sorted(rows: Tensor) -> Tensor:
    """Each row in ascending order; NumPy sorts floats many times faster than torch does."""
    return torch.from_numpy(np.sort(rows.contiguous().numpy(), axis=1))


def _normalised(patches: Tensor) -> Tensor:
    patches = patches - patches.mean((0, 2, 3), keepdim=True)
    return (patches / patches.std((0, 2, 3), keepdim=True).clamp_min(1e-8)).flatten(1)


def random_halves(count: int, halvings: int = 10) -> Iterable[tuple[Tensor, Tensor]]:
    """Indices of both halves of `count` pictures, an even number, for several random halvings."""
    for seed in range(halvings):
        yield torch.randperm(count, generator=torch.Generator().manual_seed(seed)).chunk(2)


def _check_equal(real: Tensor, generated: Tensor) -> None:
    if len(real) != len(generated):
        raise ValueError(f"a distance needs equally many pictures: {len(real)} real, {len(generated)} generated")


@dataclass(frozen=True)
class Scores:
    """The scores of n generated pictures against n real ones, in the features of one network."""

    n: int
    kid: float
    kid_deviation: float
    fd: float
    precision: float
    recall: float


def score(real: Tensor, generated: Tensor, subsets: int = 50, subset_size: int | None = None) -> Scores:
    """All distances between two sets of features (n, size); `subsets` and `subset_size` as in `kernel_distance`."""
    kid, deviation = kernel_distance(real, generated, subsets, subset_size)
    precision, recall = precision_recall(real, generated)
    return Scores(len(real), kid, deviation, frechet_distance(real, generated), precision, recall)


def conditions_of(model: Generates, pictures: data.Pictures) -> torch.Tensor | None:
    """The conditions of pictures, (count, conditions), with which a model is to draw pictures to compare with them; None if it has none."""
    classes = getattr(model, "classes", None)
    if not classes:
        return None
    labels = next(iter(pictures.labels.values()))
    return F.one_hot(labels, len(classes)).float() if labels.dim() == 1 else labels.float()
