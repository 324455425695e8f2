"""The Sample tab: many pictures of a model at once, the judge's and the discriminator's evaluation of each, and the model's training."""

from explorer.page.shell.tab import PLAY, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG, group=PLAY, title="Sample", fields=FIELDS, needs=lambda studio: studio.catalogue.unprompted, build=build, endpoints=endpoints
)
