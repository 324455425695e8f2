"""The VQ codes tab: a picture as a map of codes that can be read, changed, erased, filled and mixed."""

from explorer.page.shell.tab import PLAY, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG, group=PLAY, title="VQ codes", fields=FIELDS, needs=lambda studio: studio.catalogue.coders, build=build, endpoints=endpoints
)
