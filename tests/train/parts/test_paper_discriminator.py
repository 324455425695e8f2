import torch

from train.parts.paper_discriminator import PaperDiscriminator


def test_the_paper_s_discriminator_sees_sentence_and_picture_together():
    discriminator = PaperDiscriminator(8, compressed=4, channels=(4, 4, 4, 8)).eval()
    images, text = torch.randn(3, 3, 64, 64), torch.randn(2, 3, 8)
    found = discriminator(images, text)
    assert found.shape == (2, 3) and torch.allclose(found[1], discriminator(images, text[1]), atol=1e-6)
    assert not torch.allclose(found[0], found[1], atol=1e-6)
