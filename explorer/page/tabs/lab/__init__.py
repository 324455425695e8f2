"""The Training lab tab: replays real trainings side by side, the same latents at the same step, with the curves that explain them."""

from explorer.page.shell.tab import LEARN, Tab

from .api import endpoints
from .layout import build
from .live import files
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG, group=LEARN, title="Training lab", fields=FIELDS, needs=lambda studio: list(studio.runs), build=build, endpoints=endpoints,
    models=False, files=files,
)  # fmt: skip
