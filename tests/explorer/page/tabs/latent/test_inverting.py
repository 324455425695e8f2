"""Latent space with models that invert pictures: a flow needs no search, a VAE starts from its own estimate; both draw without a class."""

from __future__ import annotations

import pytest
import tradeoffs
from handlers import event, inputs, laid_out, last, request

from explorer import inversion
from explorer.page.shared import inputs as pictures
from explorer.page.shared import links
from explorer.page.shared.studio import Studio
from explorer.page.tabs.latent import session
from explorer.page.tabs.latent.layout import build
from explorer.zoo import Zoo


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    root = tmp_path_factory.mktemp("zoo")
    tradeoffs.save(root, ["gan-mnist", "vae-mnist", "flow-mnist"])
    return Studio(Zoo(root))


@pytest.fixture(scope="module")
def events(studio):
    return laid_out(build, studio)


def test_only_models_that_draw_without_a_class_are_listed(studio):
    assert studio.catalogue.explorable == ["flow-mnist", "vae-mnist"]
    assert [studio.requires_label(name) for name in ("gan-mnist", "vae-mnist", "flow-mnist")] == [True, False, False]


def test_a_flow_finds_a_digit_without_a_search(studio, monkeypatch):
    monkeypatch.setattr(inversion, "survey", None)  # a search would call it
    digit = pictures.as_seen(studio.model("flow-mnist"), pictures.digits()[3])
    (fit,) = inversion.fit(studio.model("flow-mnist"), digit, steps=7)
    assert fit.step == fit.steps == 7 and fit.psnr > 50 and fit.latent.shape == (784,)


def test_a_vae_starts_from_its_own_estimate(studio):
    model = studio.model("vae-mnist")
    digit = pictures.as_seen(model, pictures.digits()[3])
    fits = list(inversion.fit(model, digit, steps=3, restarts=1, every=1))
    start = model.generate(inversion.onto_shell(inversion.inverted(model, digit), inversion.typical_norms(4)))[0]
    assert fits[0].image.sub(start).abs().max() < 1e-5 and fits[-1].psnr >= fits[0].psnr


def test_the_tab_fits_a_digit_with_a_flow_and_shares_it(events, studio):
    state = {**session.opening(studio), "model": "flow-mnist"}
    ui, fit = events.ui, events.ui.fit
    controls = (fit.optimizer, fit.steps, fit.restarts, fit.rate, fit.perceptual, fit.seed, fit.space)
    data = inputs(events, state) | dict(zip(controls, (None, None, None, None, 0, 0, "latent"), strict=True)) | {fit.upload: None}
    page = last(events.fit(data, request(), event(fit.examples, index=7)))
    assert "No search was needed" in page[ui.lesson] and page[ui.stage]["pictures"][0]["title"] == "a 7 of MNIST"
    assert len(page[fit.examples]["items"]) == 11
    restored = session.decode(studio, links.unpack(page[ui.takeaway]["query"]))
    assert restored["a"]["latent"] == pytest.approx(page[ui.state]["a"]["latent"])
    assert "images.to_digit" in page[ui.takeaway]["codes"][1][1]
