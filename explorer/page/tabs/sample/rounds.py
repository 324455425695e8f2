"""The rounds of the game "Which is real?": chooses the two pictures, checks the visitor's guess, and writes the captions and messages.

A state is {"model", "round": None | {"seed", "label", "pictures", "real"}, "correct", "asked"}. "correct" and "asked" count the correct
guesses and all guesses. The state is stored on the server; the browser gets the index of the real picture only after the visitor has
chosen.
"""

from __future__ import annotations

import random
from typing import Any

from torch import Tensor

from explorer import images
from explorer.page.shared import conditions, opinions
from explorer.page.shared.checks import whole
from explorer.page.shared.kinds import kind_of
from explorer.page.shared.real_pictures import reals
from explorer.page.shared.studio import LARGEST_SEED
from explorer.page.shared.uris import uri

from .session import FIELDS
from .views import SampleViews

State = dict[str, Any]
PICTURES = 2


def opening(model: str) -> State:
    """The state before the first round."""
    return {"model": model, "round": None, "correct": 0, "asked": 0}


def deal(views: SampleViews, state: State, generator: random.Random | None = None) -> State:
    """The state with two new pictures: a random real one, and one that the model draws from a random seed. If the model has classes, this
    picture has a random class.

    If the real pictures of the model's data set are not installed, the state has no round.
    """
    generator = generator or random.SystemRandom()
    model, studio = state["model"], views.studio
    source = reals(studio.catalogue.checkpoint(model).data)
    if source is None:
        return {**state, "round": None}
    classes, seed = studio.classes(model), generator.randrange(LARGEST_SEED)
    label = generator.choice(classes) if classes else conditions.ANY
    settings = FIELDS.check(studio, {"model": model, "seed": seed, "count": 1, "label": label})
    drawn, _ = views.drawn(settings, conditions.picture_inputs(studio, settings)[0])
    real = images.to_tensor(source.pick(generator), drawn.shape[-1])[: drawn.shape[0]]
    which = generator.randrange(PICTURES)
    pictures = [real, drawn] if which == 0 else [drawn, real]
    return {**state, "round": {"seed": seed, "label": label, "pictures": pictures, "real": which}}


def guess(state: State, index: Any) -> State:
    """Validate the visitor's choice and return the state after this choice. Further choices in the same round are ignored."""
    chosen = whole("picture", index, 0, PICTURES - 1)
    current = state["round"]
    if current is None or "chosen" in current:
        return state
    correct = state["correct"] + (chosen == current["real"])
    return {**state, "round": {**current, "chosen": chosen}, "correct": correct, "asked": state["asked"] + 1}


def view(views: SampleViews, state: State) -> dict[str, Any] | None:
    """The value of the Game widget."""
    current = state["round"]
    if current is None:
        return None
    chosen = current.get("chosen")
    return {
        "side": current["pictures"][0].shape[-1],
        "pictures": [
            {"src": uri(picture), "alt": f"Picture {i + 1}", "caption": "" if chosen is None else _caption(views, state, i, picture)}
            for i, picture in enumerate(current["pictures"])
        ],
        "real": None if chosen is None else current["real"],
        "chosen": chosen,
        "message": _message(state, chosen),
    }


def _caption(views: SampleViews, state: State, index: int, picture: Tensor) -> str:
    current, studio = state["round"], views.studio
    label = "" if current["label"] == conditions.ANY else f", for the class {current['label']}"
    who = "real" if index == current["real"] else f"drawn by {state['model']} from seed {current['seed']}{label}"
    weights = conditions.weights(studio, state["model"], current["label"]) if kind_of(studio, state["model"]).required else None
    (realness,) = opinions.realness(studio, state["model"], picture[None], weights)
    return who + ("" if realness is None else f"; {state['model']}'s discriminator: {realness:.0%} probability of being real")


def _message(state: State, chosen: int | None) -> str:
    if chosen is None:
        score = f" So far, {_score(state)} right." if state["asked"] else ""
        return f"One picture is from the data set, and the model made the other. Click the real one.{score}"
    answer = "Right." if chosen == state["round"]["real"] else "No, the real picture is the other one."
    return f"{answer} So far, {_score(state)} right; by chance it would be half of them."


def _score(state: State) -> str:
    """The number of correct answers in words, up to the verb: "2 of 3 answers were"."""
    answers = "answer" if state["asked"] == 1 else "answers"
    return f"{state['correct']} of {state['asked']} {answers} {'was' if state['correct'] == 1 else 'were'}"
