import torch

from train.parts.backbone import FrozenFeatures, efficientnet_lite


def test_folding_the_batch_norms_changes_no_feature():
    network, folded = efficientnet_lite(1), FrozenFeatures(64)
    images = torch.rand(2, 3, 64, 64) * 2 - 1
    x = images * (127.5 / 128) + 0.5 / 128
    x = torch.nn.functional.relu6(network._bn0(network._conv_stem(x)))
    expected = []
    for number, block in enumerate(network._blocks):
        x = block(x)
        if number in FrozenFeatures.taps:
            expected.append(x)
    for a, b in zip(folded(images), expected, strict=True):
        assert torch.allclose(a, b, atol=1e-3, rtol=1e-3)
