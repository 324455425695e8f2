"""Each handler of the Few labels tab, called as Gradio calls it."""

from __future__ import annotations

import json

import pytest
from handlers import event, inputs, laid_out, last, request
from tiny import save_with_card, tiny_ddpm, tiny_vqvae

from explorer.few_labels import DRAWS
from explorer.models import SGAN, VAEGAN, FewLabels
from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.few import learning, session
from explorer.page.tabs.few.events import FewEvents
from explorer.page.tabs.few.layout import build
from explorer.zoo import Zoo

WIDTH = 4


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> FewEvents:
    root = tmp_path_factory.mktemp("zoo")
    FewLabels(width=WIDTH).save_pretrained(root / "cnn-mnist")
    SGAN(width=WIDTH, latent_size=3).save_pretrained(root / "sgan-mnist")
    VAEGAN(width=WIDTH).save_pretrained(root / "vaegan-mnist")
    draws = {"shipped": {"25": [0.6, 0.7], "1000": [0.9, 0.92]}, "visitor-cnn": {"25": [0.4, 0.5]}, "visitor-sgan": {"25": [0.5, 0.6]}}
    (root / "sgan-mnist" / DRAWS).write_text(json.dumps(draws))
    return laid_out(build, Studio(Zoo(root)))


@pytest.fixture
def state(events) -> dict:
    return session.opening(events.studio)


def test_a_visit_begins_with_a_digit_that_all_classifiers_read(events):
    page = events.opening()
    table = page[events.ui.verdicts]
    assert [row["title"] for row in table["rows"]] == ["CNN", "SGAN", "VAE-GAN"] and table["columns"][0] == "25 labels"
    assert all(sum(cell["chances"]) == pytest.approx(1) for row in table["rows"] for cell in row["cells"])
    assert [picture["side"] for picture in page[events.ui.seen]["pictures"]][1:] == [112, 112]
    (panel,) = page[events.ui.chart]["panels"]
    series = {one["name"]: one for one in panel["series"]}
    assert series["SGAN, 2 draws"]["points"] == [[25, pytest.approx(0.65)], [1000, pytest.approx(0.91)]]
    assert series["SGAN, 2 draws"]["errors"][0] == pytest.approx(0.0707, abs=1e-4) and series["report's CNN"]["points"][0] == (25, 0.6161)
    plane = page[events.ui.plane]
    assert plane["side"] == 21 and len(plane["points"]) == 500


def test_another_example_is_read(events, state):
    page = events.take(inputs(events, state), event(events.ui.examples, index=7))
    assert page[events.ui.state]["digit"] == 7 and page[events.ui.examples]["selected"] == 7
    assert page[events.ui.verdicts]["digit"] != events.opening()[events.ui.verdicts]["digit"]


