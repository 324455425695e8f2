"""The event handlers of the Few labels tab."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer.page.shared.checks import FieldError, whole
from explorer.page.shared.inputs import example_count, from_ink, from_picture, pickable, picture
from explorer.page.shell.controls import Controls
from explorer.page.shell.events import QUICK, Events, State, Update
from explorer.page.shell.messages import opened
from explorer.page.widgets.base import came_from, sent
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.labeller import Labeller
from explorer.page.widgets.plane import Plane
from explorer.page.widgets.sketch import SIDE, Sketch
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload
from explorer.page.widgets.verdicts import Verdicts

from . import learning, lessons, session, snippets
from .learning import Progress, learn
from .session import FIELDS, SLUG
from .views import FewViews

TRAINING = {"concurrency_limit": 8, "concurrency_id": "few-labels"}  # those who wait for their turn hold no place of other tabs


@dataclass
class Ui:
    """The tab's components. `groups` are the columns by the mode that shows them."""

    state: gr.State
    controls: Controls
    groups: dict[str, list[gr.Column]]
    upload: Upload
    examples: Examples
    slate: Sketch
    train: gr.Button
    random: gr.Button
    forget: gr.Button
    lesson: gr.HTML
    verdicts: Verdicts
    labeller: Labeller
    learning: Stage
    curves: Chart
    chart: Chart
    seen: Stage
    history: Chart
    plane: Plane
    takeaway: Takeaway


