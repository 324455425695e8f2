"""The steps of the Dockerfile: what it copies exists and is enough to start the app as another user would, and its health check works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from serving import ROOT, start, stop
from tiny import tiny_dcgan

LINES = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text()).splitlines()
COPIES = [[part for part in line.split()[1:] if not part.startswith("--")] for line in LINES if line.startswith("COPY")]


@pytest.mark.parametrize("sources", [copy[:-1] for copy in COPIES], ids=lambda sources: sources[0])
def test_what_is_copied_exists(sources):
    assert all((ROOT / source).exists() for source in sources)


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """The files of the image, with one small checkpoint in place of all."""
    root = tmp_path_factory.mktemp("image")
    for *sources, target in COPIES:
        for source in sources:
            if source == "checkpoints":
                tiny_dcgan().save_pretrained(root / source / "tiny-dcgan")
            elif (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, root / target, ignore=shutil.ignore_patterns("__pycache__", "*.pyi", "*.png"))
                shutil.copytree(
                    ROOT / source / "pictures", root / target / "pictures", dirs_exist_ok=True
                ) if source == "explorer" else None
            else:
                (root / target).mkdir(exist_ok=True, parents=True)
                shutil.copy(ROOT / source, root / target)
    return root


def test_the_copied_files_serve_the_page_and_the_health_check_sees_it(image, tmp_path):
    check = next(line for line in LINES if line.startswith("HEALTHCHECK"))
    program = re.search(r'CMD python -c "(.*)"$', check)[1]
    server = start(tmp_path / "app.log", image)
    try:
        port = server.url.rpartition(":")[2]
        environment = {**os.environ, "GRADIO_SERVER_PORT": port, "NO_PROXY": "127.0.0.1"}
        assert subprocess.run([sys.executable, "-c", program], env=environment, timeout=30).returncode == 0
        assert httpx.get(server.url, trust_env=False).status_code == 200
    finally:
        stop(server)
    environment["GRADIO_SERVER_PORT"] = port
    assert subprocess.run([sys.executable, "-c", program], env=environment, timeout=30, capture_output=True).returncode != 0


def test_the_app_does_not_run_as_root():
    assert next(i for i, line in enumerate(LINES) if line.startswith("USER explorer")) < next(
        i for i, line in enumerate(LINES) if line.startswith("CMD")
    )
