"""The Diffusion tab: a picture sinks into noise, a picture comes out of noise, and every step can be held."""

from explorer.page.shell.tab import PLAY, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG,
    group=PLAY,
    title="Diffusion",
    fields=FIELDS,
    needs=lambda studio: studio.catalogue.denoisers,
    build=build,
    endpoints=endpoints,
)
