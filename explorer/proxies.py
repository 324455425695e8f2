"""Gradio and the proxies of the environment (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("NO_PROXY", "no_proxy")


@contextmanager
def without_proxies() -> Iterator[None]:
    """Let httpx use no proxy for any host.

    Gradio makes an httpx client when it is imported, and asks for its own address when it starts. A proxy seldom reaches that address; and
    httpx raises an error for a SOCKS proxy where the package socksio is missing, even if no request would use it.
    """
    kept = {name: os.environ.get(name) for name in NAMES}
    os.environ.update(dict.fromkeys(NAMES, "*"))
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
