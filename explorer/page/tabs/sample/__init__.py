"""The Sample tab: many pictures of a model at once, what is thought of each, and how the model learned to draw them."""

from explorer.page.shell.tab import PLAY, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG, group=PLAY, title="Sample", fields=FIELDS, needs=lambda studio: studio.catalogue.unprompted, build=build, endpoints=endpoints
)
