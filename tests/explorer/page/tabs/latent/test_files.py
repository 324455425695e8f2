"""A latent file holds what draws its picture again, and is refused by name if it cannot."""

from __future__ import annotations

import json
import re

import pytest

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.tabs.latent import files, session

NAME = "tiny-dcgan"


def test_what_is_added_behind_the_first_layers_travels_in_the_file_and_not_in_the_link(studio, reached, tmp_path):
    path = tmp_path / "latent.json"
    path.write_text(files.write(studio, NAME, reached["a"]))
    _, spec = files.read(studio, path)
    assert (spec["beyond"], spec["share"]) == (reached["a"]["beyond"], 0.75)
    found = session.decode(studio, links.unpack(links.pack("latent", session.carried(reached))))["a"]
    assert found["latent"] == reached["a"]["latent"] and "beyond" not in found and "psnr" not in found


def test_a_latent_file_holds_the_model_the_weights_and_the_numbers(studio, fitted, tmp_path):
    path = tmp_path / "latent.json"
    path.write_text(files.write(studio, NAME, fitted["a"]))
    model, spec = files.read(studio, path)
    assert (model, spec["latent"], spec["psnr"]) == (NAME, fitted["a"]["latent"], 17.25)
    assert json.loads(path.read_text())["revision"] == studio.catalogue.revision(NAME)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "latent file"),
        ("[1, 2]", "latent file"),
        ('{"latent": [1], "model": "nobody"}', "model in the latent file"),
        ('{"latent": [1], "model": "tiny-dcgan"}', "a list of 8 numbers"),
        ('{"latent": [0,0,0,0,0,0,0,NaN], "model": "tiny-dcgan"}', "latent, number 8"),
        ('{"latent": [0,0,0,0,0,0,0,true], "model": "tiny-dcgan"}', "latent, number 8"),
        ("[" * 100_000, "latent file"),
        ('{"latent": [0,0,0,0,0,0,0,0], "model": "tiny-dcgan", "beyond": 7}', "beyond in the latent file"),
        ('{"latent": [0,0,0,0,0,0,0,0], "model": "tiny-dcgan", "beyond": "AAA="}', "beyond in the latent file: got '1 numbers'"),
        ('{"latent": [0,0,0,0,0,0,0,0], "model": "tiny-dcgan", "beyond": "AAA=", "share": 2}', "share in the latent file"),
        (" " * 300_000, "at most"),
    ],
)
def test_another_file_is_refused_with_what_is_wrong(studio, tmp_path, content, message):
    path = tmp_path / "latent.json"
    path.write_text(content)
    with pytest.raises(FieldError, match=re.escape(message)):
        files.read(studio, path)
