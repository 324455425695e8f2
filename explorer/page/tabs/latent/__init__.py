"""The Latent space tab: fit a photo, morph between two latents, sweep single numbers or principal directions."""

from explorer.page.shell.tab import PLAY, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG,
    group=PLAY,
    title="Latent space",
    fields=FIELDS,
    needs=lambda studio: studio.catalogue.explorable,
    build=build,
    endpoints=endpoints,
)
