"""What happens on the toy tab."""

from dataclasses import dataclass

import gradio as gr

from explorer import images
from explorer.page.shared.uris import uri
from explorer.page.shell.controls import Controls
from explorer.page.shell.events import QUICK, Events, State, Update
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.toy import Toy

from . import lessons, snippets
from .session import FIELDS, SLUG, picture


@dataclass
class Ui:
    """The tab's components."""

    state: gr.State
    controls: Controls
    lesson: gr.HTML
    figure: Toy
    takeaway: Takeaway


class ToyEvents(Events):
    """The handlers of the toy tab."""

    slug = SLUG
    ui: Ui

    def opening(self) -> Update:
        return self.shown(FIELDS.opening(self.studio))

    def shown(self, state: State) -> Update:
        """The update that shows a state."""
        file = {"label": "download settings", "name": f"{SLUG}.json", "content": FIELDS.file(state)}
        codes = [["over the network", snippets.client(state)], ["with the package", snippets.package(state)]]
        return {
            self.ui.state: state, self.ui.lesson: lessons.drawn(state),
            self.ui.figure: {"src": uri(picture(self.studio, state)), "length": state["length"]},
            self.ui.takeaway: {"query": self.link(state), "file": file, "codes": codes},
        }  # fmt: skip

    def draw(self, data: Update) -> Update:
        """Draw what the controls say."""
        return self.shown(FIELDS.check(self.studio, self.ui.controls.read(data)))

    def restore(self, values: State, request: gr.Request) -> Update:
        state = FIELDS.check(self.studio, values)
        return self.shown(state) | self.ui.controls.updates(state)

    def save(self, data: Update) -> Update:
        """The picture as a PNG."""
        drawn = picture(self.studio, data[self.ui.state])
        return self.download(self.ui.figure, f"{SLUG}.png", "image/png", images.png(images.to_pil(drawn)))

    def wire(self) -> None:
        ui, controls = self.ui, self.ui.controls
        shown = [ui.state, ui.lesson, ui.figure, ui.takeaway]
        triggers = [controls["model"].input, controls["seed"].submit, controls["length"].release]
        self.on(triggers, self.draw, controls.values(), shown, QUICK)
        self.attach(ui.figure, [*shown, *controls.values()], ui.figure, self.save)
