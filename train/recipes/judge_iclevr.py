"""judge-iclevr: a multi-label classifier of the 24 objects that a picture may show.

It is the residual network of judge-pictures (He et al. 2016), trained on real pictures only. A scene has three pictures, each with one
object more than the one before, so all pictures of a scene are in the same split.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.judges import object_score, whole_sets
from explorer.models import PictureJudge
from train import data
from train.command import command
from train.data.iclevr import OBJECTS
from train.parts.augment import shifted
from train.recipe import Recipe, warm_cosine

VALIDATION = 300  # pictures of the last scenes of the train split, which choose the checkpoint


@dataclass(kw_only=True)
class ObjectJudgeRecipe(Recipe):
    """A classifier trained with the binary cross-entropy of every object."""

    validation: data.Pictures
    test: data.Pictures

    def train_step(self, batch, backward):
        images = shifted(batch["images"], 4).contiguous(memory_format=torch.channels_last)
        logits = self.parts["network"](images)["objects"].float()
        loss = F.binary_cross_entropy_with_logits(logits, batch["objects"])
        self.step("network", loss, backward)
        return {"loss": loss.detach(), "train_whole_sets": whole_sets(logits, batch["objects"]).float().mean()}

    def evaluate(self, model):
        """The score and the share of exact sets on the test pictures; and `error`, 1 minus the mean of both on the validation pictures, by
        which the checkpoint is chosen."""
        model = model.cpu()
        logits, labels = self._predictions(model, self.validation)
        error = 1 - (object_score(logits, labels) + whole_sets(logits, labels).float().mean().item()) / 2
        logits, labels = self._predictions(model, self.test)
        exact = whole_sets(logits, labels).float().mean().item()
        return {"accuracy_score": object_score(logits, labels), "accuracy_exact_set": exact, "error": error}

    def _predictions(self, model: PictureJudge, pictures: data.Pictures) -> tuple[Tensor, Tensor]:
        """Logits and labels of all pictures, (count, 24) each."""
        with torch.no_grad():
            return torch.cat([model.judge(batch["images"])["objects"] for batch in pictures.batches(250)]), pictures.labels["objects"]


@command(
    "judge-iclevr",
    images=320_000,
    summary="A classifier that finds coloured cubes, spheres and cylinders.",
    trained_on="5,303 rendered scenes of i-CLEVR, three frames each",
    data="iclevr",
    evaluate_every=40_000,
    story="100 more scenes of the train split chose the moment. Score: objects found among as many likeliest ones as there are. Exact set: "
    "the objects above one half are the picture's. Both on the 1,800 pictures of 600 scenes that it never saw; seed 0.",
)
def judge_iclevr(batch_size: int = 64, learning_rate: float = 2e-3, weight_decay: float = 0.02, limit: int | None = None) -> Recipe:
    """A classifier of the objects in a picture of 64 pixels.

    Args:
        batch_size: pictures per step.
        learning_rate: of AdamW.
        weight_decay: of AdamW.
        limit: use only this many pictures, for a quick try.
    """
    model = PictureJudge({"objects": list(OBJECTS)})
    pictures = data.load("iclevr", "train", model.image_size, limit=limit)
    train_count = len(pictures) - min(VALIDATION, len(pictures) // 12 * 3)
    return ObjectJudgeRecipe(
        model=model,
        parts={"network": model},
        optimizers={"network": torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)},
        data=pictures.rows(torch.arange(train_count)),
        batch_size=batch_size,
        averaged=("network",),
        average_decay=0.995,
        metric="error",
        rates={"network": learning_rate},
        rate=warm_cosine(0.03, 0.01),
        validation=pictures.rows(torch.arange(train_count, len(pictures))),
        test=data.load("iclevr", "test", model.image_size, limit=limit),
    )
