"""The seeds of all measurements. Each purpose has its own seed, so that the latents that choose a checkpoint are not used to score it.

In some measurements each picture has its own seed: the purpose's seed plus the picture's index. So any two seeds in `NOISE` differ by more
than `MOST`, the largest number of pictures in a measurement. The trade-off (10,000 pictures) and the pairs have more, and are far from all
others.
"""

from __future__ import annotations

MOST = 5_000  # pictures with seeds of their own

CHOOSING_SEED = 10_000  # the pictures that choose a checkpoint during training
TIMELINE_SEED = 20_000  # the pictures of the training timeline
SCORING_SEED = 30_000  # the pictures for the distances in a card
SHEET_SEED = 40_000  # the unselected samples in a card
CONTROL_SEED = 50_000  # the birds for measuring whether they have the requested colour
COPYING_SEED = 60_000  # the birds that are compared with the training photos
OBEDIENCE_SEEDS = range(70_000, 70_010)  # the scenes for measuring whether they have the requested objects
HELD_OUT_SEED = 900_000  # the noise of the pairs on which a distilled model is measured
TRADEOFF_SEEDS = (1_000_000, 1_100_000, 1_200_000)  # the pictures for the trade-off of quality, diversity and speed; 10,000 each
PAIRS_SEED = 2_000_000_000  # the noises that a distilled model learns from: seeds that no visitor begins with
TEACHING_SEED = 80_000  # the pictures on which a classifier is trained for GAN-train, and this training

NOISE = {
    "choosing": CHOOSING_SEED,
    "timeline": TIMELINE_SEED,
    "scoring": SCORING_SEED,
    "sheet": SHEET_SEED,
    "control": CONTROL_SEED,
    "copying": COPYING_SEED,
    "obedience": OBEDIENCE_SEEDS[0],
    "teaching": TEACHING_SEED,
    "held out": HELD_OUT_SEED,
    "trade-off": TRADEOFF_SEEDS[0],
    "pairs": PAIRS_SEED,
}
"""The seeds of noise, by purpose."""

SPLIT_SEED = 0  # the halves of the real pictures, and the weights of the untrained network that a checkpoint is compared with
WORDS_SEED = 7  # the paraphrases of "a red bird"
SHOWN_SEED = 50_000  # the choice of the scenes whose labels an InfoGAN is trained on; not used for noise

ROWS = {"split": SPLIT_SEED, "words": WORDS_SEED, "shown": SHOWN_SEED}
"""The seeds of choices of rows and words, by purpose."""

VALIDATION = 2000  # pictures at the end of a train split that are held out to choose a checkpoint
