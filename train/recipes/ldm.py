"""ldm-birds: the second half of latent diffusion (report 002, question 2.3), a diffusion model of autoencoder-birds' latents that is told a
sentence.

Every photo and its mirror image are encoded once, before the run. v-prediction on a cosine schedule; the squared error is weighted by
min(SNR, 5) / (SNR + 1) (Hang et al. 2023, "Efficient Diffusion Training via Min-SNR Weighting Strategy", section 3.4 for v). One sentence
in ten is left out, for classifier-free guidance.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm.auto import tqdm

from explorer import diffusion
from explorer.models import LDM, Autoencoder, BirdText
from explorer.models.base import WEIGHTS
from explorer.zoo import Zoo, inspect
from train import data, metrics
from train.command import command
from train.data.birds import records as bird_records
from train.data.birds.sentences import written
from train.metrics.seeds import CHOOSING_SEED, TIMELINE_SEED
from train.recipe import Recipe, warm_cosine

EVERY = 20  # one picture of twenty is held out
UNTOLD = 0.1  # share of the training pictures without a sentence
STRONGEST = 5.0  # the signal-to-noise ratio from which on the weight of the loss no longer rises
SETTINGS = {"steps": 12, "guidance": 2.0}
SHOWN = ("a red bird", "a blue bird with a white belly", "a yellow bird with black wings", "a small brown bird")
BATCH = 16
NEIGHBOURS = 3  # of precision and recall


@dataclass(kw_only=True)
class LDMRecipe(Recipe):
    """The weighted squared error of the network's output.

    Attributes:
        sentences: vectors of the sentences of every picture, (pictures, sentences, text_size), float16.
        held_out: pictures that are not trained on, and the first sentence of each.
        encoder: of sentences.
    """

    feature_network = "judge-pictures"
    judged = 200
    model: LDM
    sentences: Tensor
    held_out: tuple[data.Pictures, Tensor]
    encoder: BirdText

    def train_step(self, batch, backward):
        count, device = len(batch["latent"]), batch["latent"].device
        mirrored = torch.randint(2, (count,), device=device)
        x0 = batch["latent"].float()[torch.arange(count, device=device), mirrored]
        rows = batch["row"].cpu()
        text = self.sentences[rows, torch.randint(self.sentences.shape[1], rows.shape)].float().to(device)
        text = text * (torch.rand(count, 1, device=device) >= UNTOLD)
        fractions = (torch.arange(count, device=device) + torch.rand(count, device=device)) / count
        t = (fractions * self.model.timesteps).long().clamp_max(self.model.timesteps - 1) + 1
        noise, (picture, level) = torch.randn_like(x0), self.model.levels(t)
        output = self.parts["unet"](picture * x0 + level * noise, t - 1, self.model.conditions(text))
        errors = (output.float() - self.model.target(x0, noise, t)).square().mean((1, 2, 3))
        loss = (errors * weights(self.model.alpha_bar[t])).mean()
        self.step("unet", loss, backward, longest=1.0)
        return {"loss": loss.detach(), "error": errors.mean().detach()}

    @property
    def measured(self) -> str:
        return f"features of {self.feature_network}, n = {min(self.judged, len(self.held_out[0])):,}, held-out training pictures"

    @torch.no_grad()
    def drawn(self, model: LDM, text: Tensor, seed: int) -> Tensor:
        """Pictures of sentences' vectors (count, text_size)."""
        parts = enumerate(text.split(BATCH))
        return torch.cat([diffusion.sample(model, part, seed=seed + BATCH * i, **SETTINGS) for i, part in parts])

    @cached_property
    def _real(self) -> tuple[Tensor, Tensor]:
        """The sentences of the held-out pictures and the pictures' features."""
        pictures, text = self.held_out
        count = min(self.judged, len(pictures))
        judge = Zoo().load(self.feature_network)
        images = (pictures.batch(rows)["images"] for rows in torch.arange(count).split(BATCH))
        return text[:count], metrics.embed(judge.embed, images)

    def evaluate(self, model: LDM) -> dict[str, float]:
        """KID, precision and recall in the features of judge-pictures: one picture of a sentence of each held-out picture. {} for
        fewer pictures than these measures need."""
        if self.feature_network not in Zoo().checkpoints or len(self.held_out[0]) <= NEIGHBOURS:
            return {}
        text, real = self._real
        features = metrics.embed(Zoo().load(self.feature_network).embed, self.drawn(model.cpu(), text, CHOOSING_SEED).split(BATCH))
        precision, recall = metrics.precision_recall(real, features)
        return {"kid": metrics.kernel_distance(real, features)[0], "precision": precision, "recall": recall}

    @torch.no_grad()
    def preview(self, model: LDM) -> Tensor:
        """Four pictures of each sentence of `SHOWN`, a column for each."""
        text = self.encoder.cpu().understand(SHOWN).repeat(4, 1)
        pictures = self.drawn(model.cpu(), text, TIMELINE_SEED)
        return torch.nn.functional.interpolate(pictures, (128, 128), mode="area")


