"""README.md names every checkpoint, and its Python code runs as it stands, with tiny models in the place of the shipped ones."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import gradio_client
import pytest
from PIL import Image
from tiny import tiny_dcgan, tiny_ddpm, tiny_vqvae
from torch import nn

from explorer.models import Generates, Model
from explorer.zoo import Zoo
from train.command import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"^ *```python\n(.*?)^ *```", (ROOT / "README.md").read_text(), re.M | re.S)]


def test_the_readme_names_every_checkpoint():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in Zoo().checkpoints if f"(checkpoints/{name}/README.md)" not in text] == []


class Server:
    """In the place of a running app: it takes the arguments that /sample takes."""

    def __init__(self, address: str):
        assert address.startswith("http://127.0.0.1")

    def predict(self, model: str, seed: int, count: int, api_name: str):
        assert (model, api_name) == ("dcgan-carrot-cake", "/sample")
        return ["picture.png"] * count, {"seeds": list(range(seed, seed + count))}


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """A folder with the pictures that the code reads, where it finds tiny checkpoints under the names of the shipped ones."""
    tiny_dcgan().save_pretrained(tmp_path / "checkpoints" / "dcgan-carrot-cake")
    tiny_vqvae(classes=tuple("0123456789")).save_pretrained(tmp_path / "checkpoints" / "vqvae-mnist-nll")
    tiny_ddpm(classes=tuple("0123456789")).save_pretrained(tmp_path / "checkpoints" / "ddpm-mnist")
    digits = Image.open(ROOT / "explorer" / "pictures" / "digits.png")
    digits.crop((196, 0, 224, 28)).save(tmp_path / "seven.png")
    Image.open(ROOT / "explorer" / "pictures" / "coffee.jpg").save(tmp_path / "photo.jpg")
    monkeypatch.setattr(Zoo.__init__, "__defaults__", (tmp_path / "checkpoints",))
    monkeypatch.setattr(gradio_client, "Client", Server)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_blocks_from_python_run_one_after_the_other(place):
    names: dict = {}
    for block in BLOCKS[:4]:
        exec(block, names)
    assert {"morph.gif", "seven.png"} <= {path.name for path in place.iterdir()}
    assert Image.open("morph.gif").n_frames == 16 and len(names["pictures"]) == 4
    assert names["picture"].shape == (1, 1, 28, 28)


def test_the_model_and_the_recipe_of_the_three_files_can_be_written_so(monkeypatch):
    model, recipe = BLOCKS[4:]
    names: dict = {"Model": Model, "nn": nn}
    exec(model, names)
    tiny = names["Tiny"]().eval()
    assert isinstance(tiny, Generates)
    monkeypatch.delitem(COMMANDS, "tiny-carrot-cake", raising=False)
    try:
        exec(recipe, {"__name__": "train.recipes.mine"})
        assert COMMANDS["tiny-carrot-cake"].card["data"] == "carrot-cake"
    finally:
        COMMANDS.pop("tiny-carrot-cake", None)
