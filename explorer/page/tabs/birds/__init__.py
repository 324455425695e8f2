"""The Text to bird tab: generates birds for a sentence. When the visitor changes a word, the noise stays the same."""

from explorer.page.shell.tab import PLAY, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG,
    group=PLAY,
    title="Text to bird",
    fields=FIELDS,
    needs=lambda studio: studio.catalogue.illustrators,
    build=build,
    endpoints=endpoints,
)
