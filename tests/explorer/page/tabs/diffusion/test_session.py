"""The state of the Diffusion tab survives a link, and its views show the run that the package makes of it."""

from __future__ import annotations

import io
import math

import pytest
import torch
from PIL import Image
from tiny import save_with_card, tiny_ddpm, tiny_judge, tiny_vqvae

from explorer import diffusion, images
from explorer.page.shared import inputs, links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri
from explorer.page.tabs.diffusion import backward, charts, session, snippets
from explorer.page.tabs.diffusion.forward import signal
from explorer.page.tabs.diffusion.views import DiffusionViews
from explorer.zoo import Zoo

NAME, COLOUR = "tiny-mnist-ddpm", "tiny-photo-ddpm"


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    root = tmp_path_factory.mktemp("zoo")
    save_with_card(tiny_ddpm(), root / NAME, data="mnist")
    tiny_ddpm(channels=3).save_pretrained(root / COLOUR)
    save_with_card(tiny_vqvae(), root / "tiny-mnist-vqvae", data="mnist")
    tiny_judge().save_pretrained(root / "judge-mnist")
    return Studio(Zoo(root))


@pytest.fixture
def views(studio) -> DiffusionViews:
    return DiffusionViews(studio)


def erased(*places: int) -> list[int]:
    return [int(i in places) for i in range(784)]


CHANGES = [
    {"mode": "forward", "seed": 2**32 - 1, "example": 9},
    {"mode": "reverse", "label": "any", "sampler": "ddpm", "steps": 1000, "guidance": 0.0, "compare": "sampler", "other_sampler": "ddim"},
    {"mode": "edit", "start": 1, "erased": erased(0, 5, 783)},
    {"count": 5, "compare": "guidance", "other_guidance": 7.5, "other_seed": 11},
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_link_carries_the_whole_state(studio, change):
    state = session.opening(studio, NAME) | change
    assert session.decode(studio, links.carried(links.pack("diffusion", session.carried(state)), session.SLUG)) == state


def test_a_link_leaves_a_visitors_picture_and_what_was_erased_of_it_at_home(studio):
    state = session.opening(studio, NAME) | {"mode": "edit", "source": {"name": "mine", "png": "secret"}, "erased": erased(3)}
    query = links.pack("diffusion", session.carried(state))
    found = session.decode(studio, links.carried(query, session.SLUG))
    assert found["source"] is None and found["erased"] == [] and found["example"] == state["example"]
    assert "secret" not in str(links.carried(query, session.SLUG))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": "tiny-mnist-vqvae"}, "model"),
        ({"mode": "sideways"}, "mode"),
        ({"label": "9"}, "class"),
        ({"seed": True}, "seed"),
        ({"sampler": "euler"}, "sampler"),
        ({"steps": 0}, "steps"),
        ({"steps": 1001}, "steps"),
        ({"guidance": float("nan")}, "guidance"),
        ({"start": 0}, "start"),
        ({"count": 6}, "count"),
        ({"compare": "colour"}, "compare"),
        ({"other_guidance": 13}, "the other guidance"),
        ({"other_sampler": None}, "the other sampler"),
        ({"example": 10}, "example"),
        ({"erased": "xyz"}, "erased"),
        ({"erased": "ff"}, "erased"),
    ],
)
def test_what_there_is_not_is_named(studio, change, field):
    with pytest.raises(FieldError, match=f"^{field}: got"):
        session.decode(studio, session.opening(studio, NAME) | {"erased": ""} | change)


def test_a_picture_sinks_into_one_noise_in_closed_form(studio, views):
    state = session.opening(studio, NAME) | {"mode": "forward", "seed": 4, "example": 3, "start": 333}
    (view,) = views.show(state)
    frames, network = view["strip"]["frames"], studio.denoiser(NAME)
    picture = images.to_digit(inputs.picture(inputs.picked(network, 3)))
    noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(4))
    assert [frame["step"] for frame in frames][:3] == [0, 10, 20] and frames[-1]["step"] == 1000 and len(frames) == 102
    for frame in frames:
        x = diffusion.add_noise(picture, noise, network.alpha_bar[frame["step"]])
        assert frame["src"] == frame["pictures"][0]["src"] == uri(x) and frame["counts"] == charts.counts(x)
    assert (
        frames[view["strip"]["selected"]]["step"] == 333 and view["stage"]["pictures"][0]["src"] == frames[view["strip"]["selected"]]["src"]
    )
    assert [point[0] for point in view["curve"]["panels"][0]["series"][0]["points"]] == list(range(0, 1001, 10))


