"""What can be wrong with a checkpoint folder, as lists that one can read: with any of its files, and with each value in them.

`zoo_of_tiny_models` writes a folder of small models of every kind under the names that the tabs open with, and a second one of each kind.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import yaml
from PIL import Image
from safetensors.torch import load_file, save_file
from tiny import save_with_card, tiny_cgan, tiny_dcgan, tiny_ddpm, tiny_encoder, tiny_judge, tiny_stackgan, tiny_text, tiny_vqvae

from explorer.codes import COLUMNS, TILE
from explorer.models.base import CONFIG, WEIGHTS
from explorer.neighbours import Neighbours

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script>404: Not Found</body></html>"
BIRDS, SCENES, CAKES, CODES, DIGITS = "stackgan-birds", "cgan-iclevr", "dcgan-carrot-cake", "vqvae-mnist-mse", "ddpm-mnist"
JUDGE, READER, ENCODER = "judge-mnist", "text-birds", "encoder-carrot-cake"
SPARE = {BIRDS: "stackgan-other", SCENES: "cgan-other", CAKES: "dcgan-other", CODES: "vqvae-mnist-nll", DIGITS: "ddpm-other"}


def zoo_of_tiny_models(root: Path) -> Path:
    """Write the folders of all models, each with every file that the page reads."""
    builders: dict[str, Callable[[int], Any]] = {
        BIRDS: lambda seed: tiny_stackgan(seed, sizes=(64,)), SCENES: tiny_cgan, CAKES: tiny_dcgan, CODES: tiny_vqvae, DIGITS: tiny_ddpm,
    }  # fmt: skip
    data = {BIRDS: "birds", SCENES: "iclevr", CAKES: "carrot-cake", CODES: "mnist", DIGITS: "mnist"}
    for name, build in builders.items():
        for seed, folder in enumerate((name, SPARE[name])):
            twin = {CODES: SPARE[CODES], SPARE[CODES]: CODES}.get(folder, "")
            save_with_card(build(seed), root / folder, data=data[name], summary="Small.", good_seeds=[3, 5, 7], twin=twin)
    save_with_card(tiny_text(), root / READER, data="birds")
    save_with_card(tiny_judge(), root / JUDGE, data="mnist")
    save_with_card(tiny_encoder(CAKES), root / ENCODER, data="carrot-cake")
    for folder in root.iterdir():
        rows = [{"step": step, "images": 32 * step, "seconds": 1.5 * step, "loss": 1 / (1 + step), "kid": 2.0 - step} for step in range(4)]
        folder.joinpath("history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        folder.joinpath("run.json").write_text('{"data": "mnist"}', encoding="utf-8")
        (folder / "timeline").mkdir()
        Image.new("RGB", (64, 64), "teal").save(folder / "timeline" / "000000064.webp")
    (root / CODES / "codebook.json").write_text(json.dumps({"counts": [3] * 16}), encoding="utf-8")
    Image.new("L", (COLUMNS * TILE, TILE), 90).save(root / CODES / "codebook.png")
    judge = tiny_judge()
    seen = judge.embed(torch.zeros(1, 1, 28, 28)).shape[1]
    Neighbours(
        JUDGE, "mnist", "train", torch.zeros(seen), torch.eye(seen), torch.ones(5, seen), torch.arange(5), torch.zeros(5).long(), ("zero",),
        2.0, 1.0, 0.9,
    ).save(root / JUDGE)  # fmt: skip
    return root


def pipe(path: Path) -> None:
    """A named pipe that nobody writes to: whoever opens it the usual way waits for ever."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def folder_instead(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def loop(path: Path) -> None:
    """A link to itself."""
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)


ANY_FILE: dict[str, Callable[[Path], object]] = {  # what can stand in the place of any file
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "a named pipe": pipe,
    "a folder": folder_instead,
    "a link to itself": loop,
    "a device without end": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    "a web page": lambda path: path.write_bytes(HTML),
    "a pointer of Git LFS": lambda path: path.write_bytes(POINTER),
    "noise": lambda path: path.write_bytes(bytes(range(256)) * 8),
    "cut in the middle": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
}
FILES = {  # of the folder of a model, and whether the model is refused without them
    CONFIG: (CODES, True), WEIGHTS: (CODES, True), "README.md": (CODES, False), "history.jsonl": (CODES, False), "run.json": (CODES, False),
    "timeline/000000064.webp": (CODES, False), "codebook.json": (CODES, False), "codebook.png": (CODES, False),
    "neighbours/mnist.safetensors": (JUDGE, False),
}  # fmt: skip
NO_DEFECT = {  # what is as good as no such file, or is what nobody reads
    ("README.md", "missing"), ("README.md", "empty"), ("README.md", "a web page"), ("README.md", "cut in the middle"),
    ("history.jsonl", "missing"), ("history.jsonl", "empty"), ("timeline/000000064.webp", "missing"),
    ("timeline/000000064.webp", "cut in the middle"), ("neighbours/mnist.safetensors", "missing"),
}  # fmt: skip
REFUSED_CARDS = {"a named pipe", "a folder", "a link to itself", "a device without end", "a pointer of Git LFS", "noise"}

VALUES: dict[str, Any] = {  # what can stand in the place of any value
    "null": None, "a text": "many", "HTML": "<img src=x onerror=alert(1)>", "true": True, "NaN": float("nan"), "infinity": float("inf"),
    "-1": -1, "0": 0, "2^40": 2**40, "10^400": 10**400, "1.5": 1.5, "an empty list": [], "a list of texts": ["a", "b"],
    "a list of NaN": [float("nan")] * 2, "a negative list": [-1, -2], "a list of lists": [[1, 2]], "an object": {"a": 1},
    "a long text": "x" * 100_000,
}  # fmt: skip
CARD_KEYS = (
    "summary", "weakness", "trained_on", "subject", "data", "twin", "headline", "good_seeds", "frechet", "held_out_psnr",
    "held_out_psnr_extended",
)  # fmt: skip
HISTORY_KEYS = ("step", "images", "seconds", "loss", "kid")


def configure(folder: Path, key: str, value: Any) -> None:
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    (folder / CONFIG).write_text(json.dumps({**config, key: value}), encoding="utf-8")


def tell(folder: Path, key: str, value: Any) -> None:
    """Change a key of the card."""
    (folder / "README.md").write_text(f"---\n{yaml.safe_dump({'explorer': {key: value}})}---\n", encoding="utf-8")


def log(folder: Path, key: str, value: Any) -> None:
    """Change a value in the second row of the history."""
    rows = [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[1][key] = value
    (folder / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def spoil(folder: Path, value: float = float("nan"), every: bool = False) -> None:
    """Write a number into the weights: into the first of each kind of tensor, or everywhere."""
    weights = load_file(folder / WEIGHTS)
    for name, tensor in weights.items():
        if tensor.is_floating_point() and (every or "running" not in name):
            tensor.view(-1)[: None if every else 1] = value
    save_file(weights, folder / WEIGHTS)
