"""The feature networks of packages see pictures as their publishers meant."""

from __future__ import annotations

import pytest
import torch

from train.metrics.features import ImageNetFeatures, OpenNSFWFeatures


@pytest.mark.parametrize(("network", "size"), [(ImageNetFeatures, 1280), (OpenNSFWFeatures, 1024)])
def test_a_picture_has_the_same_features_alone_and_in_a_batch(network, size):
    images = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    features = network()(images)
    assert features.shape == (3, size) and features.dtype == torch.float32
    assert torch.allclose(network()(images[1:2]), features[1:2], atol=1e-4)


def test_open_nsfw_reads_blue_green_red_minus_the_means_of_its_training():
    """A picture of exactly the mean colour is all zeros to the network, so its features are the same at every place and for every size."""
    blue, green, red = OpenNSFWFeatures.mean
    mean = torch.tensor([red, green, blue])[None, :, None, None] / 127.5 - 1
    small, large = (OpenNSFWFeatures()(mean.expand(1, 3, side, side)) for side in (32, 64))
    assert torch.allclose(small, large, atol=1e-5)
    swapped = OpenNSFWFeatures()(mean.flip(1).expand(1, 3, 64, 64))
    assert not torch.allclose(swapped, large, atol=1e-3)
