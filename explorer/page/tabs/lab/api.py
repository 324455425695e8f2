"""The Training lab's endpoints: none of its own. /history returns the log of a run, as that of a model."""

from collections.abc import Callable

from explorer.page.shared.studio import Studio


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""
    return []
