"""From a folder to the Hub and back, with the real client over HTTP against a small server with the Hub's API."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import torch
from hub_server import TOKEN, Hub, running_hub
from huggingface_hub import constants
from tiny import tiny_dcgan

from explorer.folder import files
from explorer.hub import Entry, HubError, fetch, read_listing, write_entry
from explorer.models import DCGAN
from explorer.zoo import Zoo
from train.__main__ import COMMON, run
from train.hub import push
from train.recipes import discover

ROOT = Path(__file__).resolve().parents[2]
CARD = """---
model-index:
- name: dcgan-tiny
  results:
  - task: {type: unconditional-image-generation}
    dataset: {name: toy, type: toy}
    metrics:
    - {type: kid, value: 0.5}
---
# dcgan-tiny
"""


def picture(model) -> torch.Tensor:
    return model.generate(torch.ones(1, 8))


@pytest.fixture(autouse=True)
def client(monkeypatch, tmp_path) -> None:
    """The real client with a token and a cache of its own, as its environment variables would set it before it is imported."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # between the client's own tries
    for name, value in {"HF_HUB_OFFLINE": False, "HF_HUB_DISABLE_XET": True, "HF_HUB_CACHE": str(tmp_path / "cache")}.items():
        monkeypatch.setattr(constants, name, value)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as found:
        yield found


@pytest.fixture
def folder(tmp_path) -> Path:
    """checkpoints/dcgan-tiny, ready to be shared."""
    path = tmp_path / "checkpoints" / "dcgan-tiny"
    tiny_dcgan().save_pretrained(path)
    (path / "README.md").write_text(CARD)
    (path / "timeline").mkdir()
    (path / "timeline" / "000000000.webp").write_bytes(b"a picture")
    (path / "neighbours").mkdir()
    (path / "neighbours" / "birds.safetensors").write_bytes(b"features")
    (path / ".hidden").write_text("no")
    return path


@dataclass
class Loaded:
    """What a start of the app finds: the model, if it is usable, and what was refused."""

    model: DCGAN | None
    refused: dict[str, str]


def load(hub: Hub, folder: Path, monkeypatch) -> Loaded:
    """A zoo that asks this Hub."""
    monkeypatch.setattr("explorer.zoo.fetch", partial(fetch, endpoint=hub.url, cache=folder.parents[1] / "cache", pause=0.05))
    zoo = Zoo(folder.parent)
    return Loaded(zoo.load("dcgan-tiny") if "dcgan-tiny" in zoo.checkpoints else None, zoo.refused)


def away(folder: Path) -> None:
    """Take the local folder away, so that only hub.toml names the checkpoint."""
    folder.rename(folder.parents[1] / "away")


def test_a_pushed_checkpoint_comes_back_and_draws_the_same_picture(hub, folder, monkeypatch):
    before = picture(load(hub, folder, monkeypatch).model)
    entry = push(folder, "me", endpoint=hub.url)
    _, revision = hub.repos["me/dcgan-tiny"]
    files = hub.repos["me/dcgan-tiny"][revision]
    assert sorted(files) == [
        "README.md", "config.json", "model.safetensors", "neighbours/birds.safetensors", "timeline/000000000.webp",
    ]  # fmt: skip
    assert entry == Entry("dcgan-tiny", "me/dcgan-tiny", revision, hashlib.sha256(files["model.safetensors"]).hexdigest())
    assert read_listing(folder.parent / "hub.toml")[0] == [entry] and "me/dcgan-tiny" not in hub.private

    away(folder)
    weights = f"/me/dcgan-tiny/resolve/{revision}/model.safetensors"
    for offline in (False, False, True):
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)
        found = load(hub, folder, monkeypatch)
        assert torch.equal(picture(found.model), before) and found.refused == {}
        assert hub.requests.count(("GET", weights)) == 1  # downloaded once


def test_what_the_page_shows_of_a_checkpoint_comes_with_it(hub, folder, monkeypatch):
    (folder / "training.safetensors").write_bytes(b"only for --from")
    entry = push(folder, "me", endpoint=hub.url)
    fetched = fetch(entry, endpoint=hub.url, cache=folder.parents[1] / "cache")
    assert [path.relative_to(fetched).as_posix() for path in files(fetched)] == [
        "README.md", "config.json", "model.safetensors", "neighbours/birds.safetensors", "timeline/000000000.webp",
    ]  # fmt: skip


def test_a_pin_holds_when_the_repository_moves_on(hub, folder, monkeypatch):
    push(folder, "me", endpoint=hub.url)
    first = (folder.parent / "hub.toml").read_text()
    before = picture(load(hub, folder, monkeypatch).model)
    tiny_dcgan(seed=9).save_pretrained(folder)
    push(folder, "me", endpoint=hub.url)
    assert len(hub.repos["me/dcgan-tiny"]) == 3 and (folder.parent / "hub.toml").read_text() != first
    (folder.parent / "hub.toml").write_text(first)
    away(folder)
    assert torch.equal(picture(load(hub, folder, monkeypatch).model), before)


