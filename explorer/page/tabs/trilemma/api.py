"""The Trilemma tab's endpoint: /tradeoff."""

from collections.abc import Callable

from explorer import tradeoff as measures
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""

    @for_api
    def tradeoff() -> list[dict]:
        """Return what was measured of quality, diversity and speed of the digit models, at every position of their dials.

        Returns:
            One entry for each position of each model: model, family, dial and its value (null: no truncation), settings (/sample takes the
            truncation as an argument of its own, and no temperature of a latent), evaluations (how often a network runs for one picture),
            milliseconds (for one picture on one core; null if it was not timed), fd (Fréchet distance), precision, recall, accuracy (the
            share that the judge classifies as requested), styles (of 100 clusters of real digits, how many are drawn), each with its
            standard deviation over the sampling seeds under "deviations"; n, seeds, split and features say how it was measured.
        """
        entries = []
        for name in studio.catalogue.measured:
            family, found = studio.catalogue.family(name), studio.catalogue.tradeoff(name)
            entries += [
                {"model": name, "family": family.key, "dial": point.position.dial or None,
                 "value": measures.stored_value(point.position.value), "settings": dict(point.position.settings),
                 "evaluations": point.position.evaluations, "milliseconds": point.milliseconds, **point.figures,
                 "deviations": dict(point.deviations), "n": found.n, "seeds": point.seeds, "split": found.split, "features": found.features}
                for point in found.points
            ]  # fmt: skip
        return entries

    return [tradeoff]