def weights(alpha_bar: Tensor) -> Tensor:
    """The weight of the squared error of v at each alpha_bar, (batch,): min(SNR, 5) / (SNR + 1)."""
    snr = alpha_bar / (1 - alpha_bar)
    return (snr.clamp(max=STRONGEST) / (snr + 1)).float()


@torch.no_grad()
def encoded(autoencoder: Autoencoder, pictures: data.Pictures) -> Tensor:
    """The latents of all pictures and of their mirror images, (count, 2, *shape), float16."""
    found = []
    for batch in tqdm(pictures.batches(BATCH), total=-(-len(pictures) // BATCH), unit="batch", desc="encoding"):
        images = batch["images"]
        found.append(torch.stack([autoencoder.compress(images), autoencoder.compress(images.flip(3))], 1).half())
    return torch.cat(found)


def encoded_once(autoencoder: Autoencoder, pictures: data.Pictures, folder: Path, label: str) -> Tensor:
    """`encoded`, kept in a file of the folder. `label` identifies the autoencoder's weights and the pictures."""
    path = folder / f"{hashlib.sha256(label.encode()).hexdigest()[:32]}.safetensors"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        save_file({"latents": encoded(autoencoder, pictures)}, part)
        part.replace(path)
    return load_file(path)["latents"]


def _loaded(folder: str, trained_by: str) -> torch.nn.Module:
    if not Path(folder).is_dir():
        raise ValueError(f"there is nothing in {folder}: train it with `python -m train {trained_by}`, or name its folder")
    checkpoint = inspect(Path(folder))
    return checkpoint.model_class.from_pretrained(checkpoint.folder, **checkpoint.config).requires_grad_(False).eval()


@command(
    "ldm-birds",
    images=4_000_000,
    evaluate_every=100_000,
    summary="A sentence becomes a bird by diffusion in the latents of an autoencoder.",
    trained_on="8,412 photos of 150 bird species, and sentences written from their attributes",
    subject="birds",
    data="birds",
)
def ldm_birds(
    autoencoder: str = "runs/autoencoder-birds/best",
    text: str = "checkpoints/text-birds",
    folder: Path = Path("runs/bird-latents"),
    width: int = 96,
    said: int = 8,
    batch_size: int = 64,
    rate: float = 4e-4,
    limit: int | None = None,
) -> Recipe:
    """Latent diffusion of birds, told a sentence.

    Args:
        autoencoder: the folder of the trained autoencoder.
        text: the folder of the text encoder.
        folder: where the latents of the pictures are kept.
        width: maps of the U-Net at the latent's size; twice as many at half of it.
        said: number of generated sentences that match a picture.
        batch_size: latents per step.
        rate: learning rate of AdamW, which rises during the first fiftieth of the run and falls along a cosine.
        limit: use only this many pictures, for a quick try.
    """
    halves, encoder = _loaded(autoencoder, "autoencoder-birds"), _loaded(text, "text-birds")
    model = LDM(encoder.text_size, (width, 2 * width), autoencoder=halves._hub_mixin_config)
    model.autoencoder.load_state_dict(halves.state_dict())
    model.autoencoder.requires_grad_(False)
    birds, gist = bird_records.describe("train", limit), bird_records.sentences("train", "captions_gist", limit)
    sentences, _ = written(encoder, birds, gist, said, 1)
    pictures = data.load("birds", "train", model.image_size, limit=limit)
    revision = hashlib.sha256((Path(autoencoder) / WEIGHTS).read_bytes()).hexdigest()
    latents = encoded_once(halves, pictures, folder, f"{revision} {len(pictures)}")
    model.normalise_with(latents.flatten(0, 1), sentences.flatten(0, 1))
    x0 = torch.stack([model.scaled(side.float()).half() for side in latents.unbind(1)], 1)
    rows = torch.arange(len(pictures))
    trained, held_out = rows[rows % EVERY > 0], rows[rows % EVERY == 0]
    blank = data.InMemory(torch.zeros(len(trained), 1, 1, 1, dtype=torch.uint8))  # a step needs latents, and no pixels
    return LDMRecipe(
        model=model,
        parts={"unet": model.unet},
        optimizers={"unet": torch.optim.AdamW(model.unet.parameters(), rate, (0.9, 0.99), weight_decay=0.01)},
        data=data.Pictures(blank, {"latent": x0[trained], "row": trained}),
        batch_size=batch_size,
        averaged=("unet",),
        average_decay=0.9995,
        metric="kid",
        rates={"unet": rate},
        rate=warm_cosine(0.02, 0.02),
        sentences=sentences,
        held_out=(pictures.rows(held_out), sentences[held_out, 0].float()),
        encoder=encoder,
    )
