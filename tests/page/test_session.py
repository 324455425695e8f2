"""What travels in a link and in a file comes back as it was, and what does not belong there is refused in words."""

from __future__ import annotations

import base64
import json
import re

import gradio as gr
import pytest
import torch

from explorer import extended
from explorer.page.shared import inputs as targets
from explorer.page.shared.checks import FieldError, number, numbers, places, whole
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import answered
from explorer.page.tabs.latent import files as keepsake
from explorer.page.tabs.latent import session, snippets
from explorer.page.tabs.latent.views import Views
from explorer.zoo import Zoo

NAME, SIZE = "tiny-dcgan", 8


@pytest.fixture
def studio(checkpoints) -> Studio:
    return Studio(Zoo(checkpoints))


@pytest.fixture
def fitted(studio) -> dict:
    """A state with a fitted latent in A, whose numbers no short decimal writes."""
    z = torch.randn(SIZE, generator=torch.Generator().manual_seed(1)).tolist()
    options = {"optimizer": "adam", "steps": 5, "restarts": 2, "learning_rate": None, "perceptual": 0.0, "seed": 0,
               "space": "latent"}  # fmt: skip
    return session.opening(studio) | {"a": {"latent": z, "source": "cat", "psnr": 17.25, "seed": 0, "settings": options}}


def packed(**fields) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()


def test_the_models_with_the_largest_pictures_come_first(studio):
    assert studio.models == ["tiny-dcgan", "tiny-gan32"] and session.opening(studio)["model"] == "tiny-dcgan"


def test_a_model_with_seeds_to_open_with_comes_before_larger_pictures(checkpoints):
    (checkpoints / "tiny-gan32" / "README.md").write_text("---\nexplorer:\n  good_seeds: [3, 5]\n---\n")
    (checkpoints / "tiny-dcgan" / "README.md").write_text("---\nexplorer: nothing\n---\n")
    assert Studio(Zoo(checkpoints)).models == ["tiny-gan32", "tiny-dcgan"]


def test_a_link_restores_latents_bit_for_bit(studio, fitted):
    state = fitted | {
        "mode": "sweep",
        "active": "b",
        "path": "lerp",
        "frames": 9,
        "kind": "direction",
        "direction": 3,
        "reach": 2.5,
        "places": [1, 5],
    }
    text = session.encode(state)
    assert re.fullmatch(r"[\w-]+", text) and len(text) < 1500
    found = session.decode(text, studio)
    assert found["a"].pop("latent") == state["a"]["latent"]
    assert found["a"] == {"source": "cat", "psnr": 17.25, "seed": 0}
    assert {key: found[key] for key in state if key != "a"} == {key: state[key] for key in state if key != "a"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("###", "link"),
        (packed(), "model"),
        (packed(model="nobody"), "model: got 'nobody', allowed is one of tiny-dcgan, tiny-gan32"),
        (packed(model=NAME, mode="fly"), "mode"),
        (packed(model=NAME, mode="fit", active="a", a={"seed": -1}, b={"seed": 1}), "seed of A: got -1"),
        (packed(model=NAME, mode="fit", active="a", a={"z": "AAAA"}, b={"seed": 1}), "slot A"),
        (packed(model=NAME, mode="fit", active="a", a={"z": base64.b64encode(b"\xff" * 32).decode()}, b={"seed": 1}), "slot A"),
        ("A" * 30_000, "link"),
    ],
)
def test_a_damaged_link_is_refused_with_what_is_wrong(studio, text, message):
    with pytest.raises(FieldError, match=re.escape(message)):
        session.decode(text, studio)


@pytest.fixture
def reached(studio, fitted) -> dict:
    """The same with something added behind the first layers, of which three quarters are wanted."""
    size = studio.extended_size(NAME)
    added = extended.packed(torch.randn(size, generator=torch.Generator().manual_seed(2)))
    return fitted | {"a": fitted["a"] | {"beyond": added, "share": 0.75, "settings": fitted["a"]["settings"] | {"space": "extended"}}}


