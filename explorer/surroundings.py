"""Checks what the app needs of its environment before it can serve: a free address, and enough files that may be open at a time.

If a check fails, the process prints a sentence that names the variable or the command to change, and ends with exit code 2.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import socket
import sys
from typing import NoReturn

TOOLS = "GRADIO_MCP_SERVER"  # with 1, the endpoints are tools of an MCP server too
NAME, PORT, PORTS = "GRADIO_SERVER_NAME", "GRADIO_SERVER_PORT", "GRADIO_NUM_PORTS"
FILES = 256  # the app alone has about 60 open, and a visitor's browser holds six connections


def refuse(sentence: str) -> NoReturn:
    """Print the sentence, and end the process with exit code 2."""
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def settle() -> None:
    """Check the variables that Gradio reads when it is imported, and raise the limit of open files if it is below `FILES`.

    Also choose Matplotlib's backend without windows, if none is chosen: where Matplotlib is installed, Gradio asks for the backend at every
    event, and Matplotlib would import all of pyplot to find one, which stops the first visitor's page for seconds.
    """
    os.environ.setdefault("MPLBACKEND", "agg")
    ports()
    _open_files()


def ports() -> range:
    """The ports that Gradio tries in turn."""
    first = _whole(PORT, 7860, 65535)
    return range(first, min(first + _whole(PORTS, 100, 65535), 65536))


def offers_tools() -> bool:
    """Whether the variable `TOOLS` asks for an MCP server; ends the process if the package for it is missing."""
    if os.environ.get(TOOLS, "").lower() not in ("1", "true"):
        return False
    if importlib.util.find_spec("mcp") is None:
        refuse(f'{TOOLS} is set, but the package mcp is not installed. Install it with: pip install "gradio[mcp]"')
    return True


def find_address() -> None:
    """Check that one of the ports is free, in the same way as Gradio: by IPv4."""
    host, tried = os.environ.get(NAME, "127.0.0.1"), ports()
    try:
        address = socket.gethostbyname(host)
    except OSError:
        _no_address(host)
    for port in tried:
        try:
            with socket.socket() as one:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                return one.bind((address, port))
        except OSError as error:
            problem = error
    if problem.errno == errno.EADDRNOTAVAIL:
        _no_address(host)
    where = f"port {tried[0]}" if len(tried) == 1 else f"a port from {tried[0]} to {tried[-1]}"
    refuse(f"The page cannot be served at {where} of {host} ({problem.strerror}). Name a free one in the variable {PORT}.")


def _no_address(host: str) -> NoReturn:
    refuse(f"The page cannot be served at {host!r}, which is no IPv4 address of this machine. Name one in the variable {NAME}.")


def _whole(name: str, default: int, most: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        refuse(f"The variable {name} is {text!r}; expected a whole number from 1 to {most}.")
    return int(text)


def _open_files() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES and hard != soft:
        soft = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft < FILES:
        refuse(f"The page needs {FILES} files open at a time, and may have {soft}. Allow more with `ulimit -n {FILES}`.")
