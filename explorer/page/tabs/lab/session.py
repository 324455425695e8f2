"""The state of a visit to the Training lab: the runs, the curves, the step, and the story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.lab import CURVES, LabRun
from explorer.page.shared.checks import FieldError, choice
from explorer.page.shared.fields import Choice, Field, Fields, State, Text, Whole
from explorer.page.shared.studio import Studio

from . import live, stories

SLUG = "lab"
MOST_RUNS, MOST_CURVES = 3, 4
LAST = 10_000_000  # the largest step: later than the last step of any run


def runs(studio: Studio, family: str) -> list[LabRun]:
    """The runs of a family, in the order of their arms and seeds."""
    return sorted((run for run in studio.runs.values() if run.family == family), key=lambda run: (run.arm, run.seed, run.name))


def families(studio: Studio) -> list[str]:
    """The families that have a run."""
    return list(dict.fromkeys(run.family for run in studio.runs.values()))


def curves(studio: Studio, family: str) -> list[str]:
    """The keys of the curves that a run of a family has."""
    return [key for key in CURVES if any(run.curve(key) for run in runs(studio, family))]


@dataclass(frozen=True, kw_only=True)
class Family(Field):
    """What the GANs learn."""

    def opening(self, studio: Studio, model: str) -> str:
        return families(studio)[0]

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return choice(name, value, families(studio))


@dataclass(frozen=True, kw_only=True)
class Story(Field):
    """The slug of a story, "" for none."""

    def opening(self, studio: Studio, model: str) -> str:
        return next((story.slug for story in stories.told(studio.runs)), "")

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return choice(name, value, ["", *(story.slug for story in stories.told(studio.runs))])


@dataclass(frozen=True, kw_only=True)
class Several(Field):
    """A few different strings out of those that the family has."""

    most: int

    def options(self, studio: Studio, family: str) -> list[tuple[str, str]]:
        """Pairs of text and value."""
        raise TypeError(f"{type(self).__name__} defines no options")

    def first(self, studio: Studio, family: str) -> list[str]:
        """The values of a new visit."""
        return [value for _, value in self.options(studio, family)][: self.most]

    def opening(self, studio: Studio, model: str) -> list[str]:
        return self.first(studio, families(studio)[0])

    def check(self, name: str, value: Any, studio: Studio, state: State) -> list[str]:
        options = [option for _, option in self.options(studio, state["family"])]
        if not _few(value, self.most) or not all(isinstance(item, str) and item in options for item in value):
            raise FieldError(name, value, f"one to {self.most} different ones of {', '.join(options)}")
        return list(value)


def _few(value: Any, most: int) -> bool:
    return isinstance(value, list | tuple) and 1 <= len(value) <= most and len(set(map(str, value))) == len(value)


@dataclass(frozen=True, kw_only=True)
class Runs(Several):
    """The names of the runs beside each other."""

    def options(self, studio: Studio, family: str) -> list[tuple[str, str]]:
        return [(run.title, run.name) for run in runs(studio, family)]


@dataclass(frozen=True, kw_only=True)
class Curves(Several):
    """The keys of the curves."""

    def options(self, studio: Studio, family: str) -> list[tuple[str, str]]:
        return [(CURVES[key], key) for key in curves(studio, family)]

    def first(self, studio: Studio, family: str) -> list[str]:
        return curves(studio, family)[:2]


FIELDS = Fields(
    story=Story(label="Story", info="or choose runs and curves yourself"),
    family=Family(label="What the GANs learn", error_name="family"),
    runs=Runs(label="Runs, side by side", error_name="runs", most=MOST_RUNS),
    curves=Curves(label="Curves", error_name="curves", most=MOST_CURVES),
    step=Whole(label="Step of the generator", error_name="step", default=LAST, low=0, high=LAST),
    answer=Choice(label="Answer", default="hidden", options=(("hidden", "hidden"), ("shown", "shown"))),
    live=Text(label="Settings of the GAN in the browser", error_name="live", clean=live.clean, default=""),
)


def opening(studio: Studio) -> State:
    """The state of a new visit: the first story, with its answer hidden."""
    state = FIELDS.opening(studio)
    return with_story(studio, state, state["story"]) if state["story"] else state


def with_story(studio: Studio, state: State, slug: str) -> State:
    """The state at the beginning of a story, or at its end if the answer is shown.

    Args:
        state: decides whether the answer is shown.
        slug: of the story.
    """
    story = stories.find(slug)
    return {
        **state, "story": slug, "family": studio.runs[story.runs[0]].family, "runs": list(story.runs), "curves": list(story.curves),
        "step": story.step if state["answer"] == "shown" else story.begins,
    }  # fmt: skip


def completed(studio: Studio, values: State) -> State:
    """The values of a link, not validated yet, with those that it lacks: of its story; of the first story, if it names no runs either; or
    the family and the curves of its first run."""
    slug = values.get("story", "" if "runs" in values else FIELDS["story"].opening(studio, ""))
    if slug in [story.slug for story in stories.told(studio.runs)]:
        return {**with_story(studio, {"answer": values.get("answer", "hidden")}, slug), **values}
    named = values.get("runs") or [None]
    run = next((run for name, run in studio.runs.items() if isinstance(named, list) and name == named[0]), None)
    first = {} if run is None else {"family": run.family, "curves": curves(studio, run.family)[:2]}
    return {"story": "", **first, **values}