def test_what_is_added_behind_the_first_layers_travels_in_the_file_and_not_in_the_link(studio, reached, tmp_path):
    path = tmp_path / "latent.json"
    path.write_text(keepsake.write(studio, NAME, reached["a"]))
    _, spec = keepsake.read(studio, path)
    assert (spec["beyond"], spec["share"]) == (reached["a"]["beyond"], 0.75)
    found = session.decode(session.encode(reached), studio)["a"]
    assert found["latent"] == reached["a"]["latent"] and "beyond" not in found and "psnr" not in found


def test_a_share_of_nothing_is_the_latent_s_own_picture(studio, reached):
    z = studio.latent(NAME, reached["a"])[None]
    own, all_of_it = (studio.draw(NAME, z, beyond=[studio.beyond(NAME, reached["a"] | {"share": share})]) for share in (0.0, 1.0))
    assert torch.equal(own, studio.draw(NAME, z)) and not torch.equal(all_of_it, own)


def test_the_psnr_of_a_fit_is_not_told_of_a_share_of_it(studio, reached):
    whole = reached | {"a": reached["a"] | {"share": 1.0}}
    told = [Views(studio).draw(state)[1]["stage"] for state in (reached, whole)]
    assert [any(name == "PSNR" for name, *_ in stage["facts"]) for stage in told] == [False, True]
    assert [stage["pictures"][0]["title"] for stage in told] == ["cat, 75% of what was added", "cat, 17.2 dB"]


def test_a_fit_that_is_stopped_before_anything_was_added_is_told_as_one_of_the_latent(studio, fitted):
    state = fitted | {"target": targets.example(studio, NAME, 0)}
    options = {
        "optimizer": "quasi-newton",
        "steps": 40,
        "restarts": 2,
        "learning_rate": None,
        "perceptual": 0.0,
        "seed": 0,
        "space": "extended",
    }
    views = Views(studio)
    seen = list(views.fit(state, options))
    lessons = [views.fitted(*one)["lesson"] for one in (seen[0], seen[-1])]
    assert "added behind the first layers" not in lessons[0] and "added behind the first layers" in lessons[1]


def test_a_morph_of_two_reached_points_ends_at_both(studio, reached):
    state = reached | {"b": {"seed": 4}, "mode": "morph", "frames": 5}
    now, view = Views(studio).morph(state)
    assert "<em>fades</em>" in view["lesson"]
    drawn = [studio.draw(NAME, studio.latent(NAME, spec)[None], beyond=[studio.beyond(NAME, spec)]) for spec in now["strip"]]
    ends = [studio.draw(NAME, studio.latent(NAME, state[slot])[None], beyond=[studio.beyond(NAME, state[slot])]) for slot in "ab"]
    assert torch.equal(drawn[0], ends[0]) and torch.equal(drawn[-1], ends[1]) and not torch.equal(drawn[2], ends[0])


def test_a_latent_file_holds_the_model_the_weights_and_the_numbers(studio, fitted, tmp_path):
    path = tmp_path / "latent.json"
    path.write_text(keepsake.write(studio, NAME, fitted["a"]))
    model, spec = keepsake.read(studio, path)
    assert (model, spec["latent"], spec["psnr"]) == (NAME, fitted["a"]["latent"], 17.25)
    assert json.loads(path.read_text())["revision"] == studio.revision(NAME)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "latent file"),
        ("[1, 2]", "latent file"),
        ('{"latent": [1], "model": "nobody"}', "model in the latent file"),
        ('{"latent": [1], "model": "tiny-dcgan"}', "a list of 8 numbers"),
        ('{"latent": [0,0,0,0,0,0,0,NaN], "model": "tiny-dcgan"}', "latent, number 8"),
        ('{"latent": [0,0,0,0,0,0,0,true], "model": "tiny-dcgan"}', "latent, number 8"),
        ("[" * 100_000, "latent file"),
        ('{"latent": [0,0,0,0,0,0,0,0], "model": "tiny-dcgan", "beyond": 7}', "beyond in the latent file"),
        ('{"latent": [0,0,0,0,0,0,0,0], "model": "tiny-dcgan", "beyond": "AAA="}', "beyond in the latent file: got '1 numbers'"),
        ('{"latent": [0,0,0,0,0,0,0,0], "model": "tiny-dcgan", "beyond": "AAA=", "share": 2}', "share in the latent file"),
        (" " * 300_000, "at most"),
    ],
)
def test_another_file_is_refused_with_what_is_wrong(studio, tmp_path, content, message):
    path = tmp_path / "latent.json"
    path.write_text(content)
    with pytest.raises(FieldError, match=re.escape(message)):
        keepsake.read(studio, path)


