"""Every example runs from its first line to its last, with tiny models, and leaves the pictures that it names."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from PIL import Image
from tiny import tiny_dcgan, tiny_ddpm, tiny_stackgan, tiny_text, tiny_vqvae

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
PICTURES = {"fit": "coffee.jpg", "codes": "digits.png"}


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """A folder of tiny checkpoints under the names of those that the examples load."""
    root = tmp_path_factory.mktemp("checkpoints")
    tiny_dcgan().save_pretrained(root / "dcgan-carrot-cake")
    tiny_vqvae().save_pretrained(root / "vqvae-mnist-nll")
    tiny_ddpm().save_pretrained(root / "ddpm-mnist")
    tiny_stackgan(sizes=(64, 128)).save_pretrained(root / "stackgan-birds")
    tiny_text().save_pretrained(root / "text-birds")
    return root


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_leaves_its_pictures(path, models, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(models))
    picture = PICTURES.get(path.stem)
    monkeypatch.setattr("sys.argv", [path.name, *([str(ROOT / "explorer" / "pictures" / picture)] if picture else [])])
    runpy.run_path(str(path), run_name="__main__")
    written = re.search(r"it writes (.*?)\.\s", path.read_text(), re.DOTALL).group(1).split(" and ")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(written)
    for name in written:
        Image.open(tmp_path / name).verify()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_fits_on_a_screen_and_names_its_processor(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 40 and "one core of an Intel Xeon" in text
