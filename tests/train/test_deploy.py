"""From the project to a Space, with the real client over HTTP against a small server with the Hub's API."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import growing
import pytest
import torch
from hub_server import TOKEN, Hub, running_hub
from huggingface_hub import constants
from serving import Server, start, stop
from tiny import tiny_dcgan
from typer.testing import CliRunner

from explorer.hub import LISTING, Entry, HubError, write_entry
from explorer.models import DCGAN
from train import deploy as module
from train.__main__ import app
from train.deploy import CPU_WHEELS, deploy, roll_back, uploaded, variables_of

SPACE = "me/demo"
README = "---\ntitle: Demo\nsdk: gradio\nmodels: []\n---\n\n# Demo\n"


@pytest.fixture(autouse=True)
def client(monkeypatch, tmp_path) -> None:
    """The real client with a token and a cache of its own."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr(module, "EVERY", 0.01)
    for name, value in {"HF_HUB_OFFLINE": False, "HF_HUB_DISABLE_XET": True, "HF_HUB_CACHE": str(tmp_path / "cache")}.items():
        monkeypatch.setattr(constants, name, value)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as found:
        yield found


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A copy of the project with one small model, and with files that do not belong on a Space."""
    root = growing.copied(tmp_path_factory.mktemp("project") / "copy", "explorer")
    visible(3e5).save_pretrained(root / "checkpoints" / "tiny-dcgan")
    (root / "checkpoints" / "tiny-dcgan" / "training.safetensors").write_bytes(b"for warm starts")
    (root / "README.md").write_text(README)
    (root / "requirements.txt").write_text("gradio\n")
    (root / "docs").mkdir()
    (root / "docs" / "reports.md").write_text("# Reports\n")
    (root / "docs" / "screenshot.png").write_bytes(b"large")
    (root / "explorer" / "__pycache__").mkdir()
    (root / "explorer" / "__pycache__" / "zoo.pyc").write_bytes(b"compiled")
    write_entry(root / "checkpoints" / LISTING, Entry("tiny-dcgan", "me/tiny-dcgan", "0" * 40, "0" * 64))
    return root


@pytest.fixture(scope="module")
def running(root, tmp_path_factory) -> Iterator[Server]:
    """The app of the project, as the Space would run it."""
    server = start(tmp_path_factory.mktemp("space") / "app.log", root)
    yield server
    stop(server)


def visible(scale: float) -> DCGAN:
    """A small model whose pictures are not grey."""
    model = tiny_dcgan()
    with torch.no_grad():
        model.generator.to_rgb.weight.mul_(scale)
    return model


def published(hub: Hub) -> dict[str, bytes]:
    """The files of the Space."""
    return hub.files(SPACE, "main")[1]


def test_what_the_page_needs_is_uploaded_and_nothing_else(root):
    files = uploaded(root)
    assert {"app.py", "README.md", "docs/reports.md", "explorer/zoo.py", "checkpoints/tiny-dcgan/model.safetensors"} <= set(files)
    left_out = ("screenshot.png", "zoo.pyc", "training.safetensors", ".pyi")
    assert not [name for name in files if name.endswith(left_out)]
    assert (
        files["requirements.txt"] == CPU_WHEELS.encode() + b"gradio\n"
        and uploaded(root, cpu=False)["requirements.txt"] == root / "requirements.txt"
    )
    assert b"models:\n- me/tiny-dcgan\n" in files["README.md"] and files["README.md"].endswith(b"---\n\n# Demo\n")


def test_a_space_is_created_runs_and_draws_the_same_bytes(hub, root, running):
    hub.space.host, hub.space.stages, lines = running.url, [*["BUILDING"] * 4, "APP_STARTING", "RUNNING"], []
    address = deploy(root, SPACE, hardware="cpu-upgrade", variables={"EXPLORER_METRICS": "1"}, endpoint=hub.url, tell=lines.append)
    assert address == running.url and lines[-2:] == ["tiny-dcgan, seed 0: the same bytes as here", f"{SPACE}: runs at {running.url}"]
    assert [line for line in lines if "BUILDING" in line] == [f"{SPACE}: BUILDING"]
    assert set(published(hub)) == set(uploaded(root))
    assert (hub.space.variables, hub.space.hardware) == ({"EXPLORER_METRICS": "1"}, "cpu-upgrade")


def test_a_second_run_uploads_only_what_changed_and_deletes_what_is_gone(hub, root, running, tmp_path):
    hub.space.host = running.url
    copy = shutil.copytree(root, tmp_path / "copy")
    deploy(copy, SPACE, endpoint=hub.url, tell=lambda line: None)
    first, puts = dict(published(hub)), [request for request in hub.requests if request[0] == "PUT"]
    assert len(puts) == 1  # the weights
    (copy / "docs" / "reports.md").write_text("# Other\n")
    (copy / "CITATION.cff").write_text("cff-version: 1.2.0\n")
    (copy / "explorer" / "zoo.py").unlink()
    hub.requests.clear()
    deploy(copy, SPACE, endpoint=hub.url, tell=lambda line: None)
    second = published(hub)
    assert not [request for request in hub.requests if request[0] == "PUT"]
    changed = {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)}
    assert changed == {"docs/reports.md", "CITATION.cff", "explorer/zoo.py"} and "explorer/zoo.py" not in second
    roll_back(copy, SPACE, endpoint=hub.url, tell=lambda line: None)
    assert published(hub) == first


def test_without_an_earlier_commit_there_is_no_way_back(hub, root):
    hub.repos[SPACE] = {"0" * 40: {}}
    with pytest.raises(HubError, match="there is no commit before the newest"):
        roll_back(root, SPACE, endpoint=hub.url)


def test_a_build_that_fails_shows_its_log(hub, root):
    hub.space.stages, hub.space.error, hub.space.log = (
        ["BUILDING", "BUILD_ERROR"],
        "exit code 1",
        ("Collecting gradio", "No matching distribution"),
    )
    with pytest.raises(HubError, match=r"me/demo: BUILD_ERROR: exit code 1\n  Collecting gradio\n  No matching distribution"):
        deploy(root, SPACE, endpoint=hub.url, tell=lambda line: None)


@pytest.mark.parametrize(("stage", "said"), [("PAUSED", "start it in its settings"), ("BUILDING", "still BUILDING after 0 s")])
def test_a_space_that_does_not_start_is_not_waited_for_without_end(hub, root, stage, said):
    hub.space.stages = [stage]
    with pytest.raises(HubError, match=said):
        deploy(root, SPACE, endpoint=hub.url, patience=0, tell=lambda line: None)


@pytest.mark.parametrize(("status", "said"), [(401, "hf auth login"), (403, "may not write there"), (500, "answers 500")])
def test_an_answer_of_the_hub_is_named(hub, root, monkeypatch, status, said):
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # between the client's own tries
    hub.space.status = status
    with pytest.raises(HubError, match=said):
        deploy(root, SPACE, endpoint=hub.url, tell=lambda line: None)


def test_a_hub_that_cannot_be_reached_is_named(root, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with pytest.raises(HubError, match="me/demo: the Hub could not be reached"):
        deploy(root, SPACE, endpoint="http://127.0.0.1:9", tell=lambda line: None)


def test_other_weights_are_found(hub, root, running, tmp_path):
    hub.space.host = running.url
    copy = shutil.copytree(root, tmp_path / "copy")
    visible(-3e5).save_pretrained(copy / "checkpoints" / "tiny-dcgan")
    with pytest.raises(HubError, match="other weights"):
        deploy(copy, SPACE, endpoint=hub.url, tell=lambda line: None)


def test_an_app_that_does_not_answer_is_named(hub, root):
    hub.space.host = "http://127.0.0.1:9"
    with pytest.raises(HubError, match="the app does not answer"):
        deploy(root, SPACE, endpoint=hub.url, tell=lambda line: None)


def test_a_dry_run_lists_the_files_and_asks_nobody(hub, root):
    lines = []
    assert deploy(root, SPACE, dry_run=True, endpoint=hub.url, tell=lines.append) == ""
    assert hub.requests == [] and lines[-1].endswith("nothing was uploaded") and len(lines) == len(uploaded(root)) + 1


@pytest.mark.parametrize(
    ("arguments", "said"), [(["--space", "demo"], "space is 'demo'"), (["--space", SPACE, "--variable", "A"], "variable is 'A'")]
)
def test_wrong_arguments_are_named(arguments, said):
    done = CliRunner().invoke(app, ["deploy", *arguments])
    assert done.exit_code == 2 and said in done.output


def test_a_variable_may_have_an_equals_sign():
    assert variables_of(["A=1", "B=x=y"]) == {"A": "1", "B": "x=y"}
