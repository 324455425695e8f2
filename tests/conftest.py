"""What tests share: one thread for small networks, tiny checkpoints, a Chromium, and the app running as a process of its own.

Environment: EXPLORER_REQUIRE_BROWSER=1 makes a missing browser a failure instead of a skip; CHROMIUM names the browser's binary.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # also for threads that tests start; with more, small networks are many times slower

import pytest
from browsers import MISSING, REQUIRED, find_chromium
from serving import Server, start, stop
from tiny import tiny_dcgan, tiny_gan32


@pytest.fixture(autouse=True)
def _machine(request, tmp_path_factory) -> Iterator[None]:
    """A test that is marked `timed` runs while no other does; the others share the machine."""
    root = tmp_path_factory.getbasetemp()
    with (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root).joinpath("machine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if request.node.get_closest_marker("timed") else fcntl.LOCK_SH)
        yield


@pytest.fixture(scope="session", autouse=True)
def _files(tmp_path_factory) -> None:
    """Apps in this process keep their files where no other process deletes those of the same name."""
    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("files"))


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


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    """The real app with the shipped checkpoints, shared by all tests of a run."""
    running = start(tmp_path_factory.mktemp("server") / "log.txt")
    yield running
    stop(running)