@pytest.mark.parametrize("value", [True, "3", None, float("nan"), float("inf"), 2.5, -1, 11, 10**400, [3]])
def test_a_whole_number_is_neither_a_boolean_nor_a_text_nor_out_of_range(value):
    with pytest.raises(FieldError, match=r"steps: got .*, allowed is a whole number from 0 to 10"):
        whole("steps", value, 0, 10)


def test_checked_values_come_back_in_their_own_type():
    assert (whole("steps", 3.0, 0, 10), number("rate", 1, 0, 2), places("numbers", " 3, 17;5", 20)) == (3, 1.0, [3, 17, 5])
    assert numbers("latent", [1, 2.5], 2) == [1.0, 2.5]
    for wrong in ("", "a", "3,3", "20", [0] * 9, 2.5, [True]):
        with pytest.raises(FieldError, match="numbers: got"):
            places("numbers", wrong, 20)


def test_what_a_visitor_can_mend_becomes_a_message_and_anything_else_stays_an_error():
    with pytest.raises(gr.Error, match="steps: got True"):
        answered(lambda: whole("steps", True, 0, 1))()
    with pytest.raises(ZeroDivisionError):
        answered(lambda: 1 / 0)()


@pytest.mark.parametrize("mode", session.MODES)
def test_the_code_to_copy_draws_what_was_added_too(studio, reached, mode, checkpoints, tmp_path, monkeypatch):
    spec = {key: value for key, value in reached["a"].items() if key != "settings"}
    state = reached | {"a": spec, "mode": mode, "frames": 3}
    compile(snippets.client(state), "client", "exec")
    monkeypatch.chdir(tmp_path)
    for name in ("a", "latent"):
        (tmp_path / f"{name}.json").write_text(keepsake.write(studio, NAME, spec))
    names: dict = {}
    exec(snippets.package(state).replace("Zoo()", f"Zoo({str(checkpoints)!r})"), names)
    now, _ = getattr(Views(studio), "draw" if mode == "fit" else mode)(state)
    for drawn, shown in zip(names["pictures"], now["strip"], strict=False):
        expected = studio.draw(NAME, studio.latent(NAME, shown)[None], beyond=[studio.beyond(NAME, shown)])[0]
        torch.testing.assert_close(drawn, expected, atol=5e-3, rtol=0)


@pytest.mark.parametrize("mode", session.MODES)
@pytest.mark.parametrize("kind", session.KINDS)
def test_the_code_to_copy_compiles_and_the_packages_draws_what_the_page_shows(
    studio, fitted, mode, kind, checkpoints, tmp_path, monkeypatch
):
    state = fitted | {"mode": mode, "kind": kind, "places": [2, 3], "frames": 3, "active": "b"}
    compile(snippets.client(state), "client", "exec")
    compile(snippets.client(state | {"active": "a"}), "client", "exec")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(keepsake.write(studio, NAME, state["a"]))
    names: dict = {}
    exec(snippets.package(state).replace("Zoo()", f"Zoo({str(checkpoints)!r})"), names)
    _, view = getattr(Views(studio), "draw" if mode == "fit" else mode)(state)
    shown = [torch.tensor(frame["z"]) for frame in view["strip"]["frames"]]
    assert len(names["pictures"]) == (1 if mode == "fit" else 3)
    for z, row in zip(shown, names["rows"], strict=False):
        torch.testing.assert_close(z, row, atol=6e-4, rtol=0)
    assert list(tmp_path.glob("picture.png" if mode == "fit" else "film.gif"))


def test_a_studio_draws_a_latent_alike_wherever_it_stands(studio):
    rows = torch.stack([studio.latent(NAME, {"seed": seed}) for seed in range(5)])
    together = studio.draw(NAME, rows)
    assert all(torch.equal(studio.draw(NAME, row[None])[0], picture) for row, picture in zip(rows, together, strict=True))
