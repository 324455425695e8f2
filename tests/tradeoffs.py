"""Small digit models of several families, with a tradeoff.json of round figures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tiny import seeded, tiny_ddpm, tiny_vqvae

from explorer import tradeoff
from explorer.models import GAN28, VAE, Flow, Model, OneStep

DIGITS = tuple("0123456789")


def models() -> dict[str, Model]:
    """One model of each family, by the name of its checkpoint."""
    teacher = tiny_ddpm(classes=DIGITS)
    student = seeded(lambda: OneStep(**teacher._hub_mixin_config))
    return {
        "gan-mnist": seeded(lambda: GAN28(latent_size=8, width=4, discriminator_width=4)),
        "vae-mnist": seeded(lambda: VAE(latent_size=4, width=4)),
        "flow-mnist": seeded(lambda: Flow(width=4, steps=(2, 2))),
        "vqvae-mnist-mse": tiny_vqvae(classes=DIGITS),
        "ddpm-mnist": teacher,
        "ddpm-mnist-distilled": student,
    }


def store(folder: Path, kind: type[Model], fd: float, revision: str | None = None) -> None:
    """Write tradeoff.json with two seeds of every position. The n-th has the Fréchet distance `fd` + n, and takes (n + 1) * `fd` ms."""
    rows, times = [], []
    for number, position in enumerate(tradeoff.family_of(kind).positions):
        at = {"dial": position.dial, "value": tradeoff.stored_value(position.value)}
        for seed, shift in ((1, -0.5), (2, 0.5)):
            rows.append({**at, "seed": seed, "fd": fd + number + shift, "precision": 0.8, "recall": 0.6, "accuracy": 0.95, "styles": 90})
        times.append({**at, "milliseconds": (number + 1) * fd})
    stored = {"n": 10_000, "split": "test", "features": "judge-mnist", "hardware": "a processor", "rows": rows, "times": times}
    weights = folder / "model.safetensors"
    stored["revision"] = revision or (hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "")
    stored["floor"] = {"fd": 1.2, "precision": 0.8, "recall": 0.8, "styles": 100}
    (folder / tradeoff.TRADEOFF).write_text(json.dumps(stored))


def save(root: Path, names: list[str] | None = None) -> None:
    """Write the checkpoints into a folder."""
    for place, (name, model) in enumerate(models().items()):
        if names is None or name in names:
            model.save_pretrained(root / name)
            store(root / name, type(model), 2.0 * (place + 1))
