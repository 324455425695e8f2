"""The real app as a process of its own: `python app.py` on a free port, cut off from the Hub."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import interpreters

ROOT = Path(__file__).resolve().parents[1]
LATE = {"EXPLORER_CHECKPOINTS", "GRADIO_ROOT_PATH"}  # variables that are read when the page is built


@dataclass(frozen=True)
class Server:
    """The app, running as a process of its own."""

    url: str
    process: subprocess.Popen | interpreters.Forked
    log: Path

    def memory(self) -> float:
        """The most memory that the process has held so far, in MB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def processor_time(self) -> float:
        """The seconds of processor time that the process has used so far (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start(log: Path, root: Path = ROOT, fresh: bool = False, **environment: str) -> Server:
    """Launch `python app.py` of a folder on a free port, cut off from the Hub, and wait until it answers.

    Args:
        fresh: with a new interpreter; otherwise it is forked from one that has imported torch and Gradio, unless `environment` has
            variables that these read.
        environment: more variables.
    """
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
        "GRADIO_TEMP_DIR": str(log.with_name("files")),  # an app that ends deletes its files, and another may have written the same
        **environment,
    }
    if LATE.issuperset(environment) and not fresh:
        process = interpreters.launch(["app.py"], root, variables, log)
    else:
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=root, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs inherit that it is ignored
            )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", process, log)
    deadline = time.monotonic() + 240
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