def test_a_private_repository_is_private_and_needs_the_token(hub, folder, monkeypatch):
    push(folder, "me", private=True, endpoint=hub.url)
    assert hub.private == {"me/dcgan-tiny"}
    away(folder)
    monkeypatch.setenv("HF_TOKEN", "hf_other")
    assert "does not exist, or may not be read without a token (401)" in load(hub, folder, monkeypatch).refused["dcgan-tiny"]
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert load(hub, folder, monkeypatch).refused == {}


def test_a_dry_run_asks_the_hub_nothing(hub, folder):
    assert push(folder, "me", dry_run=True, endpoint=hub.url) is None
    assert hub.requests == [] and not (folder.parent / "hub.toml").exists()
    assert [path.name for path in files(folder)] == ["README.md", "config.json", "model.safetensors", "birds.safetensors", "000000000.webp"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: (f / "README.md").write_text("# no metrics"), "has no metrics"),
        (lambda f: (f / "README.md").unlink(), "has no metrics"),
        (lambda f: (f / "model.safetensors").write_bytes(b"x"), "not a whole safetensors file"),
        (lambda f: (f / "extra.pt").write_bytes(b"x"), "extra.pt is pickled"),
        (lambda f: (f / "config.json").unlink(), "there is no config.json"),
    ],
)
def test_a_folder_that_must_not_go_up_is_refused_before_the_hub_is_asked(hub, folder, change, message):
    change(folder)
    with pytest.raises(ValueError, match=message):
        push(folder, "me", endpoint=hub.url)
    assert hub.requests == []


def test_a_wrong_token_is_told_what_to_do(hub, folder, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(HubError, match="answers 401; log in"):
        push(folder, "me", endpoint=hub.url)


def test_tampered_weights_are_not_loaded(hub, folder, monkeypatch):
    push(folder, "me", endpoint=hub.url)
    away(folder)
    hub.trouble.tampered = True
    found = load(hub, folder, monkeypatch)
    assert found.model is None and re.search("has the SHA-256 .* it is not loaded", found.refused["dcgan-tiny"])


def test_what_is_not_there_is_named(hub, folder, monkeypatch):
    listing = folder.parent / "hub.toml"
    pinned = push(folder, "me", endpoint=hub.url)
    away(folder)
    write_entry(listing, Entry("gone", "me/gone", "a" * 40, "b" * 64))
    write_entry(listing, Entry("dcgan-tiny", pinned.repo, "c" * 40, pinned.sha256))
    refused = load(hub, folder, monkeypatch).refused
    assert "me/gone on the Hub does not exist, or may not be read without a token (404)" in refused["gone"]
    assert f"has no revision {'c' * 40}" in refused["dcgan-tiny"]


def test_too_many_requests_are_waited_for(hub, folder, monkeypatch):
    push(folder, "me", endpoint=hub.url)
    away(folder)
    hub.trouble.limited = 2
    assert load(hub, folder, monkeypatch).refused == {} and hub.trouble.limited == 0


def test_a_connection_cut_in_the_middle_of_the_weights_is_taken_up_again(hub, folder, monkeypatch):
    before = picture(load(hub, folder, monkeypatch).model)
    push(folder, "me", endpoint=hub.url)
    away(folder)
    hub.trouble.cut = 2
    found = load(hub, folder, monkeypatch)
    assert found.refused == {} and torch.equal(picture(found.model), before) and hub.trouble.cut == 0


def test_offline_nothing_is_asked_and_the_reason_says_what_to_do(hub, folder, monkeypatch):
    push(folder, "me", endpoint=hub.url)
    away(folder)
    hub.requests.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "start it once online, with HF_HUB_OFFLINE=0" in load(hub, folder, monkeypatch).refused["dcgan-tiny"]
    assert hub.requests == []


def test_a_hub_that_is_down_is_said_so_and_the_folders_work_on(hub, folder, monkeypatch):
    write_entry(folder.parent / "hub.toml", Entry("far", "me/far", "a" * 40, "b" * 64))
    monkeypatch.setattr("explorer.zoo.fetch", partial(fetch, endpoint="http://127.0.0.1:9", cache=folder / "cache", pause=0.01))
    zoo = Zoo(folder.parent)
    assert "could not be reached" in zoo.refused["far"] and "dcgan-tiny" in zoo.checkpoints


def test_the_command_pushes_and_says_what_it_pinned(hub, folder):
    """The one test that starts the command as a user does."""
    variables = {"HF_ENDPOINT": hub.url, "HF_HOME": str(folder.parents[1]), "HF_HUB_DISABLE_XET": "1", "HF_HUB_OFFLINE": "0"}
    command = [sys.executable, "-m", "train", "push", "dcgan-tiny", "--namespace", "me", "--checkpoints", str(folder.parent)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"me/dcgan-tiny at {list(hub.repos['me/dcgan-tiny'])[-1]}" in done.stdout


def test_push_to_hub_needs_a_folder_to_ship_into(tmp_path):
    options = {key: default for key, (_, default, _) in COMMON.items()} | {"push_to_hub": "me", "runs": tmp_path}
    with pytest.raises(ValueError, match="--push-to-hub needs --ship"):
        run(discover()["gan32-carrot-cake"], {}, **options)