class FewEvents(Events):
    """The handlers of the Few labels tab."""

    slug = SLUG
    ui: Ui
    views: FewViews

    def opening(self) -> Update:
        state = session.opening(self.studio)
        fixed = {self.ui.chart: self.views.chart(), self.ui.plane: self.views.plane(), self.ui.examples: self.examples(state)}
        return self.shown(state) | self.of_count(state) | {self.ui.learning: None, self.ui.curves: None, **fixed}

    def examples(self, state: State) -> dict[str, Any]:
        """The value of the examples."""
        return pickable(self.studio.recogniser(self.views.names[0]), None if state["source"] else state["digit"])

    def of_count(self, state: State) -> Update:
        """The update of what depends on the number of labels: the labelled digits, and the curves."""
        return {self.ui.seen: self.views.seen(state), self.ui.history: self.views.history(state)}

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget."""
        return {
            "query": self.link(session.carried(state)),
            "file": {"label": "download settings", "name": f"{SLUG}.json", "content": FIELDS.file(state)},
            "codes": [["over the network", snippets.client(state)], ["with the package", snippets.package(state)]],
        }

    def shown(self, state: State) -> Update:
        """The update that shows a state."""
        ui, labels = self.ui, session.labels_of(state["labels"])
        view = self.views.verdicts(state)
        reading = state["mode"] == "read"
        return {
            ui.state: state, ui.lesson: view["lesson"] if reading else lessons.label(len(labels)), ui.verdicts: view["verdicts"],
            ui.labeller: self.views.labeller(state), ui.takeaway: self.takeaway(state), ui.train: gr.update(interactive=bool(labels)),
            **{column: gr.update(visible=mode == state["mode"]) for mode, columns in ui.groups.items() for column in columns},
        }  # fmt: skip

    # --- Handlers -----------------------------------------------------------------------------------------------------------------------

    def take(self, data: Update, event: gr.EventData) -> Update:
        """Read another digit: an upload, a drawing or an example."""
        state, ui = data[self.ui.state], self.ui
        if came_from(event, ui.upload):
            state = {**state, "source": from_picture(opened(data.get(ui.upload)), "your picture")}
        elif came_from(event, ui.slate):
            source = from_ink(sent(event).get("ink"), SIDE)
            if picture(source).getextrema()[0][1] == 0:
                raise FieldError("drawing", "an empty slate", "a digit: draw one on it")
            state = {**state, "source": source}
        else:
            last = example_count(self.studio.recogniser(self.views.names[0])) - 1
            state = {**state, "source": None, "digit": whole("example", sent(event).get("index"), 0, last)}
        return self.shown(state) | {ui.examples: self.examples(state)}

    def change_mode(self, data: Update) -> Update:
        """Switch between reading and labelling."""
        mode = FIELDS["mode"].check("mode", data[self.ui.controls["mode"]], self.studio, {})
        return self.shown({**data[self.ui.state], "mode": mode})

    def show_seen(self, data: Update) -> Update:
        """Show the labelled digits of another number of labels."""
        count = FIELDS["count"].check("labels", data[self.ui.controls["count"]], self.studio, {})
        state = {**data[self.ui.state], "count": count}
        return {self.ui.state: state, self.ui.takeaway: self.takeaway(state)} | self.of_count(state)

    def label(self, data: Update, event: gr.EventData) -> Update:
        """Take over the visitor's labels."""
        pairs = sent(event).get("labels")
        if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise FieldError("labels", pairs, "a list of pairs: a digit's number and its label")
        text = session.clean("labels", ",".join(f"{number}:{label}" for number, label in pairs))
        page = self._labelled(data[self.ui.state], text)
        del page[self.ui.labeller]  # it shows them already, and perhaps newer ones
        return page

    def random(self, data: Update) -> Update:
        """Label digits without looking, with MNIST's labels; another time, others."""
        seed = FIELDS["seed"].check("seed", data[self.ui.controls["seed"]], self.studio, {})
        state = {**data[self.ui.state], "seed": seed}
        text = session.text_of(learning.random_labels(seed))
        if text == state["labels"]:
            state["seed"] = seed + 1
            text = session.text_of(learning.random_labels(seed + 1))
        return self._labelled(state, text) | {self.ui.controls["seed"]: state["seed"]}

    def forget(self, data: Update) -> Update:
        """Take all labels back."""
        return self._labelled(data[self.ui.state], "")

    def _labelled(self, state: State, text: str) -> Update:
        state, ui = {**state, "labels": text}, self.ui
        count = len(session.labels_of(text))
        return {
            ui.state: state, ui.lesson: lessons.label(count), ui.labeller: self.views.labeller(state), ui.takeaway: self.takeaway(state),
            ui.train: gr.update(interactive=bool(count)),
        }  # fmt: skip

    def other_digits(self, data: Update) -> Update:
        """Show the next shelf of digits without labels."""
        state = data[self.ui.state]
        state = {**state, "shelf": (state["shelf"] + 1) % (session.SHEET // session.SHELF)}
        return {self.ui.state: state, self.ui.labeller: self.views.labeller(state), self.ui.takeaway: self.takeaway(state)}

    def train(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Train a CNN and an SGAN on the visitor's labels, and let them read the digit too."""
        state = data[self.ui.state]
        if not state["labels"]:
            raise FieldError("labels", 0, "at least one: choose a digit and press its number")
        state = {**state, "seed": FIELDS["seed"].check("seed", data[self.ui.controls["seed"]], self.studio, {})}
        draws = learning.draws_of(self.views)

        def shown(progress: Progress) -> Update:
            return {self.ui.learning: learning.stage(progress, running=True), self.ui.curves: learning.chart(progress, draws)}

        def ended(progress: Progress) -> Update:
            ui, own = self.ui, progress.own or state["own"]
            after = {**state, "own": own}
            found = {key: points[-1][1] for key, points in progress.accuracies.items()}
            update = {
                ui.state: after,
                ui.learning: learning.stage(progress, running=False),
                ui.verdicts: self.views.verdicts(after)["verdicts"],
            }
            if "cnn" in found:
                mistakes = session.mistaken(session.labels_of(state["labels"]))
                update[ui.lesson] = lessons.trained(found["cnn"], found.get("sgan"), mistakes)
            return update

        yield from self.run(state, request, learn(self.views, state), shown, stopped=ended)

    def restore(self, values: State, request: gr.Request) -> Update:
        """Show the state that a link carries."""
        state = session.opening(self.studio) | FIELDS.check(self.studio, values)
        fixed = {self.ui.chart: self.views.chart(), self.ui.plane: self.views.plane(), self.ui.examples: self.examples(state)}
        return self.model_updates(state) | self.shown(state) | self.of_count(state) | fixed

    def wire(self) -> None:
        ui, controls = self.ui, self.ui.controls
        columns = [column for group in ui.groups.values() for column in group]
        shown = [ui.state, ui.lesson, ui.verdicts, ui.labeller, ui.takeaway, ui.train, *columns]
        labelled = [ui.state, ui.lesson, ui.labeller, ui.takeaway, ui.train]
        self.on([ui.upload.upload, ui.examples.select, ui.slate.submit], self.take, [ui.state, ui.upload], [*shown, ui.examples], QUICK)
        self.on([controls["mode"].input], self.change_mode, [ui.state, controls["mode"]], shown, QUICK)
        self.on(
            [controls["count"].input], self.show_seen, [ui.state, controls["count"]], [ui.state, ui.seen, ui.history, ui.takeaway], QUICK
        )
        given = [part for part in labelled if part is not ui.labeller]
        self.on([ui.labeller.select], self.label, [ui.state], given, QUICK, trigger_mode="multiple")
        self.on([ui.labeller.submit], self.other_digits, [ui.state], [ui.state, ui.labeller, ui.takeaway], QUICK)
        self.on([ui.random.click], self.random, [ui.state, controls["seed"]], [*labelled, controls["seed"]], QUICK)
        self.on([ui.forget.click], self.forget, [ui.state], labelled, QUICK)
        trained = [ui.state, ui.learning, ui.curves, ui.verdicts, ui.lesson]
        self.on([ui.train.click], self.train, [ui.state, controls["seed"]], trained, TRAINING, trigger_mode="once")
        everything = [*shown, ui.examples, ui.seen, ui.history, ui.chart, ui.plane, ui.learning, ui.curves, *controls.values()]
        self.attach(ui.learning, everything)
