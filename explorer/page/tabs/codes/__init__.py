"""The VQ codes tab: shows a picture as a map of codes, which a visitor can change, erase, let the prior fill, and mix with another map."""

from explorer.page.shell.tab import PLAY, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG, group=PLAY, title="VQ codes", fields=FIELDS, needs=lambda studio: studio.catalogue.coders, build=build, endpoints=endpoints
)
