"""The Text to bird tab: type a sentence, see birds; change one word and see what changes while the noise stays."""

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
