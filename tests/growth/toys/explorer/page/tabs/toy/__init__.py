"""A toy tab: one picture of a seed, whose latent is made shorter or longer."""

from explorer.page.shell.tab import LEARN, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG,
    group=LEARN,
    title="Toy",
    fields=FIELDS,
    needs=lambda studio: studio.catalogue.unconditional,
    build=build,
    endpoints=endpoints,
)
