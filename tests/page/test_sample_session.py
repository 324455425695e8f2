"""The state of the Sample tab survives a link, and refuses what there is not."""

from __future__ import annotations

import pytest
from tiny import tiny_acgan, tiny_cgan, tiny_dcgan, tiny_ddpm, tiny_scene_judge, tiny_vqvae

from explorer.page import diffusion_session, links
from explorer.page import sample_session as session
from explorer.page.checks import FieldError
from explorer.page.diffusion_views import DiffusionViews
from explorer.page.sample_views import SampleViews
from explorer.page.studio import Studio
from explorer.zoo import Zoo


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    root = tmp_path_factory.mktemp("zoo")
    tiny_dcgan().save_pretrained(root / "tiny-dcgan")
    tiny_acgan().save_pretrained(root / "tiny-acgan")
    tiny_cgan().save_pretrained(root / "cgan-iclevr")
    tiny_scene_judge().save_pretrained(root / "judge-iclevr")
    tiny_vqvae().save_pretrained(root / "tiny-vqvae")
    tiny_ddpm().save_pretrained(root / "tiny-ddpm")
    return Studio(Zoo(root))


@pytest.mark.parametrize(
    "state",
    [
        {"model": "tiny-dcgan", "seed": 7, "count": 5, "label": "any", "truncation": 1.5, "temperature": 1.0},
        {"model": "tiny-vqvae", "seed": 0, "count": 64, "label": "2", "truncation": None, "temperature": 0.5},
        {"model": "tiny-acgan", "seed": 7, "count": 5, "label": "frog", "truncation": 1.5, "temperature": 1.0},
        {"model": "cgan-iclevr", "seed": 7, "count": 5, "label": "red cube + cyan sphere", "truncation": None, "temperature": 1.0},
        {"model": "tiny-ddpm", "seed": 9, "count": 2, "label": "3", "truncation": None, "temperature": 1.0},
    ],
)
def test_a_link_carries_the_whole_state(studio, state):
    found = links.carried(session.encode(state), session.NAME)
    assert session.decode(studio, found) == state


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": "biggan"}, "model"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32 - 1, "count": 3}, "seed"),
        ({"count": 0}, "how many"),
        ({"count": 65}, "how many"),
        ({"count": True}, "how many"),
        ({"label": "9"}, "class"),
        ({"label": None}, "class"),
        ({"model": "tiny-acgan", "label": "any"}, "class"),
        ({"model": "cgan-iclevr", "label": "red cube + red cube"}, "objects"),
        ({"model": "cgan-iclevr", "label": ["red cube", "cyan sphere", "gray cylinder"]}, "objects"),
        ({"model": "cgan-iclevr", "label": []}, "objects"),
        ({"temperature": float("nan")}, "temperature"),
        ({"model": "tiny-dcgan", "truncation": 0}, "truncation"),
    ],
)
def test_what_there_is_not_is_named(studio, change, field):
    with pytest.raises(FieldError, match=f"^{field}: got"):
        session.decode(studio, session.opening(studio, "tiny-vqvae") | change)


def test_what_a_model_does_not_take_is_at_rest(studio):
    assert session.settings(studio, "tiny-dcgan", 1, 2, "2", 4.0, 0.3) == {
        "model": "tiny-dcgan", "seed": 1, "count": 2, "label": "any", "truncation": None, "temperature": 1.0,
    }  # fmt: skip


def test_objects_are_one_text_in_the_order_of_the_classes(studio):
    told = session.settings(studio, "cgan-iclevr", 1, 2, ["cyan sphere", "red cube"], None, 1.0)
    assert told["label"] == "red cube + cyan sphere"
    assert session.opening(studio, "cgan-iclevr")["label"] == "red cube" and session.opening(studio, "tiny-vqvae")["label"] == "any"


def test_a_scene_is_judged_object_by_object_and_its_noise_stays_when_an_object_goes(studio):
    state = session.opening(studio, "cgan-iclevr") | {"count": 2, "label": "red cube + cyan sphere"}
    (_, both), (_, one) = SampleViews(studio).drawn(state, 1), SampleViews(studio).drawn(state | {"label": "red cube"}, 1)
    assert both["latent"] == one["latent"] and (both["labels"], one["labels"]) == ([1.0, 1.0, 0.0], [1.0, 0.0, 0.0])
    *_, view = SampleViews(studio).request(state)
    facts = view["grid"]["pictures"][0]["facts"]
    assert ["objects", "red cube + cyan sphere"] in facts
    assert {thing: name for name, thing in facts if name.startswith("the judge")}.keys() == {"red cube", "cyan sphere"}


def test_a_long_request_is_shown_as_it_comes_and_ends_at_rest(studio, monkeypatch):
    monkeypatch.setattr("explorer.page.sample_views.BETWEEN", 0.0)
    views = list(SampleViews(studio).request(session.opening(studio, "tiny-dcgan") | {"count": 4}))
    assert [len(view["grid"]["pictures"]) for view in views] == [1, 2, 3, 4]
    assert [view["grid"]["progress"] for view in views] == [{"step": i, "steps": 4} for i in (1, 2, 3)] + [None]
    assert len({view["grid"]["key"] for view in views}) == 1


def test_a_picture_tells_its_seed_and_the_way_to_take_it_apart(studio):
    *_, view = SampleViews(studio).request(session.opening(studio, "tiny-vqvae") | {"seed": 3, "count": 2, "label": "1"})
    second = view["grid"]["pictures"][1]
    assert ["seed", "4"] in second["facts"] and ["class", "1"] in second["facts"]
    words, query = second["link"]
    assert words == "change its codes" and links.carried(query, "VQ codes")["model"] == "tiny-vqvae"
    *_, view = SampleViews(studio).request(session.opening(studio, "tiny-dcgan") | {"seed": 3, "count": 1})
    (only,) = view["grid"]["pictures"]
    assert links.carried(only["link"][1], links.OPENING)["a"] == {"seed": 3}
    assert any(name == "discriminator" for name, _ in only["facts"])


def test_a_picture_out_of_noise_can_be_watched_coming_out_of_it(studio):
    *_, view = SampleViews(studio).request(session.opening(studio, "tiny-ddpm") | {"seed": 5, "count": 2, "label": "3"})
    second = view["grid"]["pictures"][1]
    words, query = second["link"]
    state = diffusion_session.decode(studio, links.carried(query, diffusion_session.NAME), 10)
    assert words == "watch it come out of noise" and (state["seed"], state["label"]) == (6, "3")
    *_, run = DiffusionViews(studio).show(state)
    assert run["stage"]["pictures"][0]["src"] == second["src"]
