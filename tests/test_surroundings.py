"""The app where its surroundings are unusual."""

from __future__ import annotations

import httpx
import pytest
from serving import start, stop
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
