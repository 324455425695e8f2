"""Maps of codes from links, files and strokes: what fits comes back, what does not is named."""

from __future__ import annotations

import json

import pytest
import torch
from PIL import Image, ImageDraw
from tiny import save_with_card, tiny_dcgan, tiny_vqvae

from explorer import images
from explorer.page.shared import inputs, links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.codes import session
from explorer.page.tabs.codes.codebooks import palette
from explorer.page.tabs.codes.files import read, write
from explorer.page.tabs.codes.filling import fill
from explorer.page.tabs.codes.views import CodeViews
from explorer.zoo import Zoo

NAME = "tiny-vqvae"


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    root = tmp_path_factory.mktemp("zoo")
    tiny_vqvae().save_pretrained(root / NAME)
    tiny_dcgan().save_pretrained(root / "tiny-dcgan")
    return Studio(Zoo(root))


@pytest.fixture
def state(studio) -> dict:
    return CodeViews(studio).encoded(session.opening(studio), inputs.picked(studio.coder(NAME), 3))


def test_the_twin_that_the_card_names_stands_beside_a_picture(state, tmp_path):
    save_with_card(tiny_vqvae(), tmp_path / NAME, twin="other")
    save_with_card(tiny_vqvae(likelihood="nll"), tmp_path / "other", twin="gone")
    views = CodeViews(Studio(Zoo(tmp_path)))
    assert (views.encodings.twin(NAME), views.encodings.twin("other")) == ("other", None)
    _, view = views.show(state)
    assert [picture["title"] for picture in view["stage"]["pictures"] if picture["role"] == "twin"] == ["by nll"]


def test_a_link_and_a_file_carry_the_map(studio, state, tmp_path):
    state = state | {"mode": "fill", "codes": [-1, *state["codes"][1:]], "seed": 9, "top": 3, "label": "2"}
    found = session.decode(studio, links.carried(links.pack("codes", session.carried(studio, state)), session.SLUG))
    assert {key: found[key] for key in ("codes", "mode", "seed", "top", "label")} == {
        key: state[key] for key in ("codes", "mode", "seed", "top", "label")
    }
    path = tmp_path / "codes.json"
    path.write_text(write(studio, state))
    assert read(studio, path) == (NAME, state["codes"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got 'something else'"),
        (b"\xff", "got 'something else'"),
        (b"[1]", "got 'other JSON'"),
        (b"{}", "got 'other JSON'"),
        (json.dumps({"model": "x", "codes": []}).encode(), "model in the codes file: got 'x'"),
        (json.dumps({"model": NAME, "codes": [[0] * 7] * 6}).encode(), "codes: got '6 rows'"),
        (json.dumps({"model": NAME, "codes": [[0] * 7] * 6 + [[99] * 7]}).encode(), "codes, row 7, column 1: got 99"),
        (b" " * 200_000, "at most 100000 bytes"),
    ],
)
def test_a_file_that_is_no_map_is_named(studio, tmp_path, content, message):
    path = tmp_path / "codes.json"
    path.write_bytes(content)
    with pytest.raises(FieldError, match=message):
        read(studio, path)


def test_a_swap_can_be_undone_and_says_what_could_change(studio, state):
    views = CodeViews(studio)
    code = (state["codes"][24] + 1) % 16
    after, view = views.swap(state, 24, code)
    assert after["codes"][24] == code and after["history"][-1]["codes"] == state["codes"] and session.undo(after)["codes"] == state["codes"]
    assert "9 x 9 pixels" in view["lesson"] and view["map"]["changed"] == [24]
    same, view = views.swap(state, 24, state["codes"][24])
    assert same["history"] == [] and "already has this code" in view["lesson"]


def test_only_so_many_steps_are_remembered(studio, state):
    for i in range(session.UNDO + 10):
        state = session.remember(state, codes=[i % 16, *state["codes"][1:]])
    assert len(state["history"]) == session.UNDO


