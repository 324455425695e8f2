"""The Diffusion tab: adds noise to a picture, generates a picture from noise, and shows every step."""

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
