"""A new tab is a folder and its name: the API answers for it, its link and the code to copy work, and no other file is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import growing
import pytest
from gradio_client import Client
from PIL import Image
from serving import Server, start, stop
from tiny import tiny_dcgan

LINES = 150  # that a small tab takes, at most, a quarter of them docstrings and imports
STATE = {"model": "tiny-dcgan", "seed": 7, "length": 0.5}
SEES = f"""
from types import SimpleNamespace
from explorer.page import page
from explorer.page.tabs import TABS
demo = page(TABS)
print([tab.slug for tab in demo.tabs])
from explorer.page.tabs.toy import layout, session, snippets
import gradio as gr
with gr.Blocks():
    events = layout.build(demo.studio)
query = events.link({STATE})
arrival = SimpleNamespace(_data={{"query": query}})
(update,) = events.arrive(None, arrival)
print(update[events.ui.state] == {STATE}, update[events.ui.controls["length"]])
open("client.py", "w").write(snippets.client({STATE}))
exec(snippets.package({STATE}))
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A copy of the page with the toy tab, and one tiny model."""
    root = growing.copied(tmp_path_factory.mktemp("tab") / "copy", "explorer", "train")
    growing.add(root, *growing.TAB)
    growing.name_tabs(root, "toy")
    tiny_dcgan().save_pretrained(root / "checkpoints" / "tiny-dcgan")
    return root


@pytest.fixture(scope="module")
def server(root) -> Iterator[Server]:
    running = start(root / "app.log", root)
    yield running
    stop(running)


def test_a_tab_takes_few_lines():
    files = (growing.TOYS / growing.TAB[0]).glob("*.py")
    assert sum(bool(line.strip()) for path in files for line in path.read_text().splitlines()) <= LINES


def test_the_api_answers_and_the_code_to_copy_draws_the_same(root, server):
    told = growing.python(root, "-c", SEES)
    assert told.splitlines() == ["['sample', 'latent', 'toy']", "True 0.5"]

    client = Client(server.url, verbose=False)
    (file,), details = client.predict(*STATE.values(), api_name="/toy")
    assert {key: details[key] for key in STATE} == STATE and Image.open(file).size == (64, 64)

    names: dict = {}
    exec((root / "client.py").read_text().replace("ADDRESS", server.url), names)
    (copied,) = names["pictures"]
    pictures = [Image.open(path).convert("RGB").tobytes() for path in (file, copied, root / "toy.png")]
    assert pictures[0] == pictures[1] == pictures[2]


def test_a_value_that_cannot_be_used_is_named(server):
    client = Client(server.url, verbose=False)
    with pytest.raises(Exception, match="length: got 3"):
        client.predict("tiny-dcgan", 7, 3.0, api_name="/toy")


def test_the_import_rules_hold_with_the_tab(root):
    growing.python(root, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
