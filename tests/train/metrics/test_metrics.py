import math
from types import SimpleNamespace

import pytest
import torch
from torchmetrics.image.fid import FrechetInceptionDistance

from explorer.models import GAN32
from train import metrics
from train.data import InMemory, Pictures
from train.metrics import conditions_of


def cloud(n, size=8, seed=0, shift=0.0, scale=1.0):
    return torch.randn(n, size, generator=torch.Generator().manual_seed(seed)) * scale + shift


def slow_mmd(x, y):
    """The unbiased estimator, term by term (Bińkowski et al. 2018, eq. 4)."""
    kernel = lambda a, b: (float(a @ b) / len(a) + 1) ** 3  # noqa: E731
    n = len(x)
    within = sum(kernel(x[i], x[j]) + kernel(y[i], y[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    return within - 2 * sum(kernel(a, b) for a in x for b in y) / n**2


def test_kid_over_the_whole_set_is_the_unbiased_estimator():
    x, y = cloud(12), cloud(12, seed=1, shift=0.5)
    mean, deviation = metrics.kernel_distance(x, y, subsets=2, subset_size=12)
    assert math.isclose(mean, slow_mmd(x, y), rel_tol=1e-4)
    assert deviation < 1e-5


def test_kid_of_one_distribution_is_zero_within_its_deviation():
    mean, deviation = metrics.kernel_distance(cloud(800), cloud(800, seed=1))
    assert abs(mean) < 2 * deviation
    assert metrics.kernel_distance(cloud(800), cloud(800, seed=1, shift=1.0))[0] > 20 * deviation


def test_the_frechet_distance_of_shifted_gaussians_is_the_squared_shift():
    x = cloud(4000)
    assert math.isclose(metrics.frechet_distance(x, x + 2.0), 4.0 * 8, rel_tol=1e-3)


def test_the_frechet_distance_of_scaled_gaussians_is_known_in_closed_form():
    x = cloud(20_000)
    assert math.isclose(metrics.frechet_distance(x, 3 * x), (3 - 1) ** 2 * 8, rel_tol=0.03)


@pytest.mark.parametrize(("n", "size"), [(30, 64), (200, 16)])
def test_the_frechet_distance_is_that_of_a_library_with_fewer_pictures_than_features_and_with_more(n, size):
    x, y = cloud(n, size), cloud(n, size, seed=1, shift=0.5) @ cloud(size, size, seed=2, scale=size**-0.5)
    library = FrechetInceptionDistance(feature=metrics._Precomputed(size), normalize=True)
    library.update(x, real=True)
    library.update(y, real=False)
    assert math.isclose(metrics.frechet_distance(x, y), library.compute().item(), rel_tol=1e-4)


def test_precision_falls_with_outliers_and_recall_with_collapse():
    real = cloud(300)
    outliers = torch.cat([cloud(150, seed=1), cloud(150, seed=2, shift=20)])
    precision, recall = metrics.precision_recall(real, outliers)
    assert 0.4 < precision < 0.55 and recall > 0.5
    collapsed = real[:1] + 0.01 * cloud(300, seed=3)
    precision, recall = metrics.precision_recall(real, collapsed)
    assert precision == 1.0 and recall < 0.05


def test_precision_and_recall_agree_with_balls_counted_one_by_one():
    real, generated, k = cloud(20, size=2), cloud(20, size=2, seed=1, shift=0.7), 3

    def inside(points, manifold):
        radius = [sorted((p - q).norm().item() for q in manifold)[k] for p in manifold]
        return sum(any((p - q).norm().item() <= r for q, r in zip(manifold, radius, strict=True)) for p in points) / len(points)

    assert metrics.precision_recall(real, generated, k) == pytest.approx((inside(generated, real), inside(real, generated)))


def test_the_sliced_wasserstein_distance_sees_a_blur_at_the_finest_level_most():
    real = torch.rand(32, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert set(metrics.sliced_wasserstein(real, real).values()) == {0.0}
    smooth = torch.nn.functional.avg_pool2d(real, 3, 1, 1)
    found = metrics.sliced_wasserstein(real, smooth)
    assert list(found) == [64, 32, 16]
    assert all(distance > 0 for distance in found.values())


def test_the_laplacian_pyramid_adds_up_to_the_picture():
    image = torch.rand(2, 3, 64, 64)
    levels = metrics._laplacian_pyramid(image)
    rebuilt = levels[-1]
    for level in reversed(levels[:-1]):
        rebuilt = level + torch.nn.functional.interpolate(rebuilt, scale_factor=2, mode="bilinear")
    assert torch.allclose(rebuilt, image, atol=1e-5)


def test_unequal_numbers_of_pictures_are_refused():
    for distance in (metrics.kernel_distance, metrics.frechet_distance, metrics.precision_recall):
        with pytest.raises(ValueError, match="10 real, 9 generated"):
            distance(cloud(10), cloud(9))


def test_drawn_pictures_depend_on_the_seed_alone():
    model = GAN32(channels=(4, 4, 4, 4)).eval()
    small, large = (torch.cat(list(metrics.drawn(model, 10, 5, batch_size))) for batch_size in (3, 10))
    assert torch.allclose(small, large, atol=1e-5)


def test_features_of_the_same_pictures_and_network_are_computed_once(tmp_path):
    asked = []

    def network(images):
        asked.append(len(images))
        return images.flatten(1)

    pictures = torch.randint(0, 256, (70, 3, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    first = metrics.embed_once(network, "a", pictures, tmp_path)
    assert first.shape == (70, 48) and asked == [64, 6]
    assert torch.equal(metrics.embed_once(network, "a", pictures, tmp_path), first) and asked == [64, 6]
    metrics.embed_once(network, "b", pictures, tmp_path)  # other weights
    metrics.embed_once(network, "a", pictures.flip(0), tmp_path)  # other pictures
    metrics.embed_once(network, "a", pictures, None)
    assert asked == [64, 6] * 4


def test_a_model_with_classes_is_asked_for_what_the_real_pictures_show():
    pixels = torch.zeros(3, 3, 4, 4, dtype=torch.uint8)
    told = SimpleNamespace(classes=["a", "b", "c"])
    assert conditions_of(told, Pictures(InMemory(pixels), {"label": torch.tensor([2, 0, 1])})).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    several = torch.tensor([[1, 1, 0], [0, 0, 1], [0, 1, 0]], dtype=torch.uint8)
    assert conditions_of(told, Pictures(InMemory(pixels), {"objects": several})).tolist() == several.tolist()
    assert conditions_of(SimpleNamespace(), Pictures(InMemory(pixels), {"label": torch.zeros(3)})) is None