def test_a_run_streams_and_ends_with_a_strip_of_its_moments(studio, views, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.diffusion.backward.BETWEEN", 0.0)
    state = session.opening(studio, NAME) | {"label": "2", "seed": 7, "steps": 4, "guidance": 3.0}
    *coming, last = views.show(state)
    run = list(diffusion.denoise(studio.denoiser(NAME), torch.eye(4)[2:3], seed=7, steps=4, guidance=3.0))
    assert [view["stage"]["progress"]["step"] for view in coming] == [0, 1, 2, 3] and all(view["strip"] is None for view in coming)
    frames = last["strip"]["frames"]
    assert [frame["step"] for frame in frames] == [1000, 750, 500, 250, 0] == last["curve"]["panels"][0]["marks"]
    for frame, moment in zip(frames, run, strict=True):
        assert [each["src"] for each in frame["pictures"]] == [uri(moment.x[0]), uri(moment.x0[0]), uri(moment.noise[0])]
        assert ["network evaluations", str(moment.evaluations)] in frame["facts"]
    assert last["stage"]["pictures"][0]["src"] == uri(run[-1].x[0]) and last["stage"]["progress"] is None
    words, query = next(fact[1:] for fact in last["stage"]["facts"] if len(fact) == 3)
    codes = studio.coder("tiny-mnist-vqvae").encode(run[-1].x)[0].tolist()
    assert words == "take it apart into codes" and links.carried(query, "codes")["codes"] == codes


def test_a_long_run_keeps_sixty_moments_and_both_ends(studio, views):
    *_, last = views.show(session.opening(studio, NAME) | {"steps": 130, "guidance": 1.0})
    steps = [frame["at"] for frame in last["strip"]["frames"]]
    assert steps[0] == 0 and steps[-1] == 130 and 55 <= len(steps) <= 62 and steps == sorted(set(steps))


def test_a_stopped_run_shows_what_it_has(studio, views, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.diffusion.backward.BETWEEN", 0.0)
    state = session.opening(studio, NAME) | {"steps": 6}
    run = views.show(state)
    next(run), next(run)
    view = views.finished(state, next(run)["frames"])
    assert [frame["at"] for frame in view["strip"]["frames"]] == [0, 1, 2] and view["stage"]["progress"] is None


@pytest.mark.parametrize(("what", "value"), [("guidance", 6.0), ("sampler", "ddpm"), ("seed", 99)])
def test_two_runs_go_in_lockstep_and_differ_in_one_thing(studio, views, what, value):
    state = session.opening(studio, NAME) | {"steps": 3, "compare": what, f"other_{what}": value}
    *_, last = views.show(state)
    *_, alone = views.show(state | {"compare": "nothing"})
    *_, other = views.show(state | {"compare": "nothing", what: value})
    for both, ours, theirs in zip(*(view["strip"]["frames"] for view in (last, alone, other)), strict=True):
        sources = [[each["src"] for each in frame["pictures"]] for frame in (both, ours, theirs)]
        assert sources[0] == sources[1] + sources[2]
    assert str(value) in last["lesson"]


def test_five_pictures_have_five_seeds(studio, views):
    *_, last = views.show(session.opening(studio, NAME) | {"count": 5, "steps": 2, "seed": 3})
    assert last["stage"]["columns"] == "five"
    assert [each["title"] for each in last["stage"]["pictures"]] == [f"seed {i}" for i in range(3, 8)]
    assert len({each["src"] for each in last["stage"]["pictures"]}) == 5


def test_an_erased_part_is_made_anew_from_the_first_timestep_on(studio, views):
    state = session.opening(studio, NAME) | {"mode": "edit", "steps": 4, "start": 200, "erased": erased(*range(300, 420))}
    *_, last = views.show(state)
    assert last["strip"]["frames"][0]["step"] == 1000 and "the erased part" in last["lesson"]
    *_, whole = views.show(state | {"erased": []})
    assert whole["strip"]["frames"][0]["step"] == 200 and "t = 200" in whole["lesson"]


def test_the_lesson_says_since_when_the_judge_has_read_the_same(studio):
    read = ["1", "3", "2", "2", "2"]
    frames = [{"read": each, "at": i} for i, each in enumerate(read)]
    said = backward.lesson(studio, session.opening(studio, NAME) | {"label": "2", "steps": 4}, frames)
    assert "from step 2 of 4 on" in said and "though" not in said
    said = backward.lesson(studio, session.opening(studio, NAME) | {"label": "0", "steps": 4}, [{"read": "2", "at": 0}] * 3)
    assert "from the very first step" in said and "though the class was 0" in said


@pytest.mark.parametrize("mode", [mode for _, mode in session.MODES])
@pytest.mark.parametrize("form", ["gif", "mp4"])
def test_a_strip_is_saved_as_a_film(studio, views, mode, form):
    film = views.film(session.opening(studio, NAME) | {"mode": mode, "steps": 3}, form)
    if form == "gif":
        with Image.open(io.BytesIO(film)) as found:
            assert found.n_frames > 3 and found.width == (1 if mode == "forward" else 3) * found.height
    else:
        assert b"ftyp" in film[:32]


def test_the_figure_of_one_step_answers_within_its_bounds_and_refuses_the_rest(studio):
    network = studio.denoiser(NAME)
    found = charts.look(network, {"t": 400, "step": 10, "x": 0.2})
    assert len(found["exact"]) == len(found["gaussian"]) == 141 and "a Gaussian is enough" in found["sentence"]
    assert "no Gaussian is enough" in charts.look(network, {"t": 400, "step": 399, "x": 0.0})["sentence"]
    assert charts.look(network, {"t": 400, "step": 900, "x": 0.0})["step"] == 400
    for bad in (
        None,
        {},
        {"t": 1001, "step": 1, "x": 0},
        {"t": 5, "step": 0, "x": 0},
        {"t": 5, "step": 1, "x": math.nan},
        {"t": 5, "step": "a", "x": 0},
    ):
        assert charts.look(network, bad) is None


def test_colour_pictures_are_noised_as_they_are(studio, views):
    *_, last = views.show(session.opening(studio, COLOUR) | {"mode": "forward", "example": 1})
    assert [each["title"] for each in last["stage"]["pictures"]] == ["x at t = 800", "cat", "noise ε"]
    assert last["stage"]["pictures"][1]["src"] == last["strip"]["frames"][0]["src"]


def test_a_ratio_is_told_in_words():
    assert [signal(value) for value in (math.inf, 12.34, 0.5, 0.00002)] == ["no noise", "12.3", "0.5", "2e−5"]


@pytest.mark.parametrize("change", [{}, {"mode": "forward"}, {"mode": "edit"}, {"mode": "edit", "erased": erased(1, 2)}])
def test_the_code_to_copy_runs(studio, change, tmp_path, monkeypatch):
    state = session.opening(studio, NAME) | {"steps": 2} | change
    code = snippets.package(studio, state)
    compile(snippets.client(studio, state), "client", "exec")
    monkeypatch.chdir(tmp_path)
    inputs.picture(inputs.picked(studio.denoiser(NAME), 2)).save("picture.png")
    hole = torch.zeros(28, 28, dtype=torch.bool)
    exec(code.replace("Zoo()", "zoo"), {"zoo": studio.zoo, "hole": hole})
    assert (tmp_path / ("noised.png" if change.get("mode") == "forward" else "picture.png")).is_file()


def test_a_model_is_told_with_its_number_of_parameters(studio):
    count = sum(weights.numel() for weights in studio.denoiser(NAME).unet.parameters())
    assert session.about(studio, NAME) == f"pictures of 28 pixels. {count:,} parameters."
