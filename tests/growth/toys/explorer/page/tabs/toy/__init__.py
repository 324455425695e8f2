"""A toy tab: one picture of a seed, whose latent is made shorter or longer."""

from explorer.page.shell.tab import LEARN, Tab

from .api import endpoints
from .layout import build
from .session import SLUG

TAB = Tab(slug=SLUG, group=LEARN, title="Toy", needs=lambda studio: studio.catalogue.unconditional, build=build, endpoints=endpoints)
