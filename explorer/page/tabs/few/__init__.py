"""The Few labels tab: networks that have seen 25 to 1,000 labelled digits read the same digit, and a visitor labels digits for a network of
their own."""

from explorer.page.shell.tab import LEARN, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG, group=LEARN, title="Few labels", fields=FIELDS, needs=lambda studio: studio.catalogue.recognisers, build=build,
    endpoints=endpoints, models=False,
)  # fmt: skip
