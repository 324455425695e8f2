"""A new model is a family, a recipe and what training writes: the page lists and draws it, and no other file is touched."""

from __future__ import annotations

import growing
from gradio_client import Client
from PIL import Image
from serving import start, stop

NAME = "toy-stickers"


def test_a_model_of_three_files_is_trained_listed_and_drawn(tmp_path):
    root = growing.copied(tmp_path / "copy", "explorer", "train")
    growing.add(root, *growing.MODEL)
    growing.name(
        root, "explorer/models/__init__.py", ("from .text import", "from .toy import ToyGAN\nfrom .text import"),
        ("FAMILIES = (", "FAMILIES = (ToyGAN, "),
    )  # fmt: skip
    run = ("--threads", "1", "--runs", str(tmp_path / "runs"), "--ship", "checkpoints")
    growing.python(root, "-m", "train", NAME, *run, HF_DATASETS_CACHE=str(tmp_path / "cache"))
    written = {path.name for path in (root / "checkpoints" / NAME).iterdir()}
    assert {"config.json", "model.safetensors", "README.md", "history.jsonl", "run.json"} <= written

    server = start(tmp_path / "app.log", root)
    try:
        client = Client(server.url, verbose=False)
        (model,) = client.predict(api_name="/models")
        assert (model["name"], model["can"], model["latent_size"]) == (NAME, ["generate"], 16)
        assert model["summary"] == "A linear generator."
        (file,), _ = client.predict(model=NAME, seed=3, api_name="/sample")
        assert Image.open(file).size == (32, 32)
        rows = client.predict(model=NAME, api_name="/history")
        assert rows[-1]["images"] == 160 and rows[-1]["loss"] < 0.5
    finally:
        stop(server)
