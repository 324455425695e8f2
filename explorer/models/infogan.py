"""InfoGAN: a GAN whose codes can be predicted from the picture (Chen et al. 2016).

The discriminator does not get the codes. A second head predicts them from the generated picture, and its loss is also the generator's, so
that every code has a visible effect: minimising it maximises a lower bound of the mutual information between codes and picture. But any
code may have any effect. Nothing ties the code called "red cube" to red cubes, unless the head is also trained on labelled real pictures
(Spurr et al. 2017, "Guiding InfoGAN with semi-supervision").
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from .cgan import ConditionalGAN, ReportCGANGenerator, StridedConvolutions


class InfoGANDiscriminator(nn.Module):
    """Strided convolutions, then two heads: the source, and the generator's conditions (Chen et al. 2016, section 6)."""

    def __init__(self, conditions: int, channels: Sequence[int]):
        super().__init__()
        self.body = StridedConvolutions((3, *channels))
        self.last = nn.Conv2d(channels[-1], 1, 4, 1, 0, bias=False)
        self.recognise = nn.Sequential(
            nn.Conv2d(channels[-1], channels[-1] // 2, 4, 1, 0, bias=False), nn.BatchNorm2d(channels[-1] // 2), nn.LeakyReLU(0.1),
            nn.Flatten(), nn.Linear(channels[-1] // 2, conditions),
        )  # fmt: skip

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of "this picture is real", (batch,), and of each condition, (batch, conditions)."""
        x = self.body(images)
        return self.last(x).flatten(), self.recognise(x)


class InfoGAN(ConditionalGAN):
    """Report 003's generator, of any width, with the two-headed discriminator of Chen et al. 2016.

    Args:
        classes: names of the conditions, in the order of the labels. Each condition is a binary code.
        latent_size: size of a latent.
        channels: number of channels at 4, 8, 16, 32, 64 and 66 pixels in the generator.
        discriminator_channels: number of channels at 32, 16, 8 and 4 pixels in the discriminator.
        most: the largest number of conditions of a picture.
    """

    image_size = 64

    def __init__(
        self,
        classes: Sequence[str] = tuple(map(str, range(24))),
        latent_size: int = 40,
        channels: Sequence[int] = (512, 256, 128, 64, 32, 16),
        discriminator_channels: Sequence[int] = (32, 64, 128, 256),
        most: int = 1,
    ):
        super().__init__()
        self.classes, self.latent_size, self.most = list(classes), latent_size, most
        self.generator = ReportCGANGenerator(latent_size + len(self.classes), tuple(channels))
        self.discriminator = InfoGANDiscriminator(len(self.classes), tuple(discriminator_channels))

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (batch,) of "this picture is real"; the labels are ignored."""
        return self.discriminator(images)[0]

    def classify(self, images: Tensor) -> Tensor:
        """Logits (batch, conditions) of the discriminator's second head."""
        return self.discriminator(images)[1]

    def features(self, images: Tensor) -> list[Tensor]:
        """The discriminator's activations after each of its strided convolutions."""
        return self.discriminator.body.features(images)
