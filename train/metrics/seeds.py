"""The seeds of all measurements, one for each purpose, so that the latents that choose a checkpoint are never used to score it.

If every picture has its own seed, it is the purpose's seed plus the picture's number. So the seeds in `NOISE` are further apart than
`MOST`, the most pictures that any purpose draws.
"""

from __future__ import annotations

MOST = 5_000  # pictures with seeds of their own

CHOOSING_SEED = 10_000  # the pictures that choose a checkpoint during training
TIMELINE_SEED = 20_000  # the pictures of the training timeline
SCORING_SEED = 30_000  # the pictures that a card's distances are of
SHEET_SEED = 40_000  # the unselected samples in a card
CONTROL_SEED = 50_000  # the birds in which the requested colour is looked for
COPYING_SEED = 60_000  # the birds that are compared with the training photos
OBEDIENCE_SEEDS = range(70_000, 70_010)  # the scenes in which the requested objects are looked for
TEACHING_SEED = 80_000  # the pictures that a classifier learns from, and that classifier's own training

NOISE = {
    "choosing": CHOOSING_SEED,
    "timeline": TIMELINE_SEED,
    "scoring": SCORING_SEED,
    "sheet": SHEET_SEED,
    "control": CONTROL_SEED,
    "copying": COPYING_SEED,
    "obedience": OBEDIENCE_SEEDS[0],
    "teaching": TEACHING_SEED,
}
"""The seeds that noise is drawn from, by purpose."""

SPLIT_SEED = 0  # how real pictures are halved, and the weights of the untrained network that stands beside a checkpoint
WORDS_SEED = 7  # the paraphrases of "a red bird"
SHOWN_SEED = 50_000  # for which scenes an InfoGAN is told the objects; it draws no noise

ROWS = {"split": SPLIT_SEED, "words": WORDS_SEED, "shown": SHOWN_SEED}
"""The seeds that choose among rows and words, by purpose."""

VALIDATION = 2000  # pictures at the end of a train split that choose a checkpoint and are never learned from