def test_a_drawing_is_read(events, state):
    ink = [255 if 20 <= i % 56 < 30 and 8 <= i // 56 < 48 else 0 for i in range(56 * 56)]
    page = events.take(inputs(events, state), event(events.ui.slate, ink=ink))
    assert page[events.ui.state]["source"]["name"] == "your drawing" and page[events.ui.examples]["selected"] is None


def test_an_empty_slate_and_a_missing_file_are_named(events, state):
    with pytest.raises(FieldError, match="drawing: got 'an empty slate'"):
        events.take(inputs(events, state), event(events.ui.slate, ink=[0] * 56 * 56))
    with pytest.raises(FieldError, match="picture: got None"):
        events.take(inputs(events, state) | {events.ui.upload: None}, event(events.ui.upload))


def test_labels_are_taken_over_and_carried_by_the_link(events, state):
    page = events.label(inputs(events, state), event(events.ui.labeller, labels=[[3, 5], [9, 0]]))
    labelled = page[events.ui.state]
    assert labelled["labels"] == "3:5,9:0" and "<em>2</em> of 25" in page[events.ui.lesson] and page[events.ui.train]["interactive"]
    assert events.ui.labeller not in page  # the visitor may have given newer labels meanwhile
    restored = events.restore(links.unpack(page[events.ui.takeaway]["query"]), request())
    assert restored[events.ui.state] == labelled
    assert [entry[:2] for entry in restored[events.ui.labeller]["labels"]] == [[3, 5], [9, 0]]


@pytest.mark.parametrize(
    "labels", [None, "3:5", [[1]], [[1, 10]], [[-1, 3]], [[6000, 3]], [[1, 2], [1, 3]], [["a", 1]], [[1, 2.5]], [[i, 0] for i in range(26)]]
)
def test_other_labels_are_refused(events, state, labels):
    with pytest.raises(FieldError, match="labels: "):
        events.label(inputs(events, state), event(events.ui.labeller, labels=labels))


def test_random_labels_are_others_each_time(events, state):
    first = events.random(inputs(events, state))[events.ui.state]
    second = events.random(inputs(events, first))[events.ui.state]
    labels = session.labels_of(first["labels"])
    assert len(labels) == 25 and session.mistaken(labels) == 0
    assert second["labels"] != first["labels"] and second["seed"] == first["seed"] + 1
    assert events.forget(inputs(events, second))[events.ui.state]["labels"] == ""


def test_other_digits_are_shown(events, state):
    page = events.other_digits(inputs(events, state))
    assert [number for number, _ in page[events.ui.labeller]["shelf"]] == list(range(60, 120))
    assert events.other_digits(inputs(events, {**state, "shelf": 99}))[events.ui.state]["shelf"] == 0


def test_other_labelled_digits_are_shown(events, state):
    page = events.show_seen(inputs(events, state, count="1000"))
    assert "1,000" in page[events.ui.seen]["pictures"][0]["title"]


def test_a_training_streams_and_its_networks_read_the_digit(events, state, monkeypatch):
    monkeypatch.setattr(learning, "learn", learning.learn)
    monkeypatch.setattr("explorer.page.tabs.few.events.learn", lambda views, state: learning.learn(views, state, steps=2))
    labelled = events.random(inputs(events, state))[events.ui.state] | {"labels": "1:5,2:0"}
    updates = list(events.train(inputs(events, labelled), request()))
    page = last(iter(updates))
    assert updates[0][events.ui.learning]["progress"]["steps"] == 4
    assert page[events.ui.learning]["progress"] is None and page[events.ui.learning]["pictures"][0]["src"].startswith("data:image/png")
    assert [fact[0] for fact in page[events.ui.learning]["facts"]] == ["CNN", "SGAN"]
    rows = page[events.ui.verdicts]["rows"]
    assert [row["title"] for row in rows[-2:]] == ["your CNN", "your SGAN"] and rows[-1]["note"] == "your 2 labels"
    assert "of 1,000 test digits" in page[events.ui.lesson]
    panel = page[events.ui.curves]["panels"][0]
    assert panel["references"] == [[0.45, "CNN, random labels"], [0.55, "SGAN, random labels"]] and "2 draws" in panel["note"]


def test_training_needs_a_label(events, state):
    with pytest.raises(FieldError, match="labels: got 0"):
        next(events.train(inputs(events, state), request()))
    page = events.change_mode(inputs(events, state, mode="label"))
    assert not page[events.ui.train]["interactive"] and "without labels" in page[events.ui.lesson]


def test_trainings_take_turns():
    turns = learning.Turns()
    with turns.ticket() as first:
        with turns.ticket() as second:
            assert (turns.ahead(first), turns.ahead(second)) == (0, 1)
        with turns.ticket() as third:
            assert turns.ahead(third) == 1


def test_a_digit_opens_in_codes_and_in_diffusion(tmp_path):
    save_with_card(FewLabels(width=WIDTH), tmp_path / "cnn-mnist", data="mnist")
    save_with_card(tiny_vqvae(), tmp_path / "vqvae-mnist", data="mnist")
    save_with_card(tiny_ddpm(), tmp_path / "ddpm-mnist", data="mnist")
    events = laid_out(build, Studio(Zoo(tmp_path)))
    page = events.opening()
    (codes, query), (noise, other) = page[events.ui.verdicts]["links"]
    link = links.unpack(query)
    coder = events.studio.coder("vqvae-mnist")
    digit = events.views.digit(page[events.ui.state])
    assert codes == "take it apart into codes" and link["codes"] == coder.encode(digit[None])[0].tolist()
    assert noise == "sink it into noise"
    assert links.unpack(other) == {"tab": "diffusion", "model": "ddpm-mnist", "mode": "forward", "example": 4}
    ink = [255 if 20 <= i % 56 < 30 and 8 <= i // 56 < 48 else 0 for i in range(56 * 56)]
    drawn = events.take(inputs(events, page[events.ui.state]), event(events.ui.slate, ink=ink))
    assert [text for text, _ in drawn[events.ui.verdicts]["links"]] == ["take it apart into codes"]
