"""The path of somebody who comes with nothing but a clone: train on the stickers that lie here, see the model on the page, share it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import interpreters
from gradio_client import Client
from hub_server import TOKEN, running_hub
from PIL import Image
from serving import ROOT, start, stop

NAME = "dcgan-stickers"


def command(*words: str, fresh: bool = False, **variables: str) -> str:
    """What `python -m train ...` prints, without a folder of data.

    Args:
        fresh: with a new interpreter, whose client of the Hub reads the variables.
    """
    environment = {name: value for name, value in os.environ.items() if name != "EXPLORER_DATA"}
    environment |= {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **variables}
    words = ("-m", "train", *words)
    if fresh:
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    else:
        done = interpreters.run([*words], ROOT, environment, imports=["torchmetrics"])
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_twenty_steps_on_the_stickers_of_the_page_reach_the_page_and_the_hub(tmp_path: Path):
    shelf = tmp_path / "checkpoints"
    trained = command(
        NAME, "--batch-size", "4", "--images", "80", "--evaluate-every", "80", "--threads", "1", "--runs", str(tmp_path / "runs"),
        "--ship", str(shelf), HF_DATASETS_CACHE=str(tmp_path / "cache"),
    )  # fmt: skip
    assert "step 20" in trained and f"wrote {shelf / NAME}" in trained

    server = start(tmp_path / "app.log", EXPLORER_CHECKPOINTS=str(shelf))
    try:
        client = Client(server.url, verbose=False)
        assert [model["name"] for model in client.predict(api_name="/models")] == [NAME]
        (file,), details = client.predict(model=NAME, seed=3, api_name="/sample")
        assert Image.open(file).size == (64, 64) and len(details["latents"][0]) == 100
        assert client.predict(model=NAME, api_name="/history")[-1]["images"] == 80
    finally:
        stop(server)

    with running_hub() as hub:
        variables = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path), "HF_HUB_DISABLE_XET": "1", "HF_HUB_OFFLINE": "0", "HF_TOKEN": TOKEN}
        told = command("push", NAME, "--namespace", "me", "--checkpoints", str(shelf), fresh=True, **variables)
        (files,) = list(hub.repos[f"me/{NAME}"].values())[-1:]
        assert f"me/{NAME} at" in told and files["model.safetensors"] == (shelf / NAME / "model.safetensors").read_bytes()


def test_ctrl_c_right_after_the_start_is_no_abort(tmp_path: Path):
    """The first fit is being prepared at that time."""
    server = start(tmp_path / "app.log", fresh=True)
    try:
        for _ in range(2):  # the first Ctrl-C had no effect in one of some forty starts
            server.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.process.wait(25)
                break
        assert server.process.wait(60) in (0, 1, -signal.SIGINT)  # not 0 if it had not printed its address yet
    finally:
        stop(server)
