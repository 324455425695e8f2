"""The environment's proxies are left alone while Gradio starts, and come back."""

from __future__ import annotations

import os

import httpx
import pytest

from explorer.proxies import NAMES, without_proxies


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9", "socks://127.0.0.1:9"])
@pytest.mark.parametrize("excepted", [None, "example.org"])
def test_a_client_takes_no_proxy_and_the_environment_comes_back(monkeypatch, proxy, excepted):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    if excepted:
        monkeypatch.setenv("NO_PROXY", excepted)
    before = dict(os.environ)
    with pytest.raises(RuntimeError), without_proxies():
        with httpx.Client() as client:
            assert not any(client._mounts.values())
        raise RuntimeError
    assert dict(os.environ) == before
