"""judge-birds: a classifier of the colours of a bird and of its parts. Its features are used to measure generated birds, too.

It is trained from scratch, on real pictures of the train split only: without ImageNet weights and without generated pictures. It is also
trained to classify the species, so that its features describe more than colours. The 50 species of the test split are not in training.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.models import PictureJudge
from train import data
from train.command import command
from train.data.birds import HELD_OUT, Bird
from train.data.birds import records as bird_records
from train.metrics.forced_choice import ELEVEN, FOUR, PARTS, SIX, balanced, chosen, only_colour, shares
from train.parts.augment import shifted
from train.recipe import Recipe, warm_cosine

REPEATS = {"red": 4, "blue": 4, "green": 2, "orange": 2}


@dataclass(kw_only=True)
class BirdJudgeRecipe(Recipe):
    """A classifier trained with the cross-entropies of every part's colours and of the species."""

    held_out: data.Pictures
    test: data.Pictures

    def train_step(self, batch, backward):
        images = shifted(batch["images"], 6).contiguous(memory_format=torch.channels_last)
        logits = self.parts["network"](images)
        colours = torch.stack([-(batch[part] * logits[part].float().log_softmax(1)).sum(1).mean() for part in PARTS])
        species = F.cross_entropy(logits["species"].float(), batch["species"], label_smoothing=0.1)
        self.step("network", colours[0] + colours[1:].mean() + 0.5 * species, backward)
        return {"primary_loss": colours[0].detach(), "parts_loss": colours[1:].mean().detach(), "species_loss": species.detach()}

    def evaluate(self, model):
        """Balanced accuracies of forced choices between colours, on the unseen species and on held-out pictures of the training species.
        The latter choose the checkpoint (`error`)."""
        accuracies = {}
        for name, pictures in (("", self.test), ("held_out_", self.held_out)):
            parts: dict[str, list[Tensor]] = {}
            for batch in pictures.batches(250):
                for part, logits in model.judge(batch["images"]).items():
                    parts.setdefault(part, []).append(logits)
            for part, choices in (("primary", SIX), ("belly", FOUR), ("crown", FOUR)):
                truth = only_colour(pictures.labels[part], choices)
                if (truth < 0).all():
                    continue
                correct = chosen(torch.cat(parts[part]), choices) == truth
                accuracies[f"accuracy_{name}{part}_of_{len(choices)}"] = balanced(correct, truth)
                if part == "primary" and not name:
                    accuracies |= {
                        f"accuracy_{colour}": correct[truth == i].float().mean().item() for i, colour in enumerate(choices) if i in truth
                    }
        return accuracies | {"error": 1 - accuracies.get("accuracy_held_out_primary_of_6", 0.0)}


def _colour_labels(birds: list[Bird]) -> dict[str, Tensor]:
    return {part: shares(birds, part) for part in PARTS}


@command(
    "judge-birds",
    images=240_000,
    summary="A classifier that tells the colours of a bird and of its parts.",
    trained_on="8,412 photos of 150 bird species",
    data="birds",
    evaluate_every=24_000,
    story="Balanced accuracies of forced choices on 2,933 pictures of 50 unseen species, those left out whose annotator saw none of the "
    "choices on the part, or several; held_out on 443 pictures of the training species, which chose the moment; seed 0.",
)
def judge_birds(batch_size: int = 128, learning_rate: float = 2e-3, weight_decay: float = 0.05, limit: int | None = None) -> Recipe:
    """A classifier of the colours of a bird's parts.

    Args:
        batch_size: pictures per step.
        learning_rate: of AdamW.
        weight_decay: of AdamW.
        limit: use only this many pictures, for a quick try.
    """
    parts = {}
    for split in ("train", "test"):
        pictures, birds = data.load("birds", split, 64, limit=limit), bird_records.describe(split, limit)
        species = torch.unique(pictures.labels["label"], return_inverse=True)[1]
        parts[split] = pictures.labelled({**_colour_labels(birds), "species": species})
        if split == "train":
            numbers = torch.arange(len(birds))
            train_rows, held_out = numbers[numbers % HELD_OUT != 0], numbers[numbers % HELD_OUT == 0]
            colours = [bird.colours[0] if bird.colours else "" for bird in birds]
            rows = torch.tensor([row for row in train_rows.tolist() for _ in range(REPEATS.get(colours[row], 1))])
            count = int(species.max()) + 1
    model = PictureJudge({**{part: list(ELEVEN) for part in PARTS}, "species": count})
    return BirdJudgeRecipe(
        model=model,
        parts={"network": model},
        optimizers={"network": torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)},
        data=parts["train"].rows(rows),
        batch_size=batch_size,
        averaged=("network",),
        average_decay=0.995,
        metric="error",
        rates={"network": learning_rate},
        rate=warm_cosine(0.03, 0.01),
        held_out=parts["train"].rows(held_out),
        test=parts["test"],
    )
