"""Which is real? One picture is, the browser does not know which before the visitor has chosen, and the score counts each round once."""

from __future__ import annotations

import json
import random

import pytest
import torch
from tiny import save_with_card, tiny_acgan, tiny_dcgan, tiny_ddpm

from explorer import images
from explorer.page.shared.checks import FieldError
from explorer.page.shared.real_pictures import contact_sheet, reals
from explorer.page.shared.studio import Studio
from explorer.page.tabs.sample import rounds
from explorer.page.tabs.sample.session import FIELDS
from explorer.page.tabs.sample.views import SampleViews
from explorer.zoo import Zoo


@pytest.fixture(scope="module")
def views(tmp_path_factory) -> SampleViews:
    root = tmp_path_factory.mktemp("zoo")
    save_with_card(tiny_ddpm(), root / "ddpm-mnist-tiny", data="mnist")
    save_with_card(tiny_dcgan(), root / "gan-cakes", data="cakes")
    save_with_card(tiny_acgan(), root / "acgan-mnist", data="mnist")
    return SampleViews(Studio(Zoo(root)))


@pytest.fixture(autouse=True)
def no_local_data(monkeypatch):
    monkeypatch.delenv("EXPLORER_DATA", raising=False)
    for cached in (reals, contact_sheet):
        cached.cache_clear()
    yield
    for cached in (reals, contact_sheet):
        cached.cache_clear()


@pytest.mark.parametrize(("data", "shown"), [("mnist", True), ("stickers", True), ("iclevr", True), ("birds", False), ("", False)])
def test_a_sheet_of_real_pictures_has_sixteen_where_they_may_be_shown(data, shown):
    sheet = contact_sheet(data, 16)
    assert (sheet is not None) == shown
    if shown:
        pictures = {sheet.crop((x, y, x + 16, y + 16)).tobytes() for x in range(0, 64, 16) for y in range(0, 64, 16)}
        assert sheet.size == (64, 64) and len(pictures) >= 10


def test_real_digits_come_with_the_page():
    found = reals("mnist")
    assert (found.data, found.count) == ("mnist", 1000)
    assert reals("cakes") is None and reals("") is None
    sheet = [found.pick(random.Random(seed)) for seed in range(30)]
    assert {image.size for image in sheet} == {(28, 28)} and len({image.tobytes() for image in sheet}) > 20


def test_one_of_two_is_real_and_the_browser_does_not_know_which(views):
    digits = {images.to_tensor(reals("mnist").pick(random.Random(seed)), 28)[:1].numpy().tobytes() for seed in range(3000)}
    sides = set()
    for seed in range(6):
        state = rounds.deal(views, rounds.opening("ddpm-mnist-tiny"), random.Random(seed))
        now = state["round"]
        assert [picture.numpy().tobytes() in digits for picture in now["pictures"]] == [i == now["real"] for i in (0, 1)]
        sides.add(now["real"])
        shown = rounds.view(views, state)
        assert shown["real"] is None and "drawn by" not in json.dumps(shown) and len(shown["pictures"]) == 2
    assert sides == {0, 1}


def test_every_round_counts_once(views):
    state = rounds.deal(views, rounds.opening("acgan-mnist"), random.Random(1))
    real = state["round"]["real"]
    state = rounds.guess(state, real)
    again = rounds.guess(state, 1 - real)
    assert (again["correct"], again["asked"]) == (1, 1)
    shown = rounds.view(views, state)
    assert shown["message"].startswith("Right. So far, 1 of 1 answer was right") and shown["real"] == shown["chosen"] == real
    assert shown["pictures"][real]["caption"].startswith("real; acgan-mnist's discriminator")
    assert ", for the class " in shown["pictures"][1 - real]["caption"]
    state = rounds.deal(views, state, random.Random(2))
    assert "So far, 1 of 1 answer was right" in rounds.view(views, state)["message"]
    state = rounds.guess(state, 1 - state["round"]["real"])
    assert rounds.view(views, state)["message"].startswith("No, the real picture is the other one. So far, 1 of 2 answers was right")


@pytest.mark.parametrize("index", [2, -1, None, "0", True, 0.5])
def test_a_choice_that_there_is_not_is_named(views, index):
    state = rounds.deal(views, rounds.opening("ddpm-mnist-tiny"), random.Random(1))
    with pytest.raises(FieldError, match=r"^picture: got"):
        rounds.guess(state, index)


def test_without_real_pictures_there_is_no_game(views):
    state = rounds.deal(views, rounds.opening("gan-cakes"))
    assert state["round"] is None and rounds.view(views, state) is None
    assert rounds.guess(state, 0) == state


def test_what_is_drawn_is_what_its_seed_draws(views):
    state = rounds.deal(views, rounds.opening("ddpm-mnist-tiny"), random.Random(3))
    now = state["round"]
    asked = FIELDS.check(views.studio, {"model": state["model"], "seed": now["seed"], "count": 1, "label": now["label"]})
    (again, _), drawn = views.drawn(asked, rounds.conditions.picture_inputs(views.studio, asked)[0]), now["pictures"][1 - now["real"]]
    assert torch.equal(again, drawn)
