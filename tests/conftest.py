"""What tests share: one thread for small networks, tiny checkpoints, a Chromium, and the real app running as its own process.

Environment: EXPLORER_REQUIRE_BROWSER=1 makes a missing browser a failure instead of a skip; CHROMIUM names the browser's binary.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import torch
from browsers import MISSING, REQUIRED, find_chromium

from explorer.models import DCGAN, GAN32, Model

ROOT = Path(__file__).resolve().parents[1]

torch.set_num_threads(1)  # with more, a busy machine makes small networks many times slower


def seeded(build, seed: int = 0) -> Model:
    """A model whose weights depend on the seed alone, in eval mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build().eval()


def tiny_dcgan(seed: int = 0) -> DCGAN:
    """A DCGAN of some thousand weights."""
    return seeded(lambda: DCGAN(latent_size=8, channels=(8, 8, 4, 4), discriminator_channels=(4, 4, 8, 8)), seed)


def tiny_gan32(seed: int = 0) -> GAN32:
    """A GAN32 of some thousand weights."""
    return seeded(lambda: GAN32(latent_size=6, channels=(4, 4, 8, 8), discriminator_channels=(4, 4, 8)), seed)


@pytest.fixture
def checkpoints(tmp_path) -> Path:
    """A folder of two small checkpoints, `tiny-dcgan` and `tiny-gan32`."""
    tiny_dcgan().save_pretrained(tmp_path / "tiny-dcgan")
    tiny_gan32().save_pretrained(tmp_path / "tiny-gan32")
    return tmp_path


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    if path := find_chromium():
        return path
    (pytest.fail if REQUIRED else pytest.skip)(MISSING)


@dataclass(frozen=True)
class Server:
    """The app, running as a process of its own."""

    url: str
    process: subprocess.Popen
    log: Path

    def memory(self) -> float:
        """The most memory that the process has held so far, in MB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def start(log: Path, **environment: str) -> Server:
    """Launch `python app.py` on a free port, cut off from the Hub, and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {
        **os.environ,
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        **environment,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    server = Server(f"http://127.0.0.1:{port}", process, log)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(server.url, timeout=5, trust_env=False).status_code == 200:
                return server
        except httpx.TransportError:
            time.sleep(0.2)
    stop(server)
    raise RuntimeError(f"the app did not start:\n{log.read_text()[-4000:]}")


def stop(server: Server) -> None:
    """End the process that `start` began."""
    server.process.terminate()
    try:
        server.process.wait(10)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    """The real app with the shipped checkpoints, shared by all tests of a run."""
    running = start(tmp_path_factory.mktemp("server") / "log.txt")
    yield running
    stop(running)
