"""Models without classes, and latent diffusion, on the page and in its API: what they draw is shown as pictures."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import gradio as gr
import pytest
import torch
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from PIL import Image
from tiny import LatentDDPM, tiny_ddpm, tiny_latent_ddpm, tiny_vqvae

from explorer import diffusion, images
from explorer.models import MODELS
from explorer.page import page
from explorer.page.shared import conditions
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri
from explorer.page.tabs import TABS
from explorer.page.tabs.diffusion import charts, session, snippets
from explorer.page.tabs.diffusion.views import DiffusionViews
from explorer.page.tabs.sample.session import FIELDS
from explorer.page.tabs.sample.views import SampleViews
from explorer.zoo import Zoo

PLAIN, LATENT = "ddpm-plain", "latent-ddpm-photos"
TAB = {tab.slug: tab for tab in TABS}


@pytest.fixture
def unlabelled(tmp_path, monkeypatch) -> Studio:
    """A studio of a pixel model and a latent one, neither with classes, and a coder without any."""
    monkeypatch.setitem(MODELS, LatentDDPM.__name__, LatentDDPM)
    tiny_ddpm(classes=()).save_pretrained(tmp_path / PLAIN)
    tiny_latent_ddpm().save_pretrained(tmp_path / LATENT)
    tiny_vqvae(classes=()).save_pretrained(tmp_path / "codes")
    return Studio(Zoo(tmp_path))


def opened(source: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2])))


@pytest.mark.parametrize("tabs", [[TAB["diffusion"]], TABS])
def test_a_page_of_models_without_classes_is_built(unlabelled, tabs):
    assert unlabelled.zoo.refused == {}
    demo = page(tabs, unlabelled.zoo)
    assert any(getattr(block, "elem_id", None) == "diffusion-class" and not block.visible for block in demo.blocks.values())


@pytest.mark.parametrize(("model", "mode", "side"), [(PLAIN, "L", 28), (LATENT, "RGB", 32)])
@pytest.mark.parametrize(
    "change", [{}, {"count": 5}, {"compare": "seed"}, {"mode": "forward", "start": 200}, {"mode": "edit", "start": 500}, {"mode": "edit"}]
)
def test_models_without_classes_and_latent_ones_show_pictures(unlabelled, model, mode, side, change, tmp_path, monkeypatch):
    views = DiffusionViews(unlabelled)
    state = session.opening(unlabelled, model) | {"steps": 3} | change
    if change == {"mode": "edit"}:
        state["erased"] = [int(i < 40) for i in range(side * side)]
    assert state["label"] == "any" and session.decode(unlabelled, session.opening(unlabelled, model) | {"erased": ""})["model"] == model
    *_, view = views.show(state)
    sources = [frame["src"] for frame in view["strip"]["frames"]] + [each["src"] for each in view["stage"]["pictures"]]
    shown = [opened(source) for source in sources]
    assert {(picture.mode, picture.size) for picture in shown} == {(mode, (side, side))}
    film = Image.open(io.BytesIO(views.film(state, "gif")))
    rows = 1 if change.get("mode") == "forward" else 5 if change.get("count") == 5 else 3
    assert film.width == rows * film.height
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (40, 40), "teal").save("picture.png")
    hole = torch.ones(side, side, dtype=torch.bool)
    exec(snippets.package(unlabelled, state).replace("Zoo()", "zoo"), {"zoo": unlabelled.zoo, "hole": hole})


def test_a_latent_models_last_picture_is_what_its_decoder_draws(unlabelled):
    views, network = DiffusionViews(unlabelled), unlabelled.denoiser(LATENT)
    state = session.opening(unlabelled, LATENT) | {"steps": 3, "seed": 5}
    *_, view = views.show(state)
    *_, last = diffusion.denoise(network, torch.zeros(1, 0), seed=5, sampler=state["sampler"], steps=3, guidance=state["guidance"])
    assert view["stage"]["pictures"][0]["src"] == uri(network.picture(last.x)[0]) == view["strip"]["frames"][-1]["src"]
    assert view["histogram"]["counts"] == charts.counts(last.x[0])


@pytest.mark.parametrize(("model", "side"), [(PLAIN, 28), (LATENT, 32)])
def test_the_api_answers_for_models_without_classes(unlabelled, model, side):
    (sample,), (noise, denoise) = (TAB[slug].endpoints(unlabelled) for slug in ("sample", "diffusion"))
    (first, second), about = sample(model, seed=3, count=2, settings={"steps": 2})
    assert about["labels"] == [] and Image.open(first["path"]).size == Image.open(second["path"]).size == (side, side)
    (film, last), about = denoise(model, seed=3, settings={"steps": 2})
    assert Image.open(film["path"]).size == (4 * side, 4 * side) and about["evaluations"] == 2
    assert Path(last["path"]).read_bytes() == Path(first["path"]).read_bytes()
    place = save_bytes_to_cache(images.png(Image.new("RGB", (40, 40), "teal")), "a.png", get_upload_folder())
    given = {"path": place, "meta": {"_type": "gradio.FileData"}}
    (noised, seen), _ = noise(given, model, t=400)
    assert Image.open(noised["path"]).size == Image.open(seen["path"]).size == (side, side)
    (_, edited), _ = denoise(model, settings={"steps": 2}, image=given, start=500, erased=[[1] * side] * side)
    assert Image.open(edited["path"]).size == (side, side)
    with pytest.raises(gr.Error, match="labels"):
        sample(model, labels=[0.5])


@pytest.mark.parametrize(("model", "shape"), [(PLAIN, (1, 28, 28)), (LATENT, (3, 32, 32)), ("codes", (1, 28, 28))])
def test_the_sample_tab_draws_from_models_without_classes(unlabelled, model, shape):
    views = SampleViews(unlabelled)
    state = FIELDS.opening(unlabelled, model) | {"count": 2}
    *_, view = views.request(state)
    assert len(view["grid"]["pictures"]) == 2 and "without a class" not in view["lesson"]
    (asked, _) = conditions.picture_inputs(unlabelled, state)
    assert views.drawn(state, asked)[0].shape == shape
