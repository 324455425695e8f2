"""The Few labels tab's endpoints: none of its own. /classify reads a digit with its classifiers, /sample draws with its generators."""

from collections.abc import Callable

from explorer.page.shared.studio import Studio


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""
    return []
