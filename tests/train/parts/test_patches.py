import torch

from train.parts.patches import PatchDiscriminator


def test_a_logit_knows_its_patch_of_46_pixels_and_nothing_else():
    torch.manual_seed(0)
    network = PatchDiscriminator().eval()
    images = torch.randn(1, 3, 128, 96, requires_grad=True)
    logits = network(images)
    assert logits.shape == (1, 13, 9)
    logits[0, 6, 4].backward()
    seen = images.grad.abs().sum((0, 1))
    assert seen.any(1).sum() == 46 and seen.any(0).sum() == 46
