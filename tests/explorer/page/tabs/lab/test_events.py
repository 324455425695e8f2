"""Each handler of the Training lab, called as Gradio calls it."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import gradio as gr
import pytest
from handlers import inputs, laid_out, request
from lab_runs import write_run
from tiny import tiny_dcgan

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.lab import session, stories
from explorer.page.tabs.lab.events import LabEvents
from explorer.page.tabs.lab.layout import build
from explorer.page.tabs.lab.session import FIELDS
from explorer.page.tabs.lab.views import toy_game
from explorer.zoo import Zoo

WGAN, MINIMAX, ART = "lab-digits-wgan-1", "lab-digits-minimax-0", "lab-art-dcgan-0"
STORY = stories.Story(
    "clip", "Clipping", (WGAN, MINIMAX), ("fd", "generator_loss"), begins=0, step=20, question="What *will* happen?", answer="*This* did."
)


@pytest.fixture
def events(tmp_path, monkeypatch) -> LabEvents:
    tiny_dcgan().save_pretrained(tmp_path / "tiny-dcgan")
    write_run(tmp_path / "lab" / WGAN, generator_loss=0.5, discriminator_loss=1.0)
    write_run(tmp_path / "lab" / MINIMAX, "minimax", 0, 1, 100.0, generator_loss=0.7, discriminator_loss=1.0, accuracy_real=0.5, classes=7)
    write_run(tmp_path / "lab" / ART, "dcgan", 0, 1, 100.0)
    monkeypatch.setattr(stories, "STORIES", (STORY, replace(STORY, slug="gone", runs=("nowhere",))))
    return laid_out(build, Studio(Zoo(tmp_path)))


def sources(page, events) -> list[str]:
    return [picture["src"] for picture in page[events.ui.stage]["pictures"]]


def test_a_visit_begins_with_the_first_story_that_has_its_runs(events):
    page = events.opening()
    state = page[events.ui.state]
    assert (state["story"], state["answer"], state["runs"], state["step"]) == ("clip", "hidden", [WGAN, MINIMAX], 0)
    assert "What <em>will</em> happen?" in page[events.ui.lesson] and page[events.ui.reveal]["visible"]
    assert [title for title, _ in events.ui.controls["story"].choices] == ["Clipping", "none: my own choice"]
    assert page[events.ui.strip]["selected"] == 0 and len(sources(page, events)) == 2


def test_the_answer_shows_the_step_that_proves_it(events):
    state = session.opening(events.studio)
    page = events.answer(inputs(events, state))
    assert "<em>This</em> did." in page[events.ui.lesson] and not page[events.ui.reveal]["visible"]
    strip = page[events.ui.strip]
    assert [frame["step"] for frame in strip["frames"]] == [0, 10, 40] and strip["selected"] == 1
    assert sources(page, events) == [picture["src"] for picture in strip["frames"][1]["pictures"]]
    linked = links.carried(page[events.ui.takeaway]["query"], "lab")
    assert (linked["story"], linked["answer"], linked["step"], linked["runs"]) == ("clip", "shown", 20, [WGAN, MINIMAX])


def test_a_link_brings_the_same_runs_curves_and_step_back(events):
    page = events.answer(inputs(events, session.opening(events.studio)))
    values = links.carried(page[events.ui.takeaway]["query"], "lab")
    back = events.restore({key: value for key, value in values.items() if key != "tab"}, request())
    assert {key: back[key] for key in page} == page
    scrubbed = events.restore({**values, "step": 40}, request())
    assert scrubbed[events.ui.strip]["selected"] == 2


def test_a_link_may_name_a_story_alone_or_nothing_or_runs(events):
    def state(**values):
        return events.restore(values, request())[events.ui.state]

    assert state() == session.opening(events.studio) == state(story="clip")
    assert (state(story="clip", answer="shown")["step"], state(story="clip", step=40)["step"]) == (20, 40)
    own = state(runs=[MINIMAX])
    assert (own["story"], own["runs"], own["family"]) == ("", [MINIMAX], "digits")
    with pytest.raises(FieldError, match="story"):
        state(story=["clip"])


def test_the_charts_have_one_series_for_each_run_on_shared_axes(events):
    panels = events.opening()[events.ui.charts]["panels"]
    assert [panel["title"] for panel in panels] == ["Fréchet distance", "Generator's loss"]
    assert [series["name"] for series in panels[0]["series"]] == ["wgan, seed 1", "minimax, seed 0"]
    assert panels[0]["x"]["range"] == [0, 40] and "references" not in panels[1]  # a critic's loss has no such level
    state = session.opening(events.studio) | {"runs": [MINIMAX], "story": "", "curves": ["generator_loss", "discriminator_loss"]}
    panels = events.shown(state)[events.ui.charts]["panels"]
    assert "references" not in panels[0] and panels[1]["references"][0][0] == pytest.approx(1.3863, abs=1e-4)


def test_the_measures_of_the_step_are_below_the_pictures_and_the_weights_in_a_chart(events):
    state = session.opening(events.studio) | {"step": 20}
    page = events.shown(state)
    assert [picture["note"] for picture in page[events.ui.strip]["frames"][1]["pictures"]] == ["FD 10", "7 classes, FD 110"]
    (panel,) = page[events.ui.aside]["panels"]
    assert [len(series["points"]) for series in panel["series"]] == [21, 21]


def test_another_family_begins_with_its_own_runs(events):
    state = session.opening(events.studio)
    page = events.switch(inputs(events, state, family="paintings"))
    after = page[events.ui.state]
    assert (after["family"], after["runs"], after["curves"], after["story"]) == ("paintings", [ART], ["fd"], "")
    assert page[events.ui.controls["runs"]]["choices"] == [("dcgan, seed 0", ART)]
    assert events.switch(inputs(events, after, family="paintings")) == gr.skip()


def test_chosen_runs_end_the_story_and_an_empty_menu_changes_nothing(events):
    state = session.opening(events.studio)
    page = events.choose(inputs(events, state, runs=[MINIMAX]))
    assert page[events.ui.state]["story"] == "" == page[events.ui.controls["story"]] and len(sources(page, events)) == 1
    page = events.choose(inputs(events, state, curves=["generator_loss"]))
    assert page[events.ui.state]["story"] == "clip"
    assert events.choose(inputs(events, state, runs=[])) == gr.skip() == events.choose(inputs(events, state))


def test_a_story_is_begun_from_the_menu_and_left_with_the_last_entry(events):
    own = {**session.opening(events.studio), "story": "", "runs": [MINIMAX], "step": session.LAST}
    page = events.tell(inputs(events, own, story="clip"))
    assert page[events.ui.state]["runs"] == [WGAN, MINIMAX] and page[events.ui.controls["runs"]]["value"] == [WGAN, MINIMAX]
    page = events.tell(inputs(events, page[events.ui.state], story=""))
    assert page[events.ui.state]["runs"] == [WGAN, MINIMAX] and not page[events.ui.reveal]["visible"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("runs", ["nowhere"]), ("runs", []), ("runs", WGAN), ("runs", [WGAN, WGAN]), ("runs", [[WGAN]]), ("runs", {WGAN: 1}), ("runs", [ART]),
     ("curves", ["no"]), ("curves", None), ("family", "cars"), ("story", "gone"), ("step", -1), ("step", 1.5), ("answer", "maybe")],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_with_the_field_s_name(events, field, value):
    with pytest.raises(FieldError, match=field):
        FIELDS.check(events.studio, {**session.opening(events.studio), field: value})


def test_the_code_to_copy_reads_the_runs(events, capsys):
    (_, code) = events.opening()[events.ui.takeaway]["codes"][1]
    root = f"Path({str(events.studio.zoo.root)!r})"
    exec(f"from pathlib import Path\n{code.replace('all_runs(CHECKPOINTS)', f'all_runs({root})')}")
    assert f"{WGAN} [[10, 10.0], [20, 20.0], [30, 30.0], [40, 40.0]]" in capsys.readouterr().out


def test_both_players_of_the_toy_game_circle_away_from_the_equilibrium():
    x, y = (dict(series["points"]) for series in toy_game(steps=200, rate=0.1)["series"])
    norms = [math.hypot(x[i], y[i]) for i in range(201)]
    assert norms[200] == pytest.approx(1.01**100, rel=1e-3) and all(later > earlier for earlier, later in pairwise(norms))
    assert min(x.values()) < -1 and min(y.values()) < -1


def test_without_a_story_there_is_no_answer(events):
    state = session.opening(events.studio) | {"story": ""}
    assert events.answer(inputs(events, state)) == gr.skip()
