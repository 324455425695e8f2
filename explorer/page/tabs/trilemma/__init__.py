"""The Trilemma tab: families of generative models draw digits against each other, and their quality, diversity and speed are compared at
every position of their dials."""

from explorer.page.shell.tab import LEARN, Tab

from .api import endpoints
from .layout import build
from .session import FIELDS, SLUG

TAB = Tab(
    slug=SLUG, group=LEARN, title="Trilemma", fields=FIELDS, needs=lambda studio: studio.catalogue.measured[1:],  # two to compare
    build=build, endpoints=endpoints, models=False,
)  # fmt: skip
