"""The files that widgets fetch, and the browser's libraries: served by name, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import libraries as downloaded
from explorer.page.shell import files, libraries


@pytest.fixture
def web(tmp_path) -> TestClient:
    (tmp_path / "a.png").write_bytes(b"picture")
    (tmp_path / "folder").mkdir()
    tabs = [
        SimpleNamespace(
            slug="lab", files=lambda studio: {"a.png": tmp_path / "a.png", "gone": tmp_path / "gone", "folder": tmp_path / "folder"}
        )
    ]
    return TestClient(Starlette(routes=[files.route(None, tabs), libraries.route()]))


def test_a_file_is_served_with_its_type(web):
    answer = web.get("/" + files.address("lab", "a.png"))
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"picture", "image/png")


@pytest.mark.parametrize(
    "path", ["/files/lab/b.png", "/files/other/a.png", "/files/lab/gone", "/files/lab/folder", "/files/lab/..%2fa.png"]
)
def test_nothing_else_is_served(web, path):
    assert web.get(path).status_code == 404


def test_a_downloaded_library_is_served_and_its_address_comes_first(web, tmp_path, monkeypatch):
    monkeypatch.setattr(downloaded, "FOLDER", tmp_path)
    known = downloaded.listed()["tf.js"]
    assert libraries.sources("tf.js")["tf.js"]["urls"] == [known.cdn]
    assert web.get(f"/libraries/{known.version}/tf.js").status_code == 404
    (tmp_path / "tf.js").write_bytes(b"library")
    first, second = libraries.sources("tf.js")["tf.js"]["urls"]
    answer = web.get(f"/{first}")
    assert (answer.content, second) == (b"library", known.cdn) and answer.headers["content-type"].startswith("text/javascript")
    assert (
        web.get(f"/libraries/0.0.1/{known.name}").status_code == 404 and web.get(f"/libraries/{known.version}/other.js").status_code == 404
    )
