"""The code to copy draws what the page shows."""

from __future__ import annotations

import pytest
import torch

from explorer.page.tabs.latent import files, snippets
from explorer.page.tabs.latent.views import Views

NAME = "tiny-dcgan"


@pytest.mark.parametrize("mode", ("fit", "morph", "sweep"))
def test_the_code_to_copy_draws_what_was_added_too(studio, reached, mode, checkpoints, tmp_path, monkeypatch):
    spec = {key: value for key, value in reached["a"].items() if key != "settings"}
    state = reached | {"a": spec, "mode": mode, "frames": 3}
    compile(snippets.client(state), "client", "exec")
    monkeypatch.chdir(tmp_path)
    for name in ("a", "latent"):
        (tmp_path / f"{name}.json").write_text(files.write(studio, NAME, spec))
    names: dict = {}
    exec(snippets.package(state).replace("Zoo()", f"Zoo({str(checkpoints)!r})"), names)
    now, _ = getattr(Views(studio), "draw" if mode == "fit" else mode)(state)
    for drawn, shown in zip(names["pictures"], now["strip"], strict=False):
        expected = studio.draw(NAME, studio.latent(NAME, shown)[None], beyond=[studio.beyond(NAME, shown)])[0]
        torch.testing.assert_close(drawn, expected, atol=5e-3, rtol=0)


@pytest.mark.parametrize("mode", ("fit", "morph", "sweep"))
@pytest.mark.parametrize("kind", ("coordinate", "direction"))
def test_the_code_to_copy_compiles_and_the_packages_draws_what_the_page_shows(
    studio, fitted, mode, kind, checkpoints, tmp_path, monkeypatch
):
    state = fitted | {"mode": mode, "kind": kind, "places": [2, 3], "frames": 3, "active": "b"}
    compile(snippets.client(state), "client", "exec")
    compile(snippets.client(state | {"active": "a"}), "client", "exec")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(files.write(studio, NAME, state["a"]))
    names: dict = {}
    exec(snippets.package(state).replace("Zoo()", f"Zoo({str(checkpoints)!r})"), names)
    _, view = getattr(Views(studio), "draw" if mode == "fit" else mode)(state)
    shown = [torch.tensor(frame["z"]) for frame in view["strip"]["frames"]]
    assert len(names["pictures"]) == (1 if mode == "fit" else 3)
    for z, row in zip(shown, names["rows"], strict=False):
        torch.testing.assert_close(z, row, atol=6e-4, rtol=0)
    assert list(tmp_path.glob("picture.png" if mode == "fit" else "film.gif"))
