"""The endpoints as tools: a client of the Model Context Protocol lists them, and a tool answers as the endpoint does."""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from serving import Server, start, stop
from tiny import tiny_dcgan

from explorer import surroundings


@pytest.fixture(scope="module")
def tools(tmp_path_factory) -> Server:
    root = tmp_path_factory.mktemp("tools")
    tiny_dcgan().save_pretrained(root / "checkpoints" / "tiny-dcgan")
    running = start(root / "log.txt", EXPLORER_CHECKPOINTS=str(root / "checkpoints"), GRADIO_MCP_SERVER="1")
    yield running
    assert "Traceback" not in running.log.read_text()
    stop(running)


def asked(server: Server, ask: Callable) -> Any:
    """What `ask` returns, called with a session of the server's tools."""

    async def run() -> Any:
        async with (
            streamable_http_client(f"{server.url}/gradio_api/mcp/") as (reader, writer, _),
            ClientSession(reader, writer) as session,
        ):
            await session.initialize()
            return await ask(session)

    with ThreadPoolExecutor(1) as thread:  # a browser test may have left a running loop in this one
        return thread.submit(asyncio.run, run()).result()


def test_every_endpoint_is_a_tool_that_says_what_it_does(tools):
    listed = {tool.name: tool for tool in asked(tools, lambda session: session.list_tools()).tools}
    endpoints = httpx.get(f"{tools.url}/gradio_api/info", trust_env=False).json()["named_endpoints"]
    assert {f"/{name}" for name in listed} == set(endpoints)
    assert listed["sample"].description.startswith("Generate pictures from seeds")
    assert "the seed" in json.dumps(listed["sample"].inputSchema["properties"]["seed"])


def test_a_tool_draws_what_the_endpoint_draws(tools):
    called = asked(tools, lambda session: session.call_tool("sample", {"model": "tiny-dcgan", "seed": 3, "count": 2}))
    assert not called.isError
    files, _ = ast.literal_eval(called.content[0].text)
    drawn = [httpx.get(file["url"], trust_env=False).content for file in files]
    expected, _ = Client(tools.url, verbose=False).predict("tiny-dcgan", 3, 2, api_name="/sample")
    assert len(drawn) == 2 and drawn == [Path(file["path"] if isinstance(file, dict) else file).read_bytes() for file in expected]


def test_a_wrong_value_is_named(tools):
    called = asked(tools, lambda session: session.call_tool("sample", {"model": "other", "seed": 3}))
    assert "model: got 'other'" in called.content[0].text


def test_without_the_package_the_variable_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setenv(surroundings.TOOLS, "1")
    monkeypatch.setattr(surroundings.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        surroundings.offers_tools()
    assert 'pip install "gradio[mcp]"' in capsys.readouterr().err
    monkeypatch.setenv(surroundings.TOOLS, "0")
    assert not surroundings.offers_tools()
