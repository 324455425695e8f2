"""The app where its surroundings are unusual."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import growing
import httpx
import pytest
from page_session import PageSession
from serving import ROOT, start, stop
from tiny import tiny_dcgan

NOBODY = "127.0.0.1:9"  # the discard port, at which nobody answers


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks"])
def test_the_page_starts_behind_a_proxy_that_nobody_answers(tmp_path, scheme):
    tiny_dcgan().save_pretrained(tmp_path / "checkpoints" / "tiny-dcgan")
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), f"{scheme}://{NOBODY}")
    server = start(tmp_path / "log.txt", EXPLORER_CHECKPOINTS=str(tmp_path / "checkpoints"), NO_PROXY="", no_proxy="", **proxies)
    try:
        assert "Generative Model Explorer" in httpx.get(server.url, trust_env=False).text
        assert server.process.poll() is None and "Traceback" not in server.log.read_text()
    finally:
        stop(server)


def test_beside_a_folder_of_another_program_the_page_takes_its_own(tmp_path):
    """Uploads go there too."""
    tiny_dcgan().save_pretrained(tmp_path / "checkpoints" / "tiny-dcgan")
    (tmp_path / "gradio").write_text("in the way")
    server = start(tmp_path / "log.txt", EXPLORER_CHECKPOINTS=str(tmp_path / "checkpoints"), TMPDIR=str(tmp_path), GRADIO_TEMP_DIR="")
    try:
        sent = httpx.post(f"{server.url}/gradio_api/upload", files={"files": ("a.json", b"{}")}, trust_env=False)
        assert sent.status_code == 200 and sent.json()[0].startswith(str(tmp_path / "gradio-"))
    finally:
        stop(server)


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    variables = {**os.environ, "GRADIO_TEMP_DIR": str(tmp_path / "file" / "below")}
    done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "Name a folder that can be written" in done.stderr


def test_a_changed_file_is_on_the_page_without_a_new_start(tmp_path):
    root = growing.copied(tmp_path / "copy", "explorer")
    tiny_dcgan().save_pretrained(root / "checkpoints" / "tiny-dcgan")
    server = start(tmp_path / "log.txt", root, GRADIO_WATCH_DIRS=str(root / "explorer"))
    tab, deadline = root / "explorer/page/tabs/sample/__init__.py", time.monotonic() + 50
    try:
        old = tab.read_text()
        while "Renamed" not in httpx.get(f"{server.url}/config", trust_env=False).text:
            assert time.monotonic() < deadline, server.log.read_text()
            tab.write_text(old.replace('title="Sample"', 'title="Renamed"'))  # again: the first change may be too early to be noticed
            time.sleep(1)
        visit = PageSession(server)
        assert visit.outcome(*visit.named("sample-draw", "click")) is None
        assert "Traceback" not in server.log.read_text()
    finally:
        stop(server)


def test_where_every_port_is_in_use_the_app_says_so_before_it_reads_its_models():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        variables = {**os.environ, "GRADIO_SERVER_PORT": str(other.getsockname()[1]), "GRADIO_NUM_PORTS": "1"}
        done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "(Address already in use)" in done.stderr
