"""What a model card says to the page: the mapping `explorer` in the front matter of a checkpoint's README.md, read with types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FIRST_SEEDS = list(range(8))


class Facts:
    """The page's half of a card. Whatever the card lacks, or holds as something else, has a default.

    Attributes:
        words: the mapping itself; {} if the card has none.
    """

    def __init__(self, card: Mapping[str, Any]):
        """
        Args:
            card: a README's front matter.
        """
        words = card.get("explorer")
        self.words: Mapping[str, Any] = words if isinstance(words, Mapping) else {}

    @property
    def blurb(self) -> str:
        """What a model is, and what it is bad at, in the card's words; "" if it says neither."""
        return " ".join(str(self.words[key]) for key in ("summary", "weakness") if self.words.get(key))

    @property
    def subject(self) -> str:
        """What the training pictures show."""
        return str(self.words.get("subject", "its own kind"))

    @property
    def names_seeds(self) -> bool:
        """Whether the card names seeds to open with."""
        return "good_seeds" in self.words

    @property
    def good_seeds(self) -> list[int]:
        """Seeds to open with: the card's, else 0 to 7."""
        seeds = self.words.get("good_seeds")
        return [int(seed) for seed in seeds] if isinstance(seeds, list) and len(seeds) > 1 else FIRST_SEEDS

    def held_out(self, space: str = "latent") -> list[float]:
        """PSNR in dB of default fits of photos that the model never saw, sorted; [] if nobody measured.

        Args:
            space: "latent" or "extended", as in `inversion.fit`.
        """
        values = self.words.get("held_out_psnr" if space == "latent" else f"held_out_psnr_{space}")
        return sorted(float(value) for value in values) if isinstance(values, list) and values else []

    def percentile(self, psnr: float, space: str = "latent") -> float | None:
        """The share of those fits, in percent, that a PSNR in dB beats; None if nobody measured."""
        values = self.held_out(space)
        return 100 * sum(value < psnr for value in values) / len(values) if values else None
