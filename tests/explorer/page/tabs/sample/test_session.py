"""The state of the Sample tab survives a link, and refuses what there is not."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import torch
from PIL import Image
from tiny import save_with_card, tiny_acgan, tiny_cgan, tiny_dcgan, tiny_ddpm, tiny_scene_judge, tiny_vqvae

from explorer import images
from explorer.page.shared import conditions, links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.shared.training import timeline
from explorer.page.tabs.diffusion.session import decode
from explorer.page.tabs.diffusion.views import DiffusionViews
from explorer.page.tabs.sample import session, snippets
from explorer.page.tabs.sample.views import SampleViews
from explorer.zoo import Zoo
from train.state import leave_out


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    root = tmp_path_factory.mktemp("zoo")
    tiny_dcgan().save_pretrained(root / "tiny-dcgan")
    tiny_acgan().save_pretrained(root / "tiny-acgan")
    save_with_card(tiny_cgan(), root / "cgan-iclevr", data="iclevr")
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
        {"model": "tiny-acgan", "label": "frog", "other": "dog", "share": 0.25},
        {"model": "tiny-acgan", "label": "frog", "other": "dog", "vary": "mix", "count": 5, "seed": 2**32 - 1},
        {"model": "tiny-acgan", "label": "frog", "vary": "class", "count": 3, "seed": 2**32 - 1},
        {"model": "cgan-iclevr", "label": "red cube", "vary": "class", "count": 3},
    ],
)
def test_a_link_carries_the_whole_state(studio, state):
    found = links.carried(links.pack(session.SLUG, session.FIELDS.opening(studio, state["model"]) | state), session.SLUG)
    assert session.FIELDS.check(studio, found) == session.FIELDS.opening(studio, state["model"]) | state


def test_a_link_of_before_mixtures_still_opens(studio):
    old = {"model": "tiny-vqvae", "seed": 3, "count": 2, "label": "2", "truncation": None, "temperature": 1.0}
    assert session.FIELDS.check(studio, old) == old | {"vary": "seed", "other": "", "share": 0.5}


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
        session.FIELDS.check(studio, session.FIELDS.opening(studio, "tiny-vqvae") | change)


def test_what_a_model_does_not_take_is_at_rest(studio):
    values = {"model": "tiny-dcgan", "seed": 1, "count": 2, "label": "2", "truncation": 4.0, "temperature": 0.3}
    assert session.FIELDS.check(studio, values) == {
        "model": "tiny-dcgan", "seed": 1, "count": 2, "label": "any", "truncation": None, "temperature": 1.0,
        "vary": "seed", "other": "", "share": 0.5,
    }  # fmt: skip


def test_objects_are_one_text_in_the_order_of_the_classes(studio):
    told = session.FIELDS.check(studio, {"model": "cgan-iclevr", "label": ["cyan sphere", "red cube"]})
    assert told["label"] == "red cube + cyan sphere"
    assert session.FIELDS.opening(studio, "cgan-iclevr")["label"] == "red cube"
    assert session.FIELDS.opening(studio, "tiny-vqvae")["label"] == "any"


def test_a_scene_is_judged_object_by_object_and_its_noise_stays_when_an_object_goes(studio):
    state = session.FIELDS.opening(studio, "cgan-iclevr") | {"count": 2, "label": "red cube + cyan sphere"}
    (_, both), (_, one) = (
        SampleViews(studio).drawn(asked, conditions.picture_inputs(studio, asked)[1]) for asked in (state, state | {"label": "red cube"})
    )
    assert both["latent"] == one["latent"] and (both["labels"], one["labels"]) == ([1.0, 1.0, 0.0], [1.0, 0.0, 0.0])
    *_, view = SampleViews(studio).request(state)
    facts = view["grid"]["pictures"][0]["facts"]
    assert ["objects", "red cube + cyan sphere"] in facts
    assert {thing: name for name, thing in facts if name.startswith("the judge")}.keys() == {"red cube", "cyan sphere"}


def test_one_seed_goes_through_all_classes_and_a_share_from_one_to_another(studio):
    opening = session.FIELDS.opening(studio, "tiny-acgan") | {"seed": 5, "label": "cat", "count": 3}
    classes = [*studio.classes("tiny-acgan")]
    all_classes = conditions.picture_inputs(studio, opening | {"vary": "class"})
    assert [(one.seed, one.label) for one in all_classes] == [(5, name) for name in classes]
    mixed = conditions.picture_inputs(studio, opening | {"vary": "mix", "other": "frog"})
    assert torch.stack([one.weights for one in mixed]).tolist() == [[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]]
    assert [one.seed for one in mixed] == [5, 5, 5] and mixed[1].label == "cat, 50% frog"
    part = conditions.picture_inputs(studio, opening | {"other": "frog", "share": 0.25})
    assert [one.seed for one in part] == [5, 6, 7] and all(one.weights.tolist() == [0.75, 0, 0.25] for one in part)

    views = SampleViews(studio)
    *_, view = views.request(opening | {"vary": "class"})
    assert [picture["title"] for picture in view["grid"]["pictures"]] == classes and "One seed" in view["lesson"]
    assert any(name == "its class head" for name, _ in view["grid"]["pictures"][0]["facts"])
    with zipfile.ZipFile(io.BytesIO(views.archive(opening | {"vary": "mix", "other": "frog"}))) as file:
        rows = json.loads(file.read("metadata.json"))["pictures"]
    assert [row["labels"] for row in rows] == [[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]] and len({row["file"] for row in rows}) == 3
    assert Image.open(io.BytesIO(views.walk(opening | {"vary": "mix", "other": "frog"}, "gif"))).n_frames > 10


@pytest.mark.parametrize("model", ["tiny-dcgan", "tiny-acgan", "tiny-vqvae", "tiny-ddpm", "cgan-iclevr"])
@pytest.mark.parametrize("vary", ["seed", "class", "mix"])
def test_the_code_on_the_page_draws_what_the_page_shows(studio, monkeypatch, model, vary):
    opening = session.FIELDS.opening(studio, model)
    label = opening["label"] if model == "cgan-iclevr" else next(iter(studio.classes(model)), "any")
    other = "" if model == "cgan-iclevr" else next(iter(studio.classes(model)[1:]), "")
    changed = {"seed": 3, "count": 2, "label": label, "vary": vary, "other": other, "share": 0.3}
    state = session.FIELDS.check(studio, opening | changed)
    drawn = []
    monkeypatch.setattr(images, "grid", lambda pictures, columns: drawn.append(pictures) or Image.new("RGB", (1, 1)))
    monkeypatch.chdir(studio.zoo.root)
    exec(snippets.package(studio, state).replace("Zoo()", "zoo"), {"zoo": studio.zoo})
    expected = [SampleViews(studio).drawn(state, one)[0] for one in conditions.picture_inputs(studio, state)]
    assert torch.allclose(drawn[0], torch.stack(expected), atol=1e-3)


def test_a_long_request_is_shown_as_it_comes_and_ends_at_rest(studio, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.sample.views.BETWEEN", 0.0)
    views = list(SampleViews(studio).request(session.FIELDS.opening(studio, "tiny-dcgan") | {"count": 4}))
    assert [len(view["grid"]["pictures"]) for view in views] == [1, 2, 3, 4]
    assert [view["grid"]["progress"] for view in views] == [{"step": i, "steps": 4} for i in (1, 2, 3)] + [None]
    assert len({view["grid"]["key"] for view in views}) == 1


def test_a_picture_tells_its_seed_and_the_way_to_take_it_apart(studio):
    *_, view = SampleViews(studio).request(session.FIELDS.opening(studio, "tiny-vqvae") | {"seed": 3, "count": 2, "label": "1"})
    second = view["grid"]["pictures"][1]
    assert ["seed", "4"] in second["facts"] and ["class", "1"] in second["facts"]
    words, query = second["link"]
    assert words == "change its codes" and links.carried(query, "codes")["model"] == "tiny-vqvae"
    *_, view = SampleViews(studio).request(session.FIELDS.opening(studio, "tiny-dcgan") | {"seed": 3, "count": 1})
    (only,) = view["grid"]["pictures"]
    assert links.carried(only["link"][1], links.WITHOUT_A_TAB)["a"] == {"seed": 3}
    assert any(name == "discriminator" for name, _ in only["facts"])


def test_a_picture_out_of_noise_can_be_watched_coming_out_of_it(studio):
    *_, view = SampleViews(studio).request(session.FIELDS.opening(studio, "tiny-ddpm") | {"seed": 5, "count": 2, "label": "3"})
    second = view["grid"]["pictures"][1]
    words, query = second["link"]
    state = decode(studio, links.carried(query, "diffusion"))
    assert words == "watch it come out of noise" and (state["seed"], state["label"]) == (6, "3")
    *_, run = DiffusionViews(studio).show(state)
    assert run["stage"]["pictures"][0]["src"] == second["src"]


def test_a_model_that_was_shipped_without_its_discriminator_draws_and_has_no_opinion(tmp_path):
    for name in ("whole", "half"):
        tiny_acgan().save_pretrained(tmp_path / name)
    leave_out(tmp_path / "half", "discriminator")
    studio = Studio(Zoo(tmp_path))
    facts = {}
    for name in ("whole", "half"):
        *_, view = SampleViews(studio).request(session.FIELDS.opening(studio, name) | {"count": 1})
        facts[name] = {fact for fact, _ in view["grid"]["pictures"][0]["facts"]}
    assert facts["whole"] - facts["half"] == {"discriminator", "its class head"}


def test_a_curve_that_covers_less_than_a_quarter_of_the_run_is_not_drawn(tmp_path):
    tiny_dcgan().save_pretrained(tmp_path / "tiny-dcgan")
    rows = [{"images": images, "kid": 1.0} | ({"fd": 9.0} if images > 80 else {}) for images in range(0, 101, 5)]
    (tmp_path / "tiny-dcgan" / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    learned = timeline(Studio(Zoo(tmp_path)), "tiny-dcgan", "the same seeds")
    assert [panel["title"] for panel in learned["curves"]["panels"]] == ["KID"]


@pytest.mark.parametrize("raw", [False, True])
def test_the_timeline_says_so_where_the_average_that_it_shows_is_not_what_ships(tmp_path, raw):
    tiny_dcgan().save_pretrained(tmp_path / "tiny-dcgan")
    (tmp_path / "tiny-dcgan" / "history.jsonl").write_text(json.dumps({"images": 80, "fd": 9.0, "fd_raw": 8.0 if raw else 10.0}) + "\n")
    (tmp_path / "tiny-dcgan" / "timeline").mkdir()
    (tmp_path / "tiny-dcgan" / "timeline" / "80.webp").write_bytes(b"RIFF....WEBP a picture")
    note = timeline(Studio(Zoo(tmp_path)), "tiny-dcgan", "the same seeds")["strip"]["note"]
    assert "after 80 pictures, which measured best" in note and ("moving average" in note) == raw