def test_painting_erases_or_takes_from_the_second_picture(studio, state):
    views = CodeViews(studio)
    erased, view = views.paint(state | {"mode": "fill"}, [0, 8])
    assert session.erased(erased) == [0, 8] == view["map"]["painted"]
    again, _ = views.paint(erased, [8])
    assert session.erased(again) == [8] and again["codes"][0] == state["codes"][0]
    second = inputs.picked(studio.coder(NAME), 8)
    mixed, _ = views.paint(state | {"mode": "mix", "second": second}, [3, 30])
    other = views.encodings.encode(NAME, second).codes
    assert mixed["codes"] == [other[i] if i in (3, 30) else code for i, code in enumerate(state["codes"])]


def test_a_filling_ends_at_rest_with_all_its_frames(studio, state, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.codes.filling.BETWEEN", 0.0)
    views = CodeViews(studio)
    erased, _ = views.paint(state | {"mode": "fill"}, [0, 8, 9])
    steps = list(fill(views, erased))
    assert [step[1]["stage"]["progress"]["step"] for step in steps[:-1]] == [1, 2, 3]
    final, view = steps[-1]
    assert min(final["codes"]) >= 0 and view["stage"]["progress"] is None and len(view["strip"]["frames"]) == 3
    assert all(len(frame["chances"]) == 8 and frame["drawn"] in [code for code, _ in frame["chances"]] for frame in view["strip"]["frames"])


def test_the_map_in_the_browser_gets_a_picture_or_nothing(studio, state):
    views = CodeViews(studio)
    rows = session.rows(studio, NAME, state["codes"])
    assert views.encodings.redraw({"model": NAME, "codes": rows}).startswith("data:image/png;base64,")
    for asked in ({}, {"model": "x", "codes": rows}, {"model": NAME, "codes": [[99] * 7] * 7}, {"model": NAME, "codes": None}, None):
        assert views.encodings.redraw(asked) is None


def test_a_drawing_is_centred_as_mnist_is():
    slate = Image.new("L", (56, 56))
    ImageDraw.Draw(slate).line([(8, 5), (8, 30)], fill=255, width=5)
    source = inputs.from_ink(list(map(float, slate.tobytes())), 56)
    picture = images.to_digit(inputs.picture(source))
    ink = (picture[0] + 1) / 2
    rows, columns = ink.sum(1), ink.sum(0)
    middle = [(values * torch.arange(28)).sum() / values.sum() for values in (rows, columns)]
    assert all(abs(centre - 13.5) < 1 for centre in middle)
    assert int((rows > 0.3).sum()) == 20


def test_codes_that_are_alike_have_colours_that_are_alike():
    torch.manual_seed(0)
    centres = torch.randn(8, 6) * 4
    vectors = (centres[:, None] + 0.01 * torch.randn(8, 5, 6)).flatten(0, 1)
    colours = torch.tensor([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in palette(vectors)]).float().view(8, 5, 3)
    within = (colours - colours.mean(1, keepdim=True)).norm(dim=2).mean()
    between = torch.cdist(colours.mean(1), colours.mean(1))[~torch.eye(8, dtype=torch.bool)].mean()
    assert within < between / 2


def test_undo_brings_back_the_picture_and_the_strokes_that_belong_to_a_map(studio, state):
    views = CodeViews(studio)
    painted, _ = views.paint(state | {"mode": "fill"}, [4])
    other = views.encoded(painted, inputs.picked(studio.coder(NAME), 8))
    back = session.undo(other)
    assert (back["source"], back["codes"], session.erased(back)) == (state["source"], painted["codes"], [4])
    assert session.undo(back)["codes"] == state["codes"]


def test_a_stroke_keeps_what_was_changed_otherwise(studio, state):
    views = CodeViews(studio)
    swapped, _ = views.swap(state, 20, (state["codes"][20] + 1) % 16)
    painted, _ = views.paint(swapped | {"mode": "fill"}, [0, 1])
    again, _ = views.paint(painted, [1])
    assert again["codes"][20] == swapped["codes"][20] and session.erased(again) == [1]


def test_a_file_with_an_endless_number_or_no_path_is_named(studio, tmp_path):
    (tmp_path / "codes.json").write_text('{"model": "tiny-vqvae", "codes": [[' + "9" * 5000 + "]]}")
    for path in (tmp_path / "codes.json", None, tmp_path / "absent.json"):
        with pytest.raises(FieldError, match="codes file"):
            read(studio, path)
